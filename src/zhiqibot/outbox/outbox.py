"""Adding to the outbox: the only part of it that topics use."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from zhiqibot.core.crypto import Vault
from zhiqibot.core.ids import new_id
from zhiqibot.core.messages import OutboundMessage, Thread
from zhiqibot.outbox.model import OutboxMessage, OutboxState, Priority
from zhiqibot.storage.capabilities import Capabilities
from zhiqibot.storage.later import write_later, write_now


@dataclass(frozen=True)
class Notice:
    """One message to one person. `key` makes it happen once, whatever is retried or runs twice."""

    key: str
    person_id: str
    message: OutboundMessage
    due_at: datetime | None = None
    expires_at: datetime | None = None
    campaign_id: str | None = None


@dataclass(frozen=True)
class Outbox:
    """Adds messages in the caller's unit of work; `delivery` sends them after its commit."""

    vault: Vault

    def reply(self, session: Session, thread: Thread, messages: Iterable[OutboundMessage], now: datetime) -> None:
        """Answer a conversation, in the order given."""
        rows = []
        for message in messages:
            row_id = new_id()
            address = {
                "thread": thread.key,
                "channel": thread.channel,
                "account": thread.account,
                "address": thread.address,
            }
            rows.append(self._row(row_id, row_id, Priority.REPLY, message, now, now) | address)
        if rows:
            write_later(session, insert(OutboxMessage), rows, name="outbox replies")

    def notify(self, session: Session, notices: Sequence[Notice], now: datetime) -> None:
        """Add notices; those whose key is already there are left alone."""
        rows = []
        for notice in notices:
            priority = Priority.CAMPAIGN if notice.campaign_id else Priority.NOTICE
            row = self._row(new_id(), notice.key, priority, notice.message, notice.due_at or now, now)
            extra = {
                "person_id": notice.person_id,
                "expires_at": notice.expires_at,
                "campaign_id": notice.campaign_id,
            }
            rows.append(row | extra)
        if rows:
            capabilities = Capabilities.for_dialect(session.get_bind().dialect.name)
            write_later(session, capabilities.insert_new(OutboxMessage, "key"), rows, name="outbox notices")

    def notify_thread(
        self, session: Session, key: str, thread: Thread, message: OutboundMessage, now: datetime, *, due_at: datetime
    ) -> None:
        """Add a notice to a conversation whose person is not known: a stranger who asked; once for each `key`."""
        address = {"channel": thread.channel, "account": thread.account, "address": thread.address}
        row = self._row(new_id(), key, Priority.NOTICE, message, due_at, now) | {"thread": thread.key} | address
        capabilities = Capabilities.for_dialect(session.get_bind().dialect.name)
        write_later(session, capabilities.insert_new(OutboxMessage, "key"), [row], name="outbox notices to threads")

    def withdraw(self, session: Session, key_prefix: str) -> None:
        """Take back what was not sent yet: reminders of a cancelled booking, for example."""
        write_now(session)
        session.execute(
            update(OutboxMessage)
            .where(
                OutboxMessage.key.startswith(key_prefix, autoescape=True),
                OutboxMessage.state.in_((OutboxState.DUE, OutboxState.NO_ADDRESS)),
            )
            .values(state=OutboxState.WITHDRAWN)
            .execution_options(synchronize_session=False)
        )

    def revive(self, session: Session, person_id: str, now: datetime) -> int:
        """Make due what waited for this person to have an address; return how many."""
        write_now(session)
        waiting = (
            OutboxMessage.person_id == person_id,
            OutboxMessage.state == OutboxState.NO_ADDRESS,
            (OutboxMessage.expires_at.is_(None)) | (OutboxMessage.expires_at > now),
        )
        ids = list(session.scalars(select(OutboxMessage.id).where(*waiting)))
        if ids:
            session.execute(
                update(OutboxMessage)
                .where(OutboxMessage.id.in_(ids))
                .values(state=OutboxState.DUE, due_at=now, error=None)
                .execution_options(synchronize_session=False)
            )
        return len(ids)

    def receipts(self, session: Session, campaign_id: str) -> dict[str, int]:
        """Return how many messages of a campaign stand where, by state name in lower case."""
        write_now(session)
        states = select(OutboxMessage.state, func.count()).where(OutboxMessage.campaign_id == campaign_id)
        rows = session.execute(states.group_by(OutboxMessage.state))
        return {OutboxState(state).name.lower(): count for state, count in rows}

    def read(self, row: OutboxMessage) -> OutboundMessage:
        """Return the message of a row."""
        return OutboundMessage.model_validate_json(self.vault.open(row.body, "outbox_message", "body", row.id))

    def _row(
        self,
        row_id: str,
        key: str,
        priority: Priority,
        message: OutboundMessage,
        due_at: datetime,
        now: datetime,
    ) -> dict[str, Any]:
        return {
            "id": row_id,
            "key": key,
            "priority": priority,
            "body": self.vault.seal(message.model_dump_json(), "outbox_message", "body", row_id),
            "due_at": due_at,
            "created_at": now,
            "state": OutboxState.DUE,
            "attempts": 0,
        }
