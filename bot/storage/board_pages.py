"""Reading the boards: a page, a learner's place with his neighbours, how many stand there. Keeping them: `standings.py`.

All of it stays quick where a hundred thousand learners stand on a board. Each query is a walk along the index of a
board's order (points, then learner), and nobody counts all who are better: there are counts of them by whole thousands
of points (`point_counts.py`). Three habits keep the planners of SQLite and PostgreSQL to it: only what stands in the
index is walked, and the rest of a row is fetched for the few that are shown; there is no OR; and whoever has left is
counted from the departures, which are few, and subtracted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    SelectBase,
    String,
    and_,
    bindparam,
    exists,
    func,
    select,
    true,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.domain.standings import Standing
from bot.storage import boards, point_counts
from bot.storage.tables import DepartureRow, PointCountRow, StandingRow

# Every statement is put together once, when the first board is read, with these in it: to put one together takes
# longer than to run it, and no start waits for them.
_GUILD = bindparam("guild_id", type_=BigInteger)
_COURSE = bindparam("course_id", type_=Integer)
_PERIOD = bindparam("period", type_=String)
_LEARNER = bindparam("learner_id", type_=BigInteger)
_POINTS = bindparam("points", type_=Integer)
_OFFSET = bindparam("offset", type_=Integer)
_SIZE = bindparam("size", type_=Integer)

Place = tuple[int, int, int, int]
Ranked = Select[int, int, int, int, int, int]


class _Statements(NamedTuple):
    page: Select[*Place]
    better: Select[int]
    own: Ranked
    around: Ranked
    size: Select[int]


async def page(
    session: AsyncSession, guild_id: int, course_id: int, period: str, *, offset: int, size: int
) -> list[Standing]:
    """``size`` places of a board from ``offset`` on, without those who have left."""
    board = {"guild_id": guild_id, "course_id": course_id, "period": period}
    places = _in_order(await session.execute(_statements().page, board | {"offset": offset, "size": size}))
    if not places:
        return []
    # Nobody is better than the first of all.
    better = (
        0
        if offset == 0
        else await session.scalar(_statements().better, board | {"points": places[0][1]}) or 0
    )
    return _with_ranks(places, better + 1, offset + 1)


async def size(session: AsyncSession, guild_id: int, course_id: int, period: str) -> int:
    """How many learners stand on a board."""
    board = {"guild_id": guild_id, "course_id": course_id, "period": period}
    return await session.scalar(_statements().size, board) or 0


async def neighbourhood(
    session: AsyncSession, guild_id: int, course_id: int, period: str, learner_id: int, *, each_side: int
) -> list[Standing]:
    """A learner's own place with his neighbours above and below; empty where he is not on the board."""
    asked = {
        "guild_id": guild_id,
        "course_id": course_id,
        "period": period,
        "learner_id": learner_id,
        "size": each_side,
    }
    statement = _statements().around if each_side else _statements().own
    rows = (await session.execute(statement, asked)).all()
    if not rows:
        return []
    better, tied = rows[0][4:]
    return _with_ranks(_in_order(row[:4] for row in rows), better + 1, better + tied + 1)


def _in_order(rows: Iterable[Sequence[int]]) -> list[Place]:
    return sorted(((who, points, right, answered) for who, points, right, answered in rows), key=_order)


def _order(place: Place) -> tuple[int, int]:
    return -place[1], place[0]


def _with_ranks(places: Sequence[Place], rank: int, position: int) -> list[Standing]:
    """Places in the board's order, the first of them with this rank at this position, both from 1."""
    standings: list[Standing] = []
    for index, (learner_id, points, right, answered) in enumerate(places):
        if index > 0 and points != places[index - 1][1]:
            rank = position + index
        standings.append(Standing(rank, learner_id, points, right, answered))
    return standings


def _on_board(row: type[StandingRow | PointCountRow]) -> ColumnElement[bool]:
    return row.board_id == boards.number_of(_GUILD, _COURSE, _PERIOD)


def _is_shown(row: type[StandingRow]) -> ColumnElement[bool]:
    has_left = exists().where(DepartureRow.guild_id == _GUILD, DepartureRow.learner_id == row.learner_id)
    return and_(_on_board(row), ~has_left)


def _places(learners: SelectBase) -> Select[*Place]:
    """Whole rows, in no order: one look into the primary key for each."""
    return select(StandingRow.learner_id, StandingRow.points, StandingRow.right, StandingRow.answered).where(
        _on_board(StandingRow), StandingRow.learner_id.in_(learners)
    )


