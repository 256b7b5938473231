"""Queries over the boards: totals kept ready for every window that a board can show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, delete, exists, func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.round_records import AnswerRecord
from bot.domain.rounds import QuestionState, RoundKind
from bot.domain.standings import ALL_COURSES, Standing, periods_of
from bot.storage import dialects
from bot.storage.tables import AnswerRow, DepartureRow, RoundQuestionRow, RoundRow, StandingRow

_ANSWERS_AT_ONCE = 500


async def add_answers(
    session: AsyncSession,
    answered: Iterable[AnswerRecord],
    *,
    guild_id: int,
    course_id: int,
    round_id: int,
    closed_at: datetime,
    zone: ZoneInfo,
) -> None:
    """Add the answers to one question to every board that they count for."""
    periods = periods_of(closed_at, zone, round_id)
    rows = [
        {
            "guild_id": guild_id,
            "course_id": course,
            "period": period,
            "learner_id": answer.learner_id,
            "points": answer.points,
            "right": int(answer.is_right),
            "answered": 1,
        }
        for answer in answered
        for course in (course_id, ALL_COURSES)
        for period in periods
    ]
    if not rows:
        return
    adding = dialects.insert(session, StandingRow)
    await session.execute(
        adding.on_conflict_do_update(
            index_elements=["guild_id", "course_id", "period", "learner_id"],
            set_={
                "points": StandingRow.points + adding.excluded.points,
                "right": StandingRow.right + adding.excluded.right,
                "answered": StandingRow.answered + adding.excluded.answered,
            },
        ),
        rows,
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
    async for part in (await session.stream(counted)).partitions(_ANSWERS_AT_ONCE):
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
    """Put these totals in the place of a server's boards."""
    await session.execute(delete(StandingRow).where(StandingRow.guild_id == guild_id))
    rows = [
        {
            "guild_id": guild_id,
            "course_id": course,
            "period": period,
            "learner_id": learner_id,
            "points": points,
            "right": right,
            "answered": answered,
        }
        for (course, period, learner_id), (points, right, answered) in sums.items()
    ]
    if rows:
        await session.execute(insert(StandingRow), rows)


async def closed_count(session: AsyncSession, guild_id: int) -> int:
    """How many questions of a server count for its boards; it changes whenever the boards do."""
    return (
        await session.scalar(
            select(func.count())
            .select_from(RoundQuestionRow)
            .join(RoundRow, RoundRow.id == RoundQuestionRow.round_id)
            .where(_closed_questions(guild_id))
        )
        or 0
    )


def _closed_questions(guild_id: int) -> ColumnElement[bool]:
    # What was answered at one's own pace is private, and stands on no board.
    return and_(
        RoundRow.guild_id == guild_id,
        RoundRow.kind == RoundKind.LIVE.value,
        RoundQuestionRow.state.in_([QuestionState.CLOSED.value, QuestionState.REVEALED.value]),
    )


async def page(
    session: AsyncSession, guild_id: int, course_id: int, period: str, *, offset: int, size: int
) -> list[Standing]:
    """``size`` places of a board from ``offset`` on, without those who have left."""
    rows = (
        await session.scalars(
            select(StandingRow)
            .where(_on_board(guild_id, course_id, period))
            .order_by(StandingRow.points.desc(), StandingRow.learner_id)
            .offset(offset)
            .limit(size)
        )
    ).all()
    return await _with_ranks(session, rows)


async def size(session: AsyncSession, guild_id: int, course_id: int, period: str) -> int:
    """How many learners stand on a board."""
    return (
        await session.scalar(
            select(func.count()).select_from(StandingRow).where(_on_board(guild_id, course_id, period))
        )
        or 0
    )


async def neighbourhood(
    session: AsyncSession, guild_id: int, course_id: int, period: str, learner_id: int, *, each_side: int
) -> list[Standing]:
    """A learner's own place with his neighbours above and below; empty where he is not on the board."""
    mine = await session.get(StandingRow, (guild_id, course_id, period, learner_id))
    if mine is None:
        return []
    board = _on_board(guild_id, course_id, period)
    same = StandingRow.points == mine.points
    before = or_(StandingRow.points > mine.points, and_(same, StandingRow.learner_id < learner_id))
    after = or_(StandingRow.points < mine.points, and_(same, StandingRow.learner_id > learner_id))
    above = await session.scalars(
        select(StandingRow)
        .where(board, before)
        .order_by(StandingRow.points, StandingRow.learner_id.desc())
        .limit(each_side)
    )
    below = await session.scalars(
        select(StandingRow)
        .where(board, after)
        .order_by(StandingRow.points.desc(), StandingRow.learner_id)
        .limit(each_side)
    )
    return await _with_ranks(session, [*reversed(above.all()), mine, *below.all()])


def _on_board(guild_id: int, course_id: int, period: str) -> ColumnElement[bool]:
    has_left = exists().where(
        DepartureRow.guild_id == StandingRow.guild_id, DepartureRow.learner_id == StandingRow.learner_id
    )
    return and_(
        StandingRow.guild_id == guild_id,
        StandingRow.course_id == course_id,
        StandingRow.period == period,
        ~has_left,
    )


async def _with_ranks(session: AsyncSession, rows: Sequence[StandingRow]) -> list[Standing]:
    """Rows in board order, with ranks: one count for the first, the rest follow from it."""
    if not rows:
        return []
    first = rows[0]
    board = _on_board(first.guild_id, first.course_id, first.period)
    better = select(func.count()).select_from(StandingRow).where(board, StandingRow.points > first.points)
    tied_before = (
        select(func.count())
        .select_from(StandingRow)
        .where(board, StandingRow.points == first.points, StandingRow.learner_id < first.learner_id)
    )
    rank = (await session.scalar(better) or 0) + 1
    place = rank + (await session.scalar(tied_before) or 0)
    standings: list[Standing] = []
    for index, row in enumerate(rows):
        if index > 0 and row.points != rows[index - 1].points:
            rank = place + index
        standings.append(Standing(rank, row.learner_id, row.points, row.right, row.answered))
    return standings
