"""Around every request: one place for errors, headers, deadlines, and how much a source may ask."""

import asyncio
import logging
import time
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from sqlalchemy.exc import SQLAlchemyError

from zhiqibot.core.errors import PayloadInvalid, PersonError, SignatureInvalid
from zhiqibot.inbox.intake import IntakeUnavailable
from zhiqibot.web.answers import Problem, secure
from zhiqibot.web.limits import Window
from zhiqibot.web.parts import WebParts
from zhiqibot.web.sources import check_origin, source_of

logger = logging.getLogger(__name__)

HEADER_DEADLINE_S = 10.0
BODY_DEADLINE_S = 30.0
KEEPALIVE_S = 30.0
MAX_WAITING_PER_SOURCE = 100
"""Connections of one source that have not sent a whole request yet; one more, and the oldest is closed."""
ERROR_LINES_PER_MINUTE = 60


@web.middleware
async def answer_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn whatever goes wrong into one shape of answer, without a stack trace."""
    try:
        return await handler(request)
    except Problem as problem:
        return problem.response()
    except web.HTTPException as error:
        if error.status < 400:
            raise
        response = Problem(error.status).response()
        if "Allow" in error.headers:
            response.headers["Allow"] = error.headers["Allow"]
        return response
    except SignatureInvalid:
        return web.Response(status=403)
    except PayloadInvalid:
        return web.Response(status=400)
    except PersonError as error:
        return Problem(400, str(error)).response()
    except (IntakeUnavailable, SQLAlchemyError) as error:
        logger.error("%s %s: %s", request.method, request.path, type(error).__name__)
        return Problem(503).response()
    except (asyncio.CancelledError, ConnectionError):
        raise
    except Exception:
        logger.exception("%s %s failed", request.method, request.path)
        return Problem(500).response()


@web.middleware
async def read_body_in_time(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Read ordinary bodies before the handler runs, within BODY_DEADLINE_S; uploads keep their own time."""
    waiting = request.can_read_body and not request.content.is_eof()  # most bodies have come with their head
    if waiting and not request.content_type.startswith("multipart/"):
        try:
            async with asyncio.timeout(BODY_DEADLINE_S):
                await request.read()
        except TimeoutError:
            problem = Problem(408).response()
            problem.force_close()
            return problem
    return await handler(request)


def guard_chat(parts: WebParts) -> Middleware:
    """Return the middleware that counts the chat's requests by source and refuses other sites' pages."""
    counted = Window(parts.limits.requests_per_source_per_minute)

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path.startswith("/chat/"):
            check_origin(request, parts)
            wait_s = counted.wait_s(source_of(request, parts.trusted_proxies))
            if wait_s:
                raise Problem(429, retry_after_s=wait_s)
        return await handler(request)

    return guard


@web.middleware
async def watch_connection(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Tell the connection when a request has arrived and when it is answered: in between it may take its time."""
    connection = request.protocol
    if isinstance(connection, Connection):
        connection.began()
    try:
        return await handler(request)
    finally:
        if isinstance(connection, Connection):
            connection.finished()


async def secure_response(request: web.Request, response: web.StreamResponse) -> None:
    """Signal handler: every response carries the security headers."""
    secure(response)


@dataclass
class Doorkeeper:
    """Connections that have not sent their first request yet, by source, oldest first."""

    trusted_proxies: frozenset[str]
    _waiting: dict[str, dict["Connection", None]] = field(default_factory=dict)
    _lines: Window = field(default_factory=lambda: Window(ERROR_LINES_PER_MINUTE, time.monotonic))

    def enter(self, connection: "Connection", source: str) -> None:
        """Let a connection wait; make room by closing the one that has waited longest."""
        if source in self.trusted_proxies:
            return
        waiting = self._waiting.setdefault(source, {})
        waiting[connection] = None
        if len(waiting) > MAX_WAITING_PER_SOURCE:
            oldest = next(iter(waiting))
            self.leave(oldest, source)
            oldest.cut()

    def leave(self, connection: "Connection", source: str) -> None:
        waiting = self._waiting.get(source)
        if waiting is not None:
            waiting.pop(connection, None)
            if not waiting:
                del self._waiting[source]

    def note_unreadable(self, source: str, error: BaseException | None) -> None:
        """Write one line about a request that is no HTTP, and not more of them than an operator can read."""
        if not self._lines.wait_s(""):
            logger.warning("unreadable request from %s: %s", source, type(error).__name__)


class Connection(web.RequestHandler):
    """One connection; it is cut when the head of a request takes longer than HEADER_DEADLINE_S."""

    def __init__(self, server: web.Server, doorkeeper: Doorkeeper, **options: Any) -> None:
        super().__init__(server, **options)
        self._doorkeeper = doorkeeper
        self._source = "?"
        self._busy = False
        self._limit = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        peer = transport.get_extra_info("peername")
        self._source = str(peer[0]) if isinstance(peer, tuple) else "?"
        self._doorkeeper.enter(self, self._source)
        self._expect_within(HEADER_DEADLINE_S)
        self._look()
        super().connection_made(transport)

    def connection_lost(self, exc: BaseException | None) -> None:
        self.began()
        if self._timer:
            self._timer.cancel()
        super().connection_lost(exc)

    def began(self) -> None:
        """A request has arrived, or none will any more."""
        self._doorkeeper.leave(self, self._source)
        self._busy = True

    def finished(self) -> None:
        """A request is answered: the next one must arrive within the keep-alive time and its own deadline."""
        self._expect_within(KEEPALIVE_S + HEADER_DEADLINE_S)

    def cut(self) -> None:
        """Close without a word."""
        if isinstance(self.transport, asyncio.Transport):
            self.transport.abort()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer what the parser refused: one log line, no echo of what was sent."""
        self._doorkeeper.note_unreadable(self._source, exc)
        if request.writer.output_size > 0:
            raise ConnectionError("the answer has begun already")
        response = Problem(status).response()
        response.force_close()
        return response

    def _expect_within(self, seconds: float) -> None:
        self._busy = False
        self._limit = asyncio.get_running_loop().time() + seconds

    def _look(self) -> None:
        """Cut when the limit has passed. One timer a connection: setting one for each request would cost as much
        as a small request itself."""
        now = asyncio.get_running_loop().time()
        if not self._busy and now >= self._limit:
            self.cut()
            return
        self._timer = asyncio.get_running_loop().call_at(
            now + HEADER_DEADLINE_S if self._busy else self._limit, self._look
        )
