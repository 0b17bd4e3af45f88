"""Answers made of clauses of imported documents: quoted as they stand, their source last."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher

from zhiqibot.content.policies import Document, Fact, fold
from zhiqibot.topics.policies import refusals, wording
from zhiqibot.topics.policies.clauses import ClauseIndex, Quoted
from zhiqibot.topics.policies.figures import numbers_of, unsupported
from zhiqibot.topics.policies.model import Next, PolicyAnswer, cite
from zhiqibot.topics.policies.places import HomeRegion
from zhiqibot.topics.policies.reading import Reading, remembered
from zhiqibot.topics.policies.standing import Standing, asks_validity, cited, points_back
from zhiqibot.topics.policies.tiers import Picked

SURER = 1.1
"""Evidence asked of a clause where a card on the subject says that the document leaves the point open."""

TOLD_BY_CARDS = 1.65
"""The same of a clause whose document the cards were written from: what they do not say of it, it hardly says."""
ALIKE = 0.6
"""Share of characters that the titles of one document have in common, however each writes it."""
_UNWRITTEN = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Clauses:
    """The imported side of the desk: asked where no card of ours answers."""

    shelf: Callable[[], ClauseIndex | None]
    """Returns the index over what is in force now; None where nothing is known."""
    home: HomeRegion

    def instead_of(
        self, answer: PolicyAnswer, by_us: bool, reading: Reading, today: date, documents: Iterable[Document] = ()
    ) -> PolicyAnswer | None:
        """Return a clause's answer where it is better than the cards': they refuse, or answer for another place.

        `by_us`: the cards' answer rests on our own county's documents. `documents`: those the cards were written from."""
        index = self.shelf()
        if index is None:
            return None
        if asks_validity(reading.question.text):
            return self._validity(index, by_us, reading, today)
        named = index.at_place(reading.question.text)
        if answer.answered and by_us and not named:
            return None
        quoted = named or index.answer(reading, today)
        if quoted is None or (by_us and not named and (quoted.open or quoted.strength < SURER)):
            return None
        if (
            not named
            and quoted.strength < TOLD_BY_CARDS
            and any(_is_same(quoted.fact.document, one) for one in documents)
        ):
            return None
        if answer.answered and not named and (quoted.open or self.home.level(quoted.fact.region) != "county"):
            return None
        if quoted.standing.over(today):
            return _over(reading, quoted, index, today)
        return quote(reading, quoted, self.home)

    def fact(self, clause_id: str) -> Fact | None:
        """Return a clause as a card."""
        index = self.shelf()
        return index.fact(clause_id) if index else None

    def names_one(self, text: str) -> bool:
        """Tell whether a text names an imported document by its number or its title."""
        index = self.shelf()
        return bool(index and index.named(text))

    @property
    def documents(self) -> list[Document]:
        """Every imported document."""
        index = self.shelf()
        return [one.document for one in index.standings] if index else []

    @property
    def regions(self) -> frozenset[str]:
        """Every place some clause is a rule of."""
        index = self.shelf()
        return index.regions if index else frozenset()

    def _validity(self, index: ClauseIndex, by_us: bool, reading: Reading, today: date) -> PolicyAnswer | None:
        """Say whether the document named, or the one spoken of, is in force; None for a card's document."""
        named = index.named(reading.question.text)
        if named:
            return _in_force(reading, named, [named.as_fact()], index, today)
        if by_us or not (reading.leans or not points_back(reading.question.text)):
            return None
        found = index.standing_of(reading, today)
        return _in_force(reading, found[0], [found[1]], index, today) if found else None


def _is_same(one: Document, other: Document) -> bool:
    """Tell whether two documents are one: by the number, else by place, year and title."""
    if one.number and other.number:
        return fold(one.number) == fold(other.number)
    title, its = (_UNWRITTEN.sub("", fold(each.title)) for each in (one, other))
    alike = SequenceMatcher(None, title, its, autojunk=False).ratio()
    return one.region == other.region and alike >= ALIKE


def quote(reading: Reading, quoted: Quoted, home: HomeRegion) -> PolicyAnswer:
    """Return the clause as an answer: the figure asked for first, then the quotation."""
    fact = quoted.fact
    label = wording.label_of(fact, home.level(fact.region), home.county)
    if quoted.open:
        return refusals.not_stated(reading, fact, Picked((), False), label, None)
    first = quoted.verdict + (f"{quoted.figure}。" if quoted.figure else "")
    if quoted.lacks:
        first += f"文件没有写明{quoted.lacks}。"
    if quoted.instead_of:
        title = quoted.instead_of.card.title.rstrip("。")
        first = f"「{title}」这一条里没有单独写；同一份文件的{fact.card.clause}统一写明："
    facts = [fact, *([quoted.instead_of] if quoted.instead_of else [])]
    return _answer(reading, [label, first, f"文件原文：“{fact.card.lead}”"], facts, [fact])


def _over(reading: Reading, quoted: Quoted, index: ClauseIndex, today: date) -> PolicyAnswer:
    """Answer from a document that is out of force: say so first, then what it said, then what replaced it."""
    facts = [quoted.fact, *_successor(quoted.standing, index)]
    lines = [quoted.standing.said(today), f"原来的规定：“{quoted.fact.card.lead}”", _replaced_by(quoted.standing)]
    return _answer(reading, lines, facts, facts)


def _in_force(
    reading: Reading, standing: Standing, facts: Sequence[Fact], index: ClauseIndex, today: date
) -> PolicyAnswer:
    """Say whether a document is in force."""
    facts = [*facts, *_successor(standing, index)]
    return _answer(reading, [standing.said(today), _replaced_by(standing)], facts, facts)


def _replaced_by(standing: Standing) -> str:
    return f"接替它的文件：{cited(standing.successor)}。" if standing.successor else ""


def _successor(standing: Standing, index: ClauseIndex) -> list[Fact]:
    fact = index.fact(standing.successor.id) if standing.successor else None
    return [fact] if fact else []


def _answer(reading: Reading, lines: Sequence[str], facts: Sequence[Fact], sources: Sequence[Fact]) -> PolicyAnswer:
    """Put an answer together; a line with a number that is not that of its clauses is left out."""
    known = frozenset[str]().union(*(numbers_of(fact) for fact in facts))
    subject = facts[-1] if len(facts) > 1 and facts[-1] not in sources else facts[0]
    shown = [*lines, *wording.source_lines(sources)]
    return PolicyAnswer(
        answered=True,
        text="\n".join(line for line in shown if line and not unsupported(line, known)),
        citations=cite(sources),
        card_ids=tuple(fact.card.id for fact in facts),
        hints=(Next.ASK_UNIT,),
        topic=subject.card.topics[0],
        question=remembered(reading, subject.card.title),
        follow_up=reading.leans,
    )
