"""Finding the clause of an imported document that carries a question: by its sentences and as a whole."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import permutations

from zhiqibot.content.policies import Document
from zhiqibot.topics.policies import passages
from zhiqibot.topics.policies.index import Entry, Hit, PolicyIndex, Subject
from zhiqibot.topics.policies.passages import GIVES, LEADS, Passage, passages_of
from zhiqibot.topics.policies.places import HomeRegion
from zhiqibot.topics.policies.postings import Cut
from zhiqibot.topics.policies.question import Aspect
from zhiqibot.topics.policies.reading import Reading
from zhiqibot.topics.policies.standing import Standing

LOOKED_AT = 20
ENOUGH = 0.95
"""Below this evidence what was found is about something else.

Set where near misses (questions that no document answers) are refused as surely as the cards refuse them; questions
in words far from the document's are refused with them, and go to the responsible unit."""
SPEAKS_OF, SPEAKS_OF_VALUES = 0.5, 0.6
"""Share of the subject a clause must speak of, more where a sum or a list of papers is asked: with few clauses a clear
lead over the next one means little, and a sum quoted for another thing is the worst answer."""
BY_TWO = 5
TOGETHER, ADDS, ADDS_MUCH = 0.7, 0.2, 0.3
"""Two clauses carry a question together when they speak of so much of it, each of so much that the other does not;
more where one of them would do alone."""
CLEAR = 0.5
"""A lead over the next clause counts up to here."""
FIRST_WORDS = 24
"""Characters of a clause without a heading that tell what it is about."""
_CLAIMS = re.compile(r"补|奖|津贴|贴息|资助|经费|扶持|能(?:申请|享受|领|拿|报|贷)|给(?:多少|钱|不)")
_APPLYING = frozenset({Aspect.MATERIALS, Aspect.HOW, Aspect.DEADLINE, Aspect.CONDITIONS, Aspect.CONTACT, Aspect.UNIT})
"""Whoever asks these wants to apply, and that is done at home."""
_FILLER = re.compile(
    r"一年|每年|今年|明年|去年|20\d\d年?|每月|一个月|一个人|一人|一个|几[千百万个家场部年月条档]|[县省市]里|咱县|全[县省市]|个管|个部门|"
    r"真假|听说|打算|准备|方面|负责|责任|牵头|部门|单位|可以|怎么|什么|时候|地方|意思|时间|人家|开始|事儿|要求|目标|规定|"
    r"最高|最多|上限|封顶|[每一][家台套户]|单个|还?有?效|过期|到期|失效|作废|"
    r"出过|有过|刚刚?|[弄帮叫得从算们俺个几管咋谁由最半]|[开干](?![发办部])|买(?!卖)|里(?!程)|多(?!媒|元)|大(?![学专型棚])|才(?!能)|(?<![智节产性功效技储])能(?![源力耗])|[补奖报]$"
)
_COMMON = re.compile(r"补贴|补助|津贴|奖励|奖补|政策|标准(?!煤)|支持|资金|比例|条件|流程|项目|企业")
"""Words of nearly every policy: they do not tell one from the other."""
_OWN_NUMBER = re.compile(
    r"花?第?(?:\d+(?:\.\d+)?|[一两二三四五六七八九十半]+)[万千百]?(?:吨|千瓦|平方米|平米|亩|个月|年|人|家|元|块|台|套|条|%)|花?\d+(?:\.\d+)?[万千百]元?"
)
"""What a person says of their own case is held against the clause by its reader; no clause has that very number."""
_LEVELS: Mapping[str, float] = {"county": 0.08, "city": 0.02, "province": 0.0, "elsewhere": -0.04}


@dataclass(frozen=True)
class ApprovedClause:
    """One clause of an approved document, as it is searched and cited."""

    id: str
    standing: Standing
    reference: str
    heading: str
    text: str
    above: tuple[str, ...] = ()
    """Headings of the clauses it stands under, outermost first."""
    parent: str = ""
    """Id of the clause it stands under."""
    topics: tuple[str, ...] = ("other",)

    @property
    def document(self) -> Document:
        return self.standing.document


@dataclass(frozen=True)
class Asked:
    """The subject of a question, weighed for whole clauses and for passages."""

    whole: Sequence[Subject]
    parts: Sequence[Subject]


@dataclass(frozen=True)
class Found:
    """The clause that carries a question."""

    place: int
    strength: float
    asked: Asked
    beside: int | None = None
    """A clause about the whole document, where the rest of what is asked stands."""


@dataclass(frozen=True)
class _Candidate:
    """A clause worth a look."""

    place: int
    rank: float
    carried: float
    """Share of the subject that the clause speaks of."""
    near: float
    """The same for its best passage."""


