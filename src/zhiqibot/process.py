"""A running process: intake, workers, delivery, timetable, channels and the web server, started and stopped in order."""

import asyncio
import logging
import signal
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp.web import RouteDef

from zhiqibot.channels.webchat import WebChat
from zhiqibot.core.channel import Channel
from zhiqibot.core.clock import Clock
from zhiqibot.core.crypto import Vault
from zhiqibot.core.pages import Page
from zhiqibot.demo import DemoPeople
from zhiqibot.directory.directory import Directory
from zhiqibot.gauges import numbers, readiness
from zhiqibot.hosts import Host, make_hosts
from zhiqibot.inbox.intake import Intake
from zhiqibot.inbox.worker import InboxWorker
from zhiqibot.outbox.delivery import Delivery
from zhiqibot.outbox.outbox import Outbox
from zhiqibot.schedule import Schedule
from zhiqibot.settings import Settings
from zhiqibot.storage.database import Database
from zhiqibot.storage.signals import CONTENT, Signals
from zhiqibot.web.answers import Problem
from zhiqibot.web.parts import WebParts
from zhiqibot.web.printing import print_routes
from zhiqibot.web.server import Serving, make_app, serve

if TYPE_CHECKING:
    from zhiqibot.app import Product

logger = logging.getLogger(__name__)

POSTGRESQL_HANDLERS = 3


@dataclass(frozen=True)
class Ground:
    """What a process stands on before anything is understood: enough to take messages in and to deliver."""

    settings: Settings
    database: Database
    vault: Vault
    clock: Clock

    @property
    def outbox(self) -> Outbox:
        return Outbox(self.vault)

    @property
    def directory(self) -> Directory:
        return Directory(self.vault)


