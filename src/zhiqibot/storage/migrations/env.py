"""Alembic's entry: runs the scripts on the connection `storage.migrate` hands over."""

from alembic import context

from zhiqibot.storage.columns import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
