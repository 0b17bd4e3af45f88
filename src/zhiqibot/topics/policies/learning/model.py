"""Tables of the learning loop: questions left open, what became of them, and word that a policy does not arrive."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Integer, SmallInteger, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped

from zhiqibot.storage.columns import ID, Base, internal, public, sealed


class Reason(StrEnum):
    """Why a question counts as unanswered."""

    REFUSED = "refused"
    """The desk said that it does not know."""
    THUMBS_DOWN = "thumbs_down"
    """The person said that the answer missed the point."""
    UNDELIVERABLE = "undeliverable"
    """The person said that the policy is not carried out (政策落不了地)."""


class State(StrEnum):
    """Where a gap stands (ids are stored, labels are shown)."""

    OPEN = "open"
    ASSIGNED = "assigned"
    DRAFTED = "drafted"
    """The interpreter has answered, the office has not approved yet."""
    ANSWERED = "answered"
    DISMISSED = "dismissed"


REASON_LABELS = {Reason.REFUSED: "没答上来", Reason.THUMBS_DOWN: "没答到点子上", Reason.UNDELIVERABLE: "落不了地"}
STATE_LABELS = {
    State.OPEN: "待交办",
    State.ASSIGNED: "待解读",
    State.DRAFTED: "待审定",
    State.ANSWERED: "已答复",
    State.DISMISSED: "不作答复",
}
UNFINISHED = (State.OPEN, State.ASSIGNED, State.DRAFTED)
"""Somebody still has to do something; a new question may join."""


class PolicyCluster(Base):
    """缺口: one thing the desk could not answer, however many people asked it in whatever words."""

    __tablename__ = "policy_cluster"
    __table_args__ = (UniqueConstraint("number"), Index("ix_policy_cluster_state", "state", "opened_at"))
    id: Mapped[str] = internal(ID, primary_key=True)
    number: Mapped[int | None] = internal(Integer)
    """What people call it (第2个). Given when somebody first looks: collecting must not wait for a counter."""
    example: Mapped[bytes] = sealed()
    """The question that came first, personal numbers masked."""
    topic: Mapped[str] = internal(String(30))
    card_id: Mapped[str | None] = internal(String(60))
    """Of a policy that is not carried out: which one. Such reports are gathered by policy, not by wording."""
    state: Mapped[str] = internal(String(20), default=State.OPEN)
    opened_at: Mapped[datetime] = internal()
    interpreter_id: Mapped[str | None] = internal(ForeignKey("person.id"))
    assigned_by: Mapped[str | None] = internal(String(40))
    assigned_at: Mapped[datetime | None] = internal()
    answer: Mapped[str] = public(Text, default="")
    source: Mapped[str] = public(String(300), default="")
    """Document and clause as the interpreter gave them; empty: no document says it."""
    signature: Mapped[str] = public(String(120), default="")
    """Organisation and name of who answered, as shown under the answer."""
    answered_at: Mapped[datetime | None] = internal()
    note: Mapped[str] = internal(String(300), default="")
    """Why it was sent back, or dismissed; personal numbers masked."""
    closed_by: Mapped[str | None] = internal(String(40))
    """Who approved or dismissed it."""
    closed_at: Mapped[datetime | None] = internal()


class PolicyGap(Base):
    """One question of one person, and how that person is told."""

    __tablename__ = "policy_gap"
    __table_args__ = (
        UniqueConstraint("key"),
        Index("ix_policy_gap_cluster_id", "cluster_id", "id"),
        Index("ix_policy_gap_asker", "asker", "asked_at"),
    )
    id: Mapped[str] = internal(ID, primary_key=True)
    key: Mapped[str] = internal(String(64))
    """Of the message and the question in it: the same message never counts twice."""
    cluster_id: Mapped[str] = internal(ForeignKey("policy_cluster.id"))
    asker: Mapped[str] = internal(String(60))
    """`person:<id>`, or `account:<id>` for a stranger: equal for the same human being."""
    question: Mapped[bytes] = sealed()
    """As it was put, personal numbers masked."""
    digest: Mapped[str] = internal(String(64))
    """Blind index of the question, to know it again from the same person."""
    reason: Mapped[str] = internal(String(20))
    card_ids: Mapped[list[str]] = internal(default=list)
    """The cards that were shown."""
    person_id: Mapped[str | None] = internal(ForeignKey("person.id"))
    enterprise_id: Mapped[str | None] = internal(ForeignKey("enterprise.id"))
    account_id: Mapped[str | None] = internal(ForeignKey("account.id"))
    """How to reach a stranger."""
    times: Mapped[int] = internal(SmallInteger, default=1)
    asked_at: Mapped[datetime] = internal()
    told_at: Mapped[datetime | None] = internal()


class PolicyFeedback(Base):
    """政策落不了地: somebody says that a policy is not carried out; kept with the policy."""

    __tablename__ = "policy_feedback"
    __table_args__ = (UniqueConstraint("key"), Index("ix_policy_feedback_card_id", "card_id", "said_at"))
    id: Mapped[str] = internal(ID, primary_key=True)
    key: Mapped[str] = internal(String(64))
    card_id: Mapped[str] = internal(String(60))
    said: Mapped[bytes] = sealed()
    reason: Mapped[bytes | None] = sealed(nullable=True)
    """Where it fails, in the person's words; they are asked once."""
    gap_id: Mapped[str | None] = internal(ForeignKey("policy_gap.id"))
    person_id: Mapped[str | None] = internal(ForeignKey("person.id"))
    enterprise_id: Mapped[str | None] = internal(ForeignKey("enterprise.id"))
    said_at: Mapped[datetime] = internal()
