"""The web application: routes, guards and the server that keeps deadlines."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from zhiqibot.web.answers import Problem
from zhiqibot.web.chat import ChatSockets
from zhiqibot.web.fallback import PlainChat
from zhiqibot.web.files import FileStore
from zhiqibot.web.guard import (
    KEEPALIVE_S,
    Connection,
    Doorkeeper,
    answer_errors,
    guard_chat,
    read_body_in_time,
    secure_response,
    watch_connection,
)
from zhiqibot.web.history import History
from zhiqibot.web.live import Pages
from zhiqibot.web.operations import Operations
from zhiqibot.web.parts import WebParts
from zhiqibot.web.people import People
from zhiqibot.web.reception import Reception
from zhiqibot.web.threads import Threads
from zhiqibot.web.uploads import Uploads

MAX_BODY = 1024 * 1024
"""Bytes of any body but an upload."""
STATIC = Path(__file__).parent / "static"
STOP_DEADLINE_S = 5.0
BACKLOG = 512
PARTS: web.AppKey[WebParts] = web.AppKey("parts", WebParts)


def make_app(parts: WebParts) -> web.Application:
    """Return the application with the chat, its files, the other channels' webhooks, health and metrics."""
    middlewares = (watch_connection, answer_errors, guard_chat(parts), read_body_in_time)
    app = web.Application(client_max_size=MAX_BODY, middlewares=middlewares)
    app[PARTS] = parts
    pages = Pages(parts.limits.sockets_per_visitor)
    parts.listen(pages.announced)
    history = History(parts.database, parts.vault, parts.outbox, parts.clock)
    threads = Threads()
    files = FileStore(parts.database, parts.files, parts.clock)
    reception = Reception(parts, history, files, pages, threads)
    sockets, plain, uploads = ChatSockets(reception), PlainChat(reception), Uploads(reception)
    operations = Operations(parts, pages, threads)
    app.add_routes(
        [
            web.get("/", _page),
            web.get("/favicon.ico", _icon),
            web.get("/chat/ws", sockets.handle),
            web.post("/chat/hello", plain.hello),
            web.post("/chat/messages", plain.say),
            web.get("/chat/history", plain.earlier),
            web.get("/chat/events", plain.events),
            web.post("/chat/files", uploads.take),
            web.get("/chat/files/{id:[0-9a-f]{32}}", uploads.give),
            web.get("/healthz", operations.healthz),
            web.get("/ready", operations.ready),
            web.get("/metrics", operations.metrics),
            web.get("/static/{name:[a-z]+\\.(?:css|js|svg)}", _static),
            *parts.routes,
        ]
    )
    if parts.demo:
        people = People(parts.demo, reception)
        app.add_routes([web.get("/chat/people", people.list), web.post("/chat/become", people.become)])

    async def close_pages(_: web.Application) -> None:
        await asyncio.gather(sockets.close_all(), plain.close_all())

    async def finish_work(_: web.Application) -> None:
        await threads.close()

    app.on_shutdown.append(close_pages)
    app.on_cleanup.append(finish_work)
    app.on_response_prepare.append(secure_response)
    return app


async def _page(request: web.Request) -> web.StreamResponse:
    return web.FileResponse(STATIC / "index.html", headers={"Cache-Control": "no-cache"})


async def _icon(request: web.Request) -> web.StreamResponse:
    return web.FileResponse(STATIC / "icon.svg", headers={"Cache-Control": "no-cache"})


async def _static(request: web.Request) -> web.StreamResponse:
    path = STATIC / request.match_info["name"]
    if not path.is_file():
        raise Problem(404)
    return web.FileResponse(path, headers={"Cache-Control": "no-cache"})


@dataclass(frozen=True)
class Serving:
    """A running server."""

    runner: web.AppRunner
    server: asyncio.Server

    @property
    def port(self) -> int:
        """The port it listens on (useful when 0 was asked for)."""
        return int(self.server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Take no more connections, let requests in hand finish, tell the pages, end."""
        self.server.close()
        await self.runner.cleanup()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.server.wait_closed(), STOP_DEADLINE_S)


async def serve(
    app: web.Application, host: str, port: int, *, access_log: logging.Logger | None = None, reuse_port: bool = False
) -> Serving:
    """Listen on host:port and serve until `stop`; raises OSError when the port is taken."""
    runner = web.AppRunner(app, access_log=access_log, shutdown_timeout=STOP_DEADLINE_S)
    await runner.setup()
    try:
        factory = _connections(runner, app[PARTS], access_log)
        loop = asyncio.get_running_loop()
        server = await loop.create_server(factory, host, port, backlog=BACKLOG, reuse_port=reuse_port)
    except BaseException:
        await runner.cleanup()
        raise
    return Serving(runner, server)


def _connections(runner: web.AppRunner, parts: WebParts, access_log: logging.Logger | None) -> Callable[[], Connection]:
    """Return a factory of connections that keep deadlines (aiohttp itself has none for the head of a request)."""
    server, loop = runner.server, asyncio.get_running_loop()
    if server is None:
        raise RuntimeError("runner is not set up")
    doorkeeper = Doorkeeper(parts.trusted_proxies)
    return lambda: Connection(server, doorkeeper, loop=loop, keepalive_timeout=KEEPALIVE_S, access_log=access_log)
