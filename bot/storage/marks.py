"""Marks as they are kept beside the answers: reading them in parts, and putting others in their place.

What was answered, and when, is never changed here: only what follows from it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Select, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.answer_marks import AnswerMark
from bot.domain.questions import Response
from bot.domain.rounds import QuestionState, RoundKind
from bot.domain.scoring import ScoringRule
from bot.domain.standings import ALL_COURSES, periods_of
from bot.storage import standings
from bot.storage.answers import response_of
from bot.storage.parts import AT_ONCE, in_parts
from bot.storage.tables import AnswerRow, Base, QuestionRow, RoundQuestionRow, RoundRow
from bot.values import dataclass

_ANSWERS = Base.metadata.tables[AnswerRow.__tablename__]


@dataclass(frozen=True, slots=True)
class Asking:
    """One time that a version was asked: what marks its answers beside the key, and where they count.

    ``round_seconds`` are the round's seconds; a kind of question that takes longer has more.
    """

    round_question_id: int
    question_id: int
    round_id: int
    guild_id: int
    course_id: int
    scoring: ScoringRule
    round_seconds: int
    is_live: bool
    state: QuestionState
    closes_at: datetime | None

    @property
    def is_closed(self) -> bool:
        """Whether it takes no more answers."""
        return self.state in (QuestionState.CLOSED, QuestionState.REVEALED)

    @property
    def is_on_boards(self) -> bool:
        """Whether its answers count for the boards: those of live rounds do, from the close on."""
        return self.is_live and self.is_closed


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer with the mark that is kept for it. ``counts`` where the learner did not change it later."""

    round_question_id: int
    learner_id: int
    revision: int
    response: Response
    elapsed_ms: int
    mark: AnswerMark
    counts: bool


@dataclass(frozen=True, slots=True)
class ChangedMark:
    """An answer whose mark is another one now."""

    answer: KeptAnswer
    mark: AnswerMark

    @property
    def points(self) -> int:
        """How many points more."""
        return self.mark.points - self.answer.mark.points

    @property
    def right(self) -> int:
        """1 where it is right in full now and was not, -1 the other way round, else 0."""
        return int(self.mark.fraction >= 1.0) - int(self.answer.mark.fraction >= 1.0)


async def askings(session: AsyncSession, guild_id: int, question_id: int | None = None) -> list[Asking]:
    """Every time that a server was asked a version, or any question at all."""
    query = (
        select(RoundQuestionRow, RoundRow)
        .join(RoundRow, RoundRow.id == RoundQuestionRow.round_id)
        .where(RoundRow.guild_id == guild_id)
        .order_by(RoundQuestionRow.id)
    )
    if question_id is not None:
        query = query.where(RoundQuestionRow.question_id == question_id)
    return [_asking(question, round_) for question, round_ in await session.execute(query)]


async def asking(session: AsyncSession, round_question_id: int) -> Asking:
    """One question of a round."""
    query = (
        select(RoundQuestionRow, RoundRow)
        .join(RoundRow, RoundRow.id == RoundQuestionRow.round_id)
        .where(RoundQuestionRow.id == round_question_id)
    )
    return _asking(*(await session.execute(query)).one())


async def content_of(session: AsyncSession, question_id: int) -> str:
    """A version's content, as `question_content` reads it."""
    return (
        await session.execute(select(QuestionRow.content).where(QuestionRow.id == question_id))
    ).scalar_one()


async def guild_ids(session: AsyncSession) -> Sequence[int]:
    """Every server that ever played."""
    return (await session.scalars(select(RoundRow.guild_id).distinct().order_by(RoundRow.guild_id))).all()


async def answers_to(
    session: AsyncSession, round_question_ids: Iterable[int]
) -> AsyncIterator[list[KeptAnswer]]:
    """All answers to these questions of rounds, revisions too, in parts."""
    for numbers in in_parts(sorted(round_question_ids)):
        last: tuple[int, int] | None = None
        stream = await session.stream(_answers(numbers).execution_options(yield_per=AT_ONCE))
        async for part in stream.partitions(AT_ONCE):
            kept = []
            for question_id, learner_id, revision, chosen, typed, elapsed_ms, fraction, points in part:
                counts, last = (question_id, learner_id) != last, (question_id, learner_id)
                mark = AnswerMark(fraction, points)
                response = response_of(chosen, typed)
                kept.append(KeptAnswer(question_id, learner_id, revision, response, elapsed_ms, mark, counts))
            yield kept


async def put(session: AsyncSession, changes: Iterable[ChangedMark]) -> None:
    """Keep other marks for these answers."""
    statement = (
        update(_ANSWERS)
        .where(
            _ANSWERS.c.round_question_id == bindparam("question"),
            _ANSWERS.c.learner_id == bindparam("learner"),
            _ANSWERS.c.revision == bindparam("number"),
        )
        .values(fraction=bindparam("new_fraction"), points=bindparam("new_points"))
    )
    for part in in_parts(changes):
        rows = [
            {
                "question": change.answer.round_question_id,
                "learner": change.answer.learner_id,
                "number": change.answer.revision,
                "new_fraction": change.mark.fraction,
                "new_points": change.mark.points,
            }
            for change in part
        ]
        await (await session.connection()).execute(statement, rows)


async def add_to_boards(
    session: AsyncSession,
    guild_id: int,
    changes: Iterable[ChangedMark],
    asked: dict[int, Asking],
    zone: ZoneInfo,
) -> None:
    """Add what changed to every board on which the answers count: the same as making the boards anew."""
    sums: dict[tuple[int, str, int], list[int]] = {}
    periods: dict[int, tuple[str, ...]] = {}
    for part in in_parts(changes):
        for change in part:
            asking = asked[change.answer.round_question_id]
            if not (change.answer.counts and asking.is_on_boards) or not (change.points or change.right):
                continue
            if asking.round_question_id not in periods:
                assert asking.closes_at is not None
                periods[asking.round_question_id] = periods_of(asking.closes_at, zone, asking.round_id)
            for period in periods[asking.round_question_id]:
                for course in (asking.course_id, ALL_COURSES):
                    sum_ = sums.setdefault((course, period, change.answer.learner_id), [0, 0])
                    sum_[0] += change.points
                    sum_[1] += change.right
        await asyncio.sleep(0)
    await standings.add_changes(session, guild_id, sums)


def _answers(
    round_question_ids: Sequence[int],
) -> Select[int, int, int, str, str | None, int, float, int]:
    return (
        select(
            AnswerRow.round_question_id,
            AnswerRow.learner_id,
            AnswerRow.revision,
            AnswerRow.chosen,
            AnswerRow.typed,
            AnswerRow.elapsed_ms,
            AnswerRow.fraction,
            AnswerRow.points,
        )
        .where(AnswerRow.round_question_id.in_(round_question_ids))
        .order_by(AnswerRow.round_question_id, AnswerRow.learner_id, AnswerRow.revision.desc())
    )


def _asking(question: RoundQuestionRow, round_: RoundRow) -> Asking:
    return Asking(
        round_question_id=question.id,
        question_id=question.question_id,
        round_id=round_.id,
        guild_id=round_.guild_id,
        course_id=round_.course_id,
        scoring=ScoringRule(round_.scoring),
        round_seconds=round_.limit_seconds,
        is_live=round_.kind == RoundKind.LIVE.value,
        state=QuestionState(question.state),
        closes_at=question.closes_at,
    )
