"""Queries over answers. The answer that counts is the learner's highest revision."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import distinct, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.questions import Response
from bot.domain.round_records import AnswerRecord
from bot.storage.tables import AnswerRow, RoundQuestionRow


async def of_question(session: AsyncSession, round_question_id: int) -> list[AnswerRecord]:
    """The answers that count for one question, in the order in which they came."""
    rows = await session.scalars(
        select(AnswerRow)
        .where(AnswerRow.round_question_id == round_question_id)
        .order_by(AnswerRow.learner_id, AnswerRow.revision)
    )
    newest = {row.learner_id: row for row in rows}
    return sorted(map(_record, newest.values()), key=lambda answer: (answer.answered_at, answer.learner_id))


async def count_learners(session: AsyncSession, round_question_id: int) -> int:
    """How many learners have answered a question."""
    learners = select(func.count(distinct(AnswerRow.learner_id)))
    return await session.scalar(learners.where(AnswerRow.round_question_id == round_question_id)) or 0


async def of_questions(
    session: AsyncSession, round_question_ids: Iterable[int]
) -> dict[int, list[AnswerRecord]]:
    """The answers that count for several questions, by question."""
    return {number: await of_question(session, number) for number in round_question_ids}


async def of_learner(session: AsyncSession, round_id: int, learner_id: int) -> dict[int, AnswerRecord]:
    """A learner's answers that count in one round, by round question."""
    rows: Sequence[AnswerRow] = (
        await session.scalars(
            select(AnswerRow)
            .join(RoundQuestionRow, RoundQuestionRow.id == AnswerRow.round_question_id)
            .where(RoundQuestionRow.round_id == round_id, AnswerRow.learner_id == learner_id)
            .order_by(AnswerRow.revision)
        )
    ).all()
    return {row.round_question_id: _record(row) for row in rows}


async def newest(session: AsyncSession, round_question_id: int, learner_id: int) -> AnswerRecord | None:
    """A learner's answer that counts for one question, or None."""
    row = await session.scalar(
        select(AnswerRow)
        .where(AnswerRow.round_question_id == round_question_id, AnswerRow.learner_id == learner_id)
        .order_by(AnswerRow.revision.desc())
        .limit(1)
    )
    return None if row is None else _record(row)


def chosen_text(response: Response) -> str:
    """A response as the column holds it."""
    return ",".join(map(str, response.chosen))


def response_of(chosen: str, typed: str | None) -> Response:
    """The response that the columns hold."""
    return Response(tuple(int(part) for part in chosen.split(",") if part), typed or "")


def _record(row: AnswerRow) -> AnswerRecord:
    return AnswerRecord(
        round_question_id=row.round_question_id,
        learner_id=row.learner_id,
        revision=row.revision,
        response=response_of(row.chosen, row.typed),
        answered_at=row.answered_at,
        elapsed_ms=row.elapsed_ms,
        fraction=row.fraction,
        points=row.points,
    )
