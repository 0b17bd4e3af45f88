"""Finding the clause of an imported document that carries a question: by its sentences and as a whole."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from itertools import permutations

from zhiqibot.content.policies import Document, fold
from zhiqibot.topics.policies import passages
from zhiqibot.topics.policies.clause_evidence import ENOUGH, Candidate, strength
from zhiqibot.topics.policies.clause_meaning import ClauseMeaning
from zhiqibot.topics.policies.clause_weighing import Spoken, Weighed, lacks_most, share, spoken, weigh
from zhiqibot.topics.policies.clause_wording import names_something
from zhiqibot.topics.policies.index import Entry, Hit, PolicyIndex, highest
from zhiqibot.topics.policies.passages import GIVES, LEADS, Passage, passages_of
from zhiqibot.topics.policies.places import HomeRegion
from zhiqibot.topics.policies.postings import Cut
from zhiqibot.topics.policies.question import Aspect
from zhiqibot.topics.policies.reading import Reading
from zhiqibot.topics.policies.standing import Standing

LOOKED_AT = 20
BY_TWO = 5
TOGETHER, ADDS, ADDS_MUCH = 0.7, 0.2, 0.3
"""Two clauses carry a question together when they speak of so much of it, each of so much that the other does not;
more where one of them would do alone."""
FIRST_WORDS = 24
"""Characters of a clause without a heading that tell what it is about."""
_CLAIMS = re.compile(r"补|奖|津贴|贴息|资助|经费|扶持|能(?:申请|享受|领|拿|报|贷)|给(?:多少|钱|不)")
_APPLYING = frozenset({Aspect.MATERIALS, Aspect.HOW, Aspect.DEADLINE, Aspect.CONDITIONS, Aspect.CONTACT, Aspect.UNIT})
"""Whoever asks these wants to apply, and that is done at home."""
_PURPOSE = re.compile(
    r"为[^。；]{4,120}(?:制定|出台|提出|印发)(?:[^。；]{0,12})(?:办法|措施|政策|细则|意见|方案|规定)[^。；]*[。；]?$"
)
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

    whole: Sequence[Sequence[Weighed]]
    parts: Sequence[Sequence[Weighed]]
    sums: bool = False
    """A sum or a list of papers is asked: what stands in brackets only is named in passing."""


@dataclass(frozen=True)
class Found:
    """The clause that carries a question."""

    place: int
    strength: float
    asked: Asked
    carried: float
    """Share of the subject that it speaks of."""
    beside: int | None = None
    """A clause about the whole document, where the rest of what is asked stands."""


@dataclass
class ClauseSearch:
    """Searches clauses; built once, then only read."""

    clauses: Sequence[ApprovedClause]
    cut: Cut
    home: HomeRegion
    of_clause: list[list[Passage]] = field(init=False, default_factory=list)
    """The sentences of every clause."""
    places: dict[str, int] = field(init=False, default_factory=dict)
    meaning: ClauseMeaning | None = field(init=False, default=None)
    """What the sentences mean, once that is worked out; without it words alone decide."""
    _rules: list[int] = field(init=False)
    """Every clause but those that only say why there are such rules."""
    _day: tuple[date, frozenset[int], frozenset[int]] = field(init=False)
    """The last day asked for, the clauses in force on it and those that no longer are."""
    _whole: PolicyIndex = field(init=False)
    _parts: PolicyIndex = field(init=False)
    _passages: dict[str, Passage] = field(init=False, default_factory=dict)
    _spoken: dict[tuple[str, bool], Spoken] = field(init=False, default_factory=dict)
    """What clauses and passages say, kept once it was looked at."""

    def __post_init__(self) -> None:
        self.places = {clause.id: place for place, clause in enumerate(self.clauses)}
        self.of_clause = [passages_of(clause.id, place, clause.text) for place, clause in enumerate(self.clauses)]
        self._rules = [place for place, one in enumerate(self.clauses) if not _PURPOSE.match(one.text)]
        self._day = (date.min, frozenset(), frozenset())
        self._passages = {one.id: one for parts in self.of_clause for one in parts}
        self._whole = PolicyIndex([_entry(clause) for clause in self.clauses], self.cut)
        self._parts = PolicyIndex([self._part(one) for parts in self.of_clause for one in parts], self.cut)

    def find(self, reading: Reading, today: date, *, over: bool = False) -> Found | None:
        """Return the clause that carries a question, among those in force or (`over`) those that no longer are."""
        told = [one for one in (reading.telling, reading.also) if names_something(one)]
        if not self.clauses or not told:
            return None
        sums = reading.question.aspect in (Aspect.AMOUNT, Aspect.MATERIALS)
        asked = Asked([weigh(one, self._whole) for one in told], [weigh(one, self._parts) for one in told], sums)
        counting = self._counting(today, over)
        if not counting:
            return None
        ranked = sorted(self._candidates(reading, asked, counting), key=lambda one: -one.rank)
        if not ranked:
            return None
        best, runner_up = ranked[0], ranked[1].rank if len(ranked) > 1 else 0.0
        evidence = strength(best, best.rank - runner_up, reading, by_meaning=self.meaning is not None)
        amount = reading.question.aspect is Aspect.AMOUNT  # what goes for all benefits is no sum
        if evidence is None:
            return None if amount else self._by_two(ranked, asked, ADDS)
        more = self._by_two(ranked, asked, ADDS_MUCH) if best.carried < TOGETHER and not amount else None
        return more or Found(best.place, evidence, asked, best.carried)

    def _counting(self, today: date, over: bool) -> frozenset[int]:
        """Return the clauses that may answer: those in force on a day, or those that no longer are."""
        day = self._day
        if day[0] != today:
            ended = frozenset(place for place in self._rules if self.clauses[place].standing.over(today))
            self._day = day = (today, frozenset(self._rules) - ended, ended)
        return day[2] if over else day[1]

    def _by_two(self, ranked: Sequence[Candidate], asked: Asked, adds: float) -> Found | None:
        """Find the clause of which part is asked, and the one that says the rest for its whole document.

        “刚注册一年能申请绿色工厂奖励不”: neither 绿色工厂奖励 nor 申报条件 speaks of all of it, both together do."""
        for best, rest in permutations(sorted(ranked, key=lambda one: -one.words)[:BY_TWO], 2):
            one, other = self.clauses[best.place], self.clauses[rest.place]
            if one.document.id != other.document.id or is_for_all(one) or not is_for_all(other):
                continue
            both = self._carried(asked, one, other)
            evidence = 0.5 * best.words + both
            if both >= TOGETHER and evidence >= ENOUGH and both - max(best.carried, rest.carried) >= adds:
                return Found(best.place, evidence, asked, both, beside=rest.place)
        return None

    def near(self, passage: Passage, asked: Asked) -> float:
        """Return the share of the subject that a passage speaks of."""
        said = self._said(passage.id, self._parts, self.clauses[passage.clause], passage.text, asked.sums)
        return max(share(told, self._parts, said) for told in asked.parts)

    def _carried(self, asked: Asked, *clauses: ApprovedClause) -> float:
        """Return the share of the subject that clauses speak of together."""
        said = reduce(Spoken.with_, (self._said(one.id, self._whole, one, one.text, asked.sums) for one in clauses))
        return max(share(told, self._whole, said) for told in asked.whole)

    def _lacks(self, asked: Asked, clause: ApprovedClause) -> bool:
        """Tell whether a clause does not speak of the most telling thing asked about."""
        said = self._said(clause.id, self._whole, clause, clause.text, asked.sums)
        return all(lacks_most(told, self._whole, said) for told in asked.whole)

    def _said(self, key: str, index: PolicyIndex, clause: ApprovedClause, text: str, outright: bool) -> Spoken:
        """Return what a text of a clause says, with its headings; `outright`: without what it has in brackets."""
        if (key, outright) not in self._spoken:
            whole = fold(" ".join((*clause.above, clause.heading, text)))
            self._spoken[key, outright] = spoken(index.bag(key), whole, self.cut, outright=outright)
        return self._spoken[key, outright]

    def above(self, place: int) -> Iterable[int]:
        """Yield a clause and those it stands under, innermost first."""
        at: int | None = place
        while at is not None:
            yield at
            at = self.places.get(self.clauses[at].parent)

    def _candidates(self, reading: Reading, asked: Asked, counting: frozenset[int]) -> Iterable[Candidate]:
        """Yield every clause worth a look."""
        whole = {self.places[hit.entry.id]: hit for hit in self._whole.search(reading.search, LOOKED_AT)}
        best: dict[int, Hit] = {}
        for hit in self._parts.search(reading.search, LOOKED_AT):
            best.setdefault(self._passages[hit.entry.id].clause, hit)
        alike = (
            self.meaning.likeness(reading.said if reading.leans else reading.question.text) if self.meaning else None
        )
        meant = highest(alike, LOOKED_AT).tolist() if alike is not None else []
        for place in (whole.keys() | best.keys() | set(meant)) & counting:
            clause = self.clauses[place]
            if self._counts(clause, reading):
                carried = self._carried(asked, clause)
                near = max((self.near(one, asked) for one in self.of_clause[place]), default=0.0)
                score = 0.5 * _score(whole.get(place)) + 0.5 * _score(best.get(place))
                words = score + 0.4 * (carried + near) + self._bonus(clause, reading)
                meaning = float(alike[place]) if alike is not None else 0.0
                yield Candidate(place, words, carried, near, meaning, self._lacks(asked, clause))

    def sentences(self) -> list[tuple[int, str]]:
        """Return every sentence under its headings, with its clause: what `meaning` is worked out of."""
        return [
            (one.clause, f"{' '.join((*clause.above[-1:], clause.heading))}：{one.text}")
            for clause, parts in zip(self.clauses, self.of_clause, strict=True)
            for one in parts
        ]

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
        return Entry(
            passage.id,
            "card",
            "",
            "",
            " ".join((clause.heading, *clause.above[-1:])),
            _under_title(clause, passage.text),
            (),
        )


def is_for_all(clause: ApprovedClause) -> bool:
    """Tell whether a clause is about its whole document: by its headings, or by its first words where it has none."""
    return passages.is_for_all((clause.heading or clause.text[:FIRST_WORDS], *clause.above))


def _entry(clause: ApprovedClause) -> Entry:
    return Entry(clause.id, "card", clause.heading, "", " ".join(clause.above), _under_title(clause, clause.text), ())


def _under_title(clause: ApprovedClause, text: str) -> str:
    """Return a text with what its document is about, which every clause of it is."""
    return f"{clause.document.title} {text}"


def _score(hit: Hit | None) -> float:
    return hit.score if hit else 0.0
