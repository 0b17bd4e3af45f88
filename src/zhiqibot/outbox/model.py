"""The outbox table: one row for each message to one person or conversation."""

from datetime import datetime
from enum import IntEnum

from sqlalchemy import Index, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped

from zhiqibot.storage.columns import ID, Base, internal, sealed, sensitive


class OutboxState(IntEnum):
    """Where an outgoing message stands."""

    DUE = 0
    SENT = 1
    GIVEN_UP = 2
    """The platform kept failing."""
    REFUSED = 3
    """The platform said it will never take it (left, blocked, unknown)."""
    NO_ADDRESS = 4
    """The person uses no platform yet; sent as soon as they bind an account."""
    WITHDRAWN = 5
    """No longer true: the booking was cancelled, the moment has passed."""


class Priority(IntEnum):
    """Chat replies go ahead of notices, notices ahead of campaigns."""

    REPLY = 0
    NOTICE = 5
    CAMPAIGN = 9


class OutboxMessage(Base):
    """One message on its way, and its receipt."""

    __tablename__ = "outbox_message"
    __table_args__ = (
        UniqueConstraint("key"),
        Index(
            "ix_outbox_message_due",
            "priority",
            "due_at",
            "id",
            sqlite_where=text("state = 0"),
            postgresql_where=text("state = 0"),
        ),
        Index("ix_outbox_message_thread", "thread", "id"),
        Index(
            "ix_outbox_message_waiting",
            "thread",
            "id",
            sqlite_where=text("state = 0"),
            postgresql_where=text("state = 0"),
        ),
        Index("ix_outbox_message_campaign", "campaign_id", "state"),
        Index("ix_outbox_message_person", "person_id", "state"),
    )
    id: Mapped[str] = internal(ID, primary_key=True)
    key: Mapped[str] = internal(String(160))
    """Idempotency key: adding a second notice with the same key does nothing."""
    priority: Mapped[int] = internal(SmallInteger)
    person_id: Mapped[str | None] = internal(String(40))
    """To whom; the platform and address are looked up when it is sent. None: to `thread` as it stands."""
    thread: Mapped[str | None] = sensitive(String(255))
    """Conversation key it goes (or went) to."""
    channel: Mapped[str | None] = internal(String(20))
    account: Mapped[str | None] = internal(String(64))
    address: Mapped[str | None] = sensitive(String(128))
    body: Mapped[bytes] = sealed()
    campaign_id: Mapped[str | None] = internal(ID)
    due_at: Mapped[datetime] = internal()
    expires_at: Mapped[datetime | None] = internal()
    created_at: Mapped[datetime] = internal()
    state: Mapped[int] = internal(SmallInteger, default=OutboxState.DUE)
    attempts: Mapped[int] = internal(SmallInteger, default=0)
    receipt: Mapped[str | None] = internal(String(200))
    error: Mapped[str | None] = internal(String(200))
    sent_at: Mapped[datetime | None] = internal()
