"""Answers from the clauses of imported documents: the clause that fits best is quoted, or nothing is said."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from zhiqibot.content.policies import Card, CardKind, Fact
from zhiqibot.topics.policies import passages
from zhiqibot.topics.policies.clause_meaning import SentenceVectors
from zhiqibot.topics.policies.clause_names import document_named, is_at, is_of, places_named
from zhiqibot.topics.policies.clause_search import TOGETHER, ApprovedClause, Asked, ClauseSearch, Found, is_for_all
from zhiqibot.topics.policies.passages import GIVES, LEADS, Passage, with_gaps
from zhiqibot.topics.policies.places import HomeRegion
from zhiqibot.topics.policies.postings import Cut
from zhiqibot.topics.policies.question import Aspect
from zhiqibot.topics.policies.reading import Reading
from zhiqibot.topics.policies.standing import Standing, named_in

MAX_QUOTED = 240  # characters; a longer clause is quoted around the passage that fits
_BRACKETS = re.compile(r"[（(][^（()）]*[)）]")
CLEARLY = 0.2
"""A clause out of force goes before one in force when it speaks of so much more of the subject (技师, not 厨师)."""
NEARLY_ALL = 0.9
NEARBY = 0.8
"""A passage that speaks as much of the subject as this share of the best is quoted with it."""


@dataclass(frozen=True)
class Quoted:
    """A clause that answers, as a card: its lead is the passage that fits, its summary the quotation."""

    fact: Fact
    strength: float
    standing: Standing
    figure: str = ""
    """The words that state the very figure asked for (每家最高30万元), where they can be told from the others."""
    verdict: str = ""
    """Confirms or corrects what the person takes for granted."""
    lacks: str = ""
    """What was asked and the clause does not say, beside what it does."""
    instead_of: Fact | None = None
    """The clause spoken of, where another clause of its document states the point asked for."""
    open: bool = False
    """The clause spoken of does not state what is asked, nor does its document for everything."""


@dataclass
class ClauseIndex:
    """Answers from clauses; built once, then only read."""

    clauses: Sequence[ApprovedClause]
    cut: Cut
    home: HomeRegion
    standings: Sequence[Standing] = ()
    """Every document known, those out of force too."""
    _search: ClauseSearch = field(init=False)

    def __post_init__(self) -> None:
        self._search = ClauseSearch(self.clauses, self.cut, self.home)

    def learn(self, vectors: SentenceVectors) -> None:
        """Work out what the clauses mean, which may take minutes; questions are answered by words until then."""
        self._search.meaning = vectors.meaning_of(self._search.sentences(), len(self.clauses))

    @property
    def regions(self) -> frozenset[str]:
        """Every place some clause is a rule of."""
        return frozenset(clause.document.region for clause in self.clauses)

    def fact(self, card_id: str) -> Fact | None:
        """Return a clause, or a document as a whole, as a card."""
        place = self._search.places.get(card_id)
        if place is not None:
            return _as_fact(self.clauses[place], self._said(place))
        return next((one.as_fact() for one in self.standings if one.document.id == card_id), None)

    def named(self, text: str) -> Standing | None:
        """Return the document that a question names by its number or its title."""
        return named_in(text, self.standings)

    def at_place(self, text: str) -> Quoted | None:
        """Return the clause that a question names by its document's number and its place (“31号第二条”)."""
        named, places = document_named(text), places_named(text)
        for clause in self.clauses if named and places else ():
            if is_of(clause.document.number or "", named) and is_at(clause.reference, places):
                return Quoted(_as_fact(clause, [clause.text]), 1.0, clause.standing)
        return None

    def standing_of(self, reading: Reading, today: date) -> tuple[Standing, Fact] | None:
        """Return the document of the clause a question is about, with the clause; one in force goes before others."""
        found = self._search.find(reading, today) or self._search.find(reading, today, over=True)
        if found is None:
            return None
        clause = self.clauses[found.place]
        return clause.standing, _as_fact(clause, [one.text for one in self._search.of_clause[found.place]])

    def answer(self, reading: Reading, today: date) -> Quoted | None:
        """Return the clause that states what is asked; None when none carries the question.

        A clause out of force answers (as such) only where none in force does, or hardly speaks of it."""
        found = [one for over in (False, True) if (one := self._search.find(reading, today, over=over))]
        if len(found) > 1 and found[1].carried - found[0].carried >= CLEARLY:
            found.reverse()
        return next((quoted for one in found if (quoted := self._quoted(reading, one))), None)

    # -- quoting ------------------------------------------------------------------------------------------------

    def _quoted(self, reading: Reading, found: Found) -> Quoted | None:
        """Quote the clause, or the one that says this of it; None when nothing on the subject states what is asked."""
        clause = self.clauses[found.place]
        if reading.question.aspect is Aspect.UNIT:
            if passages.says_of(Aspect.UNIT, clause.text):
                return Quoted(_as_fact(clause, self._said(found.place)), found.strength, clause.standing)
            named = next((at for at in self._search.above(found.place) if LEADS.search(self.clauses[at].text)), None)
            if named is not None:
                return Quoted(_as_fact(self.clauses[named], self._lead(named)), found.strength, clause.standing)
            return self._said_elsewhere(reading, found) if reading.leans else None
        if found.beside is not None:
            return self._beside(found, found.beside)
        window, core = self._window(found.place, found.asked, reading)
        core = core if self._states(reading, clause, core) else self._whole(found, core)
        if not self._states(reading, clause, core):
            return self._said_elsewhere(reading, found)
        if passages.lacks_level(reading.question, core):
            return Quoted(_as_fact(clause, window), found.strength, clause.standing, open=True)
        figure = passages.figure_asked(reading.question, core)
        return Quoted(
            _as_fact(clause, window),
            found.strength,
            clause.standing,
            figure=figure,
            verdict=passages.verdict(reading.question, core, figure),
            lacks="最高多少" if passages.lacks_cap(reading.question, core) else "",
        )

    def _states(self, reading: Reading, clause: ApprovedClause, core: Sequence[tuple[float, str]]) -> bool:
        return passages.states(reading, _as_fact(clause, [text for _, text in core]))

    def _whole(self, found: Found, core: list[tuple[float, str]]) -> list[tuple[float, str]]:
        """Return all sentences of a short clause that speaks of nearly all that is asked; of another, the core as it is."""
        said = self._said(found.place)
        whole = found.carried >= NEARLY_ALL and sum(map(len, said)) <= MAX_QUOTED
        return [(found.carried, text) for text in said] if whole else core

    def _beside(self, found: Found, place: int) -> Quoted:
        """Quote the clause that says something for all benefits, of the one spoken of."""
        clause, rest = self.clauses[found.place], self.clauses[place]
        fact, asked_of = _as_fact(rest, self._said(place)), _as_fact(clause, self._said(found.place))
        return Quoted(fact, found.strength, clause.standing, instead_of=asked_of)

    def _sentences(self, place: int) -> list[Passage]:
        """Return the sentences of a clause; of one that is nothing but a heading, those of the clauses below it too."""
        clause, own = self.clauses[place], self._search.of_clause[place]
        if _BRACKETS.sub("", clause.text).rstrip("。；") != _BRACKETS.sub("", clause.heading).rstrip("。；"):
            return own
        below = (at for at, one in enumerate(self.clauses) if one.parent == clause.id)
        return [*own, *(one for at in below for one in self._search.of_clause[at])]

    def _said(self, place: int) -> list[str]:
        return [one.text for one in self._sentences(place)]

    def _said_elsewhere(self, reading: Reading, found: Found) -> Quoted | None:
        """Quote what the document says of all its benefits in one place; a follow-up is told that it says nothing."""
        aspect, clause = reading.question.aspect, self.clauses[found.place]
        asked_of = _as_fact(clause, self._said(found.place))
        clearly = reading.leans or found.carried >= TOGETHER  # of another matter it would be no rule
        may = clearly and passages.may_stand_elsewhere(reading.question)
        elsewhere = self._rules(found.place) if may else ()
        saying = [place for place in elsewhere if self._says(aspect, place) and self._states_where(reading, place)]
        if saying:
            place = max(saying, key=lambda at: passages.is_headed(aspect, self.clauses[at].heading))
            fact = _as_fact(self.clauses[place], self._said(place))
            return Quoted(fact, found.strength, clause.standing, instead_of=asked_of)
        return Quoted(asked_of, found.strength, clause.standing, open=True) if reading.leans else None

    def _says(self, aspect: Aspect, place: int) -> bool:
        """Tell whether a clause says something of a point, beyond a heading that announces it."""
        clause = self.clauses[place]
        return clause.text != clause.heading and passages.says_of(aspect, clause.text)

    def _states_where(self, reading: Reading, place: int) -> bool:
        """Tell whether a clause has the very number or address asked for, if one is."""
        return not passages.asks_where(reading.question) or passages.states_where(reading, self.clauses[place].text)

    def _rules(self, place: int) -> Iterable[int]:
        """Yield the clauses that may speak for this one: those below it, then those about the whole document."""
        clause = self.clauses[place]
        same = [at for at, one in enumerate(self.clauses) if one.document.id == clause.document.id and at != place]
        below = [at for at in same if place in self._search.above(at)]
        yield from below
        for at in same:
            one = self.clauses[at]
            if at not in below and is_for_all(one):
                yield at

    def _window(self, place: int, asked: Asked, reading: Reading) -> tuple[list[str], list[tuple[float, str]]]:
        """Return the passages to quote (the whole of a short clause), and those of them that speak of the subject."""
        parts = self._sentences(place)
        near = [self._search.near(one, asked) + passages.has_tiers(reading, one.text) for one in parts]
        best = max(near, default=0.0)
        core = [n for n in range(len(parts)) if near[n] >= NEARBY * best]
        core = sorted({*core, *(row for n in core for row in passages.rows_after(parts, n))})
        said = [(near[n], parts[n].text) for n in core]
        if sum(len(one.text) for one in parts) <= MAX_QUOTED:
            return [one.text for one in parts], said
        kept: list[int] = []
        beside = [n for n in range(len(parts)) if n not in core and {n - 1, n + 1} & set(core)]
        for n in (*sorted(core, key=lambda n: -near[n]), *beside):
            if not kept or sum(len(parts[one].text) for one in (*kept, n)) <= MAX_QUOTED:
                kept.append(n)
        return with_gaps(parts, sorted(kept)), said

    def _lead(self, place: int) -> list[str]:
        """Return the passages that name who is in charge."""
        parts = self._search.of_clause[place]
        naming = [n for n, one in enumerate(parts) if LEADS.search(one.text)]
        return with_gaps(parts, sorted({0, *naming[:2]}))


def _as_fact(clause: ApprovedClause, quoted: Sequence[str]) -> Fact:
    """Return a clause in the form of a card, so that whatever shows cards can show it. Nothing in it is our own."""
    quote = "".join(quoted)
    title = clause.heading or f"{clause.text[:16].rstrip('，、；。')}…"
    kind: CardKind = "benefit" if GIVES.search(quote) else "mechanism"
    card = Card.model_construct(
        id=clause.id, kind=kind, title=title, clause=clause.reference, region=None, topics=clause.topics,
        lead=quote, summary=quote, valid_from=clause.standing.valid_from, valid_until=clause.standing.last_day,
        questions=(),
    )  # fmt: skip
    return Fact(clause.document, card)
