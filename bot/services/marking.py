"""Marks for instructors, and each learner's own."""

from __future__ import annotations

from bot.domain.analysis_scopes import AnalysisScope
from bot.domain.marks import LearnerMarks, MarkTable, PlayedRound, table_of_round, table_of_rounds
from bot.domain.refusals import NoMarksYet
from bot.services import assignment_marks
from bot.services.assignment_marks import LearnerMark
from bot.services.scopes import Scope
from bot.storage import mark_lists, voids
from bot.storage.database import Database
from bot.storage.side_reading import Connection, read_aside


async def marks_of(database: Database, scope: AnalysisScope) -> MarkTable:
    """Everybody's marks: of one round a column a question, of a course a column a round.

    A question that is void, so that none get its points, is left out.

    Raises:
        NoMarksYet: nobody has answered a question that is closed.
    """
    without = await _worth_nothing(database, scope.guild_id)
    table = await read_aside(database, _table, scope, without)
    if table is None or not table.rows:
        raise NoMarksYet
    return table


async def marks_of_learner(database: Database, guild_id: int, learner_id: int) -> MarkTable:
    """One learner's marks in every round on a server that he answered in; the only row is his.

    Raises:
        NoMarksYet: he has answered no question that is closed.
    """
    without = await _worth_nothing(database, guild_id)
    table = await read_aside(database, _table_of_learner, guild_id, learner_id, without)
    if not table.rows:
        raise NoMarksYet
    return table


async def marks_of_assignment(
    database: Database, assignment_id: int, *, guild_id: int
) -> tuple[MarkTable, Scope]:
    """Everybody's mark in an assignment, by its attempt policy, as a table of one column; and what it is called.

    Raises:
        NoSuchAssignment: there is none of that number on this server.
        NoMarksYet: nobody has handed in an attempt.
    """
    marked = await assignment_marks.assignment_marks(database, assignment_id, guild_id=guild_id)
    given = marked.assignment
    worth = max((each.questions for learner in marked.learners for each in learner.attempts), default=0)
    rows = tuple(_row(learner, worth) for learner in marked.learners if learner.mark is not None)
    if not rows:
        raise NoMarksYet
    asked = tuple(range(worth))
    column = PlayedRound(given.round_id, given.course_title, given.topic, given.opens_at, asked)
    table = MarkTable((column,), by_round=True, possible=(worth,), rows=rows)
    covers = AnalysisScope(guild_id, round_id=given.round_id)
    return table, Scope(covers, given.course_key, given.course_title, given.topic, given.opens_at)


def _table(connection: Connection, scope: AnalysisScope, without: list[int]) -> MarkTable | None:
    rounds = mark_lists.rounds_in(connection, scope, without)
    given = mark_lists.given(connection, sorted(number for played in rounds for number in played.questions))
    if not rounds:
        return None
    return table_of_rounds(rounds, given) if scope.round_id is None else table_of_round(rounds[0], given)


def _table_of_learner(
    connection: Connection, guild_id: int, learner_id: int, without: list[int]
) -> MarkTable:
    rounds = mark_lists.rounds_in(connection, AnalysisScope(guild_id), without)
    asked = sorted(number for played in rounds for number in played.questions)
    own = list(mark_lists.given(connection, asked, learner_id))
    answered = {given.round_question_id for given in own}
    taken = [played for played in rounds if answered.intersection(played.questions)]
    return table_of_rounds(taken, own)


def _row(learner: LearnerMark, questions: int) -> LearnerMarks:
    assert learner.mark is not None
    counted = [each.answered for each in learner.attempts if each.number in learner.mark.counted]
    earned = learner.mark.share * questions
    return LearnerMarks(learner.learner_id, (earned,), max(counted, default=0), round(learner.mark.points))


async def _worth_nothing(database: Database, guild_id: int) -> list[int]:
    async with database.read() as session:
        return await voids.worth_nothing(session, guild_id)
