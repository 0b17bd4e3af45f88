"""The chat over plain HTTP, for networks whose proxies break WebSockets: a streamed GET and small POSTs."""

import asyncio
import contextlib
import logging
from dataclasses import dataclass, field

from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from zhiqibot.web.answers import Problem, dumps
from zhiqibot.web.history import PAGE, Item, read_position
from zhiqibot.web.live import Page
from zhiqibot.web.reading import read_say
from zhiqibot.web.reception import Reception
from zhiqibot.web.visitors import HEADER

logger = logging.getLogger(__name__)

BEAT_S = 20.0
"""Proxies close silent streams; the beat also finds out that a page is gone."""
MAX_PAGE = 100


@dataclass
class PlainChat:
    """Endpoints that do over HTTP what `chat.py` does over a WebSocket."""

    reception: Reception
    _streams: set["asyncio.Task[None]"] = field(default_factory=set)

    async def hello(self, request: web.Request) -> web.Response:
        """Recognise a visitor or make a new one; answers the `welcome` frame."""
        _, welcome = await self.reception.welcome(request, request.headers.get(HEADER, ""))
        return web.json_response(text=dumps(welcome))

    async def say(self, request: web.Request) -> web.Response:
        """Take one message; answers the `ack` frame."""
        visitor = self.reception.visitor(request)
        if request.content_type != "application/json":
            raise Problem(415)
        return web.json_response(text=dumps(await self.reception.say(visitor, read_say(await request.read()))))

    async def earlier(self, request: web.Request) -> web.Response:
        """Answer a page of the visitor's conversation: the last `limit` messages, or those before a cursor."""
        visitor = self.reception.visitor(request)
        cursor, wanted = request.query.get("before", ""), request.query.get("limit", str(PAGE))
        before = read_position(cursor)
        if (cursor and not before) or not (wanted.isdecimal() and len(wanted) <= 3 and 0 < int(wanted) <= MAX_PAGE):
            raise Problem(400)
        items, more = await self.reception.threads.run(self.reception.history.latest, visitor, before, int(wanted))
        return web.json_response(text=dumps({"items": items, "more": more}))

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Stream the frames of a page as text/event-stream."""
        visitor = self.reception.visitor(request)
        page = self.reception.pages.open(visitor)
        if page is None:
            raise Problem(429, "您打开的对话窗口太多了，请关闭几个后刷新本页。", code="too_many_pages")
        try:
            response = web.StreamResponse(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
            response.content_type, response.charset = "text/event-stream", "utf-8"
            await response.prepare(request)
            await self._stream(response, page, request.query.get("after", ""))
        finally:
            self.reception.pages.close(page)
        return response

    async def close_all(self) -> None:
        """End every stream."""
        for stream in self._streams:
            stream.cancel()

    async def _stream(self, response: web.StreamResponse, page: Page, after: str) -> None:
        async def send(frame: Item) -> None:
            await response.write(f"data: {dumps(frame)}\n\n".encode())

        async def beat() -> None:
            while True:
                await asyncio.sleep(BEAT_S)
                await send({"type": "pong"})

        async def show() -> None:
            feed = self.reception.feed(page, send)
            await feed.start(after)
            await feed.follow()

        tasks = {asyncio.create_task(show()), asyncio.create_task(beat())}
        self._streams |= tasks
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                with contextlib.suppress(TimeoutError, ConnectionError, SQLAlchemyError, asyncio.CancelledError):
                    task.result()
        finally:
            self._streams -= tasks
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
