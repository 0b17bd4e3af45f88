"""Answers from the approved clauses of imported documents: the clause that fits best is quoted, or nothing is said."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from zhiqibot.content.policies import Card, CardKind, Document, Fact, fold
from zhiqibot.topics.policies import evidence
from zhiqibot.topics.policies.index import Entry, Hit, PolicyIndex, Subject
from zhiqibot.topics.policies.places import HomeRegion
from zhiqibot.topics.policies.postings import Cut
from zhiqibot.topics.policies.question import Aspect
from zhiqibot.topics.policies.reading import Reading
from zhiqibot.topics.policies.tiers import DIMENSIONS, Picked

LOOKED_AT = 20
ENOUGH = 0.95
"""Below this evidence what was found is about something else.

Set where near misses (questions that no document answers) are refused as surely as the cards refuse them; questions
in words far from the document's are refused with them, and go to the responsible unit."""
SPEAKS_OF, SPEAKS_OF_VALUES = 0.5, 0.6
"""Share of the subject a clause must speak of, more where a sum or a list of papers is asked: with few clauses a clear
lead over the next one means little, and a sum quoted for another thing is the worst answer."""
CLEAR = 0.5
"""A lead over the next clause counts up to here."""
MAX_QUOTED = 240  # characters; a longer clause is quoted around the passage that fits
NEARBY = 0.8
"""A passage that speaks as much of the subject as this share of the best is quoted with it."""
_PASSAGE = re.compile(r"[^。；;！？!?\n]+[。；;！？!?]?[”）)]*")
_CLAIMS = re.compile(r"补|奖|津贴|贴息|资助|经费|扶持|能(?:申请|享受|领|拿|报|贷)|给(?:多少|钱|不)")
_APPLYING = frozenset({Aspect.MATERIALS, Aspect.HOW, Aspect.DEADLINE, Aspect.CONDITIONS, Aspect.CONTACT, Aspect.UNIT})
"""Whoever asks these wants to apply, and that is done at home."""
_ASKS_GRANT = re.compile(r"补贴|补助|奖励|奖补|资助|经费支持|奖金")
_LEADS = re.compile(r"牵头|责任单位|主办单位|由[^，。；]{2,14}负责")
_GIVES = re.compile(r"补贴|补助|津贴|奖励|奖补|贴息|资助|给予|给子|免费|减免|返还|报销|先征后")
_FILLER = re.compile(
    r"一年|每年|今年|明年|去年|20\d\d年?|每月|一个月|一个人|一人|一个|几[千百万个家场部年月条档]|[县省市]里|咱县|全[县省市]|个管|个部门|"
    r"真假|听说|打算|准备|方面|负责|责任|牵头|部门|单位|可以|怎么|什么|时候|地方|意思|时间|人家|开始|事儿|要求|目标|规定|"
    r"[开干弄帮叫能得从里多大才算们俺个几管]|[补奖报]$"
)
_COMMON = re.compile(r"补贴|补助|奖励|奖补|政策|标准|支持|资金|比例|条件|流程|项目|企业")
"""Words of nearly every policy: they do not tell one from the other."""
_LEVELS: Mapping[str, float] = {"county": 0.08, "city": 0.02, "province": 0.0, "elsewhere": -0.04}


@dataclass(frozen=True)
class ApprovedClause:
    """One clause of an approved document, as it is searched and cited."""

    id: str
    document: Document
    reference: str
    heading: str
    text: str
    above: tuple[str, ...] = ()
    """Headings of the clauses it stands under, outermost first."""
    parent: str = ""
    """Id of the clause it stands under."""
    topics: tuple[str, ...] = ("other",)
    valid_until: date | None = None


@dataclass(frozen=True)
class Quoted:
    """A clause that answers, as a card: its lead is the passage that fits, its summary the quotation."""

    fact: Fact
    strength: float


@dataclass(frozen=True)
class _Passage:
    """One sentence of a clause."""

    id: str
    clause: int
    place: int
    text: str


