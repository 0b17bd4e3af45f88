"""How alike two questions are: the words that tell policies apart count, the words of asking do not."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from zhiqibot.content.policies import fold
from zhiqibot.core.numbers import numbers_in
from zhiqibot.topics.policies.index import PolicyIndex, Subject
from zhiqibot.topics.policies.places import HomeRegion
from zhiqibot.topics.policies.postings import terms_of
from zhiqibot.topics.policies.reading import Reading

SHORTEST_CORE = 2
"""Characters; where less is left, the question is compared as a whole."""
REMEMBERED = 2_000
"""Questions kept ready for comparison; cutting one into words takes longer than comparing it."""
_GIVING = re.compile(
    r"补贴|补助|奖励|奖补|奖金|扶持|支持|资助|标准|购置|购买|引进|县里?|政府|国家|一(?:个|台|条|家|名|人|次性?)|拿到|评上|[补奖买招考装做]"
)
"""Words that nearly every question about benefits has: 工业机器人购置补贴 and 数控机床购置补贴 have only them in common."""


@dataclass(frozen=True)
class Asked:
    """A question ready to be compared."""

    folded: str
    core: Subject
    bag: frozenset[str]
    terms: frozenset[str]
    mass: float
    choices: tuple[tuple[str, frozenset[str]], ...]
    """The tiers named: 博士 and 大专 are never the same question."""
    regions: frozenset[str]
    """Places named, our own county left out."""
    numbers: frozenset[str]

    def differs(self, other: "Asked") -> bool:
        """Tell whether something exact sets the two apart, however alike they are worded."""
        numbers = self.numbers and other.numbers and self.numbers != other.numbers
        return bool(numbers) or self.choices != other.choices or self.regions != other.regions


@dataclass(frozen=True)
class Likeness:
    """Compares questions with the weights of the policy corpus; pure but for what it remembers, safe to share."""

    index: PolicyIndex
    home: HomeRegion
    read: Callable[[str], Reading]
    """Reads one question without a context."""
    _known: dict[str, Asked] = field(default_factory=dict, repr=False)

    def asked(self, text: str) -> Asked:
        """Return a question ready to be compared."""
        known = self._known.get(text)
        if known is None:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            known = self._known[text] = self._prepared(text)
        return known

    def between(self, one: Asked, other: Asked) -> float:
        """Return how alike two questions are, from 0 to 1; the order does not matter."""
        if one.differs(other):
            return 0.0
        carried = (self.carried(one, other) + self.carried(other, one)) / 2
        shared = sum(map(self.index.weight, one.terms & other.terms))
        overlap = 2 * shared / (one.mass + other.mass) if one.mass + other.mass else 0.0
        return 0.7 * carried + 0.3 * max(overlap, fuzz.ratio(one.folded, other.folded) / 100)

    def carried(self, one: Asked, other: Asked) -> float:
        """Return the share of one question's core that the other holds, from 0 to 1."""
        return self.index.share(one.core, other.bag)

    def _prepared(self, text: str) -> Asked:
        reading, folded = self.read(text), fold(text)
        subject = _GIVING.sub(" ", reading.subject).strip()
        core = subject if len(subject.replace(" ", "")) >= SHORTEST_CORE else reading.subject or folded
        terms = frozenset(terms_of(folded, self.index.cut))
        return Asked(
            folded=folded,
            core=self.index.weighed(core),
            bag=terms | frozenset(terms_of(core, self.index.cut)),
            terms=terms,
            mass=sum(map(self.index.weight, terms)),
            choices=tuple(sorted((name, frozenset(values)) for name, values in reading.tiers.items())),
            regions=frozenset(reading.places.regions) - {self.home.county},
            numbers=frozenset(numbers_in(folded)),
        )
