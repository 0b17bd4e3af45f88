"""Tables of inspections: filings of visits to enterprises, reports of unfiled ones."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped

from zhiqibot.storage.columns import ID, Base, internal, sealed


class InspectionFiling(Base):
    """入企检查备案: an inspection announced to the office, with its number."""

    __tablename__ = "inspection_filing"
    __table_args__ = (
        UniqueConstraint("record_key"),
        Index("ix_inspection_filing_enterprise_id", "enterprise_id", "day"),
    )
    id: Mapped[str] = internal(ID, primary_key=True)
    record_no: Mapped[str] = internal(String(40))
    record_key: Mapped[str] = internal(String(40))
    """Letters and digits alone, capitals: how people write a number varies."""
    agency: Mapped[str] = internal(String(60))
    subject: Mapped[str] = internal(String(200), default="")
    day: Mapped[date] = internal()
    enterprise_id: Mapped[str | None] = internal(ForeignKey("enterprise.id"))
    enterprise_name: Mapped[str] = internal(String(100), default="")
    """As filed; also for enterprises the directory does not know."""
    filed_by: Mapped[str | None] = internal(String(40))
    filed_at: Mapped[datetime] = internal()


class UnfiledVisit(Base):
    """A report that somebody came to inspect without a filing. Confidential: the office and supervisors alone."""

    __tablename__ = "unfiled_visit"
    __table_args__ = (Index("ix_unfiled_visit_reported_at", "reported_at"),)
    id: Mapped[str] = internal(ID, primary_key=True)
    number: Mapped[str] = internal(String(24))
    """From a random series: gaps tell nothing."""
    enterprise_id: Mapped[str] = internal(ForeignKey("enterprise.id"))
    reporter_id: Mapped[str] = internal(ForeignKey("person.id"))
    agency: Mapped[bytes] = sealed()
    note: Mapped[bytes] = sealed()
    record_said: Mapped[str] = internal(String(40), default="")
    """The number that was shown and does not exist."""
    reported_at: Mapped[datetime] = internal()
