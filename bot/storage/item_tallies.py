"""Queries for item analysis: which questions a scope asked, and all answers to them, counted.

They run on a connection of their own (`side_reading`), because they read everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from sqlalchemy import Connection, select

from bot.domain.analysis_scopes import AnalysisScope, AskedItem
from bot.domain.answer_tallies import AnswerTally, GivenAnswers, ItemTally
from bot.domain.questions import Question
from bot.domain.rounds import QuestionState
from bot.storage import question_content
from bot.storage.parts import in_parts
from bot.storage.tables import AnswerRow, QuestionRow, RoundQuestionRow, RoundRow

_ROWS_AT_ONCE = 2000
_SHOWN = (QuestionState.CLOSED.value, QuestionState.REVEALED.value)


def asked_in(connection: Connection, scope: AnalysisScope) -> list[AskedItem]:
    """The questions that were closed in a scope: by question, and then in the order of the rounds."""
    query = (
        select(RoundQuestionRow.id, RoundQuestionRow.question_id, QuestionRow.key, QuestionRow.version)
        .join(RoundRow, RoundRow.id == RoundQuestionRow.round_id)
        .join(QuestionRow, QuestionRow.id == RoundQuestionRow.question_id)
        .where(RoundRow.guild_id == scope.guild_id, RoundQuestionRow.state.in_(_SHOWN))
    )
    if scope.round_id is not None:
        query = query.where(RoundRow.id == scope.round_id)
    if scope.course_row_id is not None:
        query = query.where(RoundRow.course_id == scope.course_row_id)
    found = [AskedItem(*row) for row in connection.execute(query)]
    return sorted(found, key=lambda item: (item.key, item.round_question_id))


def tally(connection: Connection, asked: Iterable[AskedItem]) -> dict[int, ItemTally]:
    """All answers to these questions, counted, by the number of the question's version."""
    counting = AnswerTally()
    for _key, items in groupby(asked, key=lambda item: item.key):
        version_of = {item.round_question_id: item.question_id for item in items}
        counting.take(version_of, _answers(connection, sorted(version_of)))
    return counting.tallies()


def contents(connection: Connection, question_ids: Iterable[int]) -> dict[int, Question]:
    """The versions of questions, by their number."""
    found = dict[int, Question]()
    for part in in_parts(sorted(set(question_ids))):
        rows = connection.execute(select(QuestionRow.id, QuestionRow.content).where(QuestionRow.id.in_(part)))
        found |= {number: question_content.read(content) for number, content in rows}
    return found


def _answers(connection: Connection, round_question_ids: Sequence[int]) -> GivenAnswers:
    given = GivenAnswers()
    for part in in_parts(round_question_ids):
        found = connection.execute(
            select(
                AnswerRow.round_question_id,
                AnswerRow.learner_id,
                AnswerRow.chosen,
                AnswerRow.fraction,
                AnswerRow.elapsed_ms,
            )
            .where(AnswerRow.round_question_id.in_(part))
            .order_by(AnswerRow.round_question_id, AnswerRow.learner_id, AnswerRow.revision)
        )
        # The driver's own tuples: nothing in them needs a conversion, and a row object each costs as much again. The
        # result must not stream, or it would have taken the first row for itself.
        assert found.cursor is not None
        while rows := found.cursor.fetchmany(_ROWS_AT_ONCE):
            given.add(rows)
        found.close()
    return given