@dataclass
class ClauseSearch:
    """Searches clauses; built once, then only read."""

    clauses: Sequence[ApprovedClause]
    cut: Cut
    home: HomeRegion
    of_clause: list[list[Passage]] = field(init=False, default_factory=list)
    """The sentences of every clause."""
    places: dict[str, int] = field(init=False, default_factory=dict)
    _whole: PolicyIndex = field(init=False)
    _parts: PolicyIndex = field(init=False)
    _passages: dict[str, Passage] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.places = {clause.id: place for place, clause in enumerate(self.clauses)}
        self.of_clause = [passages_of(clause.id, place, clause.text) for place, clause in enumerate(self.clauses)]
        self._passages = {one.id: one for parts in self.of_clause for one in parts}
        self._whole = PolicyIndex([_entry(clause) for clause in self.clauses], self.cut)
        self._parts = PolicyIndex([self._part(one) for parts in self.of_clause for one in parts], self.cut)

    def find(self, reading: Reading, today: date, *, over: bool = False) -> Found | None:
        """Return the clause that carries a question, among those in force or (`over`) those that no longer are."""
        subjects = list(dict.fromkeys(_bare(one) for one in (reading.subject, reading.said) if one))
        if not self.clauses or not subjects:
            return None
        asked = Asked([self._whole.weighed(one) for one in subjects], [self._parts.weighed(one) for one in subjects])
        counting = {place for place, one in enumerate(self.clauses) if one.standing.over(today) is over}
        ranked = sorted(self._candidates(reading, asked, counting), key=lambda one: -one.rank)
        if not ranked:
            return None
        best, runner_up = ranked[0], ranked[1].rank if len(ranked) > 1 else 0.0
        strength = 0.5 * best.rank + min(CLEAR, best.rank - runner_up) + 0.5 * (best.carried + best.near)
        values = reading.question.aspect in (Aspect.AMOUNT, Aspect.MATERIALS)
        if strength < ENOUGH or best.carried < (SPEAKS_OF_VALUES if values else SPEAKS_OF):
            return self._by_two(ranked[:BY_TWO], asked, ADDS)
        more = self._by_two(ranked[:BY_TWO], asked, ADDS_MUCH) if best.carried < TOGETHER else None
        return more or Found(best.place, strength, asked)

    def _by_two(self, ranked: Sequence[_Candidate], asked: Asked, adds: float) -> Found | None:
        """Find the clause of which part is asked, and the one that says the rest for its whole document.

        “刚注册一年能申请绿色工厂奖励不”: neither 绿色工厂奖励 nor 申报条件 speaks of all of it, both together do."""
        for best, rest in permutations(ranked, 2):
            one, other = self.clauses[best.place], self.clauses[rest.place]
            if one.document.id != other.document.id or is_for_all(one) or not is_for_all(other):
                continue
            both = max(self._whole.carried_by((one.id, other.id), subject) for subject in asked.whole)
            strength = 0.5 * best.rank + both
            if both >= TOGETHER and strength >= ENOUGH and both - max(best.carried, rest.carried) >= adds:
                return Found(best.place, strength, asked, beside=rest.place)
        return None

    def near(self, passage: Passage, asked: Asked) -> float:
        """Return the share of the subject that a passage speaks of."""
        return max(self._parts.carried(passage.id, subject) for subject in asked.parts)

    def above(self, place: int) -> Iterable[int]:
        """Yield a clause and those it stands under, innermost first."""
        at: int | None = place
        while at is not None:
            yield at
            at = self.places.get(self.clauses[at].parent)

    def _candidates(self, reading: Reading, asked: Asked, counting: set[int]) -> Iterable[_Candidate]:
        """Yield every clause worth a look."""
        whole = {self.places[hit.entry.id]: hit for hit in self._whole.search(reading.search, LOOKED_AT)}
        best: dict[int, Hit] = {}
        for hit in self._parts.search(reading.search, LOOKED_AT):
            best.setdefault(self._passages[hit.entry.id].clause, hit)
        for place in (whole.keys() | best.keys()) & counting:
            clause = self.clauses[place]
            if self._counts(clause, reading):
                carried = max(self._whole.carried(clause.id, subject) for subject in asked.whole)
                near = max((self.near(one, asked) for one in self.of_clause[place]), default=0.0)
                score = 0.5 * _score(whole.get(place)) + 0.5 * _score(best.get(place))
                rank = score + 0.4 * (carried + near) + self._bonus(clause, reading)
                yield _Candidate(place, rank, carried, near)

    def _counts(self, clause: ApprovedClause, reading: Reading) -> bool:
        """A named place allows its own clauses only; without one, another county's rule never answers what *we* get."""
        region = clause.document.region
        if reading.places.regions:
            return region in reading.places.regions
        claims = reading.places.own or bool(_CLAIMS.search(reading.question.text))
        claims = claims or reading.question.aspect in _APPLYING
        return not claims or self.home.level(region) != "elsewhere"

    def _bonus(self, clause: ApprovedClause, reading: Reading) -> float:
        bonus = _LEVELS[self.home.level(clause.document.region)]
        if reading.question.aspect is Aspect.UNIT and LEADS.search(clause.text):
            bonus += 0.12
        if reading.question.aspect is Aspect.AMOUNT and GIVES.search(clause.text):
            bonus += 0.06
        if passages.has_kind(reading.question, clause.text):
            bonus += 0.06
        return bonus

    def _part(self, passage: Passage) -> Entry:
        clause = self.clauses[passage.clause]
        return Entry(passage.id, "card", "", "", " ".join((clause.heading, *clause.above[-1:])), passage.text, ())


def is_for_all(clause: ApprovedClause) -> bool:
    """Tell whether a clause is about its whole document: by its headings, or by its first words where it has none."""
    return passages.is_for_all((clause.heading or clause.text[:FIRST_WORDS], *clause.above))


def _entry(clause: ApprovedClause) -> Entry:
    return Entry(clause.id, "card", clause.heading, "", " ".join(clause.above), clause.text, ())


def _score(hit: Hit | None) -> float:
    return hit.score if hit else 0.0


def _bare(subject: str) -> str:
    """Return a subject without the words that every question and every policy has; the subject itself if nothing is left."""
    for pattern in (_OWN_NUMBER, _FILLER, _COMMON):
        shorter = pattern.sub("", subject)
        subject = shorter if len(shorter) > 1 else subject
    return subject
