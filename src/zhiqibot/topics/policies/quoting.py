"""Answers made of clauses of imported documents: quoted as they stand, their source last."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from zhiqibot.content.policies import Fact
from zhiqibot.topics.policies import wording
from zhiqibot.topics.policies.clauses import ClauseIndex, Quoted
from zhiqibot.topics.policies.figures import numbers_of, unsupported
from zhiqibot.topics.policies.model import Next, PolicyAnswer, cite
from zhiqibot.topics.policies.places import HomeRegion
from zhiqibot.topics.policies.reading import Reading, remembered

SURER = 1.1
"""Evidence asked of a clause where a card on the subject says that the document leaves the point open."""


@dataclass(frozen=True)
class Clauses:
    """The imported side of the desk: asked where no card of ours answers."""

    shelf: Callable[[], ClauseIndex | None]
    """Returns the index over what is in force now; None where nothing is."""
    home: HomeRegion

    def instead_of(self, answer: PolicyAnswer, by_us: bool, reading: Reading, today: date) -> PolicyAnswer | None:
        """Return a clause's answer where it is better than the cards': they refuse, or answer for another place.

        `by_us`: the cards' answer rests on our own county's documents."""
        index = self.shelf()
        if index is None or (answer.answered and by_us):
            return None
        quoted = index.answer(reading, today)
        if quoted is None or (by_us and quoted.strength < SURER):
            return None
        if answer.answered and self.home.level(quoted.fact.region) != "county":
            return None
        return quote(reading, quoted, self.home)

    def fact(self, clause_id: str) -> Fact | None:
        """Return a clause in force as a card."""
        index = self.shelf()
        return index.fact(clause_id) if index else None

    @property
    def regions(self) -> frozenset[str]:
        """Every place some clause in force is a rule of."""
        index = self.shelf()
        return index.regions if index else frozenset()


def quote(reading: Reading, quoted: Quoted, home: HomeRegion) -> PolicyAnswer:
    """Return the clause as an answer; a line with a number that is not the clause's own is left out."""
    fact = quoted.fact
    label = wording.label_of(fact, home.level(fact.region), home.county)
    lines = [label, f"文件原文：“{fact.card.lead}”", *wording.source_lines([fact])]
    known = numbers_of(fact)
    return PolicyAnswer(
        answered=True,
        text="\n".join(line for line in lines if line and not unsupported(line, known)),
        citations=cite([fact]),
        card_ids=(fact.card.id,),
        hints=(Next.ASK_UNIT,),
        topic=fact.card.topics[0],
        question=remembered(reading, fact.card.title),
        follow_up=reading.leans,
    )