@dataclass
class Process:
    """One process of the product; any number may share a PostgreSQL database.

    The port opens first: messages are stored at once and wait while language and policies are being loaded."""

    ground: Ground
    load: Callable[[], "Product"]
    """Builds the rest; slow, called in a thread."""
    signals: Signals = field(init=False)
    intake: Intake = field(init=False)
    delivery: Delivery = field(init=False)
    hosts: list[Host] = field(init=False)
    product: "Future[Product]" = field(default_factory=Future)
    """What is in force; another one takes its place when content has changed (see reloading.py)."""
    schedule: Schedule | None = None

    def __post_init__(self) -> None:
        ground = self.ground
        self.signals = Signals(ground.database)
        self.intake = Intake(
            ground.database, ground.vault, ground.clock, on_stored=lambda: self.signals.announce("inbox")
        )
        self.hosts = make_hosts(ground.settings, self.intake.accept, ground.clock)
        self.delivery = Delivery(
            ground.database, ground.outbox, self._channels(), ground.directory.addresses, ground.clock
        )
        self.signals.listen("outbox", lambda _: self.delivery.wake())

    async def run(self, host: str, port: int, *, on_ready: Callable[[], None] = lambda: None) -> None:
        """Serve until SIGTERM or SIGINT; then finish what is in hand and end. Raises what `load` raised."""
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for signal_ in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(signal_, stop.set)
        async with AsyncExitStack() as running:
            await self.start(running, host, port)
            stopping = asyncio.create_task(stop.wait())
            loading = asyncio.create_task(self.finish(running))
            await asyncio.wait({stopping, loading}, return_when=asyncio.FIRST_COMPLETED)
            if loading.done():
                loading.result()
                on_ready()
            await stopping
            await loading  # a load cannot be interrupted; what it opened must be closed
            logger.info("stopping")

    async def start(self, running: AsyncExitStack, host: str, port: int) -> Serving:
        """Open the port and begin to take messages in; leaving `running` stops everything in the opposite order."""
        if self._alone():
            self.delivery.release_all()
        self.signals.start()
        running.callback(self.signals.stop)
        self._start_delivery(running)
        self.intake.start()
        running.push_async_callback(asyncio.to_thread, self.intake.stop)
        serving = await serve(make_app(self._parts()), host, port)
        running.push_async_callback(serving.stop)
        for one in self.hosts:
            await one.start()
            running.push_async_callback(one.stop)
        logger.info("serving on port %d", serving.port)
        return serving

    async def finish(self, running: AsyncExitStack) -> None:
        """Load the rest, then handle what has been waiting."""
        try:
            self.product.set_result(await asyncio.to_thread(self.load))
        except BaseException as error:
            self.product.set_exception(error)
            raise
        self._start_workers(running)
        await self._start_schedule(running)
        self._start_reloading(running)

    def _start_workers(self, running: AsyncExitStack) -> None:
        workers = [self._worker() for _ in range(self._handlers())]
        if self._alone():
            workers[0].release_all()  # the leases of a process that was killed: there is no other
        threads = [threading.Thread(target=worker.run, name="worker", daemon=True) for worker in workers]
        for worker, thread in zip(workers, threads, strict=True):
            self._wake_on_mail(worker)
            thread.start()
        running.push_async_callback(_end_workers, workers, threads)

    async def _start_schedule(self, running: AsyncExitStack) -> None:
        from zhiqibot.timetable import jobs  # sees every topic, as the product does

        self.schedule = Schedule(
            self.ground.database,
            self.ground.clock,
            jobs(self.product.result()),
            on_done=lambda: self.signals.announce("outbox"),
        )
        self.schedule.start()
        running.push_async_callback(asyncio.to_thread, self.schedule.stop)

    def _start_reloading(self, running: AsyncExitStack) -> None:
        from zhiqibot.reloading import Reloading  # sees every topic, as the product does

        reloading = Reloading(lambda: self.product.result(), self._put_in_force)
        self.signals.listen(CONTENT, lambda _: reloading.wake())
        reloading.start()
        running.push_async_callback(asyncio.to_thread, reloading.stop)

    def _put_in_force(self, product: "Product") -> None:
        """Let every message, tick and page that begins from now on be handled by `product`."""
        from zhiqibot.timetable import jobs

        fresh: Future[Product] = Future()
        fresh.set_result(product)
        self.product = fresh
        if self.schedule:
            self.schedule.jobs = jobs(product)

    # -- parts --------------------------------------------------------------------------------------------------

    def _alone(self) -> bool:
        """An embedded database has one process."""
        return self.ground.database.capabilities.dialect == "sqlite"

    def _worker(self) -> InboxWorker:
        ground = self.ground
        return InboxWorker(
            ground.database,
            ground.vault,
            ground.clock,
            handle=lambda *message: self.product.result().reception.handle(*message),
            on_set_aside=lambda *message: self.product.result().reception.set_aside(*message),
            prepare=lambda *batch: self.product.result().reception.prepare(*batch),
            on_handled=lambda: self.signals.announce("outbox"),
        )

    def _wake_on_mail(self, worker: InboxWorker) -> None:
        self.signals.listen("inbox", lambda _: worker.wake())

    def _handlers(self) -> int:
        if self._alone():  # one writer: more would only wait for each other
            return 1
        return self.ground.settings.handlers or POSTGRESQL_HANDLERS

    def _channels(self) -> Mapping[tuple[str, str], Channel]:
        webchat = WebChat(announce=lambda address: self.signals.announce("webchat", address))
        channels: list[Channel] = [webchat, *self.hosts]
        return {(channel.name, channel.account): channel for channel in channels}

    def _parts(self) -> WebParts:
        ground = self.ground
        return WebParts(
            accept=self.intake.accept,
            vault=ground.vault,
            database=ground.database,
            outbox=ground.outbox,
            clock=ground.clock,
            listen=lambda callback: self.signals.listen("webchat", callback),
            files=Path(ground.settings.data_dir) / "files",
            demo=DemoPeople(lambda: self.product.result()) if ground.settings.demo else None,
            ready=lambda: readiness(ground.database, loaded=self.product.done()),
            numbers=lambda: numbers(ground.database),
            routes=[*print_routes(self._report, ground.settings.trusted_proxies), *self._webhooks()],
            origins=frozenset(ground.settings.allowed_origins),
            trusted_proxies=frozenset(ground.settings.trusted_proxies),
            metrics_token=ground.settings.metrics_token,
        )

    def _webhooks(self) -> list[RouteDef]:
        return [route for host in self.hosts for route in host.routes()]

    def _report(self, token: str) -> Page | None:
        """Return the report a link leads to; raise Problem 503 while policies are being loaded."""
        if not self.product.done():
            raise Problem(503, "系统正在启动，请稍等一会儿再打开。")
        with self.ground.database.read() as session:
            return self.product.result().calculator.page(session, token, self.ground.clock())

    def _start_delivery(self, running: AsyncExitStack) -> None:
        stop = asyncio.Event()
        task = asyncio.create_task(self.delivery.run(stop), name="delivery")

        async def end() -> None:
            stop.set()
            self.delivery.wake()
            await task

        running.push_async_callback(end)


async def _end_workers(workers: Sequence[InboxWorker], threads: Sequence[threading.Thread]) -> None:
    for worker in workers:
        worker.stop()
    for thread in threads:
        await asyncio.to_thread(thread.join)
