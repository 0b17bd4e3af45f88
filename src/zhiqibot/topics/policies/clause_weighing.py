"""How much of what is asked a clause speaks of: telling words weighed by how far they tell clauses apart."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from zhiqibot.topics.policies.clause_wording import LIGHT, Telling
from zhiqibot.topics.policies.index import PolicyIndex
from zhiqibot.topics.policies.postings import units_of

SHORT = 0.3
"""Weight of a word of one character, mostly a verb of daily speech (搬, 评), or of an action, against a longer one."""
LONGER, BEGUN = 3, 0.65
"""Credit for a word of three characters whose first two stand there."""
ADDED = frozenset("机场证书费款金厂店院馆车点站品号处率额")
"""Characters added to a word in daily speech, without making another thing of it (烘干机)."""
SHORTENED = 0.8
"""Credit for a short name (国标) where the full one stands (国家标准)."""
Form = tuple[list[str], list[str]]


@dataclass(frozen=True)
class Weighed:
    """One telling word: its weight, and each of its forms as character pairs and characters."""

    weight: float
    forms: Sequence[Form]


def weigh(telling: Sequence[Telling], index: PolicyIndex) -> list[Weighed]:
    """Weigh telling words; one that documents put otherwise weighs what the commonest of its forms does."""
    return [one for word in telling if (one := _weighed(word, index)).forms]


def share(asked: Sequence[Weighed], index: PolicyIndex, bag: frozenset[str], text: str) -> float:
    """Return the share of the weight of `asked` that a text, given with its terms, speaks of; from 0 to 1."""
    total = sum(one.weight for one in asked)
    held = sum(one.weight * max(_held(form, index, bag, text) for form in one.forms) for one in asked)
    return held / total if total else 0.0


def _held(form: Form, index: PolicyIndex, bag: frozenset[str], text: str) -> float:
    """Return how much of one form a text holds: a little less where it is put in full, or one character is added."""
    pairs, units = form
    held = index.share([(1.0, pairs, units)], bag)
    if len(units) == LONGER and units[-1] in ADDED:
        return max(held, BEGUN * _held((pairs[:1], units[:2]), index, bag, text))
    if len(pairs) == 1 and held < SHORTENED and bag.issuperset(units) and not pairs[0].isascii():
        return SHORTENED if re.search(rf"{re.escape(units[0])}\w{{1,2}}{re.escape(units[1])}", text) else held
    return held


def _weighed(word: Telling, index: PolicyIndex) -> Weighed:
    forms = [([a + b for a, b in pairwise(units)], units) for form in word if (units := units_of(form))]
    weights = [max((index.weight(pair) for pair in pairs), default=index.weight(units[0])) for pairs, units in forms]
    short = word[-1] == LIGHT or (len(word) == 1 and len(word[0]) == 1 and not word[0].isascii())
    return Weighed(min(weights, default=0.0) * (SHORT if short else 1.0), forms)
