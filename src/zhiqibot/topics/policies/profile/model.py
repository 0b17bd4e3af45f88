"""Tables of the policy calculator: an enterprise's facts, and the policy cards as they were last seen."""

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, String
from sqlalchemy.orm import Mapped

from zhiqibot.storage.columns import Base, internal, public


class ProfileFact(Base):
    """One thing said of an enterprise, by whom and when; a correction takes its place."""

    __tablename__ = "profile_fact"
    enterprise_id: Mapped[str] = internal(ForeignKey("enterprise.id"), primary_key=True)
    trait: Mapped[str] = internal(String(20), primary_key=True)
    """Id of `_profile.yaml`."""
    value: Mapped[list[str]] = internal(default=list)
    """Empty: said to be none."""
    known: Mapped[bool] = internal(Boolean, default=True)
    """False: was asked and not answered; it is not asked again."""
    said_by: Mapped[str | None] = internal(ForeignKey("person.id"))
    said_at: Mapped[datetime] = internal()


class PolicyCardSeen(Base):
    """A policy card as the office was last told of it: another digest means that it has changed."""

    __tablename__ = "policy_card_seen"
    card_id: Mapped[str] = public(String(60), primary_key=True)
    digest: Mapped[str] = public(String(64))
    seen_at: Mapped[datetime] = internal()
    changed_at: Mapped[datetime | None] = internal()
    """When it was last found new or changed; the cards of one finding share the instant."""
