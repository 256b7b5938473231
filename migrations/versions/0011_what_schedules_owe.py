"""Where a schedule's announcement stands, and whether its owner has still to hear that it is paused.

Revision: 0011
Before it: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("schedules", schema=None) as batch_op:
        batch_op.add_column(sa.Column("announced_in", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("owes_notice", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("schedules", schema=None) as batch_op:
        batch_op.drop_column("owes_notice")
        batch_op.drop_column("announced_in")