@dataclass(frozen=True)
class _Asked:
    """The subject of a question, weighed for whole clauses and for passages."""

    whole: Sequence[Subject]
    parts: Sequence[Subject]


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
class ClauseIndex:
    """Searches clauses by their sentences and as wholes; built once, then only read."""

    clauses: Sequence[ApprovedClause]
    cut: Cut
    home: HomeRegion
    _whole: PolicyIndex = field(init=False)
    _parts: PolicyIndex = field(init=False)
    _passages: dict[str, _Passage] = field(init=False, default_factory=dict)
    _of_clause: list[list[_Passage]] = field(init=False, default_factory=list)
    _places: dict[str, int] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._places = {clause.id: place for place, clause in enumerate(self.clauses)}
        self._of_clause = [_passages(place, clause) for place, clause in enumerate(self.clauses)]
        self._passages = {one.id: one for parts in self._of_clause for one in parts}
        self._whole = PolicyIndex([_entry(clause) for clause in self.clauses], self.cut)
        self._parts = PolicyIndex([self._part(one) for parts in self._of_clause for one in parts], self.cut)

    @property
    def regions(self) -> frozenset[str]:
        """Every place some clause is a rule of."""
        return frozenset(clause.document.region for clause in self.clauses)

    def fact(self, clause_id: str) -> Fact | None:
        """Return a clause as a card."""
        place = self._places.get(clause_id)
        return None if place is None else _as_fact(self.clauses[place], [one.text for one in self._of_clause[place]])

    def answer(self, reading: Reading, today: date) -> Quoted | None:
        """Return the clause that states what is asked; None when no clause in force carries the question."""
        subjects = list(dict.fromkeys(_bare(one) for one in (reading.subject, reading.said) if one))
        if not self.clauses or not subjects:
            return None
        asked = _Asked([self._whole.weighed(one) for one in subjects], [self._parts.weighed(one) for one in subjects])
        ranked = sorted(self._candidates(reading, asked, today), key=lambda one: -one.rank)
        if not ranked:
            return None
        best, runner_up = ranked[0], ranked[1].rank if len(ranked) > 1 else 0.0
        strength = 0.5 * best.rank + min(CLEAR, best.rank - runner_up) + 0.5 * (best.carried + best.near)
        values = reading.question.aspect in (Aspect.AMOUNT, Aspect.MATERIALS)
        if strength < ENOUGH or best.carried < (SPEAKS_OF_VALUES if values else SPEAKS_OF):
            return None
        return self._quoted(reading, best.place, asked, strength)

    def _quoted(self, reading: Reading, place: int, asked: "_Asked", strength: float) -> Quoted | None:
        """Quote the clause, or for a unit the clause above that names it; None when it does not state what is asked."""
        if reading.question.aspect is Aspect.UNIT:
            named = self._naming(place)
            return None if named is None else Quoted(_as_fact(self.clauses[named], self._lead(named)), strength)
        window, core = self._window(place, asked, reading)
        if not _states(reading, _as_fact(self.clauses[place], core)):
            return None
        return Quoted(_as_fact(self.clauses[place], window), strength)

    def _naming(self, place: int) -> int | None:
        """Return the clause itself or the nearest one above that says who is in charge."""
        at: int | None = place
        while at is not None:
            if _LEADS.search(self.clauses[at].text):
                return at
            at = self._places.get(self.clauses[at].parent)
        return None

    # -- finding ------------------------------------------------------------------------------------------------

    def _candidates(self, reading: Reading, asked: "_Asked", today: date) -> Iterable["_Candidate"]:
        """Yield every clause worth a look."""
        whole = {self._places[hit.entry.id]: hit for hit in self._whole.search(reading.search, LOOKED_AT)}
        best: dict[int, Hit] = {}
        for hit in self._parts.search(reading.search, LOOKED_AT):
            best.setdefault(self._passages[hit.entry.id].clause, hit)
        for place in whole.keys() | best.keys():
            clause = self.clauses[place]
            if self._counts(clause, reading, today):
                carried = max(self._whole.carried(clause.id, subject) for subject in asked.whole)
                near = max((self._near(one, asked) for one in self._of_clause[place]), default=0.0)
                score = 0.5 * _score(whole.get(place)) + 0.5 * _score(best.get(place))
                rank = score + 0.4 * (carried + near) + self._bonus(clause, reading)
                yield _Candidate(place, rank, carried, near)

    def _near(self, passage: _Passage, asked: "_Asked") -> float:
        return max(self._parts.carried(passage.id, subject) for subject in asked.parts)

    def _counts(self, clause: ApprovedClause, reading: Reading, today: date) -> bool:
        """A clause out of force answers nothing; a named place allows its own clauses only.

        Without a named place, another county's rule never answers what *we* get."""
        if clause.valid_until and clause.valid_until < today:
            return False
        region = clause.document.region
        if reading.places.regions:
            return region in reading.places.regions
        claims = reading.places.own or bool(_CLAIMS.search(reading.question.text))
        claims = claims or reading.question.aspect in _APPLYING
        return not claims or self.home.level(region) != "elsewhere"

    def _bonus(self, clause: ApprovedClause, reading: Reading) -> float:
        bonus = _LEVELS[self.home.level(clause.document.region)]
        if reading.question.aspect is Aspect.UNIT and _LEADS.search(clause.text):
            bonus += 0.12
        if reading.question.aspect is Aspect.AMOUNT and _GIVES.search(clause.text):
            bonus += 0.06
        return bonus

    # -- quoting ------------------------------------------------------------------------------------------------

    def _window(self, place: int, asked: "_Asked", reading: Reading) -> tuple[list[str], list[str]]:
        """Return the passages to quote (the whole of a short clause), and those of them that speak of the subject."""
        passages = self._of_clause[place]
        near = [self._near(one, asked) + _has_tiers(reading, one.text) for one in passages]
        best = max(near, default=0.0)
        core = [n for n in range(len(passages)) if near[n] >= NEARBY * best]
        if sum(len(one.text) for one in passages) <= MAX_QUOTED:
            return [one.text for one in passages], [passages[n].text for n in core]
        kept: list[int] = []
        beside = [n for n in range(len(passages)) if n not in core and {n - 1, n + 1} & set(core)]
        for n in (*sorted(core, key=lambda n: -near[n]), *beside):
            if not kept or sum(len(passages[one].text) for one in (*kept, n)) <= MAX_QUOTED:
                kept.append(n)
        return _with_gaps(passages, sorted(kept)), [passages[n].text for n in core]

    def _lead(self, place: int) -> list[str]:
        """Return the passages that name who is in charge."""
        passages = self._of_clause[place]
        naming = [n for n, one in enumerate(passages) if _LEADS.search(one.text)]
        return _with_gaps(passages, sorted({0, *naming[:2]}))

    def _part(self, passage: _Passage) -> Entry:
        clause = self.clauses[passage.clause]
        return Entry(passage.id, "card", "", "", " ".join((clause.heading, *clause.above[-1:])), passage.text, ())


