"""What the product understood of one message."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Act:
    """One request inside a message."""

    text: str
    """That part of the message, as written."""
    intent: str
    confidence: float
    """How often such a reading is right, 0–1."""
    ranking: tuple[tuple[str, float], ...]
    """The likeliest intents, best first, at most five; `intent` is the first."""
    slots: dict[str, Any] = field(default_factory=dict)
    """What the part names, in the names and normal forms of the product's vocabulary; ready for JSON."""


@dataclass(frozen=True)
class Understanding:
    """A message and the requests it holds, at least one, in the order in which they were written."""

    text: str
    acts: tuple[Act, ...]

    @property
    def intent(self) -> str:
        """The first request."""
        return self.acts[0].intent

    @property
    def confidence(self) -> float:
        return self.acts[0].confidence

    @property
    def slots(self) -> dict[str, Any]:
        """What is known for the first request."""
        return self.acts[0].slots

    @property
    def also(self) -> tuple[str, ...]:
        """The further requests."""
        return tuple(act.intent for act in self.acts[1:])
