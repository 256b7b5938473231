"""Which boards a server has: a course in a period, each with a number. Who stands on them is in `standings.py`.

The board of all courses is the board of the one course that counts in a period, until there is a second one. Most
servers have one course, and a round is always of one: their standings are kept once and not twice.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import BindParameter, ScalarSelect, bindparam, delete, insert, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.standings import ALL_COURSES
from bot.storage.tables import Base, BoardRow, PointCountRow, StandingRow

_BOARDS = Base.metadata.tables[BoardRow.__tablename__]
# A course's number, or `ALL_COURSES`, and the name of a period.
Key = tuple[int, str]


def number_of(
    guild_id: BindParameter[int], course_id: BindParameter[int], period: BindParameter[str]
) -> ScalarSelect[int]:
    """The number of the board that shows a course, or all courses, in a period; NULL where there is none."""
    return (
        select(BoardRow.id)
        .where(
            BoardRow.guild_id == guild_id,
            BoardRow.period == period,
            or_(BoardRow.course_id == course_id, course_id == ALL_COURSES),
        )
        # That of all courses, where there is one, comes first.
        .order_by(BoardRow.course_id)
        .limit(1)
        .scalar_subquery()
    )


async def numbers(
    session: AsyncSession, guild_id: int, periods: Collection[str] | None = None
) -> dict[Key, int]:
    """The boards that a server has, or those of some periods."""
    rows = select(BoardRow.course_id, BoardRow.period, BoardRow.id).where(BoardRow.guild_id == guild_id)
    if periods is not None:
        rows = rows.where(BoardRow.period.in_(periods))
    return {(course_id, period): number for course_id, period, number in await session.execute(rows)}


async def take_in(session: AsyncSession, guild_id: int, course_id: int, periods: Sequence[str]) -> list[int]:
    """The boards on which answers of a course count in these periods; made where they are not there yet.

    The server's lock must be held.
    """
    known = await numbers(session, guild_id, periods)
    taken: list[int] = []
    for period in periods:
        if (course_id, period) not in known:
            others = [number for (_, name), number in known.items() if name == period]
            if len(others) == 1:
                known[ALL_COURSES, period] = await _make(session, guild_id, ALL_COURSES, period)
                await _copy(session, others[0], known[ALL_COURSES, period])
            known[course_id, period] = await _make(session, guild_id, course_id, period)
        taken += [known[key] for key in ((course_id, period), (ALL_COURSES, period)) if key in known]
    return taken


async def put(session: AsyncSession, guild_id: int, keys: Collection[Key]) -> dict[Key, int]:
    """Let a server have these boards and no others, and nobody stand on them; a board that stays keeps its number."""
    known = await numbers(session, guild_id)
    for table in (StandingRow, PointCountRow):
        of_guild = select(BoardRow.id).where(BoardRow.guild_id == guild_id)
        await session.execute(delete(table).where(table.board_id.in_(of_guild)))
    gone = [{"gone": number} for key, number in known.items() if key not in keys]
    if gone:
        await (await session.connection()).execute(
            delete(_BOARDS).where(_BOARDS.c.id == bindparam("gone")), gone
        )
    new = [key for key in keys if key not in known]
    if new:
        rows = [{"guild_id": guild_id, "course_id": course, "period": period} for course, period in new]
        await session.execute(insert(BoardRow), rows)
    return await numbers(session, guild_id)


def kept_keys(keys: Collection[Key]) -> set[Key]:
    """Of boards as they are shown, those that are kept: not all courses where there is but one."""
    courses: dict[str, int] = {}
    for course, period in keys:
        courses[period] = courses.get(period, 0) + (course != ALL_COURSES)
    return {(course, period) for course, period in keys if course != ALL_COURSES or courses[period] > 1}


def shown_keys(kept: Mapping[Key, int]) -> dict[int, list[Key]]:
    """Under which keys each board is shown, by its number."""
    shown = {number: [key] for key, number in kept.items()}
    for (_, period), number in kept.items():
        if (ALL_COURSES, period) not in kept:
            shown[number].append((ALL_COURSES, period))
    return shown


async def _make(session: AsyncSession, guild_id: int, course_id: int, period: str) -> int:
    row = BoardRow(guild_id=guild_id, course_id=course_id, period=period)
    session.add(row)
    await session.flush()
    return row.id


async def _copy(session: AsyncSession, source: int, target: int) -> None:
    for table in (StandingRow, PointCountRow):
        columns = [each for each in table.__table__.columns if each.name != "board_id"]
        rows = select(literal(target), *columns).where(table.board_id == source)
        names = ["board_id", *(each.name for each in columns)]
        await session.execute(insert(table).from_select(names, rows))
