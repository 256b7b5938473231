"""Boards with numbers: standings name their board in a few bytes, and are counted by thousands of points.

Revision: 0012
Before it: 0011
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MAKE_BOARDS = (
    """INSERT INTO boards (guild_id, period, course_id)
    SELECT DISTINCT guild_id, period, course_id FROM standings WHERE course_id <> 0""",
    # The board of all courses is one of its own where there is more than one.
    """INSERT INTO boards (guild_id, period, course_id)
    SELECT guild_id, period, 0 FROM boards GROUP BY guild_id, period HAVING count(*) > 1""",
)
# In the order of the new key: pages are then written once, and full.
MOVE = """INSERT INTO numbered_standings (board_id, learner_id, points, "right", answered)
    SELECT boards.id, standings.learner_id, standings.points, standings."right", standings.answered
    FROM boards JOIN standings ON standings.guild_id = boards.guild_id
        AND standings.course_id = boards.course_id AND standings.period = boards.period
    ORDER BY boards.id, standings.learner_id"""
COUNT = """INSERT INTO point_counts (board_id, thousands, learners)
    SELECT board_id, points / 1000, count(*) FROM standings GROUP BY board_id, points / 1000"""
MOVE_BACK = """INSERT INTO named_standings (guild_id, course_id, period, learner_id, points, "right", answered)
    SELECT guild_id, course_id, period, learner_id, points, "right", answered
    FROM boards JOIN standings ON standings.board_id = boards.id"""
MOVE_BACK_ALL_COURSES = """INSERT INTO named_standings
        (guild_id, course_id, period, learner_id, points, "right", answered)
    SELECT guild_id, 0, period, learner_id, points, "right", answered
    FROM boards JOIN standings ON standings.board_id = boards.id
    WHERE NOT EXISTS (SELECT 1 FROM boards AS of_all WHERE of_all.guild_id = boards.guild_id
        AND of_all.period = boards.period AND of_all.course_id = 0)"""


def upgrade() -> None:
    op.create_table(
        "boards",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("period", sa.String(length=32), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_boards")),
        sa.UniqueConstraint(
            "guild_id", "period", "course_id", name=op.f("uq_boards_guild_id_period_course_id")
        ),
    )
    op.create_table(
        "numbered_standings",
        sa.Column("board_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("learner_id", sa.BigInteger(), autoincrement=False, nullable=False),
        *_sums(),
        sa.PrimaryKeyConstraint("board_id", "learner_id", name=op.f("pk_numbered_standings")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "point_counts",
        sa.Column("board_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("thousands", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("learners", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("board_id", "thousands", name=op.f("pk_point_counts")),
        sqlite_with_rowid=False,
    )
    for statement in MAKE_BOARDS:
        op.execute(statement)
    with _forgetting_quickly():
        op.drop_index("ix_standings_order", table_name="standings")
    op.execute(MOVE)
    _take_the_place("numbered_standings")
    op.create_index("ix_standings_order", "standings", ["board_id", sa.text("points DESC"), "learner_id"])
    op.execute(COUNT)


def downgrade() -> None:
    op.create_table(
        "named_standings",
        sa.Column("guild_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("course_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("period", sa.String(length=32), nullable=False),
        sa.Column("learner_id", sa.BigInteger(), autoincrement=False, nullable=False),
        *_sums(),
        sa.PrimaryKeyConstraint(
            "guild_id", "course_id", "period", "learner_id", name=op.f("pk_named_standings")
        ),
        sqlite_with_rowid=False,
    )
    with _forgetting_quickly():
        op.drop_index("ix_standings_order", table_name="standings")
    op.execute(MOVE_BACK)
    op.execute(MOVE_BACK_ALL_COURSES)
    _take_the_place("named_standings")
    op.create_index(
        "ix_standings_order",
        "standings",
        ["guild_id", "course_id", "period", sa.text("points DESC"), "learner_id"],
    )
    op.drop_table("point_counts")
    op.drop_table("boards")


def _sums() -> tuple[sa.Column[int], ...]:
    return tuple(sa.Column(name, sa.Integer(), nullable=False) for name in ("points", "right", "answered"))


def _take_the_place(name: str) -> None:
    with _forgetting_quickly():
        op.drop_table("standings")
    op.rename_table(name, "standings")
    if op.get_context().dialect.name == "postgresql":
        op.execute(f"ALTER INDEX pk_{name} RENAME TO pk_standings")


@contextmanager
def _forgetting_quickly() -> Iterator[None]:
    """Many builds of SQLite overwrite what is deleted: a whole large table would go through the log."""
    if op.get_context().dialect.name != "sqlite":
        yield
        return
    before = op.get_bind().exec_driver_sql("PRAGMA secure_delete").scalar_one()
    op.execute("PRAGMA secure_delete = OFF")
    yield
    op.execute(f"PRAGMA secure_delete = {before}")
