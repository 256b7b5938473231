"""Queries over disputes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.domain.disputes import Counted, Dispute, VersionName
from bot.domain.questions import Response
from bot.storage import dialects, question_content
from bot.storage.answers import response_of
from bot.storage.tables import AnswerRow, CourseRow, DisputeRow, QuestionRow, RoundQuestionRow, RoundRow


async def version_of(session: AsyncSession, round_question_id: int) -> int:
    """The version that a question of a round is."""
    return (
        await session.execute(
            select(RoundQuestionRow.question_id).where(RoundQuestionRow.id == round_question_id)
        )
    ).scalar_one()


async def name_of(session: AsyncSession, question_id: int) -> VersionName:
    """What a version is called."""
    row = (
        await session.execute(
            select(CourseRow.key, CourseRow.title, QuestionRow.key, QuestionRow.version, QuestionRow.content)
            .join(CourseRow, CourseRow.id == QuestionRow.course_id)
            .where(QuestionRow.id == question_id)
        )
    ).one()
    return _named(*row)


def _named(course_key: str, course_title: str, key: str, version: int, content: str) -> VersionName:
    return VersionName(course_key, course_title, key, version, question_content.read(content).stem)


async def insert(
    session: AsyncSession,
    *,
    guild_id: int,
    question_id: int,
    round_question_id: int,
    learner_id: int,
    case: str,
    opened_at: datetime,
) -> None:
    """Keep a dispute, unless the learner has one on this version already."""
    await session.execute(
        dialects.insert(session, DisputeRow).on_conflict_do_nothing(),
        {
            "guild_id": guild_id,
            "question_id": question_id,
            "round_question_id": round_question_id,
            "learner_id": learner_id,
            "case_text": case,
            "opened_at": opened_at,
            "is_card_due": True,
        },
    )


async def get(session: AsyncSession, dispute_id: int) -> Dispute | None:
    """The dispute of that number, or None."""
    row = await session.get(DisputeRow, dispute_id)
    return None if row is None else _dispute(row)


async def of_learner(
    session: AsyncSession, guild_id: int, question_id: int, learner_id: int
) -> Dispute | None:
    """A learner's dispute on a version, or None."""
    row = await session.scalar(
        select(DisputeRow).where(
            DisputeRow.guild_id == guild_id,
            DisputeRow.question_id == question_id,
            DisputeRow.learner_id == learner_id,
        )
    )
    return None if row is None else _dispute(row)


async def open_of_version(
    session: AsyncSession, guild_id: int, question_id: int
) -> list[tuple[Dispute, Response]]:
    """The disputes on a version that wait, oldest first, each with what its learner answered."""
    rows = await session.execute(
        select(DisputeRow, AnswerRow.chosen, AnswerRow.typed)
        .join(
            AnswerRow,
            and_(
                AnswerRow.round_question_id == DisputeRow.round_question_id,
                AnswerRow.learner_id == DisputeRow.learner_id,
            ),
        )
        .where(_of_guild(guild_id, is_open=True), DisputeRow.question_id == question_id)
        .order_by(DisputeRow.id, AnswerRow.revision)
    )
    newest = {row.id: (_dispute(row), response_of(chosen, typed)) for row, chosen, typed in rows}
    return list(newest.values())


async def of_guild(
    session: AsyncSession, guild_id: int, *, is_open: bool, most: int
) -> Sequence[tuple[Dispute, VersionName]]:
    """A server's disputes: the open ones, oldest first; or the settled ones, newest first."""
    rows = await session.execute(
        select(
            DisputeRow,
            CourseRow.key,
            CourseRow.title,
            QuestionRow.key,
            QuestionRow.version,
            QuestionRow.content,
        )
        .join(QuestionRow, QuestionRow.id == DisputeRow.question_id)
        .join(CourseRow, CourseRow.id == QuestionRow.course_id)
        .where(_of_guild(guild_id, is_open=is_open))
        .order_by(DisputeRow.id if is_open else DisputeRow.id.desc())
        .limit(most)
    )
    return [
        (_dispute(row), _named(course_key, title, key, version, content))
        for row, course_key, title, key, version, content in rows
    ]


