"""The table of messages kept for review."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Float, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped

from zhiqibot.storage.columns import ID, Base, internal, sealed


class Reason(StrEnum):
    """Why a message was kept (ids are stored, labels are shown)."""

    UNSURE = "unsure"
    """Read with little confidence: the product asked back, or acted all the same."""
    CORRECTED = "corrected"
    """The person said, or showed, that they had meant something else."""
    REROUTED = "rerouted"
    """The ticket it became was given to another unit."""
    NOT_UNDERSTOOD = "not_understood"
    """Turned away as none of our business, without being sure of it."""


class State(StrEnum):
    """Where a kept message stands."""

    OPEN = "open"
    LABELLED = "labelled"
    DISMISSED = "dismissed"


REASON_LABELS = {
    Reason.UNSURE: "拿不准",
    Reason.CORRECTED: "被本人更正",
    Reason.REROUTED: "诉求被改派",
    Reason.NOT_UNDERSTOOD: "没听懂",
}
STATE_LABELS = {State.OPEN: "待复核", State.LABELLED: "已标注", State.DISMISSED: "不采用"}


class MessageForReview(Base):
    """One message, how it was understood, and what it turned out to mean."""

    __tablename__ = "message_for_review"
    __table_args__ = (
        UniqueConstraint("key"),
        Index("ix_message_for_review_state", "state", "kept_at"),
        Index("ix_message_for_review_kept_at", "kept_at"),
        Index("ix_message_for_review_digest", "digest"),
    )
    id: Mapped[str] = internal(ID, primary_key=True)
    key: Mapped[str] = internal(String(64))
    """Of the message, or of the ticket: what is handled twice is kept once."""
    digest: Mapped[str] = internal(String(64))
    """Blind index of role and words: the same sentence is looked at once, whoever says it."""
    text: Mapped[bytes] = sealed()
    """What was said, personal data masked."""
    role: Mapped[str] = internal(String(12))
    """enterprise, cadre or office."""
    intent: Mapped[str] = internal(String(40))
    """What it was taken for."""
    confidence: Mapped[float | None] = internal(Float)
    """0–1; None where only the ticket is known."""
    runner_up: Mapped[str] = internal(String(40), default="")
    ranking: Mapped[list[str]] = internal(default=list)
    """The likeliest intents, best first, at most five."""
    topic: Mapped[str] = internal(String(30), default="")
    """The topic it was taken for."""
    asked: Mapped[bytes | None] = sealed(nullable=True)
    """What the product had asked, if it had."""
    reason: Mapped[str] = internal(String(20))
    became: Mapped[str] = internal(String(40), default="")
    """The intent the person chose then."""
    unit: Mapped[str] = internal(String(120), default="")
    """The unit a ticket was given to in the end."""
    unit_topics: Mapped[list[str]] = internal(default=list)
    """The topics that unit is in charge of."""
    kept_at: Mapped[datetime] = internal()
    state: Mapped[str] = internal(String(12), default=State.OPEN)
    settled_at: Mapped[datetime | None] = internal()
    label: Mapped[str] = internal(String(40), default="")
    """The intent the reviewer gave it."""
    label_topic: Mapped[str] = internal(String(30), default="")
