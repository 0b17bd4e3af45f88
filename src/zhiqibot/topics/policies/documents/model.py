"""Tables of imported policy documents: a version of a document is a row, its clauses are rows below it."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, SmallInteger, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, relationship

from zhiqibot.storage.columns import ID, Base, Json, internal, public

KEY = String(12)
"""ZC0001: short enough for an officer to type."""


class DocumentStatus(StrEnum):
    """What an imported document counts for."""

    DRAFT = "draft"
    """Read, not yet looked at by an officer; answers nothing."""
    APPROVED = "approved"
    """In force: its clauses are searched and cited."""
    SUPERSEDED = "superseded"
    """A later version was approved."""
    REPEALED = "repealed"


STATUS_LABELS = {
    DocumentStatus.DRAFT: "待审定",
    DocumentStatus.APPROVED: "现行有效",
    DocumentStatus.SUPERSEDED: "已被新版本代替",
    DocumentStatus.REPEALED: "已废止",
}


class PolicyDocumentRow(Base):
    """One version of one policy document, as it was read from one file."""

    __tablename__ = "policy_document"
    __table_args__ = (Index("ix_policy_document_status", "status"), Index("ix_policy_document_digest", "digest"))
    id: Mapped[str] = public(KEY, primary_key=True)
    title: Mapped[str] = public(String(200))
    issuer: Mapped[str] = public(String(200), default="")
    number: Mapped[str] = public(String(60), default="")
    """文号; empty where the document bears none."""
    issued_on: Mapped[date | None] = public()
    region: Mapped[str] = public(String(40))
    file_name: Mapped[str] = internal(String(200))
    digest: Mapped[str] = internal(String(64))
    """SHA-256 of the file: the same file is not taken in twice."""
    status: Mapped[str] = public(String(12), default=DocumentStatus.DRAFT)
    version: Mapped[int] = public(SmallInteger, default=1)
    supersedes_id: Mapped[str | None] = public(ForeignKey("policy_document.id"))
    valid_from: Mapped[date | None] = public()
    valid_until: Mapped[date | None] = public()
    topics: Mapped[list[str]] = public(default=list)
    doubts: Mapped[list[dict[str, str]]] = internal(Json, default=list)
    """What, detail and reference of everything the officer should look at."""
    imported_by: Mapped[str] = internal(String(40), default="")
    """Person id; empty when the operator imported it on the command line."""
    imported_at: Mapped[datetime] = internal()
    approved_by: Mapped[str] = internal(String(40), default="")
    approved_at: Mapped[datetime | None] = internal()
    ended_by: Mapped[str] = internal(String(40), default="")
    ended_at: Mapped[datetime | None] = internal()
    ended_why: Mapped[str] = internal(String(200), default="")
    clauses: Mapped[list["PolicyClauseRow"]] = relationship(order_by="PolicyClauseRow.position", viewonly=True)

    @property
    def cited(self) -> str:
        """The document as people name it: 《…》（文号）."""
        return f"《{self.title}》" + (f"（{self.number}）" if self.number else "")


class PolicyClauseRow(Base):
    """One clause of an imported document."""

    __tablename__ = "policy_clause"
    __table_args__ = (UniqueConstraint("document_id", "position"),)
    id: Mapped[str] = public(ID, primary_key=True)
    document_id: Mapped[str] = public(ForeignKey("policy_document.id"))
    position: Mapped[int] = public()
    """Place in the document, from 0."""
    parent: Mapped[int | None] = public()
    """Position of the clause it stands under."""
    depth: Mapped[int] = public(SmallInteger)
    reference: Mapped[str] = public(String(120))
    """As it is cited: 二、（一）7."""
    marker: Mapped[str] = public(String(40), default="")
    heading: Mapped[str] = public(String(200), default="")
    text: Mapped[str] = public(Text)
    rows: Mapped[list[list[str]]] = public(Json, default=list)
    """The first table of the clause."""
    searched: Mapped[bool] = public(Boolean, default=True)
    proposal: Mapped[dict[str, Any]] = internal(default=dict)
    """Topics, units, amounts and deadlines the clause seems to name; an aid for the officer."""
