"""How likely the entry found carries the question: every sign for and against it, weighed by regression."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from zhiqibot.topics.policies.entries import NO_ANSWER

ENOUGH = 0.48
"""Below this chance the entry found is taken to be about something else."""
MOST_MARGIN = 0.4
"""A lead over the next entry tells nothing more beyond this."""
LEAST_SIDE = -1.5
"""Nor does it matter how far on the other entries' side a question lies beyond this."""


@dataclass(frozen=True)
class Alike:
    """What the models say of a question, per entry; empty where a model is missing."""

    meant: Mapping[str, float]
    """Cosine to the entry's most alike question in meaning (semantic layer)."""
    sides: Mapping[str, float]
    """Margins of the entry classifier."""


@dataclass(frozen=True)
class Evidence:
    """What speaks for and against the best entry carrying a question."""

    best: str
    value: float
    carried: float
    likeness: float
    margin: float
    """Its lead over the next entry, at most MOST_MARGIN."""
    unanswered: float
    """How alike in wording the question is to one that no document answers."""
    alike: Alike

    @property
    def facts(self) -> tuple[float, ...]:
        """The signs, in the order of their weights."""
        return (*self._words(), *self._meant(), *self._sides())

    @property
    def chance(self) -> float:
        """How likely the entry answers the question."""
        return _chance((bool(self.alike.meant), bool(self.alike.sides)), self.facts)

    @property
    def about(self) -> float:
        """How likely the question is about the entry, though the entry may leave open what is asked."""
        return _chance((bool(self.alike.meant), False), (*self._words(), *self._meant()))

    def _words(self) -> tuple[float, ...]:
        return self.value, self.carried, self.likeness, self.margin, self.unanswered

    def _meant(self) -> tuple[float, ...]:
        meant = self.alike.meant
        return (meant.get(self.best, 0.0), meant.get(NO_ANSWER, 0.0)) if meant else ()

    def _sides(self) -> tuple[float, ...]:
        sides = self.alike.sides
        if not sides:
            return ()
        others = (side for entry, side in sides.items() if entry not in (self.best, NO_ANSWER))
        found = (sides.get(self.best, LEAST_SIDE), sides.get(NO_ANSWER, LEAST_SIDE), max(others, default=LEAST_SIDE))
        return tuple(max(side, LEAST_SIDE) for side in found)


_WEIGHTS = {
    (False, False): (-2.03, (12.74, -3.14, -4.12, 5.26, -9.32)),
    (True, False): (-1.91, (12.07, -3.26, -7.17, 4.02, -5.75, 6.16, -6.24)),
    (False, True): (-0.77, (9.14, -2.46, -5.40, 4.37, -5.46, 1.62, -1.37, 0.32)),
    (True, True): (-1.47, (9.84, -2.83, -6.82, 4.61, -4.54, 3.44, -3.41, 0.78, -1.15, 0.29)),
}
"""Constant and weights, without and with the semantic layer and the entry classifier; fitted by logistic regression on
questions with and without an answer that neither card nor classifier had seen."""


def _chance(models: tuple[bool, bool], signs: Sequence[float]) -> float:
    constant, weights = _WEIGHTS[models]
    odds = constant + sum(weight * sign for weight, sign in zip(weights, signs, strict=True))
    return 1.0 / (1.0 + math.exp(-odds))
