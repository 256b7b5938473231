"""Assignments, attempts, accommodations and reminders; rounds have a kind.

Revision: 0004
Before it: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import bot.storage.database

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "accommodations",
        sa.Column("guild_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("learner_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("assignment_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("factor", sa.Double(), nullable=True),
        sa.Column("closes_at", bot.storage.database.UTCDateTime(), nullable=True),
        sa.Column("granted_by", sa.BigInteger(), nullable=False),
        sa.Column("granted_at", bot.storage.database.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "learner_id", "assignment_id", name=op.f("pk_accommodations")),
    )
    op.create_table(
        "assignments",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("round_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("creator_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("proposed_at", bot.storage.database.UTCDateTime(), nullable=False),
        sa.Column("opens_at", bot.storage.database.UTCDateTime(), nullable=False),
        sa.Column("closes_at", bot.storage.database.UTCDateTime(), nullable=False),
        sa.Column("attempts_allowed", sa.Integer(), nullable=False),
        sa.Column("attempt_policy", sa.String(length=16), nullable=False),
        sa.Column("limit_minutes", sa.Integer(), nullable=True),
        sa.Column("question_seconds", sa.Integer(), nullable=True),
        sa.Column("explain", sa.String(length=16), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("is_close_shown", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_assignments_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignments")),
        sa.UniqueConstraint("round_id", name=op.f("uq_assignments_round_id")),
    )
    with op.batch_alter_table("assignments", schema=None) as batch_op:
        batch_op.create_index("ix_assignments_guild_id_state", ["guild_id", "state"], unique=False)
        batch_op.create_index("ix_assignments_state", ["state"], unique=False)

    op.create_table(
        "attempts",
        sa.Column(
            "round_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("assignment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("learner_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("started_at", bot.storage.database.UTCDateTime(), nullable=False),
        sa.Column("submitted_at", bot.storage.database.UTCDateTime(), nullable=True),
        sa.Column("end_reason", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name=op.f("fk_attempts_assignment_id")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_attempts_round_id")),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_attempts")),
        sa.UniqueConstraint(
            "assignment_id", "learner_id", "number", name=op.f("uq_attempts_assignment_id_learner_id_number")
        ),
    )
    op.create_table(
        "reminders",
        sa.Column(
            "assignment_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("learner_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("asked_at", bot.storage.database.UTCDateTime(), nullable=False),
        sa.Column("sent_at", bot.storage.database.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name=op.f("fk_reminders_assignment_id")
        ),
        sa.PrimaryKeyConstraint("assignment_id", "learner_id", name=op.f("pk_reminders")),
    )
    with op.batch_alter_table("rounds", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(length=16), server_default="live", nullable=False))
        batch_op.add_column(sa.Column("is_withheld", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("stays_open_hours", sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("rounds", schema=None) as batch_op:
        batch_op.drop_column("stays_open_hours")
        batch_op.drop_column("is_withheld")
        batch_op.drop_column("kind")

    op.drop_table("reminders")
    op.drop_table("attempts")
    with op.batch_alter_table("assignments", schema=None) as batch_op:
        batch_op.drop_index("ix_assignments_state")
        batch_op.drop_index("ix_assignments_guild_id_state")

    op.drop_table("assignments")
    op.drop_table("accommodations")
