"""Boards in their order: an index that can be walked from the top.

Revision: 0009
Before it: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_standings_board", table_name="standings")
    op.create_index(
        "ix_standings_order",
        "standings",
        ["guild_id", "course_id", "period", sa.text("points DESC"), "learner_id"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_index("ix_standings_order", table_name="standings")
    op.create_index(
        "ix_standings_board", "standings", ["guild_id", "course_id", "period", "points"], unique=False
    )
