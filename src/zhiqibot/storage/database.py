"""One object for the database: writing and reading units of work on SQLite (WAL, FULL) or PostgreSQL."""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from zhiqibot.storage.capabilities import Capabilities
from zhiqibot.storage.columns import Base
from zhiqibot.storage.later import write_now

BUSY_TIMEOUT_MS = 10_000
POOL_SIZE = 8
STATEMENT_TIMEOUT_MS = 30_000


@dataclass(frozen=True)
class Database:
    """Units of work over one engine. A unit is one transaction: it is stored whole or not at all."""

    engine: Engine
    capabilities: Capabilities
    gate: AbstractContextManager[Any] = field(default_factory=nullcontext)
    """SQLite has one writer; queueing for it here is fair and quick, where its own busy wait sleeps in steps."""

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Open a writing unit of work; leaving it commits, an error rolls it back."""
        with self.gate, Session(self.writing_engine, expire_on_commit=False) as session, session.begin():
            yield session
            write_now(session)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a reading unit of work."""
        with Session(self.engine) as session:
            yield session

    @property
    def writing_engine(self) -> Engine:
        return self.engine.execution_options(zhiqibot_writing=True)

    def create_tables(self) -> None:
        """Make all tables without migrations (in-memory worlds and tests; a real database is upgraded)."""
        Base.metadata.create_all(self.writing_engine)

    def close(self) -> None:
        self.engine.dispose()


def open_database(url: str) -> Database:
    """Connect to `url`; `sqlite://` alone is one shared in-memory database. Raises ValueError for other engines."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _open_sqlite(url)
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    capabilities = Capabilities.for_dialect(parsed.get_backend_name())
    options = f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c timezone=UTC"
    connect = {"options": options, "connect_timeout": 5}
    engine = create_engine(parsed, pool_size=POOL_SIZE, pool_pre_ping=True, connect_args=connect)
    return Database(engine, capabilities)


def _open_sqlite(url: str) -> Database:
    database = make_url(url).database
    in_memory = not database or database == ":memory:"
    pool: dict[str, Any] = {"poolclass": StaticPool} if in_memory else {"pool_size": POOL_SIZE}
    if database and not in_memory:
        Path(database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"check_same_thread": False}, **pool)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return Database(engine, Capabilities.for_dialect("sqlite"), threading.RLock())


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions are opened by _begin_sqlite, not guessed by the driver
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """A writing unit takes the write lock at once: upgrading a read later fails with BUSY_SNAPSHOT."""
    writing = connection.get_execution_options().get("zhiqibot_writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
