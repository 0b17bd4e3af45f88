"""The product's own web chat as a channel: delivery hands over here, the live connections of `web/` show it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Literal

from zhiqibot.core.channel import Limits
from zhiqibot.core.messages import OutboundMessage

CHANNEL = "webchat"
ACCOUNT = "default"


def thread_key(address: str) -> str:
    """Return the key of a visitor's conversation, as inbox and outbox store it."""
    return f"{CHANNEL}:{ACCOUNT}:{address}"


@dataclass(frozen=True)
class WebChat:
    """Web chat has no platform to send to: the message lies in the outbox, and open pages read it there.

    So handing over means telling every process that this visitor's pages should look; a page that is closed reads
    the message when it comes back."""

    announce: Callable[[str], None]
    """Tells all processes, by the visitor's address; may block on the database, hence called in a thread."""
    name: ClassVar[str] = CHANNEL
    account: ClassVar[str] = ACCOUNT
    residency: ClassVar[Literal["domestic", "foreign"]] = "domestic"
    limits: ClassVar[Limits] = Limits()

    async def send(self, address: str, message: OutboundMessage, key: str) -> str:
        """Wake the visitor's pages; the receipt is the message's own key."""
        await asyncio.to_thread(self.announce, address)
        return key
