"""Queries for marks: the rounds of a scope, and what each learner has for each question. On a connection aside."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from sqlalchemy import Connection, select

from bot.domain.analysis_scopes import AnalysisScope
from bot.domain.marks import GivenMark, PlayedRound
from bot.domain.rounds import QuestionState, RoundKind
from bot.storage.parts import in_parts
from bot.storage.tables import AnswerRow, CourseRow, RoundQuestionRow, RoundRow

_ROWS_AT_ONCE = 2000
_SHOWN = (QuestionState.CLOSED.value, QuestionState.REVEALED.value)


def rounds_in(
    connection: Connection, scope: AnalysisScope, without: Collection[int] = ()
) -> list[PlayedRound]:
    """The live rounds of a scope that closed a question, in the order in which they began.

    The versions ``without`` are left out: nobody can earn anything by them.
    """
    query = (
        select(RoundRow.id, CourseRow.title, RoundRow.topic, RoundRow.started_at, RoundQuestionRow.id)
        .join(CourseRow, CourseRow.id == RoundRow.course_id)
        .join(RoundQuestionRow, RoundQuestionRow.round_id == RoundRow.id)
        .where(
            RoundRow.guild_id == scope.guild_id,
            RoundRow.kind == RoundKind.LIVE.value,
            RoundRow.started_at.is_not(None),
            RoundQuestionRow.state.in_(_SHOWN),
            RoundQuestionRow.question_id.not_in(without),
        )
        .order_by(RoundRow.started_at, RoundRow.id, RoundQuestionRow.position)
    )
    if scope.round_id is not None:
        query = query.where(RoundRow.id == scope.round_id)
    if scope.course_row_id is not None:
        query = query.where(RoundRow.course_id == scope.course_row_id)
    found: dict[int, PlayedRound] = {}
    for number, title, topic, began_at, question in connection.execute(query):
        assert began_at is not None
        before = found[number].questions if number in found else ()
        found[number] = PlayedRound(number, title, topic, began_at, (*before, question))
    return list(found.values())


def given(
    connection: Connection, round_question_ids: Sequence[int], learner_id: int | None = None
) -> Iterator[GivenMark]:
    """The marks for these questions, of all learners or of one; of several revisions the newest."""
    for part in in_parts(round_question_ids):
        query = (
            select(
                AnswerRow.round_question_id,
                AnswerRow.learner_id,
                AnswerRow.fraction,
                AnswerRow.points,
            )
            .where(AnswerRow.round_question_id.in_(part))
            .order_by(AnswerRow.round_question_id, AnswerRow.learner_id, AnswerRow.revision)
            .execution_options(yield_per=_ROWS_AT_ONCE)
        )
        if learner_id is not None:
            query = query.where(AnswerRow.learner_id == learner_id)
        newest: GivenMark | None = None
        for row in connection.execute(query):
            mark = GivenMark(*row)
            if newest is not None and _whose(newest) != _whose(mark):
                yield newest
            newest = mark
        if newest is not None:
            yield newest


def _whose(mark: GivenMark) -> tuple[int, int]:
    return mark.round_question_id, mark.learner_id
