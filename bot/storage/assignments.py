"""Queries over assignments and those who asked to be reminded of them. Attempts stand in `attempts`."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.assignments import Assignment, AssignmentState, Explain
from bot.domain.marking import AttemptPolicy
from bot.domain.questions import Question
from bot.domain.rounds import QuestionState, RoundKind, RoundState
from bot.domain.scoring import ScoringRule
from bot.storage import dialects, question_content
from bot.storage.tables import (
    AssignmentRow,
    AttemptRow,
    CourseRow,
    QuestionRow,
    ReminderRow,
    RoundQuestionRow,
    RoundRow,
)

_PENDING = (AssignmentState.PLANNED.value, AssignmentState.OPEN.value)


async def insert(session: AsyncSession, row: AssignmentRow) -> int:
    """Keep a new assignment.

    Returns:
        Its number.
    """
    session.add(row)
    await session.flush()
    return row.id


async def get(session: AsyncSession, assignment_id: int, *, for_update: bool = False) -> Assignment | None:
    """The assignment, or None; with ``for_update`` nobody else changes it before this transaction ends."""
    wanted = _assignments().where(AssignmentRow.id == assignment_id)
    if for_update:
        wanted = wanted.with_for_update(of=AssignmentRow, key_share=True)
    found = (await session.execute(wanted)).first()
    return None if found is None else _record(*found)


async def of_guild(
    session: AsyncSession, guild_id: int, states: Collection[AssignmentState], *, most: int
) -> list[Assignment]:
    """A server's assignments in these states, the latest close first."""
    rows = await session.execute(
        _assignments()
        .where(AssignmentRow.guild_id == guild_id, AssignmentRow.state.in_([state.value for state in states]))
        .order_by(AssignmentRow.closes_at.desc(), AssignmentRow.id.desc())
        .limit(most)
    )
    return [_record(*row) for row in rows]


async def of_round(session: AsyncSession, round_id: int) -> Assignment | None:
    """The assignment whose questions a round holds, as a paper or as a live round that stays open."""
    found = (await session.execute(_assignments().where(AssignmentRow.round_id == round_id))).first()
    return None if found is None else _record(*found)


async def unclosed_count(session: AsyncSession, guild_id: int) -> int:
    """How many assignments of a server are planned or open."""
    counted = (
        select(func.count())
        .select_from(AssignmentRow)
        .where(AssignmentRow.guild_id == guild_id, AssignmentRow.state.in_(_PENDING))
    )
    return await session.scalar(counted) or 0


async def busy_ids(session: AsyncSession) -> list[tuple[int, int]]:
    """Every assignment that has something left to do by itself, with its server."""
    unfinished = (
        exists()
        .where(
            AttemptRow.assignment_id == AssignmentRow.id,
            RoundRow.id == AttemptRow.round_id,
            or_(AttemptRow.submitted_at.is_(None), RoundRow.is_withheld),
        )
        .correlate(AssignmentRow)
    )
    has_work = or_(
        AssignmentRow.state.in_(_PENDING),
        and_(
            AssignmentRow.state == AssignmentState.CLOSED.value,
            or_(AssignmentRow.is_close_shown.is_(False), unfinished),
        ),
    )
    rows = await session.execute(
        select(AssignmentRow.id, AssignmentRow.guild_id).where(has_work).order_by(AssignmentRow.id)
    )
    return [(assignment_id, guild_id) for assignment_id, guild_id in rows]


async def set_assignment(session: AsyncSession, assignment_id: int, **values: object) -> None:
    """Change columns of an assignment."""
    await session.execute(update(AssignmentRow).where(AssignmentRow.id == assignment_id).values(**values))


async def forget_proposals(session: AsyncSession, before: datetime) -> None:
    """Cancel the proposals that nobody confirmed in time."""
    late = (
        select(AssignmentRow.id)
        .where(AssignmentRow.state == AssignmentState.PROPOSED.value, AssignmentRow.proposed_at < before)
        .with_for_update(skip_locked=True, key_share=True)
    )
    await session.execute(
        update(AssignmentRow).where(AssignmentRow.id.in_(late)).values(state=AssignmentState.CANCELLED.value)
    )


