"""Digests after scheduled rounds.

Revision: 0010
Before it: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("schedules", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("wants_digest", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
    with op.batch_alter_table("rounds", schema=None) as batch_op:
        batch_op.add_column(sa.Column("digest", sa.String(length=16), nullable=True))
        batch_op.create_index(
            "ix_rounds_digest",
            ["digest"],
            unique=False,
            sqlite_where=sa.text("digest = 'due'"),
            postgresql_where=sa.text("digest = 'due'"),
        )


def downgrade() -> None:
    with op.batch_alter_table("rounds", schema=None) as batch_op:
        batch_op.drop_index("ix_rounds_digest")
        batch_op.drop_column("digest")
    with op.batch_alter_table("schedules", schema=None) as batch_op:
        batch_op.drop_column("wants_digest")
