"""What delivery needs of a platform; `channels/` holds one implementation a platform."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from zhiqibot.core.messages import InboundMessage, OutboundMessage

Accept = Callable[[InboundMessage], Awaitable[None]]
"""Hands a message to the inbox; returns when it is stored, raises when the platform must keep it."""


@dataclass(frozen=True)
class Limits:
    """How fast a platform takes messages; None means it does not matter."""

    per_second: float | None = None
    per_recipient_per_minute: float | None = None


class Channel(Protocol):
    """One bot account of one platform."""

    @property
    def name(self) -> str: ...
    @property
    def account(self) -> str: ...
    @property
    def residency(self) -> Literal["domestic", "foreign"]:
        """Where the platform keeps what is said: a government profile starts a foreign one only by written override."""
        ...

    @property
    def limits(self) -> Limits: ...

    async def send(self, address: str, message: OutboundMessage, key: str) -> str:
        """Deliver to one conversation and return the platform's receipt; `key` is the same on every try.

        Raises DeliveryFailed (try again) or DeliveryRefused (never)."""
        ...
