"""How many learners of a board have so many thousands of points. Where a learner stands is then a short sum and a count.

To count all who are better, one by one, takes milliseconds on a board of a hundred thousand.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Integer,
    UpdateBase,
    bindparam,
    delete,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from bot.storage import dialects
from bot.storage.parts import in_parts
from bot.storage.tables import Base, BoardRow, PointCountRow, StandingRow

_POINT_COUNTS = Base.metadata.tables[PointCountRow.__tablename__]
_COLUMNS = ("board_id", "thousands", "learners")
# The boards on which answers are counted.
BOARDS = bindparam("boards", type_=BigInteger, expanding=True)
# Written out: PostgreSQL must see that what it groups by is what it selects.
_THOUSAND = literal_column("1000", Integer)


def thousands(points: ColumnElement[int] | InstrumentedAttribute[int]) -> ColumnElement[int]:
    """Under which number of thousands points are counted; they are never negative."""
    return points // _THOUSAND


def first_of(number: ColumnElement[int]) -> ColumnElement[int]:
    """The fewest points of a number of thousands."""
    return number * _THOUSAND


def adding_moved(counting: CTE, *, on_sqlite: bool) -> UpdateBase:
    """Counts those who came to `BOARDS`, or have more thousands of points than before these answers were added."""
    before = StandingRow.points - counting.c.points
    moved = (
        select(
            StandingRow.board_id,
            thousands(StandingRow.points).label("now"),
            thousands(before).label("before"),
            (StandingRow.answered == 1).label("is_new"),
        )
        .join(counting, StandingRow.learner_id == counting.c.learner_id)
        .where(
            StandingRow.board_id.in_(BOARDS),
            or_(StandingRow.answered == 1, thousands(StandingRow.points) != thousands(before)),
        )
        .cte("moved")
        .prefix_with("MATERIALIZED")
    )
    changes = union_all(
        select(moved.c.board_id, moved.c.now.label("thousands"), literal(1).label("change")),
        select(moved.c.board_id, moved.c.before, literal(-1)).where(~moved.c.is_new),
    ).subquery()
    summed = select(changes.c.board_id, changes.c.thousands, func.sum(changes.c.change)).where(true())
    adding = dialects.insert_for(_POINT_COUNTS, on_sqlite=on_sqlite)
    return adding.from_select(
        _COLUMNS, summed.group_by(changes.c.board_id, changes.c.thousands)
    ).on_conflict_do_update(
        index_elements=_COLUMNS[:2],
        set_={"learners": PointCountRow.learners + adding.excluded.learners},
    )


async def count_again(session: AsyncSession, board_ids: Collection[int]) -> None:
    """Make the counts of these boards anew from who stands on them."""
    for part in in_parts(sorted(board_ids)):
        await session.execute(delete(PointCountRow).where(PointCountRow.board_id.in_(part)))
        counted = (
            select(StandingRow.board_id, thousands(StandingRow.points), func.count())
            .where(StandingRow.board_id.in_(part))
            .group_by(StandingRow.board_id, thousands(StandingRow.points))
        )
        await session.execute(insert(PointCountRow).from_select(_COLUMNS, counted))


async def wrong(session: AsyncSession, guild_id: int) -> int:
    """On how many boards of a server the counts are not those of the learners who stand there."""
    of_guild = select(BoardRow.id).where(BoardRow.guild_id == guild_id)
    number = thousands(StandingRow.points)
    counted = (
        select(StandingRow.board_id, number, func.count())
        .where(StandingRow.board_id.in_(of_guild))
        .group_by(StandingRow.board_id, number)
    )
    kept = select(PointCountRow.board_id, PointCountRow.thousands, PointCountRow.learners).where(
        PointCountRow.board_id.in_(of_guild), PointCountRow.learners != 0
    )
    there = {tuple(row) for row in await session.execute(counted)}
    here = {tuple(row) for row in await session.execute(kept)}
    return len({board_id for board_id, *_ in there ^ here})
