"""What the database offers beyond the common ground, asked for in one place, each with its fall-back."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Insert, Select, Table, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session


@dataclass(frozen=True)
class Capabilities:
    """Switches of one database; `for_dialect` knows the two engines the product is tested on."""

    dialect: str
    skip_locked: bool
    """Fall-back: one writer at a time (SQLite), so nothing needs to be skipped."""
    notify: bool
    """Fall-back: workers look for work every IDLE_PAUSE_S."""

    @classmethod
    def for_dialect(cls, name: str) -> "Capabilities":
        """Return the switches for `sqlite` or `postgresql`; raise ValueError for another engine."""
        if name == "postgresql":
            return cls(name, skip_locked=True, notify=True)
        if name == "sqlite":
            return cls(name, skip_locked=False, notify=False)
        raise ValueError(f"数据库类型 {name} 不受支持，请使用 sqlite 或 postgresql")

    def insert_new(self, model: type[DeclarativeBase] | Table, *conflict: str) -> Insert:
        """Return an INSERT that leaves rows alone whose `conflict` columns are already there."""
        if self.dialect == "postgresql":
            return postgresql.insert(model).on_conflict_do_nothing(index_elements=list(conflict))
        return sqlite.insert(model).on_conflict_do_nothing(index_elements=list(conflict))

    def take_turns(self, session: Session, what: str) -> None:
        """Wait until no other process is in the part of the work called `what`; the turn ends with the transaction.

        Fall-back: one writer at a time (SQLite)."""
        if self.dialect == "postgresql":
            session.execute(text("select pg_advisory_xact_lock(hashtext(:what))"), {"what": what})

    def claim(self, query: Select[Any]) -> Select[Any]:
        """Lock the rows of `query` for this transaction, passing over rows that others hold."""
        return query.with_for_update(skip_locked=True) if self.skip_locked else query
