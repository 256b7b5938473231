"""Keeping the boards: totals ready for every window that a board can show. Reading them is `board_pages.py`."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    case,
    column,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
    true,
    values,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.domain.rounds import QuestionState, RoundKind
from bot.domain.standings import ALL_COURSES, periods_of
from bot.storage import dialects
from bot.storage.tables import AnswerRow, RoundQuestionRow, RoundRow, StandingRow

_ANSWERS_AT_ONCE = 500
_COLUMNS = ("guild_id", "course_id", "period", "learner_id", "points", "right", "answered")
_Gained = tuple[int, int, str, int, int, int, int]


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
    """Add the answers to one question to every board that they count for; the database does it by itself."""
    boards = (
        values(column("course_id", Integer), column("period", String), name="boards")
        .data(
            [
                (each, name)
                for each in (course_id, ALL_COURSES)
                for name in periods_of(closed_at, zone, round_id)
            ]
        )
        .cte()
    )
    later = aliased(AnswerRow)
    is_replaced = exists().where(
        later.round_question_id == AnswerRow.round_question_id,
        later.learner_id == AnswerRow.learner_id,
        later.revision > AnswerRow.revision,
    )
    gained = (
        select(
            literal(guild_id, BigInteger),
            boards.c.course_id,
            boards.c.period,
            AnswerRow.learner_id,
            AnswerRow.points,
            case((AnswerRow.fraction >= 1.0, 1), else_=0),
            literal(1),
        )
        .select_from(boards)
        .join(AnswerRow, true())
        .where(AnswerRow.round_question_id == round_question_id, ~is_replaced)
        # Board by board, each from end to end: a row's page is then read and written once.
        .order_by(boards.c.course_id, boards.c.period, AnswerRow.learner_id)
    )
    await _add(session, gained.where(AnswerRow.points != 0), ("points", "right", "answered"))
    # Who gained nothing keeps his place: where no statement names the points, their index is not touched.
    await _add(session, gained.where(AnswerRow.points == 0), ("right", "answered"))


async def _add(session: AsyncSession, gained: Select[*_Gained], sums: tuple[str, ...]) -> None:
    adding = dialects.insert(session, StandingRow)
    await session.execute(
        adding.from_select(_COLUMNS, gained).on_conflict_do_update(
            index_elements=_COLUMNS[:4],
            set_={name: getattr(StandingRow, name) + adding.excluded[name] for name in sums},
        )
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
