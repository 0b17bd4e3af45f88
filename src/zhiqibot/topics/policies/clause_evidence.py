"""The evidence gate of clauses: does the clause that fits best carry the question?"""

from dataclasses import dataclass

from zhiqibot.topics.policies.question import Aspect
from zhiqibot.topics.policies.reading import Reading

ENOUGH = 0.95
"""Below this evidence what was found is about something else.

Set where near misses (questions that no document answers) are refused as surely as the cards refuse them; questions
in words far from the document's are refused with them, and go to the responsible unit."""
ENOUGH_MEANT = 0.95
"""The same where the meaning of the clauses is known: its likeness and the share of the subject spoken of, added up."""
SPEAKS_OF, SPEAKS_OF_VALUES = 0.5, 0.6
"""Share of the subject a clause must speak of, more where a sum or a list of papers is asked: with few clauses a clear
lead over the next one means little, and a sum quoted for another thing is the worst answer."""
SPEAKS_OF_MEANT, SPEAKS_OF_VALUES_MEANT = 0.3, 0.5
"""The same for a clause that means what is asked."""
OUTSTANDING = 0.25
"""A clause that does not speak of the most telling thing asked about must lead the next one by so much: those that have
only the rest of it (奖励, 大学生) are many."""
CLEAR = 0.5
"""A lead over the next clause counts up to here."""


@dataclass(frozen=True)
class Candidate:
    """A clause worth a look."""

    place: int
    words: float
    """How well its words fit."""
    carried: float
    """Share of the subject that the clause speaks of."""
    near: float
    """The same for its best passage."""
    meant: float = 0.0
    """How alike it is to the question in meaning, whatever the words; 0 where that is not known."""
    lacks: bool = False
    """It does not speak of the most telling thing asked about."""

    @property
    def rank(self) -> float:
        """What candidates are ordered by."""
        return self.words + self.meant

    @property
    def spoken_of(self) -> float:
        """Share of the subject spoken of, by the clause and by its best passage."""
        return 0.5 * (self.carried + self.near)


def strength(best: Candidate, lead: float, reading: Reading, *, by_meaning: bool) -> float | None:
    """Return the evidence for the best clause, which leads the next one by so much; None where it is not enough."""
    values = reading.question.aspect in (Aspect.AMOUNT, Aspect.MATERIALS)
    by_words = 0.5 * best.words + min(CLEAR, lead) + best.spoken_of
    told = not best.lacks or lead >= OUTSTANDING
    if told and by_words >= ENOUGH and best.carried >= (SPEAKS_OF_VALUES if values else SPEAKS_OF):
        return by_words
    meant = best.meant + best.spoken_of
    least = SPEAKS_OF_VALUES_MEANT if values else SPEAKS_OF_MEANT
    return meant if by_meaning and meant >= ENOUGH_MEANT and best.carried >= least else None