def _page() -> Select[*Place]:
    walked = aliased(StandingRow)
    learners = select(walked.learner_id).where(_is_shown(walked))
    learners = learners.order_by(walked.points.desc(), walked.learner_id)
    return _places(learners.limit(_SIZE).offset(_OFFSET))


def _own() -> Select[int, int]:
    own = aliased(StandingRow)
    return select(own.learner_id, own.points).where(_on_board(own), own.learner_id == _LEARNER)


def _neighbours() -> list[Select[int, int]]:
    """The nearest above and below: from those with the same points and from those with others, then the nearer ones."""
    walked = aliased(StandingRow)
    points = select(_own().subquery().c.points).scalar_subquery()
    shown = select(walked.learner_id, walked.points).where(_is_shown(walked)).limit(_SIZE)
    tied, learner = walked.points == points, walked.learner_id
    above = (
        shown.where(tied, learner < _LEARNER).order_by(learner.desc()),
        shown.where(walked.points > points).order_by(walked.points, learner.desc()),
    )
    below = (
        shown.where(tied, learner > _LEARNER).order_by(learner),
        shown.where(walked.points < points).order_by(walked.points.desc(), learner),
    )
    # In a subquery each: a part of a UNION may not have a LIMIT of its own.
    up, down = (
        union_all(*(select(walk.subquery()) for walk in walks)).subquery() for walks in (above, below)
    )
    nearest = (
        select(up).order_by(up.c.points, up.c.learner_id.desc()).limit(_SIZE),
        select(down).order_by(down.c.points.desc(), down.c.learner_id).limit(_SIZE),
    )
    return [select(walk.subquery()) for walk in nearest]


def _ranked(*shown: Select[int, int]) -> Ranked:
    """Places that stand one after another, each with how many have more points than the first, or stand level before it."""
    places = union_all(*shown).cte()
    most = select(func.max(places.c.points)).correlate(None).scalar_subquery()
    first = (
        select(func.min(places.c.learner_id)).where(places.c.points == most).correlate(None).scalar_subquery()
    )
    return _places(select(places.c.learner_id)).add_columns(
        _number_better(most), _number_level_before(most, first)
    )


def _number_better(points: ColumnElement[int]) -> ColumnElement[int]:
    """How many of a board are shown and have more points: all in a higher thousand, and some in the same."""
    same = aliased(StandingRow)
    thousand = point_counts.thousands(points)
    higher = select(func.coalesce(func.sum(PointCountRow.learners), 0)).where(
        _on_board(PointCountRow), PointCountRow.thousands > thousand
    )
    in_same = select(func.count()).select_from(same)
    in_same = in_same.where(
        _on_board(same), same.points > points, same.points < point_counts.first_of(thousand + 1)
    )
    return (
        higher.scalar_subquery()
        + in_same.scalar_subquery()
        - _number_departed(lambda gone, _learner: gone > points)
    )


def _number_level_before(points: ColumnElement[int], learner: ColumnElement[int]) -> ColumnElement[int]:
    """How many of a board are shown, have just as many points, and stand before a learner."""
    level = aliased(StandingRow)
    before = select(func.count()).select_from(level)
    before = before.where(_on_board(level), level.points == points, level.learner_id < learner)
    return before.scalar_subquery() - _number_departed(
        lambda their_points, their_id: and_(their_points == points, their_id < learner)
    )


def _number_shown() -> ColumnElement[int]:
    """How many of a board are shown."""
    everybody = select(func.coalesce(func.sum(PointCountRow.learners), 0)).where(_on_board(PointCountRow))
    return everybody.scalar_subquery() - _number_departed(lambda _points, _learner: true())


Condition = Callable[[Any, Any], ColumnElement[bool]]


def _number_departed(condition: Condition) -> ColumnElement[int]:
    """How many of a board have left, for whom a condition on points and learner holds."""
    gone = aliased(StandingRow)
    left = select(DepartureRow.learner_id).where(DepartureRow.guild_id == _GUILD)
    departed = select(func.count()).select_from(gone).where(_on_board(gone), gone.learner_id.in_(left))
    # By the sums, which no index holds, the planner cannot walk: it looks up each of the departed.
    return departed.where(condition(gone.points + 0, gone.learner_id + 0)).scalar_subquery()


@cache
def _statements() -> _Statements:
    return _Statements(
        page=_page(),
        better=select(_number_better(_POINTS)),
        own=_ranked(_own()),
        around=_ranked(_own(), *_neighbours()),
        size=select(_number_shown()),
    )
