"""Handling of leased messages: all of a batch in one commit; if anything in it fails, each message on its own.

The batch is the usual case and pays for a commit once. A failure rolls all of it back, and the careful way finds out
whose it was: that message waits and is tried again, or is set aside, and nothing else is held up.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from zhiqibot.core.clock import Clock
from zhiqibot.core.crypto import Unreadable, Vault
from zhiqibot.core.messages import InboundMessage
from zhiqibot.core.privacy import mask
from zhiqibot.inbox.model import Conversation, InboxMessage, InboxState
from zhiqibot.storage.database import Database

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 4
MAX_INTERRUPTED = 8
"""The same for tries that were begun and never ended: the process died, most likely not because of the message."""
RETRY_PAUSE = timedelta(seconds=2)
"""Pause after the first failure; doubled after each further one."""

BROKEN = (Unreadable, ValidationError)
"""The stored content itself is not what it should be; trying again changes nothing."""

Handle = Callable[[Session, InboundMessage, Conversation, datetime], None]
SetAside = Callable[[Session, InboundMessage, Conversation, str], None]
Prepare = Callable[[Session, Sequence[InboundMessage], datetime], None]
Claimed = Mapping[str, Sequence[InboxMessage]]
"""Messages by conversation key, in order."""


@dataclass(frozen=True)
class BatchHandler:
    """Handles what one worker has leased; `owner` is what its leases say."""

    database: Database
    vault: Vault
    clock: Clock
    owner: str
    handle_message: Handle
    on_set_aside: SetAside
    """Tells the sender and the office, in the same unit of work."""
    prepare: Prepare
    """Looks up in a few statements what the messages of a batch will ask for one by one."""

    def handle(self, claimed: Claimed) -> None:
        """Handle every message, each exactly once; leases are given back with the commit."""
        try:
            self._together(claimed)
        except OperationalError:  # the database is away or full: nothing was done, the leases run out
            raise
        except Exception as error:
            logger.warning("a batch is handled one by one: %s", type(error).__name__)
            for key, rows in claimed.items():
                self._one_by_one(key, rows)

    # -- the usual way ------------------------------------------------------------------------------------------

    def _together(self, claimed: Claimed) -> None:
        with self.database.write() as session:
            held = self._held(session, list(claimed))
            session.flush()
            for conversation in held:
                session.expunge(conversation)  # written below, all in one statement
            handled: list[dict[str, Any]] = []
            messages = {row.id: self.open(row) for conversation in held for row in claimed[conversation.key]}
            self.prepare(session, list(messages.values()), self.clock())
            for conversation in held:
                for row in claimed[conversation.key]:
                    if _used_up(row):
                        raise _Suspect
                    now = self.clock()
                    self.handle_message(session, messages[row.id], conversation, now)
                    conversation.updated_at = now
                    handled.append({"id": row.id, "state": InboxState.HANDLED, "handled_at": now})
            if handled:
                session.execute(update(InboxMessage), handled)
                session.execute(update(Conversation), [_released(conversation) for conversation in held])

    def _held(self, session: Session, keys: Sequence[str]) -> Sequence[Conversation]:
        """Return the conversations still held: a lease that ran out may be another worker's by now."""
        query = select(Conversation).where(Conversation.key.in_(keys), Conversation.lease_owner == self.owner)
        return session.scalars(self.database.capabilities.claim(query.order_by(Conversation.key))).all()

    # -- the careful way ----------------------------------------------------------------------------------------

    def _one_by_one(self, key: str, rows: Sequence[InboxMessage]) -> None:
        for position, row in enumerate(rows):
            last = position == len(rows) - 1
            try:
                alive = self._alone(key, row, last=last)
            except OperationalError:
                raise
            except Exception as error:  # whatever is wrong with one message must not hold up the rest
                logger.exception("message %s failed, attempt %d", row.id, row.attempts + 1)
                alive = self._failed(key, rows[position:], error)
            if not alive:
                return

    def _alone(self, key: str, row: InboxMessage, *, last: bool) -> bool:
        """Handle one message in its own unit of work; False when the conversation is another worker's by now."""
        with self.database.write() as session:
            held = self._held(session, [key])
            if not held:
                return False
            now = self.clock()
            if _used_up(row):
                self._set_aside(session, row, held[0], row.error or "处理过程中断")
            else:
                self.handle_message(session, self.open(row), held[0], now)
                flag_modified(held[0], "state")  # a change made in place would not be seen
                mark(session, row, state=InboxState.HANDLED, handled_at=now)
            held[0].updated_at = now
            if last:
                held[0].lease_owner = held[0].lease_until = None
        return True

    def _failed(self, key: str, rows: Sequence[InboxMessage], error: Exception) -> bool:
        """Note a failure: pause the conversation, or set the message aside and go on (True)."""
        row, *later = rows
        give_up = isinstance(error, BROKEN) or row.attempts + 1 >= MAX_ATTEMPTS
        with self.database.write() as session:
            held = self._held(session, [key])
            if not held:
                return False
            if give_up:
                self._set_aside(session, row, held[0], described(error))
                if not later:
                    held[0].lease_owner = held[0].lease_until = None
                return True
            mark(session, row, error=described(error))
            for one in later:  # not tried: this attempt is not theirs
                mark(session, one, attempts=one.attempts)
            held[0].lease_owner = None
            held[0].lease_until = self.clock() + RETRY_PAUSE * 2**row.attempts
        return False

    def _set_aside(self, session: Session, row: InboxMessage, conversation: Conversation, error: str) -> None:
        mark(session, row, state=InboxState.SET_ASIDE, handled_at=self.clock(), error=error[:500])
        try:
            message = self.open(row)
        except BROKEN:
            message = _empty(row, conversation)
        try:
            with session.begin_nested():
                self.on_set_aside(session, message, conversation, row.id)
        except OperationalError:
            raise
        except Exception:  # telling people must not keep the message from being set aside
            logger.exception("message %s: nobody could be told", row.id)

    def open(self, row: InboxMessage) -> InboundMessage:
        """Return a stored message; raise one of BROKEN when its content cannot be read."""
        return InboundMessage.model_validate_json(self.vault.open(row.payload, "inbox_message", "payload", row.id))


class _Suspect(Exception):
    """A message has used up its attempts: the batch is left to the careful way."""


def _used_up(row: InboxMessage) -> bool:
    return row.attempts >= (MAX_ATTEMPTS if row.error else MAX_INTERRUPTED)


def _released(conversation: Conversation) -> dict[str, Any]:
    return {
        "key": conversation.key,
        "state": conversation.state,
        "updated_at": conversation.updated_at,
        "lease_owner": None,
        "lease_until": None,
    }


def _empty(row: InboxMessage, conversation: Conversation) -> InboundMessage:
    """Stand in for a message whose content cannot be read: where it came from is known all the same."""
    return InboundMessage(
        channel=row.channel,
        account=row.account,
        message_id=row.message_id,
        conversation_id=conversation.address,
        sender_id=conversation.sender_id,
        sent_at=row.received_at,
    )


def described(error: Exception) -> str:
    """Return an error for the record, personal numbers masked."""
    return mask(f"{type(error).__name__}: {error}")[:500]


def mark(session: Session, row: InboxMessage, **values: object) -> None:
    """Change columns of a stored message."""
    session.execute(
        update(InboxMessage)
        .where(InboxMessage.id == row.id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
