"""Jobs that must happen once, whatever runs them: restarts, catching up, several processes."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, Session

from zhiqibot.storage.capabilities import Capabilities
from zhiqibot.storage.columns import Base, internal


class JobRun(Base):
    """A job that has run, by its key such as `due-reminders:2026-12-01`."""

    __tablename__ = "job_run"
    key: Mapped[str] = internal(String(120), primary_key=True)
    at: Mapped[datetime] = internal()


def first_run(session: Session, key: str, now: datetime) -> bool:
    """Claim a job in the caller's unit of work; True for exactly one caller, and only if that unit commits."""
    capabilities = Capabilities.for_dialect(session.get_bind().dialect.name)
    claim = capabilities.insert_new(JobRun, "key").values(key=key, at=now).returning(JobRun.key)
    return session.execute(claim).first() is not None  # a row count is -1 on PostgreSQL, whatever happened
