"""Group commit of arriving messages: all that queued while the last commit ran are stored by the next one."""

import asyncio
import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from zhiqibot.core.clock import Clock
from zhiqibot.core.crypto import Vault
from zhiqibot.core.ids import new_id
from zhiqibot.core.messages import InboundMessage, conversation_key
from zhiqibot.inbox.model import InboxMessage, InboxState
from zhiqibot.storage.columns import table_of
from zhiqibot.storage.database import Database

logger = logging.getLogger(__name__)

MAX_BATCH = 64
MAX_QUEUE = 5_000
"""Messages waiting for the next commit; beyond it the platform is asked to come back."""


class IntakeUnavailable(Exception):
    """The message could not be stored now; the platform must keep it and try again (answer 503)."""


@dataclass(frozen=True)
class _Waiting:
    row: dict[str, Any]
    loop: asyncio.AbstractEventLoop
    stored: asyncio.Future[None]


@dataclass
class Intake:
    """Stores messages durably; `accept` returns when its message is on disk."""

    database: Database
    vault: Vault
    clock: Clock
    on_stored: Callable[[], None] = lambda: None
    """Called after each commit, in the intake's thread: wakes the workers."""
    _queue: "queue.Queue[_Waiting | None]" = field(default_factory=lambda: queue.Queue(MAX_QUEUE))
    _thread: threading.Thread | None = None
    _add: Insert = field(init=False)

    def __post_init__(self) -> None:
        table = table_of(InboxMessage)
        self._add = self.database.capabilities.insert_new(table, "channel", "account", "message_id")

    def start(self) -> None:
        """Begin to store what is accepted."""
        self._thread = threading.Thread(target=self._run, name="intake", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Store what is queued, then end."""
        if self._thread:
            self._queue.put(None)
            self._thread.join()
            self._thread = None

    async def accept(self, message: InboundMessage) -> None:
        """Return once `message` is durably stored (a repeat is already); raise IntakeUnavailable if it is not."""
        loop = asyncio.get_running_loop()
        waiting = _Waiting(self.row(message), loop, loop.create_future())
        try:
            self._queue.put_nowait(waiting)
        except queue.Full:
            raise IntakeUnavailable from None
        await waiting.stored

    def row(self, message: InboundMessage) -> dict[str, Any]:
        """Return the inbox row of a message, its content sealed."""
        row_id = new_id()
        return {
            "id": row_id,
            "channel": message.channel,
            "account": message.account,
            "message_id": message.message_id,
            "conversation_key": conversation_key(message),
            "payload": self.vault.seal(message.model_dump_json(), "inbox_message", "payload", row_id),
            "received_at": self.clock(),
            "state": InboxState.PENDING,
            "attempts": 0,
        }

    def store(self, session: Session, rows: list[dict[str, Any]]) -> None:
        """Add rows to the inbox; those whose message is already there are left alone."""
        session.connection().execute(self._add, rows)

    def _run(self) -> None:
        while (first := self._queue.get()) is not None:
            batch, ended = self._take(first)
            self._commit(batch)
            if ended:
                return

    def _take(self, first: _Waiting) -> tuple[list[_Waiting], bool]:
        batch = [first]
        while len(batch) < MAX_BATCH:
            try:
                waiting = self._queue.get_nowait()
            except queue.Empty:
                break
            if waiting is None:
                return batch, True
            batch.append(waiting)
        return batch, False

    def _commit(self, batch: list[_Waiting]) -> None:
        try:
            with self.database.write() as session:
                self.store(session, [waiting.row for waiting in batch])
        except (SQLAlchemyError, ValueError) as error:  # ValueError: a driver refusing the data, e.g. a NUL
            if len(batch) > 1:  # one bad message must fail alone
                for waiting in batch:
                    self._commit([waiting])
                return
            logger.error("intake failed: %s", type(error).__name__)
            _resolve(batch, IntakeUnavailable())
            return
        _resolve(batch, None)
        try:
            self.on_stored()
        except Exception:  # the thread must live: without it nothing is accepted any more
            logger.exception("intake: nobody could be woken")


def _resolve(batch: list[_Waiting], error: Exception | None) -> None:
    def settle(waiting: _Waiting) -> None:
        if waiting.stored.done():  # the client went away meanwhile
            return
        if error:
            waiting.stored.set_exception(error)
        else:
            waiting.stored.set_result(None)

    def settle_all() -> None:
        for waiting in batch:
            settle(waiting)

    try:
        batch[0].loop.call_soon_threadsafe(settle_all)
    except RuntimeError:  # the loop is closed: the process is ending, the rows are stored all the same
        logger.info("intake: loop closed before %d answers", len(batch))
