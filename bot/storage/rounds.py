"""Queries over rounds and their questions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import and_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.guilds import AnswerPolicy
from bot.domain.round_records import AskedQuestion, RoundRecord
from bot.domain.rounds import EndReason, QuestionState, RoundKind, RoundState
from bot.domain.rulings import Ruling, ruled
from bot.domain.scoring import ScoringRule
from bot.domain.shards import ALL, Shards
from bot.storage import guilds, question_content, rulings
from bot.storage.tables import CourseRow, QuestionRow, RoundQuestionRow, RoundRow
from bot.values import dataclass

_RUNNING = and_(RoundRow.kind == RoundKind.LIVE.value, RoundRow.state == RoundState.RUNNING.value)


async def insert(session: AsyncSession, row: RoundRow, questions: Iterable[RoundQuestionRow]) -> int:
    """Keep a new round with its questions.

    Returns:
        The round's number.
    """
    session.add(row)
    await session.flush()
    for question in questions:
        question.round_id = row.id
        session.add(question)
    await session.flush()
    return row.id


async def get(session: AsyncSession, round_id: int, *, for_update: bool = False) -> RoundRecord | None:
    """The round with all its questions, as they are with the rulings in force, or None.

    With ``for_update`` nobody else changes it, or adds an answer to its questions, before this transaction ends.
    """
    of_round = (
        select(RoundRow, CourseRow)
        .join(CourseRow, CourseRow.id == RoundRow.course_id)
        .where(RoundRow.id == round_id)
    )
    of_questions = (
        select(RoundQuestionRow, QuestionRow.content)
        .join(QuestionRow, QuestionRow.id == RoundQuestionRow.question_id)
        .where(RoundQuestionRow.round_id == round_id)
        .order_by(RoundQuestionRow.position)
    )
    if for_update:
        # SQLite leaves this out: there a transaction that writes has the whole database to itself.
        of_round = of_round.with_for_update(of=RoundRow, key_share=True)
        of_questions = of_questions.with_for_update(of=RoundQuestionRow, key_share=True)
    found = (await session.execute(of_round)).first()
    if found is None:
        return None
    row, course = found
    asked = (await session.execute(of_questions)).all()
    ruled_on = await rulings.of_versions(
        session, row.guild_id, [question.question_id for question, _ in asked]
    )
    return _record(
        row,
        course,
        [_asked(question, content, ruled_on.get(question.question_id, ())) for question, content in asked],
    )


async def round_of_question(session: AsyncSession, round_question_id: int) -> int | None:
    """The round that asks a question, or None."""
    return await session.scalar(
        select(RoundQuestionRow.round_id).where(RoundQuestionRow.id == round_question_id)
    )


async def running_ids(session: AsyncSession, shards: Shards = ALL) -> Sequence[int]:
    """Every live round in the shards' servers that has something left to do."""
    in_shards = guilds.in_shards(RoundRow.guild_id, shards)
    return (await session.scalars(select(RoundRow.id).where(_RUNNING, in_shards))).all()


async def running_in_place(session: AsyncSession, place_id: int) -> int | None:
    """The round that is played in a channel or thread, or None."""
    in_channel = (RoundRow.channel_id == place_id) & RoundRow.in_thread.is_(False)
    return await session.scalar(
        select(RoundRow.id).where(_RUNNING, in_channel | (RoundRow.thread_id == place_id)).limit(1)
    )


async def running_in_guild(session: AsyncSession, guild_id: int) -> Sequence[int]:
    """Every running round of a server."""
    return (await session.scalars(select(RoundRow.id).where(_RUNNING, RoundRow.guild_id == guild_id))).all()


async def latest(session: AsyncSession, guild_id: int) -> int | None:
    """The server's round that was started last, running ones included, or None."""
    return await session.scalar(
        select(RoundRow.id)
        .where(
            RoundRow.guild_id == guild_id,
            RoundRow.kind == RoundKind.LIVE.value,
            RoundRow.state.in_([RoundState.ENDED.value, RoundState.RUNNING.value]),
        )
        .order_by(RoundRow.started_at.desc())
        .limit(1)
    )


async def last_asked(session: AsyncSession, channel_id: int, course_id: int, most: int) -> dict[str, int]:
    """For the last ``most`` questions asked in a channel: how many questions ago (1: the last one)."""
    rows = await session.execute(
        select(QuestionRow.key)
        .join(RoundQuestionRow, RoundQuestionRow.question_id == QuestionRow.id)
        .join(RoundRow, RoundRow.id == RoundQuestionRow.round_id)
        .where(
            RoundRow.channel_id == channel_id,
            RoundRow.course_id == course_id,
            RoundRow.kind == RoundKind.LIVE.value,
            RoundQuestionRow.state.not_in([QuestionState.PENDING.value, QuestionState.SKIPPED.value]),
        )
        .order_by(RoundQuestionRow.id.desc())
        .limit(most)
    )
    ago: dict[str, int] = {}
    for index, (key,) in enumerate(rows, start=1):
        ago.setdefault(key, index)
    return ago


