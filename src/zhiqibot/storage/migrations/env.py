"""Alembic's entry: runs the scripts on the connection `storage.migrate` hands over."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import JSON

from zhiqibot.storage.columns import Base, Moment


def plain_types(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write column types without our own classes: an old script must not change when they do."""
    if kind != "type":
        return False
    if isinstance(item, Moment):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, JSON):
        autogen.imports.add("from sqlalchemy.dialects import postgresql")
        return "sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    render_item=plain_types,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
