"""Keeping the boards: totals ready for every window that a board can show. Reading them is `board_pages.py`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    UpdateBase,
    and_,
    bindparam,
    case,
    exists,
    func,
    insert,
    literal,
    select,
    true,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.domain.rounds import QuestionState, RoundKind
from bot.domain.standings import ALL_COURSES, periods_of
from bot.storage import boards, dialects, point_counts
from bot.storage.parts import AT_ONCE, in_parts
from bot.storage.tables import AnswerRow, Base, BoardRow, RoundQuestionRow, RoundRow, RulingRow, StandingRow

_STANDINGS = Base.metadata.tables[StandingRow.__tablename__]
_COLUMNS = ("board_id", "learner_id", "points", "right", "answered")
_Gained = tuple[int, int, int, int, int]


async def add_answers(
    session: AsyncSession,
    round_question_id: int,
    *,
    guild_id: int,
    course_id: int,
    round_id: int,
    closed_at: datetime,
    zone: ZoneInfo,
) -> None:
    """Add the answers to one question to every board that they count for; the database does it by itself.

    The server's lock must be held.
    """
    periods = periods_of(closed_at, zone, round_id)
    taken = await boards.take_in(session, guild_id, course_id, periods)
    for statement in _adding(on_sqlite=dialects.is_sqlite(session)):
        await session.execute(statement, {"question": round_question_id, "boards": taken})


@cache
def _adding(*, on_sqlite: bool) -> tuple[UpdateBase, ...]:
    """Put together once: that takes longer than to run them for a small class."""
    counting = _counting()
    gained = (
        select(BoardRow.id, *counting.c, literal(1))
        .join(counting, true())
        .where(BoardRow.id.in_(point_counts.BOARDS))
        # Board by board, each from end to end: a row's page is then read and written once.
        .order_by(BoardRow.id, counting.c.learner_id)
    )
    return (
        _add(gained.where(counting.c.points != 0), ("points", "right", "answered"), on_sqlite=on_sqlite),
        # Who gained nothing keeps his place: where no statement names the points, their index is not touched.
        _add(gained.where(counting.c.points == 0), ("right", "answered"), on_sqlite=on_sqlite),
        point_counts.adding_moved(counting, on_sqlite=on_sqlite),
    )


def _counting() -> CTE:
    """The answers to a question that count: each learner's last."""
    later = aliased(AnswerRow)
    is_replaced = exists().where(
        later.round_question_id == AnswerRow.round_question_id,
        later.learner_id == AnswerRow.learner_id,
        later.revision > AnswerRow.revision,
    )
    return (
        select(
            AnswerRow.learner_id,
            AnswerRow.points.label("points"),
            case((AnswerRow.fraction >= 1.0, 1), else_=0).label("right"),
        )
        .where(AnswerRow.round_question_id == bindparam("question"), ~is_replaced)
        .cte("counting")
        # They are looked up once, and not again for each board.
        .prefix_with("MATERIALIZED")
    )


def _add(gained: Select[*_Gained], sums: tuple[str, ...], *, on_sqlite: bool) -> UpdateBase:
    adding = dialects.insert_for(_STANDINGS, on_sqlite=on_sqlite)
    return adding.from_select(_COLUMNS, gained).on_conflict_do_update(
        index_elements=_COLUMNS[:2],
        set_={name: getattr(StandingRow, name) + adding.excluded[name] for name in sums},
    )


Totals = dict[tuple[int, str, int], list[int]]


async def rebuild(session: AsyncSession, guild_id: int, zone: ZoneInfo) -> None:
    """Make a server's boards anew from its answers."""
    await replace(session, guild_id, await totals(session, guild_id, zone))


