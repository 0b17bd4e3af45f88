"""Tables of the inbox: messages as they arrived, and the conversations they belong to."""

from datetime import datetime
from enum import IntEnum
from typing import Any

from sqlalchemy import Index, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped

from zhiqibot.storage.columns import ID, Base, internal, sealed, sensitive


class InboxState(IntEnum):
    """Where an inbound message stands; small numbers because there are many rows."""

    PENDING = 0
    HANDLED = 1
    SET_ASIDE = 2
    """Handling failed MAX_ATTEMPTS times; kept for the office with its error."""


class InboxMessage(Base):
    """One message a platform handed over; (channel, account, message_id) recognises a repeat."""

    __tablename__ = "inbox_message"
    __table_args__ = (
        UniqueConstraint("channel", "account", "message_id"),
        Index(
            "ix_inbox_message_pending",
            "conversation_key",
            "id",
            sqlite_where=text("state = 0"),
            postgresql_where=text("state = 0"),
        ),
        Index("ix_inbox_message_conversation", "conversation_key", "id"),
    )
    id: Mapped[str] = internal(ID, primary_key=True)
    channel: Mapped[str] = internal(String(20))
    account: Mapped[str] = internal(String(64))
    message_id: Mapped[str] = internal(String(128))
    conversation_key: Mapped[str] = internal(String(255))
    payload: Mapped[bytes] = sealed()
    received_at: Mapped[datetime] = internal()
    state: Mapped[int] = internal(SmallInteger, default=InboxState.PENDING)
    attempts: Mapped[int] = internal(SmallInteger, default=0)
    error: Mapped[str | None] = internal(String(500))
    handled_at: Mapped[datetime | None] = internal()


class Conversation(Base):
    """One thread with one person on one platform: the dialogue's memory, and who is handling it now."""

    __tablename__ = "conversation"
    key: Mapped[str] = internal(String(255), primary_key=True)
    channel: Mapped[str] = internal(String(20))
    account: Mapped[str] = internal(String(64))
    address: Mapped[str] = sensitive(String(128))
    """The platform's own id of the conversation: where replies go."""
    sender_id: Mapped[str] = sensitive(String(128))
    state: Mapped[dict[str, Any]] = sensitive(default=dict)
    """What was asked and answered so far; topics keep no personal data of third parties in it."""
    lease_owner: Mapped[str | None] = internal(String(64))
    lease_until: Mapped[datetime | None] = internal()
    """Until when nobody else touches it: a worker's lease, or the pause before a retry."""
    updated_at: Mapped[datetime] = internal()
