"""Tables of the directory. Names and phones of people are sealed; look-ups by phone go through a blind index."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Boolean, ForeignKey, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped

from zhiqibot.storage.columns import ID, Base, internal, public, sealed, sensitive

KEY = String(40)
"""Ids of the directory come from the operator's data, so that a second import updates instead of adding."""


class Role(StrEnum):
    """What a person is in the programme."""

    ENTERPRISE = "enterprise"
    """企业联系人"""
    CADRE = "cadre"
    """助企干部、首席服务员"""
    CLERK = "clerk"
    """承办单位经办人"""
    OFFICE = "office"
    """联席办、助企办"""
    SUPERVISOR = "supervisor"
    """纪检联络员、效能中心"""


STAFF = frozenset({Role.CADRE, Role.CLERK, Role.OFFICE, Role.SUPERVISOR})


class Unit(Base):
    """承办单位: a bureau, township, bank or utility that handles tickets."""

    __tablename__ = "unit"
    id: Mapped[str] = public(KEY, primary_key=True)
    name: Mapped[str] = public(String(60))
    short: Mapped[list[str]] = public(default=list)
    kind: Mapped[str] = public(String(20), default="bureau")
    phone: Mapped[str] = public(String(30), default="")
    topics: Mapped[list[str]] = public(default=list)


class Enterprise(Base):
    """An enterprise of the county."""

    __tablename__ = "enterprise"
    __table_args__ = (UniqueConstraint("uscc"),)
    id: Mapped[str] = internal(KEY, primary_key=True)
    name: Mapped[str] = public(String(100))
    short: Mapped[list[str]] = public(default=list)
    uscc: Mapped[str] = public(String(18))
    region: Mapped[str] = public(String(40), default="")
    """Township, street or industrial zone inside the county."""
    industry: Mapped[str] = public(String(40), default="")
    scale: Mapped[str] = public(String(20), default="")
    tags: Mapped[list[str]] = public(default=list)


class Person(Base):
    """One human being in one role; their accounts on platforms are `Account` rows."""

    __tablename__ = "person"
    __table_args__ = (Index("ix_person_enterprise_id", "enterprise_id"), Index("ix_person_unit_id", "unit_id"))
    id: Mapped[str] = internal(KEY, primary_key=True)
    role: Mapped[str] = internal(String(20))
    name: Mapped[bytes] = sealed()
    phone: Mapped[bytes | None] = sealed(nullable=True)
    phone_index: Mapped[str | None] = internal(String(64), index=True)
    """Blind index of the phone: equal phones have equal values, nothing else can be learnt from it."""
    title: Mapped[str] = internal(String(60), default="")
    unit_id: Mapped[str | None] = internal(ForeignKey("unit.id"))
    unit_name: Mapped[str] = internal(String(60), default="")
    """For cadres of bodies that handle no tickets (a township office, say)."""
    enterprise_id: Mapped[str | None] = internal(ForeignKey("enterprise.id"))
    substitute_id: Mapped[str | None] = internal(KEY)
    active: Mapped[bool] = internal(Boolean, default=True)


class Link(Base):
    """包联: a cadre is linked to an enterprise from one day to another (open: still)."""

    __tablename__ = "link"
    __table_args__ = (
        UniqueConstraint("cadre_id", "enterprise_id", "starts"),
        Index("ix_link_enterprise_id", "enterprise_id"),
    )
    id: Mapped[str] = internal(ID, primary_key=True)
    cadre_id: Mapped[str] = internal(ForeignKey("person.id"))
    enterprise_id: Mapped[str] = internal(ForeignKey("enterprise.id"))
    starts: Mapped[date] = internal()
    ends: Mapped[date | None] = internal()


class Account(Base):
    """A platform account (a chat identity) and the person it was bound to."""

    __tablename__ = "account"
    __table_args__ = (
        UniqueConstraint("channel", "account", "sender_id"),
        Index("ix_account_person_id", "person_id"),
    )
    id: Mapped[str] = internal(ID, primary_key=True)
    channel: Mapped[str] = internal(String(20))
    account: Mapped[str] = internal(String(64))
    sender_id: Mapped[str] = sensitive(String(128))
    person_id: Mapped[str | None] = internal(ForeignKey("person.id"))
    thread: Mapped[str] = sensitive(String(255))
    """Conversation key of the private chat: where notices to this person go."""
    address: Mapped[str] = sensitive(String(128))
    seen_at: Mapped[datetime] = internal()
    bound_at: Mapped[datetime | None] = internal()
    wrong_codes: Mapped[int] = internal(SmallInteger, default=0)
    wrong_since: Mapped[datetime | None] = internal()
    """Wrong invitation codes of the current hour: guessing is slowed down."""


class Invitation(Base):
    """An invitation code for one person's first binding; only its hash is kept."""

    __tablename__ = "invitation"
    code_hash: Mapped[str] = internal(String(64), primary_key=True)
    person_id: Mapped[str] = internal(ForeignKey("person.id"))
    expires_at: Mapped[datetime] = internal()
    reusable: Mapped[bool] = internal(Boolean, default=False)
    """Only for demo worlds."""
    used_at: Mapped[datetime | None] = internal()