@dataclass(frozen=True, slots=True)
class Paper:
    """What an attempt copies of a round: its choices, and each question's number with the order of its options."""

    course_id: int
    topic: str | None
    limit_seconds: int
    pause_seconds: int
    scoring: str
    answer_policy: str
    seed: int
    questions: tuple[tuple[int, str], ...]


async def paper(session: AsyncSession, round_id: int) -> Paper:
    """The questions of a round that is there, but for those that were given up before they were shown."""
    row = await session.get_one(RoundRow, round_id)
    questions = await session.execute(
        select(RoundQuestionRow.question_id, RoundQuestionRow.option_order)
        .where(RoundQuestionRow.round_id == round_id, RoundQuestionRow.state != QuestionState.SKIPPED.value)
        .order_by(RoundQuestionRow.position)
    )
    return Paper(
        course_id=row.course_id,
        topic=row.topic,
        limit_seconds=row.limit_seconds,
        pause_seconds=row.pause_seconds,
        scoring=row.scoring,
        answer_policy=row.answer_policy,
        seed=row.seed,
        questions=tuple((question_id, order) for question_id, order in questions),
    )


async def run(session: AsyncSession, round_id: int, started_at: datetime) -> bool:
    """Let a proposed round run; False where its channel has a running one, which ends this transaction."""
    try:
        await set_round(session, round_id, state=RoundState.RUNNING.value, started_at=started_at)
    except IntegrityError:
        return False
    return True


async def set_round(session: AsyncSession, round_id: int, **values: object) -> None:
    """Change columns of a round."""
    await session.execute(update(RoundRow).where(RoundRow.id == round_id).values(**values))


async def set_question(session: AsyncSession, round_question_id: int, **values: object) -> None:
    """Change columns of a round's question."""
    await session.execute(
        update(RoundQuestionRow).where(RoundQuestionRow.id == round_question_id).values(**values)
    )


async def skip_pending(session: AsyncSession, round_id: int) -> None:
    """Give up the questions that were not shown yet."""
    await session.execute(
        update(RoundQuestionRow)
        .where(RoundQuestionRow.round_id == round_id, RoundQuestionRow.state == QuestionState.PENDING.value)
        .values(state=QuestionState.SKIPPED.value)
    )


async def forget_proposals(session: AsyncSession, before: datetime) -> None:
    """Cancel the proposals that nobody confirmed in time."""
    # Whoever starts one of them at this moment has it locked: it is left to him, and none waits for another.
    late = (
        select(RoundRow.id)
        .where(RoundRow.state == RoundState.PROPOSED.value, RoundRow.proposed_at < before)
        .with_for_update(skip_locked=True, key_share=True)
    )
    await session.execute(
        update(RoundRow).where(RoundRow.id.in_(late)).values(state=RoundState.CANCELLED.value)
    )


def _asked(row: RoundQuestionRow, content: str, ruled_on: Sequence[Ruling]) -> AskedQuestion:
    return AskedQuestion(
        id=row.id,
        position=row.position,
        question=ruled(question_content.from_text(content), [ruling.verdict for ruling in ruled_on]),
        option_order=tuple(int(part) for part in row.option_order.split(",") if part),
        state=QuestionState(row.state),
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        message_id=row.message_id,
        answered=row.answered,
    )


def _record(row: RoundRow, course: CourseRow, questions: Sequence[AskedQuestion]) -> RoundRecord:
    return RoundRecord(
        id=row.id,
        kind=RoundKind(row.kind),
        guild_id=row.guild_id,
        channel_id=row.channel_id,
        in_thread=row.in_thread,
        thread_id=row.thread_id,
        starter_id=row.starter_id,
        course_row_id=course.id,
        course_key=course.key,
        course_title=course.title,
        topic=row.topic,
        limit_seconds=row.limit_seconds,
        pause_seconds=row.pause_seconds,
        scoring=ScoringRule(row.scoring),
        answer_policy=AnswerPolicy(row.answer_policy),
        seed=row.seed,
        state=RoundState(row.state),
        end_reason=EndReason(row.end_reason) if row.end_reason else None,
        proposed_at=row.proposed_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        announcement_id=row.announcement_id,
        result_id=row.result_id,
        is_withheld=row.is_withheld,
        stays_open_hours=row.stays_open_hours,
        questions=tuple(questions),
        schedule_id=row.schedule_id,
        planned_at=row.planned_at,
    )