async def held_questions(session: AsyncSession, guild_id: int) -> list[Question]:
    """The questions whose keys must not be told in a server now.

    Those of assignments that are planned or open, and those of live rounds that hold their keys back.
    """
    in_assignment = exists().where(AssignmentRow.round_id == RoundRow.id, AssignmentRow.state.in_(_PENDING))
    in_live_round = and_(
        RoundRow.kind == RoundKind.LIVE.value,
        RoundRow.is_withheld,
        RoundRow.state.in_([RoundState.RUNNING.value, RoundState.ENDED.value]),
    )
    contents = await session.scalars(
        select(QuestionRow.content)
        .join(RoundQuestionRow, RoundQuestionRow.question_id == QuestionRow.id)
        .join(RoundRow, RoundRow.id == RoundQuestionRow.round_id)
        .where(
            RoundRow.guild_id == guild_id,
            or_(in_assignment, in_live_round),
            RoundQuestionRow.state != QuestionState.SKIPPED.value,
        )
    )
    return [question_content.from_text(content) for content in contents]


async def add_reminder(session: AsyncSession, assignment_id: int, learner_id: int, now: datetime) -> bool:
    """Remind a learner; False where he had asked before."""
    row = {"assignment_id": assignment_id, "learner_id": learner_id, "asked_at": now}
    added = await session.scalars(
        dialects.insert(session, ReminderRow)
        .values(row)
        .on_conflict_do_nothing()
        .returning(ReminderRow.learner_id)
    )
    return added.first() is not None


async def remove_reminder(session: AsyncSession, assignment_id: int, learner_id: int) -> None:
    """Remind a learner no more."""
    await session.execute(delete(ReminderRow).where(_reminder(assignment_id, learner_id)))


async def reminders(session: AsyncSession, assignment_id: int) -> dict[int, datetime]:
    """Who is still to be reminded, and when each asked for it."""
    rows = await session.execute(
        select(ReminderRow.learner_id, ReminderRow.asked_at).where(
            ReminderRow.assignment_id == assignment_id, ReminderRow.sent_at.is_(None)
        )
    )
    return dict(rows.all())


async def record_reminded(session: AsyncSession, assignment_id: int, learner_id: int, now: datetime) -> None:
    """A learner has been reminded."""
    await session.execute(update(ReminderRow).where(_reminder(assignment_id, learner_id)).values(sent_at=now))


def _reminder(assignment_id: int, learner_id: int) -> ColumnElement[bool]:
    return and_(ReminderRow.assignment_id == assignment_id, ReminderRow.learner_id == learner_id)


def _assignments() -> Select[AssignmentRow, RoundRow, CourseRow, int]:
    asked = (
        select(func.count())
        .select_from(RoundQuestionRow)
        .where(
            RoundQuestionRow.round_id == AssignmentRow.round_id,
            RoundQuestionRow.state != QuestionState.SKIPPED.value,
        )
        .correlate(AssignmentRow)
        .scalar_subquery()
    )
    return (
        select(AssignmentRow, RoundRow, CourseRow, asked)
        .join(RoundRow, RoundRow.id == AssignmentRow.round_id)
        .join(CourseRow, CourseRow.id == RoundRow.course_id)
    )


def _record(row: AssignmentRow, paper: RoundRow, course: CourseRow, questions: int) -> Assignment:
    return Assignment(
        id=row.id,
        guild_id=row.guild_id,
        channel_id=row.channel_id,
        round_id=row.round_id,
        is_live_round=paper.kind == RoundKind.LIVE.value,
        creator_id=row.creator_id,
        course_key=course.key,
        course_title=course.title,
        topic=paper.topic,
        questions=questions,
        scoring=ScoringRule(paper.scoring),
        state=AssignmentState(row.state),
        proposed_at=row.proposed_at,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        attempts_allowed=row.attempts_allowed,
        attempt_policy=AttemptPolicy(row.attempt_policy),
        limit_minutes=row.limit_minutes,
        question_seconds=row.question_seconds,
        explain=Explain(row.explain),
        message_id=row.message_id,
        is_close_shown=row.is_close_shown,
    )
