"""Queries over what learners are to be told of rulings; what is not told yet stays here until it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.disputes import MarkNotice, NoticeState
from bot.domain.rounds import QuestionState, RoundKind, RoundState
from bot.storage import question_content, rulings
from bot.storage.parts import in_parts
from bot.storage.tables import (
    CourseRow,
    DisputeRow,
    MarkNoticeRow,
    QuestionRow,
    RoundQuestionRow,
    RoundRow,
    RulingRow,
)


async def add(
    session: AsyncSession,
    points: Mapping[int, tuple[int, int]],
    *,
    guild_id: int,
    ruling_id: int,
    is_undoing: bool,
    made_at: datetime,
) -> None:
    """Let these learners be told; ``points`` are those before and after, by learner."""
    for part in in_parts(sorted(points.items())):
        rows = [
            {
                "guild_id": guild_id,
                "ruling_id": ruling_id,
                "is_undoing": is_undoing,
                "learner_id": learner_id,
                "before": before,
                "after": after,
                "made_at": made_at,
                "state": NoticeState.WAITING.value,
            }
            for learner_id, (before, after) in part
        ]
        await session.execute(insert(MarkNoticeRow), rows)


async def in_state(
    session: AsyncSession,
    guild_id: int,
    state: NoticeState,
    *,
    most: int,
    learner_id: int | None = None,
) -> list[MarkNotice]:
    """A server's notices in a state, oldest first, of one learner or of all.

    What would tell a key that is held back for an assignment, or is still asked for, is not among them until it is told.
    """
    has_disputed = exists().where(
        DisputeRow.guild_id == RulingRow.guild_id,
        DisputeRow.question_id == RulingRow.question_id,
        DisputeRow.learner_id == MarkNoticeRow.learner_id,
    )
    query = (
        select(MarkNoticeRow, QuestionRow.content, CourseRow.title, has_disputed)
        .join(RulingRow, RulingRow.id == MarkNoticeRow.ruling_id)
        .join(QuestionRow, QuestionRow.id == RulingRow.question_id)
        .join(CourseRow, CourseRow.id == QuestionRow.course_id)
        .where(
            MarkNoticeRow.guild_id == guild_id, MarkNoticeRow.state == state.value, ~_would_tell_a_held_key()
        )
        .order_by(MarkNoticeRow.id)
        .limit(most)
    )
    if learner_id is not None:
        query = query.where(MarkNoticeRow.learner_id == learner_id)
    found = (await session.execute(query)).all()
    known = {number: await rulings.get(session, number) for number in {row.ruling_id for row, *_ in found}}
    notices = []
    for row, content, course_title, is_dispute in found:
        ruling = known[row.ruling_id]
        assert ruling is not None
        notices.append(
            MarkNotice(
                id=row.id,
                guild_id=row.guild_id,
                learner_id=row.learner_id,
                ruling=ruling,
                is_undoing=row.is_undoing,
                before=row.before,
                after=row.after,
                made_at=row.made_at,
                question=question_content.from_text(content),
                course_title=course_title,
                is_dispute=is_dispute,
            )
        )
    return notices


def _would_tell_a_held_key() -> ColumnElement[bool]:
    """Whether the question is one whose key the learner may not be told yet.

    It stands in an assignment of his, or a live round has still to ask it, or asks it now.
    """
    is_ahead = and_(
        RoundRow.kind == RoundKind.LIVE.value,
        RoundRow.state == RoundState.RUNNING.value,
        RoundQuestionRow.state.in_([QuestionState.PENDING.value, QuestionState.OPEN.value]),
    )
    is_live = and_(
        RoundRow.kind == RoundKind.LIVE.value,
        RoundRow.state.in_([RoundState.RUNNING.value, RoundState.ENDED.value]),
    )
    is_own_attempt = and_(
        RoundRow.kind == RoundKind.ATTEMPT.value, RoundRow.starter_id == MarkNoticeRow.learner_id
    )
    return exists().where(
        RoundRow.guild_id == MarkNoticeRow.guild_id,
        or_(and_(RoundRow.is_withheld, or_(is_live, is_own_attempt)), is_ahead),
        RoundQuestionRow.round_id == RoundRow.id,
        RoundQuestionRow.question_id == RulingRow.question_id,
    )


async def guilds_waiting(session: AsyncSession) -> Sequence[int]:
    """The servers in which somebody is still to be told something."""
    waiting = MarkNoticeRow.state == NoticeState.WAITING.value
    return (await session.scalars(select(MarkNoticeRow.guild_id).where(waiting).distinct())).all()


async def set_state(session: AsyncSession, notice_ids: Iterable[int], state: NoticeState) -> None:
    """What became of these notices."""
    numbers = list(notice_ids)
    if numbers:
        await session.execute(
            update(MarkNoticeRow).where(MarkNoticeRow.id.in_(numbers)).values(state=state.value)
        )
