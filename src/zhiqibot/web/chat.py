"""The chat over a WebSocket, /chat/ws.

From the page: `hello {visitor, after}` first, then `say {id, text | button + text, files}` and `ping`.
To the page: `welcome {visitor?, me, demo}`, `history {items, more, reset}`, then `message`, `ack {id, note?}`,
`typing`, `pong` and `error {code, text, id?, retry_after?}`. An ack means: stored, it will be answered. Without one the page
sends the same id again; a repeat is recognised and acknowledged. `fallback.py` carries the same frames over HTTP.
"""

import asyncio
import logging
from dataclasses import dataclass, field

from aiohttp import WSCloseCode, WSMsgType, web
from sqlalchemy.exc import SQLAlchemyError

from zhiqibot.web.answers import Problem, dumps
from zhiqibot.web.history import Item
from zhiqibot.web.live import Feed, Page
from zhiqibot.web.reading import MAX_FRAME, Hello, Ping, read_frame
from zhiqibot.web.reception import Reception
from zhiqibot.web.sources import check_origin

logger = logging.getLogger(__name__)

HEARTBEAT_S = 25.0
HELLO_DEADLINE_S = 10.0
HARD_FRAME = 16 * MAX_FRAME
"""A frame over MAX_FRAME gets an explanation; one over this closes the connection (1009) unread."""


@dataclass
class ChatSockets:
    """All WebSockets of this process."""

    reception: Reception
    _open: set[web.WebSocketResponse] = field(default_factory=set)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one WebSocket until either side ends it."""
        check_origin(request, self.reception.parts)
        socket = web.WebSocketResponse(heartbeat=HEARTBEAT_S, max_msg_size=HARD_FRAME, compress=False)
        await socket.prepare(request)
        self._open.add(socket)
        try:
            await self._converse(request, socket)
        except (TimeoutError, ConnectionError):
            pass  # a peer that is gone or frozen
        except SQLAlchemyError as error:
            logger.error("chat: database error %s", type(error).__name__)
        finally:
            self._open.discard(socket)
            await socket.close(code=WSCloseCode.TRY_AGAIN_LATER)
        return socket

    async def close_all(self) -> None:
        """Tell every page that the server is going; they come back by themselves."""
        closing = [socket.close(code=WSCloseCode.GOING_AWAY) for socket in self._open]
        await asyncio.gather(*closing, return_exceptions=True)

    async def _converse(self, request: web.Request, socket: web.WebSocketResponse) -> None:
        try:
            hello = await _first_frame(socket)
            visitor, welcome = await self.reception.welcome(request, hello.visitor)
        except Problem as problem:
            await _send(socket, {"type": "error"} | problem.frame())
            return
        page = self.reception.pages.open(visitor)
        if page is None:
            text = "您打开的对话窗口太多了，请关闭几个后刷新本页。"
            await _send(socket, {"type": "error", "code": "too_many_pages", "text": text})
            return
        try:
            await _send(socket, welcome)
            await self._serve(socket, page, hello.after if "visitor" not in welcome else "")
        finally:
            self.reception.pages.close(page)

    async def _serve(self, socket: web.WebSocketResponse, page: Page, after: str) -> None:
        feed = self.reception.feed(page, lambda frame: _send(socket, frame))
        await feed.start(after)
        following = asyncio.create_task(self._follow(feed, socket))
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    await _send(socket, await self._answer(page.visitor, message.data))
                elif message.type is WSMsgType.BINARY:
                    await _send(socket, {"type": "error"} | Problem(400, code="bad_json").frame())
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)

    async def _follow(self, feed: Feed, socket: web.WebSocketResponse) -> None:
        try:
            await feed.follow()
        except (TimeoutError, ConnectionError, SQLAlchemyError) as error:
            logger.info("chat: page dropped: %s", type(error).__name__)
        await socket.close(code=WSCloseCode.TRY_AGAIN_LATER)

    async def _answer(self, visitor: str, data: str) -> Item:
        said_id = ""
        try:
            frame = read_frame(data)
            if isinstance(frame, Ping):
                return {"type": "pong"}
            if isinstance(frame, Hello):
                raise Problem(400, code="bad_message")
            said_id = frame.id
            return await self.reception.say(visitor, frame)
        except Problem as problem:
            return {"type": "error", "id": said_id} | problem.frame()


async def _first_frame(socket: web.WebSocketResponse) -> Hello:
    """Return the hello; raise Problem when it is something else, TimeoutError when nothing comes."""
    async with asyncio.timeout(HELLO_DEADLINE_S):
        message = await socket.receive()
    if message.type in (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR):
        raise ConnectionResetError
    frame = read_frame(message.data) if message.type is WSMsgType.TEXT else None
    if not isinstance(frame, Hello):
        raise Problem(400, code="bad_message")
    return frame


async def _send(socket: web.WebSocketResponse, frame: Item) -> None:
    await socket.send_str(dumps(frame))
