"""the end of a session, and how many of one enterprise may come"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("event_series", schema=None) as batch_op:
        batch_op.add_column(sa.Column("seats_per_enterprise", sa.SmallInteger(), server_default="6", nullable=False))

    with op.batch_alter_table("event_session", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("seats_per_enterprise", sa.SmallInteger(), server_default="6", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("event_session", schema=None) as batch_op:
        batch_op.drop_column("seats_per_enterprise")
        batch_op.drop_column("ends_at")

    with op.batch_alter_table("event_series", schema=None) as batch_op:
        batch_op.drop_column("seats_per_enterprise")