def _passages(place: int, clause: ApprovedClause) -> list[_Passage]:
    found = [one.strip() for one in _PASSAGE.findall(clause.text)]
    return [_Passage(f"{clause.id}:{n}", place, n, text) for n, text in enumerate(one for one in found if one)]


def _entry(clause: ApprovedClause) -> Entry:
    return Entry(clause.id, "card", clause.heading, "", " ".join(clause.above), clause.text, ())


def _score(hit: Hit | None) -> float:
    return hit.score if hit else 0.0


def _with_gaps(passages: Sequence[_Passage], kept: Sequence[int]) -> list[str]:
    """Mark what was left out."""
    shown: list[str] = []
    last = -1
    for n in kept:
        if n > last + 1:
            shown.append("……")
        shown.append(passages[n].text)
        last = n
    return shown if last == len(passages) - 1 else [*shown, "……"]


def _as_fact(clause: ApprovedClause, quoted: Sequence[str]) -> Fact:
    """Return a clause in the form of a card, so that whatever shows cards can show it. Nothing in it is our own."""
    quote = "".join(quoted)
    title = clause.heading or f"{clause.text[:16].rstrip('，、；。')}…"
    kind: CardKind = "benefit" if _GIVES.search(quote) else "mechanism"
    card = Card.model_construct(
        id=clause.id, kind=kind, title=title, clause=clause.reference, region=None, topics=clause.topics,
        lead=quote, summary=quote, valid_until=clause.valid_until, questions=(),
    )  # fmt: skip
    return Fact(clause.document, card)


def _states(reading: Reading, core: Fact) -> bool:
    """Tell whether the passages on the subject state the thing asked, for the very tier asked (硕士, 新三板)."""
    text = core.card.lead
    if _ASKS_GRANT.search(reading.question.text) and not _GIVES.search(text):
        return False
    tiers = not reading.tiers or bool(_has_tiers(reading, text))
    return tiers and evidence.states(reading.question, core, Picked((), False))


def _has_tiers(reading: Reading, text: str) -> float:
    """Return 1 when a text has all the tiers a question names (at least one), else 0."""
    named = reading.tiers.items()
    return 1.0 if named and all(_has_tier(dimension, values, text) for dimension, values in named) else 0.0


def _bare(subject: str) -> str:
    """Return a subject without the words that every question and every policy has; the subject itself if nothing is left."""
    for pattern in (_FILLER, _COMMON):
        shorter = pattern.sub("", subject)
        subject = shorter if len(shorter) > 1 else subject
    return subject


def _has_tier(dimension: str, values: set[str], text: str) -> bool:
    choices = DIMENSIONS[dimension]
    folded = fold(text)
    return any(re.search(pattern, folded) for value in values for pattern in choices[value])
