"""How much of what is asked a clause speaks of: telling words weighed by how far they tell clauses apart."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from zhiqibot.topics.policies.clause_wording import LIGHT, Telling, is_nameless
from zhiqibot.topics.policies.index import PolicyIndex
from zhiqibot.topics.policies.postings import Cut, units_of

SHORT = 0.3
"""Weight of a word of one character, mostly a verb of daily speech (搬, 评), or of an action, against a longer one."""
LONGER, BEGUN = 3, 0.65
"""Credit for a word of three characters whose first two stand there."""
ADDED = frozenset("机场证书费款厂店院馆车点站品号处率额")
"""Characters added to a word in daily speech, without making another thing of it (烘干机, not 失业金)."""
SHORTENED = 0.8
"""Credit for a short name (国标) where the full one stands (国家标准)."""
_IN_PASSING = re.compile(r"[（(][^（()）]{8,}[)）]")
NEARLY = 0.75
"""Of the weight of the most telling word: a word of so much is as telling."""
HALF = 0.5
"""A word of which no more than this is held is not spoken of (使用税 where only 使用 stands)."""
Form = tuple[list[str], list[str]]


@dataclass(frozen=True)
class Weighed:
    """One telling word: its weight, and each of its forms as character pairs and characters."""

    weight: float
    forms: Sequence[Form]
    names: bool = True
    """Names a thing, rather than what is done with it."""


@dataclass(frozen=True)
class Spoken:
    """What a text says: its terms, and which pairs of them only stand beside each other (大专 in 九大专项)."""

    bag: frozenset[str]
    apart: frozenset[str]
    text: str

    def with_(self, other: "Spoken") -> "Spoken":
        """Return what two texts say together."""
        apart = (self.apart - (other.bag - other.apart)) | (other.apart - (self.bag - self.apart))
        return Spoken(self.bag | other.bag, apart, f"{self.text} {other.text}")


def weigh(telling: Sequence[Telling], index: PolicyIndex) -> list[Weighed]:
    """Weigh telling words; one that documents put otherwise weighs what the commonest of its forms does."""
    return [one for word in telling if (one := _weighed(word, index)).forms]


def spoken(bag: frozenset[str], text: str, cut: Cut, *, outright: bool = False) -> Spoken:
    """Return what a folded text says, given with its terms; `outright`: without what it has in brackets."""
    bare = _IN_PASSING.sub(" ", text) if outright else text
    edges = {0, *accumulate(len(word) for word in cut(bare))}
    whole = {bare[n : n + 2] for n in range(len(bare) - 1) if n in edges or n + 2 in edges or n + 1 not in edges}
    aside = _pairs(text) - _pairs(bare)
    return Spoken(bag - aside, frozenset(_pairs(bare) - whole), bare)


def _pairs(text: str) -> set[str]:
    return {one + other for one, other in pairwise(units_of(text)) if len(one) == len(other) == 1}


def share(asked: Sequence[Weighed], index: PolicyIndex, said: Spoken) -> float:
    """Return the share of the weight of `asked` that a text speaks of; from 0 to 1."""
    total = sum(one.weight for one in asked)
    held = sum(one.weight * held_of(one, index, said) for one in asked)
    return held / total if total else 0.0


def lacks_most(asked: Sequence[Weighed], index: PolicyIndex, said: Spoken) -> bool:
    """Tell whether a text does not speak of the most telling thing of `asked` (落户 of “大学生落户奖励”)."""
    things = [one for one in asked if one.names]
    most = max((one.weight for one in things), default=0.0)
    return any(one.weight >= NEARLY * most and held_of(one, index, said) <= HALF for one in things)


def held_of(word: Weighed, index: PolicyIndex, said: Spoken) -> float:
    """Return how much of a telling word a text holds, in the form it holds most of."""
    return max(_held(form, index, said) for form in word.forms)


def _held(form: Form, index: PolicyIndex, said: Spoken) -> float:
    """Return how much of one form a text holds: a little less where it is put in full, or one character is added."""
    pairs, units = form
    beside = len(pairs) == 1 and pairs[0] in said.apart
    held = 0.0 if beside else index.share([(1.0, pairs, units)], said.bag)
    if len(units) == LONGER and units[-1] in ADDED:
        return max(held, BEGUN * _held((pairs[:1], units[:2]), index, said))
    if len(pairs) == 1 and held < SHORTENED and said.bag.issuperset(units) and not pairs[0].isascii():
        return SHORTENED if re.search(rf"{re.escape(units[0])}\w{{1,2}}{re.escape(units[1])}", said.text) else held
    return held


def _weighed(word: Telling, index: PolicyIndex) -> Weighed:
    forms = [([a + b for a, b in pairwise(units)], units) for form in word if (units := units_of(form))]
    weights = [max((index.weight(pair) for pair in pairs), default=index.weight(units[0])) for pairs, units in forms]
    short = word[-1] == LIGHT or (len(word) == 1 and len(word[0]) == 1 and not word[0].isascii())
    return Weighed(min(weights, default=0.0) * (SHORT if short else 1.0), forms, names=not (short or is_nameless(word)))
