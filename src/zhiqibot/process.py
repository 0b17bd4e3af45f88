"""A running process: intake, workers, delivery, timetable, channels and the web server, started and stopped in order."""

import asyncio
import logging
import signal
import threading
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from zhiqibot.app import Product
from zhiqibot.channels.webchat import WebChat
from zhiqibot.core.channel import Channel
from zhiqibot.demo import DemoPeople
from zhiqibot.hosts import Host, make_hosts
from zhiqibot.inbox.intake import Intake
from zhiqibot.inbox.model import InboxMessage, InboxState
from zhiqibot.inbox.worker import InboxWorker
from zhiqibot.outbox.delivery import Delivery
from zhiqibot.outbox.model import OutboxMessage
from zhiqibot.schedule import Schedule
from zhiqibot.storage.signals import Signals
from zhiqibot.timetable import jobs
from zhiqibot.web.parts import WebParts
from zhiqibot.web.server import Serving, make_app, serve

logger = logging.getLogger(__name__)

POSTGRESQL_HANDLERS = 3


@dataclass
class Process:
    """One process of the product; any number may share a PostgreSQL database."""

    product: Product
    signals: Signals = field(init=False)
    intake: Intake = field(init=False)
    workers: list[InboxWorker] = field(init=False)
    delivery: Delivery = field(init=False)
    schedule: Schedule = field(init=False)
    hosts: list[Host] = field(init=False)

    def __post_init__(self) -> None:
        product = self.product
        self.signals = Signals(product.database)
        self.intake = Intake(
            product.database, product.vault, product.clock, on_stored=lambda: self.signals.announce("inbox")
        )
        self.workers = [self._worker() for _ in range(self._handlers())]
        self.hosts = make_hosts(product.settings, self.intake.accept, product.clock)
        self.delivery = Delivery(
            product.database, product.outbox, self._channels(), product.directory.addresses, product.clock
        )
        self.schedule = Schedule(
            product.database, product.clock, jobs(product), on_done=lambda: self.signals.announce("outbox")
        )
        for worker in self.workers:
            self._wake_on_mail(worker)
        self.signals.listen("outbox", lambda _: self.delivery.wake())

    async def run(self, host: str, port: int, *, ready: "asyncio.Event | None" = None) -> None:
        """Serve until SIGTERM or SIGINT; then finish what is in hand and end."""
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for signal_ in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(signal_, stop.set)
        async with AsyncExitStack() as running:
            await self.start(running, host, port)
            if ready:
                ready.set()
            await stop.wait()
            logger.info("stopping")

    async def start(self, running: AsyncExitStack, host: str, port: int) -> Serving:
        """Start everything; leaving `running` stops it in the opposite order."""
        product = self.product
        if product.database.capabilities.dialect == "sqlite":
            self.workers[0].release_all()  # the leases of a process that was killed: there is no other
            self.delivery.release_all()
        self.signals.start()
        running.callback(self.signals.stop)
        self._start_delivery(running)
        threads = [threading.Thread(target=worker.run, name="worker", daemon=True) for worker in self.workers]
        for thread in threads:
            thread.start()
        running.push_async_callback(self._stop_workers, threads)
        self.intake.start()
        running.push_async_callback(asyncio.to_thread, self.intake.stop)
        serving = await serve(make_app(self._parts()), host, port)
        running.push_async_callback(serving.stop)
        for one in self.hosts:
            await one.start()
            running.push_async_callback(one.stop)
        self.schedule.start()
        running.push_async_callback(asyncio.to_thread, self.schedule.stop)
        logger.info("serving on port %d", serving.port)
        return serving

    # -- parts --------------------------------------------------------------------------------------------------

    def _worker(self) -> InboxWorker:
        product = self.product
        return InboxWorker(
            product.database,
            product.vault,
            product.clock,
            handle=product.reception.handle,
            on_set_aside=product.reception.set_aside,
            prepare=product.reception.prepare,
            on_handled=lambda: self.signals.announce("outbox"),
        )

    def _wake_on_mail(self, worker: InboxWorker) -> None:
        self.signals.listen("inbox", lambda _: worker.wake())

    def _handlers(self) -> int:
        if self.product.database.capabilities.dialect == "sqlite":  # one writer: more would only wait for each other
            return 1
        return self.product.settings.handlers or POSTGRESQL_HANDLERS

    def _channels(self) -> Mapping[tuple[str, str], Channel]:
        webchat = WebChat(announce=lambda address: self.signals.announce("webchat", address))
        channels: list[Channel] = [webchat, *self.hosts]
        return {(channel.name, channel.account): channel for channel in channels}

    def _parts(self) -> WebParts:
        product = self.product
        return WebParts(
            accept=self.intake.accept,
            vault=product.vault,
            database=product.database,
            outbox=product.outbox,
            clock=product.clock,
            listen=lambda callback: self.signals.listen("webchat", callback),
            files=Path(product.settings.data_dir) / "files",
            demo=DemoPeople(product) if product.settings.demo else None,
            ready=self._ready,
            numbers=self._numbers,
            routes=[route for host in self.hosts for route in host.routes()],
            origins=frozenset(product.settings.allowed_origins),
            trusted_proxies=frozenset(product.settings.trusted_proxies),
            metrics_token=product.settings.metrics_token,
        )

    def _start_delivery(self, running: AsyncExitStack) -> None:
        stop = asyncio.Event()
        task = asyncio.create_task(self.delivery.run(stop), name="delivery")

        async def end() -> None:
            stop.set()
            self.delivery.wake()
            await task

        running.push_async_callback(end)

    async def _stop_workers(self, threads: list[threading.Thread]) -> None:
        for worker in self.workers:
            worker.stop()
        for thread in threads:
            await asyncio.to_thread(thread.join)

    def _ready(self) -> Mapping[str, bool]:
        try:
            with self.product.database.read() as session:
                session.execute(text("select 1"))
        except SQLAlchemyError:
            return {"database": False}
        return {"database": True}

    def _numbers(self) -> Mapping[str, float]:
        with self.product.database.read() as session:
            inbox = select(func.count()).select_from(InboxMessage).where(InboxMessage.state == InboxState.PENDING)
            aside = select(func.count()).select_from(InboxMessage).where(InboxMessage.state == InboxState.SET_ASIDE)
            numbers = {
                "zhiqibot_inbox_pending": float(session.execute(inbox).scalar_one()),
                "zhiqibot_inbox_set_aside": float(session.execute(aside).scalar_one()),
            }
            states = select(OutboxMessage.state, func.count()).group_by(OutboxMessage.state)
            for state, count in session.execute(states):
                numbers[f'zhiqibot_outbox_messages{{state="{int(state)}"}}'] = float(count)
        return numbers
