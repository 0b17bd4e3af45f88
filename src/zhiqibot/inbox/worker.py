"""Handling of stored messages: lease conversations, handle their messages in order, commit with all effects.

Two commits a batch. The first takes leases and counts the attempt, so that a message that kills the process is
recognised after batch.MAX_INTERRUPTED; the second holds everything the handling caused and marks the message handled. A lease
(not a row lock) carries a conversation from the first to the second, on both engines alike.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from zhiqibot.core.clock import Clock
from zhiqibot.core.crypto import Vault
from zhiqibot.core.ids import new_id
from zhiqibot.inbox.batch import BROKEN, BatchHandler, Handle, Prepare, SetAside, described, mark
from zhiqibot.inbox.model import Conversation, InboxMessage, InboxState
from zhiqibot.inbox.picking import first_messages, pending, suspects_alone
from zhiqibot.storage.database import Database

logger = logging.getLogger(__name__)

BATCH = 32  # conversations
MESSAGES_PER_CONVERSATION = 10
LEASE = timedelta(seconds=60)
IDLE_PAUSE_S = 1.0
ERROR_PAUSE_S = 2.0


@dataclass
class InboxWorker:
    """Handles messages; any number of workers in any number of processes may run."""

    database: Database
    vault: Vault
    clock: Clock
    handle: Handle
    on_set_aside: SetAside
    """Tells the sender and the office, in the same unit of work."""
    prepare: Prepare = lambda *_: None
    """Looks up in a few statements what the messages of a batch will ask for one by one."""
    on_handled: Callable[[], None] = lambda: None
    owner: str = field(default_factory=new_id)
    _batch: BatchHandler = field(init=False)
    _wake: threading.Event = field(default_factory=threading.Event)
    _stopping: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._batch = BatchHandler(
            self.database, self.vault, self.clock, self.owner, self.handle, self.on_set_aside, self.prepare
        )

    def wake(self) -> None:
        """Say that there may be work."""
        self._wake.set()

    def stop(self) -> None:
        """Finish the batch in hand, then end."""
        self._stopping.set()
        self._wake.set()

    def run(self) -> None:
        """Work until `stop`; an unreachable database is waited for."""
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                busy = self.handle_batch() > 0
            except Exception as error:  # the thread must live: without it nothing is answered any more
                logger.error("worker: %s", type(error).__name__, exc_info=not isinstance(error, SQLAlchemyError))
                self._stopping.wait(ERROR_PAUSE_S)
                continue
            if not busy:
                self._wake.wait(IDLE_PAUSE_S)

    def release_all(self) -> None:
        """End every lease: right at the start of the one process of an embedded database, never beside others."""
        with self.database.write() as session:
            session.execute(update(Conversation).values(lease_owner=None, lease_until=None))

    def handle_batch(self) -> int:
        """Handle what is pending in up to BATCH conversations; return the number of messages touched."""
        claimed = self._claim()
        if not claimed:
            return 0
        self._batch.handle(claimed)
        self.on_handled()
        return sum(len(rows) for rows in claimed.values())

    def _claim(self) -> dict[str, list[InboxMessage]]:
        now = self.clock()
        with self.database.read() as session:  # most looks find nothing: do not take the write lock for them
            if not session.execute(select(InboxMessage.id).where(pending()).limit(1)).first():
                return {}
        with self.database.write() as session:
            keys = self._free_keys(session, now)
            if not keys:
                return {}
            claimed = suspects_alone(session.scalars(first_messages(keys, MESSAGES_PER_CONVERSATION)).all())
            session.execute(
                update(Conversation)
                .where(Conversation.key.in_(claimed))
                .values(lease_owner=self.owner, lease_until=now + LEASE)
            )
            taken = [row.id for rows_ in claimed.values() for row in rows_]
            session.execute(
                update(InboxMessage)
                .where(InboxMessage.id.in_(taken))
                .values(attempts=InboxMessage.attempts + 1)
                .execution_options(synchronize_session=False)
            )
            session.expunge_all()
        return claimed

    def _free_keys(self, session: Session, now: datetime) -> list[str]:
        """Return conversations with pending messages that nobody holds, longest waiting first, locked."""
        first = func.min(InboxMessage.id)
        free = or_(Conversation.lease_until.is_(None), Conversation.lease_until < now)
        waiting = session.execute(
            select(InboxMessage.conversation_key, first, Conversation.key)
            .outerjoin(Conversation, Conversation.key == InboxMessage.conversation_key)
            .where(pending(), or_(Conversation.key.is_(None), free))
            .group_by(InboxMessage.conversation_key, Conversation.key)
            .order_by(first)
            .limit(BATCH)
        ).all()
        self._create_missing(session, [row[1] for row in waiting if row[2] is None], now)
        keys = [row[0] for row in waiting]
        query = select(Conversation.key).where(Conversation.key.in_(keys), free).order_by(Conversation.key)
        return list(session.scalars(self.database.capabilities.claim(query))) if keys else []

    def _create_missing(self, session: Session, message_ids: Sequence[str], now: datetime) -> None:
        rows = (
            session.scalars(select(InboxMessage).where(InboxMessage.id.in_(message_ids))).all() if message_ids else []
        )
        new = []
        for row in rows:
            try:
                message = self._batch.open(row)
            except BROKEN as error:  # not even where to answer is known
                logger.error("message %s cannot be read: %s", row.id, type(error).__name__)
                mark(session, row, state=InboxState.SET_ASIDE, handled_at=now, error=described(error))
                continue
            new.append(
                {
                    "key": row.conversation_key,
                    "channel": row.channel,
                    "account": row.account,
                    "address": message.conversation_id,
                    "sender_id": message.sender_id,
                    "state": {},
                    "updated_at": now,
                }
            )
        if new:
            session.execute(self.database.capabilities.insert_new(Conversation, "key"), new)
