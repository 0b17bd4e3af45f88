"""Which schema this release works with: known without loading the migration machinery (40 MB, half a second)."""

from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from zhiqibot.storage.database import Database

HEAD = "0003"
"""The newest script of `migrations/versions`; a test holds the two together."""


def is_current(database: Database) -> bool:
    """Tell whether a database has exactly this release's schema; a new one has none."""
    try:
        with database.read() as session:
            return session.execute(text("select version_num from alembic_version")).scalar_one_or_none() == HEAD
    except DatabaseError:  # no such table: never upgraded
        return False
