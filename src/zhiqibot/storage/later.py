"""Rows written at the end of a unit of work, in one statement for each table: a batch of messages causes many.

Whoever reads such a table inside the same unit calls `write_now` first. Statements run in the order of their names, so
a table that others refer to has the shorter name (`ticket`, then `ticket history`).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Executable
from sqlalchemy.orm import Session

_KEY = "zhiqibot.later"


def write_later(session: Session, statement: Executable, rows: Sequence[Mapping[str, Any]], *, name: str) -> None:
    """Have `statement` executed with `rows` before this unit of work commits; equal `name`s share one execution."""
    waiting: dict[str, tuple[Executable, list[Mapping[str, Any]]]] = session.info.setdefault(_KEY, {})
    waiting.setdefault(name, (statement, []))[1].extend(rows)


def write_now(session: Session) -> None:
    """Execute what waits."""
    waiting: dict[str, tuple[Executable, list[Mapping[str, Any]]]] = session.info.pop(_KEY, {})
    if waiting:
        session.flush()  # rows may refer to objects that were only added so far
    for _, (statement, rows) in sorted(waiting.items(), key=lambda one: one[0]):
        session.execute(statement, rows)
