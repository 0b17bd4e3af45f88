"""Tables of outreach: subscriptions, broadcasts with their frozen audience, visits of cadres."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped

from zhiqibot.storage.columns import ID, Base, internal, public

EVERYTHING = "*"
"""The topic of a subscription to all topics, those of later years included."""


class Subscription(Base):
    """A person wants to hear of a topic."""

    __tablename__ = "subscription"
    __table_args__ = (Index("ix_subscription_topic", "topic"),)
    person_id: Mapped[str] = internal(ForeignKey("person.id"), primary_key=True)
    topic: Mapped[str] = internal(String(30), primary_key=True)
    since: Mapped[datetime] = internal()


class OptOut(Base):
    """A person wants no broadcasts at all (全部退订)."""

    __tablename__ = "opt_out"
    person_id: Mapped[str] = internal(ForeignKey("person.id"), primary_key=True)
    since: Mapped[datetime] = internal()


class Campaign(Base):
    """One broadcast (群发通知), as the office confirmed it."""

    __tablename__ = "campaign"
    __table_args__ = (Index("ix_campaign_created_at", "created_at"),)
    id: Mapped[str] = internal(ID, primary_key=True)
    created_by: Mapped[str] = internal(ForeignKey("person.id"))
    created_at: Mapped[datetime] = internal()
    send_at: Mapped[datetime] = internal()
    title: Mapped[str] = public(String(100), default="")
    """The policy's title; empty for a plain notice."""
    content: Mapped[str] = public(Text)
    policy_id: Mapped[str | None] = public(String(60))
    audience: Mapped[dict[str, Any]] = internal()
    audience_text: Mapped[str] = internal(String(200))
    urgent: Mapped[bool] = internal(Boolean, default=False)
    total: Mapped[int] = internal(Integer)
    """Recipients when it was frozen."""
    opted_out: Mapped[int] = internal(Integer, default=0)
    capped: Mapped[int] = internal(Integer, default=0)
    """Left out because they had had their share of broadcasts that week."""
    stopped_at: Mapped[datetime | None] = internal()


class CampaignRecipient(Base):
    """One person of a broadcast's frozen audience."""

    __tablename__ = "campaign_recipient"
    __table_args__ = (Index("ix_campaign_recipient_person_id", "person_id", "campaign_id"),)
    campaign_id: Mapped[str] = internal(ForeignKey("campaign.id"), primary_key=True)
    person_id: Mapped[str] = internal(ForeignKey("person.id"), primary_key=True)
    enterprise_id: Mapped[str | None] = internal(String(40))


class VisitWay(StrEnum):
    """How a cadre called on an enterprise."""

    VISIT = "visit"
    PHONE = "phone"


WAY_LABELS = {VisitWay.VISIT: "上门走访", VisitWay.PHONE: "电话（线上）走访"}


class VisitRecord(Base):
    """走访记录: a cadre called on an enterprise."""

    __tablename__ = "visit_record"
    __table_args__ = (
        Index("ix_visit_record_enterprise_id", "enterprise_id", "day"),
        Index("ix_visit_record_cadre_id", "cadre_id", "day"),
    )
    id: Mapped[str] = internal(ID, primary_key=True)
    enterprise_id: Mapped[str] = internal(ForeignKey("enterprise.id"))
    cadre_id: Mapped[str] = internal(ForeignKey("person.id"))
    day: Mapped[date] = internal()
    way: Mapped[str] = internal(String(10))
    note: Mapped[str] = internal(Text, default="")
    """What was seen and heard; personal numbers masked."""
    created_at: Mapped[datetime] = internal()
