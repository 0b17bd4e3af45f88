"""Open pages: who is connected to this process, how they are woken, and the loop that shows them what is new."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

from zhiqibot.web.history import OVERLAP, History, Item, Position, read_position
from zhiqibot.web.threads import Threads

IDLE_LOOK_S = 20.0
"""A page looks for news this often even if nobody woke it: wake-ups may get lost."""
SEND_TIMEOUT_S = 10.0
"""A reader slower than this is dropped; it comes back and resumes."""

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)

Send = Callable[[Item], Awaitable[None]]


@dataclass(eq=False)
class Page:
    """One open page of a visitor."""

    visitor: str
    news: asyncio.Event = field(default_factory=asyncio.Event)
    thinking: bool = False
    """A message was accepted and its answer is not shown yet."""


@dataclass
class Pages:
    """The open pages of this process; the methods belong to the event loop, `announced` to any thread."""

    per_visitor: int
    _open: dict[str, set[Page]] = field(default_factory=dict)
    _loop: asyncio.AbstractEventLoop | None = None

    def open(self, visitor: str) -> Page | None:
        """Register a page; None when the visitor has too many."""
        self._loop = asyncio.get_running_loop()
        pages = self._open.setdefault(visitor, set())
        if len(pages) >= self.per_visitor:
            return None
        page = Page(visitor)
        pages.add(page)
        return page

    def close(self, page: Page) -> None:
        pages = self._open.get(page.visitor, set())
        pages.discard(page)
        if not pages:
            self._open.pop(page.visitor, None)

    def count(self) -> int:
        return sum(len(pages) for pages in self._open.values())

    def said(self, visitor: str) -> None:
        """A message of this visitor is stored: their other pages show it, and all show that the bot is at it."""
        for page in self._open.get(visitor, ()):
            page.thinking = True
            page.news.set()

    def announced(self, visitor: str) -> None:
        """There is something new for this visitor."""
        if self._loop:
            with suppress(RuntimeError):  # the loop is closed: no page is open any more
                self._loop.call_soon_threadsafe(self._wake, visitor)

    def _wake(self, visitor: str) -> None:
        for page in self._open.get(visitor, ()):
            page.news.set()


@dataclass
class Feed:
    """What one page was shown, and what to show it next: in order, each message once."""

    history: History
    page: Page
    send: Send
    threads: Threads
    _moment: datetime = _LONG_AGO
    _shown: dict[str, Position] = field(default_factory=dict)
    _first: Position | None = None

    async def start(self, after: str) -> None:
        """Bring the page up to date: the newest messages without a cursor, else all since then.

        After a very long absence it gets the newest again, with `reset`."""
        self._moment = self.history.clock()
        place = read_position(after)
        missed = await self.threads.run(self.history.since, self.page.visitor, place.moment) if place else None
        if missed is not None:
            await self._show_all(missed, more=None, reset=False)
            return
        items, more = await self.threads.run(self.history.latest, self.page.visitor)
        await self._show_all(items, more=more, reset=place is not None)

    async def follow(self) -> None:
        """Send what is new until cancelled; raises TimeoutError when the page does not read any more."""
        while True:
            self.page.news.clear()
            self._moment = min(self._moment, self.history.clock())  # the clock may have been put back
            for item in await self.threads.run(self.history.since, self.page.visitor, self._moment) or ():
                if item["id"] not in self._shown and not self._belongs_to_earlier_page(item):
                    await self._send(item)
                    self._remember(item)
                    self.page.thinking = self.page.thinking and item["from"] == "me"
            self._forget_old()
            if self.page.thinking:
                await self._send({"type": "typing"})
                self.page.thinking = False
            with suppress(TimeoutError):
                await asyncio.wait_for(self.page.news.wait(), IDLE_LOOK_S)

    async def _show_all(self, items: list[Item], *, more: bool | None, reset: bool) -> None:
        await self._send({"type": "history", "items": items, "more": more, "reset": reset})
        for item in items:
            self._remember(item)
        self._first = read_position(items[0]["cursor"]) if items and more else None

    def _belongs_to_earlier_page(self, item: Item) -> bool:
        """True for what the overlap brings from before the first page: the person may ask for it."""
        place = read_position(item["cursor"])
        return self._first is not None and place is not None and place < self._first

    async def _send(self, frame: Item) -> None:
        async with asyncio.timeout(SEND_TIMEOUT_S):
            await self.send(frame)

    def _remember(self, item: Item) -> None:
        place = read_position(item["cursor"])
        if place:
            self._shown[item["id"]] = place
            self._moment = max(self._moment, place.moment)

    def _forget_old(self) -> None:
        """Keep the ids that the next look may bring again."""
        edge = self._moment - 2 * OVERLAP
        self._shown = {item_id: place for item_id, place in self._shown.items() if place.moment > edge}