async def count(session: AsyncSession, guild_id: int, *, is_open: bool) -> int:
    """How many of a server's disputes wait, or are settled."""
    counted = select(func.count()).select_from(DisputeRow).where(_of_guild(guild_id, is_open=is_open))
    return await session.scalar(counted) or 0


async def settle(session: AsyncSession, dispute_ids: Iterable[int], ruling_id: int) -> None:
    """Settle disputes by a ruling; their cards have to be changed."""
    await session.execute(
        update(DisputeRow)
        .where(DisputeRow.id.in_(list(dispute_ids)))
        .values(ruling_id=ruling_id, is_card_due=True)
    )


async def open_again(session: AsyncSession, ruling_id: int) -> Sequence[int]:
    """Let the disputes that a ruling settled wait again.

    Returns:
        Whose they are.
    """
    rows = await session.scalars(
        update(DisputeRow)
        .where(DisputeRow.ruling_id == ruling_id)
        .values(ruling_id=None, is_card_due=True)
        .returning(DisputeRow.learner_id)
    )
    return rows.all()


async def cards_due(session: AsyncSession, guild_id: int, most: int) -> Sequence[Dispute]:
    """The disputes whose card must be posted or changed, oldest first."""
    rows = await session.scalars(
        select(DisputeRow)
        .where(DisputeRow.is_card_due.is_(True), DisputeRow.guild_id == guild_id)
        .order_by(DisputeRow.id)
        .limit(most)
    )
    return [_dispute(row) for row in rows]


async def guilds_with_cards_due(session: AsyncSession) -> Sequence[int]:
    """The servers of which a card must be posted or changed."""
    due = select(DisputeRow.guild_id).where(DisputeRow.is_card_due.is_(True)).distinct()
    return (await session.scalars(due)).all()


async def record_card(
    session: AsyncSession, shown: Dispute, *, channel_id: int | None, message_id: int | None
) -> None:
    """The card stands there as the dispute was; where the dispute has changed meanwhile, it stays due."""
    values = {"card_channel_id": channel_id, "card_message_id": message_id}
    of_dispute = update(DisputeRow).where(DisputeRow.id == shown.id)
    await session.execute(of_dispute.values(**values))
    await session.execute(
        of_dispute.where(DisputeRow.ruling_id.is_not_distinct_from(shown.ruling_id)).values(is_card_due=False)
    )


async def make_cards_due(session: AsyncSession, guild_id: int) -> None:
    """Let every open dispute of a server have its card anew, as in a new channel."""
    await session.execute(
        update(DisputeRow).where(_of_guild(guild_id, is_open=True)).values(is_card_due=True)
    )


async def distribution(session: AsyncSession, guild_id: int, question_id: int) -> list[Counted]:
    """How the learners of a server answered a version, with all its rounds together."""
    later = aliased(AnswerRow)
    was_changed = exists().where(
        later.round_question_id == AnswerRow.round_question_id,
        later.learner_id == AnswerRow.learner_id,
        later.revision > AnswerRow.revision,
    )
    rows = await session.execute(
        select(AnswerRow.chosen, AnswerRow.typed, AnswerRow.fraction, func.count())
        .join(RoundQuestionRow, RoundQuestionRow.id == AnswerRow.round_question_id)
        .join(RoundRow, RoundRow.id == RoundQuestionRow.round_id)
        .where(RoundQuestionRow.question_id == question_id, RoundRow.guild_id == guild_id, ~was_changed)
        .group_by(AnswerRow.chosen, AnswerRow.typed, AnswerRow.fraction)
    )
    return [Counted(response_of(chosen, typed), fraction, n) for chosen, typed, fraction, n in rows]


def _of_guild(guild_id: int, *, is_open: bool) -> ColumnElement[bool]:
    is_settled = DisputeRow.ruling_id.is_not(None)
    return and_(DisputeRow.guild_id == guild_id, ~is_settled if is_open else is_settled)


def _dispute(row: DisputeRow) -> Dispute:
    return Dispute(
        id=row.id,
        guild_id=row.guild_id,
        question_id=row.question_id,
        round_question_id=row.round_question_id,
        learner_id=row.learner_id,
        case=row.case_text,
        opened_at=row.opened_at,
        ruling_id=row.ruling_id,
        card_channel_id=row.card_channel_id,
        card_message_id=row.card_message_id,
    )