async def totals(session: AsyncSession, guild_id: int, zone: ZoneInfo) -> Totals:
    """What the boards of a server should hold, summed from its answers.

    Returns:
        For each course, period and learner: points, right answers, answers.
    """
    counted = (
        select(
            AnswerRow.round_question_id,
            AnswerRow.learner_id,
            AnswerRow.points,
            AnswerRow.fraction,
            RoundRow.id,
            RoundRow.course_id,
            RoundQuestionRow.closes_at,
        )
        .join(RoundQuestionRow, RoundQuestionRow.id == AnswerRow.round_question_id)
        .join(RoundRow, RoundRow.id == RoundQuestionRow.round_id)
        .where(_closed_questions(guild_id))
        .order_by(AnswerRow.round_question_id, AnswerRow.learner_id, AnswerRow.revision.desc())
    )
    sums: Totals = {}
    last: tuple[int, int] | None = None
    # In parts: a large server has many answers, and clicks must not wait while they are added up.
    async for part in (await session.stream(counted)).partitions(AT_ONCE):
        for question_id, learner_id, points, fraction, round_id, course_id, closed_at in part:
            if (question_id, learner_id) == last:
                continue  # an earlier revision
            last = (question_id, learner_id)
            assert closed_at is not None
            for period in periods_of(closed_at, zone, round_id):
                for course in (course_id, ALL_COURSES):
                    sum_ = sums.setdefault((course, period, learner_id), [0, 0, 0])
                    sum_[0] += points
                    sum_[1] += int(fraction >= 1.0)
                    sum_[2] += 1
    return sums


async def replace(session: AsyncSession, guild_id: int, sums: Totals) -> None:
    """Put these totals in the place of a server's boards. The server's lock must be held."""
    kept = boards.kept_keys({(course, period) for course, period, _ in sums})
    numbers = await boards.put(session, guild_id, kept)
    rows = [
        {
            "board_id": numbers[course, period],
            "learner_id": learner_id,
            "points": points,
            "right": right,
            "answered": answered,
        }
        for (course, period, learner_id), (points, right, answered) in sums.items()
        if (course, period) in numbers
    ]
    if rows:
        await session.execute(insert(StandingRow), rows)
        await point_counts.count_again(session, numbers.values())


async def add_changes(
    session: AsyncSession, guild_id: int, changes: Mapping[tuple[int, str, int], Sequence[int]]
) -> None:
    """Add points and right answers, more or fewer, to what learners have; the server's lock must be held."""
    numbers = await boards.numbers(session, guild_id)
    statement = (
        update(_STANDINGS)
        .where(_STANDINGS.c.board_id == bindparam("board"), _STANDINGS.c.learner_id == bindparam("learner"))
        .values(
            points=_STANDINGS.c.points + bindparam("more"), right=_STANDINGS.c.right + bindparam("more_right")
        )
    )
    rows = [
        {"board": numbers[course, period], "learner": learner_id, "more": points, "more_right": right}
        for (course, period, learner_id), (points, right) in changes.items()
        if (course, period) in numbers
    ]
    connection = await session.connection()
    for part in in_parts(rows):
        await connection.execute(statement, part)
    await point_counts.count_again(session, {int(row["board"]) for row in rows})


async def as_kept(session: AsyncSession, guild_id: int) -> Totals:
    """What the boards of a server hold; as `totals` gives what they should hold."""
    shown = boards.shown_keys(await boards.numbers(session, guild_id))
    columns = (
        StandingRow.board_id,
        StandingRow.learner_id,
        StandingRow.points,
        StandingRow.right,
        StandingRow.answered,
    )
    of_guild = select(BoardRow.id).where(BoardRow.guild_id == guild_id)
    query = select(*columns).where(StandingRow.board_id.in_(of_guild))
    found: Totals = {}
    stream = await session.stream(query.execution_options(yield_per=AT_ONCE))
    async for part in stream.partitions(AT_ONCE):
        for board_id, learner_id, *sums in part:
            for course_id, period in shown[board_id]:
                found[course_id, period, learner_id] = sums
    return found


# How many questions are closed, rulings made, rulings undone.
Stamp = tuple[int, int, int]


async def stamp(session: AsyncSession, guild_id: int) -> Stamp:
    """What a server's boards are summed from: while it is the same, so are they."""
    questions = select(func.count()).select_from(RoundQuestionRow)
    questions = questions.join(RoundRow, RoundRow.id == RoundQuestionRow.round_id)
    closed = questions.where(_closed_questions(guild_id)).scalar_subquery()
    # An undone ruling stays, with the moment.
    ruled = select(func.count(), func.count(RulingRow.undone_at)).where(RulingRow.guild_id == guild_id)
    made, undone, count = (await session.execute(ruled.add_columns(closed))).one()
    return count, made, undone


def _closed_questions(guild_id: int) -> ColumnElement[bool]:
    # What was answered at one's own pace is private, and stands on no board.
    return and_(
        RoundRow.guild_id == guild_id,
        RoundRow.kind == RoundKind.LIVE.value,
        RoundQuestionRow.state.in_([QuestionState.CLOSED.value, QuestionState.REVEALED.value]),
    )
