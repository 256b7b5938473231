"""Queries over attempts: rounds of one learner each, whose answers stand with all others."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import case, exists, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.assignments import Attempt, AttemptEnd
from bot.domain.marking import AttemptScore
from bot.domain.rounds import QuestionState
from bot.storage.database import UTCDateTime
from bot.storage.tables import AnswerRow, AttemptRow, RoundQuestionRow, RoundRow


async def insert(session: AsyncSession, row: AttemptRow) -> None:
    """Keep a new attempt; its round is there already."""
    session.add(row)
    await session.flush()


async def get(session: AsyncSession, round_id: int) -> Attempt | None:
    """The attempt whose answers a round holds, or None."""
    found = (
        await session.execute(
            select(AttemptRow, RoundRow.is_withheld)
            .join(RoundRow, RoundRow.id == AttemptRow.round_id)
            .where(AttemptRow.round_id == round_id)
        )
    ).first()
    return None if found is None else _record(*found)


async def of_assignment(
    session: AsyncSession, assignment_id: int, learner_id: int | None = None
) -> list[Attempt]:
    """The attempts at an assignment, of all learners or of one, in the order of their numbers."""
    wanted = (
        select(AttemptRow, RoundRow.is_withheld)
        .join(RoundRow, RoundRow.id == AttemptRow.round_id)
        .where(AttemptRow.assignment_id == assignment_id)
        .order_by(AttemptRow.learner_id, AttemptRow.number)
    )
    if learner_id is not None:
        wanted = wanted.where(AttemptRow.learner_id == learner_id)
    return [_record(*row) for row in await session.execute(wanted)]


async def end(session: AsyncSession, round_id: int, *, submitted_at: datetime, reason: AttemptEnd) -> None:
    """Let an attempt be over: its questions take no more answers."""
    is_answered = exists().where(AnswerRow.round_question_id == RoundQuestionRow.id)
    await session.execute(
        update(RoundQuestionRow)
        .where(RoundQuestionRow.round_id == round_id)
        .values(
            state=QuestionState.CLOSED.value,
            closes_at=func.coalesce(RoundQuestionRow.closes_at, literal(submitted_at, UTCDateTime())),
            answered=case((is_answered, 1), else_=0),
        )
    )
    await session.execute(
        update(AttemptRow)
        .where(AttemptRow.round_id == round_id)
        .values(submitted_at=submitted_at, end_reason=reason.value)
    )
    await session.execute(update(RoundRow).where(RoundRow.id == round_id).values(ended_at=submitted_at))


async def release(session: AsyncSession, round_ids: Iterable[int]) -> None:
    """From now on the keys of these rounds may be told."""
    await session.execute(update(RoundRow).where(RoundRow.id.in_(list(round_ids))).values(is_withheld=False))


async def scores(
    session: AsyncSession, assignment_id: int, learner_id: int | None = None, *, without: Collection[int]
) -> dict[int, list[AttemptScore]]:
    """What each attempt at an assignment earned so far, by learner; the versions ``without`` are left out."""
    attempts = await of_assignment(session, assignment_id, learner_id)
    given = await _answers(session, [attempt.round_id for attempt in attempts], without)
    asked = await _question_counts(session, [attempt.round_id for attempt in attempts], without)
    found: dict[int, list[AttemptScore]] = {}
    for attempt in attempts:
        found.setdefault(attempt.learner_id, []).append(
            _score(
                given.get((attempt.round_id, attempt.learner_id), {}).values(),
                number=attempt.number,
                started_at=attempt.started_at,
                submitted_at=attempt.submitted_at,
                questions=asked.get(attempt.round_id, 0),
            )
        )
    return found


async def live_scores(
    session: AsyncSession, round_id: int, *, without: Collection[int]
) -> dict[int, AttemptScore]:
    """What each learner earned in a live round, by learner, as an attempt of number 0; as in `scores`."""
    given = await _answers(session, [round_id], without)
    asked = await _question_counts(session, [round_id], without)
    row = await session.get_one(RoundRow, round_id)
    started_at = row.started_at or row.proposed_at
    return {
        learner_id: _score(
            answers.values(),
            number=0,
            started_at=started_at,
            submitted_at=row.ended_at or started_at,
            questions=asked.get(round_id, 0),
        )
        for (_round, learner_id), answers in given.items()
    }


async def has_answered(session: AsyncSession, round_id: int, learner_id: int) -> bool:
    """Whether a learner has answered any question of a round."""
    found = await session.scalar(
        select(AnswerRow.learner_id)
        .join(RoundQuestionRow, RoundQuestionRow.id == AnswerRow.round_question_id)
        .where(RoundQuestionRow.round_id == round_id, AnswerRow.learner_id == learner_id)
        .limit(1)
    )
    return found is not None


_Credit = tuple[float, int]


async def _answers(
    session: AsyncSession, round_ids: list[int], without: Collection[int]
) -> dict[tuple[int, int], dict[int, _Credit]]:
    """Credit and points of the answers that count, by round and learner, then by question."""
    rows = await session.execute(
        select(
            RoundQuestionRow.round_id,
            AnswerRow.learner_id,
            AnswerRow.round_question_id,
            AnswerRow.fraction,
            AnswerRow.points,
        )
        .join(RoundQuestionRow, RoundQuestionRow.id == AnswerRow.round_question_id)
        .where(RoundQuestionRow.round_id.in_(round_ids), RoundQuestionRow.question_id.not_in(without))
        .order_by(AnswerRow.revision)
    )
    found: dict[tuple[int, int], dict[int, _Credit]] = {}
    for round_id, learner_id, question_id, fraction, points in rows:
        found.setdefault((round_id, learner_id), {})[question_id] = (fraction, points)
    return found


async def _question_counts(
    session: AsyncSession, round_ids: list[int], without: Collection[int]
) -> dict[int, int]:
    rows = await session.execute(
        select(RoundQuestionRow.round_id, func.count())
        .where(
            RoundQuestionRow.round_id.in_(round_ids),
            RoundQuestionRow.question_id.not_in(without),
            RoundQuestionRow.state != QuestionState.SKIPPED.value,
        )
        .group_by(RoundQuestionRow.round_id)
    )
    return dict(rows.all())


def _score(
    answers: Iterable[_Credit],
    *,
    number: int,
    started_at: datetime,
    submitted_at: datetime | None,
    questions: int,
) -> AttemptScore:
    given = list(answers)
    return AttemptScore(
        number=number,
        started_at=started_at,
        submitted_at=submitted_at,
        questions=questions,
        answered=len(given),
        right=sum(fraction >= 1.0 for fraction, _points in given),
        credit=sum(fraction for fraction, _points in given),
        points=sum(points for _fraction, points in given),
    )


def _record(row: AttemptRow, is_withheld: bool) -> Attempt:
    return Attempt(
        round_id=row.round_id,
        assignment_id=row.assignment_id,
        learner_id=row.learner_id,
        number=row.number,
        started_at=row.started_at,
        submitted_at=row.submitted_at,
        end_reason=AttemptEnd(row.end_reason) if row.end_reason else None,
        is_withheld=is_withheld,
    )
