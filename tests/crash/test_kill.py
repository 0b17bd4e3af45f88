"""kill -9 at random moments under load: nothing acknowledged is lost, nothing is handled twice, every reply arrives."""

import asyncio
import random
import signal
import socket
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import ClientError, ClientSession, ClientTimeout, web
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.crash.world import CHANNEL, PEOPLE, populate, wire
from zhiqibot.core.clock import system_clock
from zhiqibot.core.messages import InboundMessage
from zhiqibot.inbox.model import InboxMessage, InboxState
from zhiqibot.outbox.model import OutboxMessage, OutboxState
from zhiqibot.storage.counter import Counter as Series
from zhiqibot.storage.database import Database
from zhiqibot.topics.tickets.model import Event, Ticket, TicketHistory

KILLS = 50
LONGEST_LIFE_S = 0.8
MOST_REPORTS = 20  # an enterprise may report 30 a day
PROJECT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Platform:
    """Both sides of a platform: hands messages over until they are acknowledged, and takes replies."""

    http: ClientSession
    port: int
    sink_port: int
    acknowledged: list[str] = field(default_factory=list)
    reports: Counter[str] = field(default_factory=Counter)
    taken: Counter[str] = field(default_factory=Counter)
    """How often each reply arrived, by its key."""
    ended: bool = False

    async def talk(self, person: str) -> None:
        """Report and confirm, again and again, until the killing has ended."""
        for number in range(MOST_REPORTS):
            if self.ended:
                return
            await self.say(person, f"{person}-{number}-a", f"{number}号车间停电了")
            await self.say(person, f"{person}-{number}-b", "确认")
            self.reports[person] += 1
            await asyncio.sleep(random.uniform(0, 5.0))

    async def say(self, person: str, message_id: str, text: str) -> None:
        message = InboundMessage(
            channel=CHANNEL,
            message_id=message_id,
            conversation_id=person,
            sender_id=person,
            text=text,
            sent_at=system_clock(),
        )
        while not await self.hand_over(message.model_dump_json()):  # noqa: ASYNC110  (platforms do so)
            await asyncio.sleep(0.05)
        self.acknowledged.append(message_id)

    async def hand_over(self, body: str) -> bool:
        try:
            async with self.http.post(f"http://127.0.0.1:{self.port}/message", data=body) as answer:
                return answer.status == 200
        except (ClientError, OSError, TimeoutError):
            return False

    async def take(self, request: web.Request) -> web.Response:
        self.taken[(await request.json())["key"]] += 1
        return web.Response(text="ok")


@dataclass
class Victim:
    """The process that is killed and started again."""

    folder: Path
    port: int
    sink: str

    async def start(self) -> "asyncio.subprocess.Process":
        command = [sys.executable, "-m", "tests.crash.serve", str(self.folder), str(self.port), self.sink]
        with (self.folder / "serve.log").open("ab") as log:
            process = await asyncio.create_subprocess_exec(*command, cwd=PROJECT, stdout=log, stderr=log)
        while not await self._ready():
            assert process.returncode is None, (self.folder / "serve.log").read_text()[-3000:]
            await asyncio.sleep(0.02)
        return process

    async def live_and_die(self) -> None:
        process = await self.start()
        await asyncio.sleep(random.uniform(0, LONGEST_LIFE_S))
        process.send_signal(signal.SIGKILL)
        await process.wait()

    async def _ready(self) -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        writer.close()
        return True


def waiting(session: Session) -> int:
    inbox = select(func.count()).where(InboxMessage.state == InboxState.PENDING)
    outbox = select(func.count()).where(OutboxMessage.state == OutboxState.DUE)
    return int(session.execute(inbox).scalar_one() + session.execute(outbox).scalar_one())


@pytest.mark.slow
async def test_fifty_kills_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    """50 次 kill -9：收下的消息各处理恰好一次，工单、台账、收件数全对得上，每条回复至少送达一次。"""
    spine = wire(tmp_path)
    populate(spine)
    async with ClientSession(timeout=ClientTimeout(total=5)) as http:
        platform = Platform(http, free_port(), free_port())
        sink = web.AppRunner(_sink(platform), access_log=None)
        await sink.setup()
        await web.TCPSite(sink, "127.0.0.1", platform.sink_port).start()
        victim = Victim(tmp_path, platform.port, f"http://127.0.0.1:{platform.sink_port}/")
        talks = [asyncio.create_task(platform.talk(f"p{number}")) for number in range(PEOPLE)]

        for _ in range(KILLS):
            await victim.live_and_die()
        platform.ended = True
        survivor = await victim.start()
        try:
            await asyncio.gather(*talks)
            await _drained(spine.database)
        finally:
            survivor.kill()
            await survivor.wait()
            await sink.cleanup()

    with spine.database.read() as session:
        check(session, platform)
    spine.database.close()


def _sink(platform: Platform) -> web.Application:
    app = web.Application()
    app.router.add_post("/", platform.take)
    return app


async def _drained(database: Database) -> None:
    end = system_clock() + timedelta(seconds=120)
    while system_clock() < end:
        with database.read() as session:
            if waiting(session) == 0:
                return
        await asyncio.sleep(0.2)
    pytest.fail("the process did not catch up")


def check(session: Session, platform: Platform) -> None:
    """Compare what was acknowledged with what is in the database and what arrived."""
    states = Counter(session.scalars(select(InboxMessage.state)).all())
    assert states == {InboxState.HANDLED: len(platform.acknowledged)}
    assert len(platform.acknowledged) > 4 * PEOPLE

    per_enterprise = session.execute(select(Ticket.enterprise_id, func.count()).group_by(Ticket.enterprise_id))
    assert {f"p{one[1:]}": count for one, count in per_enterprise} == dict(platform.reports)

    tickets = session.execute(select(func.count()).select_from(Ticket)).scalar_one()
    events = Counter(session.scalars(select(TicketHistory.event)).all())
    assert events == {Event.REPORTED: tickets, Event.ASSIGNED: tickets}
    assert sum(session.scalars(select(Series.value))) == tickets

    rows = session.execute(select(OutboxMessage.key, OutboxMessage.state)).all()
    sent = {key for key, state in rows if state == OutboxState.SENT}
    assert sent == set(platform.taken)
    assert len(sent) == len(platform.acknowledged)  # a reply each
    assert [state for key, state in rows if key not in sent] == [OutboxState.NO_ADDRESS] * tickets  # the clerk's
