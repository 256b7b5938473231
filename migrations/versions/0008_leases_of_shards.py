"""Leases of shards, by which processes divide the servers among them.

Revision: 0008
Before it: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import bot.storage.database

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shard_leases",
        sa.Column("shard_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("shard_count", sa.Integer(), nullable=False),
        sa.Column("token", sa.BigInteger(), nullable=False),
        sa.Column("holder", sa.String(length=120), nullable=True),
        sa.Column("holder_name", sa.String(length=120), nullable=True),
        sa.Column("until", bot.storage.database.UTCDateTime(), nullable=False),
        sa.Column("wanted_at", bot.storage.database.UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("shard_id", name=op.f("pk_shard_leases")),
    )


def downgrade() -> None:
    op.drop_table("shard_leases")
