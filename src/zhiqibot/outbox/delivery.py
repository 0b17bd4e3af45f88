"""Delivery: claim what is due, send it, record a receipt per recipient.

At least once: a claim moves `due_at` LEASE ahead (longer than a batch takes), so what a dead process held comes back.
In order: a thread's later message waits while an earlier one is being retried.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, literal_column, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, aliased

from zhiqibot.core.channel import Channel
from zhiqibot.core.clock import Clock
from zhiqibot.core.errors import DeliveryFailed, DeliveryRefused
from zhiqibot.core.messages import Thread
from zhiqibot.outbox.limits import RateLimiter
from zhiqibot.outbox.model import OutboxMessage, OutboxState
from zhiqibot.outbox.outbox import Outbox
from zhiqibot.outbox.retry import next_attempt
from zhiqibot.storage.database import Database

logger = logging.getLogger(__name__)

BATCH = 100
CONCURRENT_THREADS = 32
LEASE = timedelta(minutes=3)
SEND_TIMEOUT_S = 30.0
IDLE_PAUSE_S = 1.0
ERROR_PAUSE_S = 2.0

FindAddresses = Callable[[Session, Sequence[str]], Mapping[str, Thread]]
"""Person ids to the conversation each is best reached in; people without one are left out."""


@dataclass
class _Outcome:
    row: OutboxMessage
    values: dict[str, object]


@dataclass
class Delivery:
    """Sends what is due through the channels of this process."""

    database: Database
    outbox: Outbox
    channels: Mapping[tuple[str, str], Channel]
    """By (name, account)."""
    find_addresses: FindAddresses
    clock: Clock
    _limiters: dict[tuple[str, str], RateLimiter] = field(default_factory=dict)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _loop: asyncio.AbstractEventLoop | None = None

    def wake(self) -> None:
        """Say, from any thread, that there may be work."""
        if self._loop:
            with suppress(RuntimeError):  # the loop is closing: its last round is over
                self._loop.call_soon_threadsafe(self._wake.set)

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; the batch in hand is finished first."""
        self._loop = asyncio.get_running_loop()
        while not stop.is_set():
            self._wake.clear()
            try:
                busy = await self.deliver_due() > 0
            except SQLAlchemyError as error:
                logger.error("delivery: database error %s", type(error).__name__)
                await asyncio.sleep(ERROR_PAUSE_S)
                continue
            if not busy:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), IDLE_PAUSE_S)

    def release_all(self) -> None:
        """Make due what a killed process held: right at the start of the one process of an embedded database only."""
        with self.database.write() as session:
            held = (OutboxMessage.state == OutboxState.DUE, OutboxMessage.attempts > 0)
            session.execute(update(OutboxMessage).where(*held).values(due_at=self.clock()))

    async def deliver_due(self) -> int:
        """Try every message of one batch; return how many there were."""
        rows = await asyncio.to_thread(self._claim)
        by_thread: dict[str, list[OutboxMessage]] = {}
        for row in rows:
            by_thread.setdefault(row.thread or row.id, []).append(row)
        gate = asyncio.Semaphore(CONCURRENT_THREADS)
        outcomes = await asyncio.gather(*(self._deliver_thread(rows_, gate) for rows_ in by_thread.values()))
        flat = [outcome for of_thread in outcomes for outcome in of_thread]
        if flat:
            await asyncio.to_thread(self._record, flat)
        return len(rows)

    def _claim(self) -> list[OutboxMessage]:
        now = self.clock()
        with self.database.read() as session:
            if not session.execute(select(OutboxMessage.id).where(_due(now)).limit(1)).first():
                return []
        with self.database.write() as session:
            self.database.capabilities.take_turns(session, "outbox")  # else two processes split up one thread
            query = select(OutboxMessage).where(_due(now), ~_waits_for_earlier())
            query = query.order_by(OutboxMessage.priority, OutboxMessage.due_at, OutboxMessage.id).limit(BATCH)
            rows = list(session.scalars(self.database.capabilities.claim(query)))
            rows = self._with_address(session, rows, now)
            for row in rows:
                row.due_at, row.attempts = now + LEASE, row.attempts + 1
            session.flush()
            session.expunge_all()
        return rows

    def _with_address(self, session: Session, rows: list[OutboxMessage], now: datetime) -> list[OutboxMessage]:
        """Give each row its platform and address; park those that are too late or have none."""
        people = sorted({row.person_id for row in rows if row.person_id})
        threads = self.find_addresses(session, people) if people else {}
        ready = []
        for row in rows:
            if row.expires_at and row.expires_at <= now:
                row.state = OutboxState.WITHDRAWN
                continue
            if row.person_id:
                thread = threads.get(row.person_id)
                if thread is None:
                    row.state = OutboxState.NO_ADDRESS
                    row.error = "尚未绑定任何聊天账号"
                    continue
                row.thread, row.channel, row.account = thread.key, thread.channel, thread.account
                row.address = thread.address
            ready.append(row)
        return ready

    async def _deliver_thread(self, rows: list[OutboxMessage], gate: asyncio.Semaphore) -> list[_Outcome]:
        """Send one thread's messages in order; after a failure the rest waits for the next round."""
        outcomes: list[_Outcome] = []
        async with gate:
            for position, row in enumerate(rows):
                outcome = await self._deliver(row)
                outcomes.append(outcome)
                if "due_at" in outcome.values:
                    later = rows[position + 1 :]
                    again = outcome.values["due_at"]
                    outcomes += [_Outcome(r, {"due_at": again, "attempts": r.attempts - 1}) for r in later]
                    break
        return outcomes

    async def _deliver(self, row: OutboxMessage) -> _Outcome:
        now = self.clock()
        try:
            channel = self._channel(row)
            pause = self._limiter(channel).wait_s(row.address or "")
            if pause:  # not an attempt: nothing was sent
                return _Outcome(row, {"due_at": now + timedelta(seconds=pause), "attempts": row.attempts - 1})
            async with asyncio.timeout(SEND_TIMEOUT_S):
                receipt = await channel.send(row.address or "", self.outbox.read(row), row.key)
        except Exception as error:  # whatever is wrong with one message must not hold up the rest
            logger.warning("delivery %s, attempt %d: %s", row.id, row.attempts, type(error).__name__)
            again = next_attempt(error, row.attempts, now)
            values: dict[str, object] = {"error": str(error)[:200]}
            if again is not None:
                return _Outcome(row, values | {"due_at": again})
            refused = isinstance(error, DeliveryRefused)
            return _Outcome(row, values | {"state": OutboxState.REFUSED if refused else OutboxState.GIVEN_UP})
        return _Outcome(row, {"state": OutboxState.SENT, "receipt": receipt[:200], "sent_at": now, "error": None})

    def _channel(self, row: OutboxMessage) -> Channel:
        channel = self.channels.get((row.channel or "", row.account or ""))
        if channel is None:
            raise DeliveryFailed(channel=row.channel or "?", reason="not configured here", retry_after_s=60)
        return channel

    def _limiter(self, channel: Channel) -> RateLimiter:
        key = (channel.name, channel.account)
        if key not in self._limiters:
            self._limiters[key] = RateLimiter(channel.limits)
        return self._limiters[key]

    def _record(self, outcomes: list[_Outcome]) -> None:
        """Write all outcomes in one unit of work, one statement for each shape of outcome."""
        shapes: dict[tuple[str, ...], list[dict[str, object]]] = {}
        for outcome in outcomes:
            shapes.setdefault(tuple(sorted(outcome.values)), []).append({"id": outcome.row.id, **outcome.values})
        with self.database.write() as session:
            for rows in shapes.values():
                session.execute(update(OutboxMessage), rows)


def _due(now: datetime) -> ColumnElement[bool]:
    return and_(OutboxMessage.state == literal_column("0"), OutboxMessage.due_at <= now)  # literal: partial index


def _waits_for_earlier() -> ColumnElement[bool]:
    """True for a row whose thread has an earlier message that is due later: it is being sent, retried or paced.

    A notice gets its thread when it is first claimed, so one for tomorrow holds nothing up; a campaign that is being
    retried does not hold up a reply."""
    earlier = aliased(OutboxMessage)
    return and_(
        OutboxMessage.thread.is_not(None),
        exists().where(
            earlier.thread == OutboxMessage.thread,
            earlier.id < OutboxMessage.id,
            earlier.priority <= OutboxMessage.priority,
            earlier.state == literal_column("0"),
            earlier.due_at > OutboxMessage.due_at,
        ),
    )
