"""Tables of the ledger: tickets, their history, their ratings."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Boolean, ForeignKey, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped

from zhiqibot.storage.columns import ID, Base, internal, sealed


class Status(StrEnum):
    """Where a ticket stands (ids are stored, labels are shown)."""

    REGISTERED = "registered"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    AWAITING_INFO = "awaiting_info"
    """The clock stands."""
    RESOLVED = "resolved"
    CLOSED = "closed"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    DECLINED = "declined"


LABELS = {
    Status.REGISTERED: "待交办",
    Status.ASSIGNED: "待签收",
    Status.IN_PROGRESS: "办理中",
    Status.AWAITING_INFO: "待补充",
    Status.RESOLVED: "已办结待评价",
    Status.CLOSED: "已销号",
    Status.RETURNED: "已退回",
    Status.WITHDRAWN: "已撤回",
    Status.DECLINED: "不予受理",
}
OPEN = frozenset({Status.REGISTERED, Status.ASSIGNED, Status.IN_PROGRESS, Status.AWAITING_INFO, Status.RETURNED})
"""Somebody still has to do something."""


class Kind(StrEnum):
    """What a ticket is about."""

    ISSUE = "issue"
    """问题、诉求"""
    REDEMPTION = "redemption"
    """惠企政策兑现申请: decided within seven working days, paid in the month after."""


class Event(StrEnum):
    """What a history row tells."""

    REPORTED = "reported"
    ASSIGNED = "assigned"
    ACCEPTED = "accepted"
    PROGRESS = "progress"
    RETURNED = "returned"
    EXTENDED = "extended"
    RESOLVED = "resolved"
    RATED = "rated"
    REOPENED = "reopened"
    CLOSED = "closed"
    URGED = "urged"
    ADDED = "added"
    WITHDRAWN = "withdrawn"
    SUPERVISED = "supervised"
    DECIDED = "decided"
    DECLINED = "declined"
    NOT_TAKEN = "not_taken"
    UNRESOLVED = "unresolved"


EVENT_LABELS = {
    Event.REPORTED: "登记",
    Event.ASSIGNED: "交办",
    Event.ACCEPTED: "签收",
    Event.PROGRESS: "反馈进展",
    Event.RETURNED: "退回",
    Event.EXTENDED: "延期",
    Event.RESOLVED: "办结",
    Event.RATED: "评价",
    Event.REOPENED: "重新办理",
    Event.CLOSED: "销号",
    Event.URGED: "催办",
    Event.ADDED: "补充情况",
    Event.WITHDRAWN: "撤回",
    Event.SUPERVISED: "挂牌督办",
    Event.DECIDED: "研判通过",
    Event.DECLINED: "不予兑现",
    Event.NOT_TAKEN: "不予受理",
    Event.UNRESOLVED: "撤回办结",
}


class Ticket(Base):
    """诉求: one matter of one enterprise, from report to closing."""

    __tablename__ = "ticket"
    __table_args__ = (
        UniqueConstraint("number"),
        Index("ix_ticket_enterprise_id", "enterprise_id", "created_at"),
        Index("ix_ticket_unit_id_status", "unit_id", "status"),
        Index("ix_ticket_status_due_on", "status", "due_on"),
    )
    id: Mapped[str] = internal(ID, primary_key=True)
    number: Mapped[str] = internal(String(24))
    """ZQyymmdd-NNNN; confidential ones ZQM-…, a random series, so that gaps tell nothing."""
    kind: Mapped[str] = internal(String(12), default=Kind.ISSUE, server_default=Kind.ISSUE)
    policy_id: Mapped[str | None] = internal(String(60))
    """The policy card a redemption is about."""
    decided_at: Mapped[datetime | None] = internal()
    """When a redemption was approved (研判通过)."""
    pay_month: Mapped[str | None] = internal(String(7))
    """YYYY-MM in which it is to be paid."""
    enterprise_id: Mapped[str] = internal(ForeignKey("enterprise.id"))
    reporter_id: Mapped[str | None] = internal(ForeignKey("person.id"))
    topic: Mapped[str] = internal(String(30))
    title: Mapped[str] = internal(String(60))
    """The first words of the report, personal numbers masked."""
    description: Mapped[bytes] = sealed()
    location: Mapped[str] = internal(String(120), default="")
    urgent: Mapped[bool] = internal(Boolean, default=False)
    confidential: Mapped[bool] = internal(Boolean, default=False)
    """Complaints about officials: supervisors only, every view logged."""
    status: Mapped[str] = internal(String(20), default=Status.REGISTERED)
    unit_id: Mapped[str | None] = internal(ForeignKey("unit.id"))
    assist_ids: Mapped[list[str]] = internal(default=list)
    cadre_id: Mapped[str | None] = internal(ForeignKey("person.id"))
    handler_id: Mapped[str | None] = internal(ForeignKey("person.id"))
    """Who accepted it."""
    due_on: Mapped[date] = internal()
    supervised: Mapped[bool] = internal(Boolean, default=False)
    reopened: Mapped[int] = internal(SmallInteger, default=0)
    returned: Mapped[int] = internal(SmallInteger, default=0)
    urged: Mapped[int] = internal(SmallInteger, default=0)
    score: Mapped[int | None] = internal(SmallInteger)
    created_at: Mapped[datetime] = internal()
    updated_at: Mapped[datetime] = internal()
    resolved_at: Mapped[datetime | None] = internal()


class TicketHistory(Base):
    """Every change of a ticket: who, when, from, to, why."""

    __tablename__ = "ticket_history"
    __table_args__ = (Index("ix_ticket_history_ticket_id", "ticket_id", "id"),)
    id: Mapped[str] = internal(ID, primary_key=True)
    ticket_id: Mapped[str] = internal(ForeignKey("ticket.id"))
    at: Mapped[datetime] = internal()
    event: Mapped[str] = internal(String(20))
    actor_id: Mapped[str | None] = internal(String(40))
    """None: the product itself, by a rule."""
    status_from: Mapped[str] = internal(String(20), default="")
    status_to: Mapped[str] = internal(String(20), default="")
    note: Mapped[bytes | None] = sealed(nullable=True)
