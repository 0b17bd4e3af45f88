"""Small stage properties for channel tests: a server on a free port, and an inbox that remembers."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import datetime

from aiohttp import web

from zhiqibot.core.clock import SHANGHAI
from zhiqibot.core.messages import Attachment, InboundMessage

SENT_AT = datetime.fromtimestamp(1764000000, SHANGHAI)
"""When the messages in tests/payloads were sent."""
FILES = {"k1": "平面图".encode() * 10, "png": b"\x89PNG\r\n\x1a\n" + b"0" * 100, "big": b"x" * (21 * 1024 * 1024)}


class Inbox:
    """Remembers what was accepted, each identity once; refuses while `broken`."""

    def __init__(self) -> None:
        self.messages: list[InboundMessage] = []
        self.calls = 0
        self.broken = False

    async def accept(self, message: InboundMessage) -> None:
        self.calls += 1
        if self.broken:
            raise RuntimeError("disk full")
        if message.message_id not in [known.message_id for known in self.messages]:
            self.messages.append(message)


async def read_file(attachment: Attachment) -> bytes:
    """Return a file of the product's store."""
    return FILES[attachment.reference]


@asynccontextmanager
async def served(routes: Iterable[web.AbstractRouteDef]) -> AsyncIterator[str]:
    """Serve routes on a free local port; yields the base URL."""
    app = web.Application()
    app.add_routes(routes)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
