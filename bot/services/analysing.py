"""What the answers of a class tell: of its questions, of what it does not know, and of each learner."""

from __future__ import annotations

from bot.domain.analysis_scopes import AnalysisScope
from bot.domain.answer_tallies import ItemTally
from bot.domain.item_analysis import ItemStatistics, item_statistics, worst_first
from bot.domain.questions import Question
from bot.domain.refusals import TooFewLearners
from bot.domain.reteaching import Gap, Grouping, gaps
from bot.domain.rulings import Ruling, ruled
from bot.storage import item_tallies, rulings, voids
from bot.storage.database import Database
from bot.storage.side_reading import Connection, read_aside
from bot.values import dataclass


@dataclass(frozen=True, slots=True)
class AnalysedQuestion:
    """A version of a question and its figures; ``version`` counts from 1."""

    question: Question
    version: int
    statistics: ItemStatistics


@dataclass(frozen=True, slots=True)
class QuestionAnalysis:
    """The questions of a scope, those first that need a look.

    ``left_out`` is how many more were asked that fewer than five learners answered.
    """

    questions: tuple[AnalysedQuestion, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Which answers to look at, and what instructors have ruled: versions that are void, and rulings by version."""

    scope: AnalysisScope
    void: frozenset[int]
    ruled_on: dict[int, list[Ruling]]


@dataclass(frozen=True, slots=True)
class _Counted:
    """The answers to each version, what each version is with the rulings in force, and which version it is."""

    tallies: dict[int, ItemTally]
    questions: dict[int, Question]
    versions: dict[int, int]


async def analyse_questions(database: Database, scope: AnalysisScope) -> QuestionAnalysis:
    """The figures of every question of a scope that at least five learners answered.

    Raises:
        TooFewLearners: there is none.
        BrokenOff: the process that counts ended.
    """
    analysis = await read_aside(database, _analyse, await _wanted(database, scope))
    if not analysis.questions:
        raise TooFewLearners
    return analysis


async def find_gaps(database: Database, scope: AnalysisScope, by: Grouping) -> tuple[Gap, ...]:
    """What the class does not know, the least known first.

    Raises:
        TooFewLearners: nothing was answered by at least five learners.
        BrokenOff: the process that counts ended.
    """
    found = await read_aside(database, _find_gaps, await _wanted(database, scope), by)
    if not found:
        raise TooFewLearners
    return found


async def _wanted(database: Database, scope: AnalysisScope) -> _Wanted:
    async with database.read() as session:
        void = await voids.of_guild(session, scope.guild_id)
        return _Wanted(scope, frozenset(void), await rulings.of_guild(session, scope.guild_id))


def _analyse(connection: Connection, wanted: _Wanted) -> QuestionAnalysis:
    counted = _count(connection, wanted)
    figures = (item_statistics(counted.questions[number], tally) for number, tally in counted.tallies.items())
    found = worst_first(each for each in figures if each is not None)
    analysed = tuple(
        AnalysedQuestion(counted.questions[each.question_id], counted.versions[each.question_id], each)
        for each in found
    )
    return QuestionAnalysis(analysed, left_out=len(counted.versions) - len(found))


def _find_gaps(connection: Connection, wanted: _Wanted, by: Grouping) -> tuple[Gap, ...]:
    counted = _count(connection, wanted)
    return gaps(counted.tallies.values(), counted.questions, by)


def _count(connection: Connection, wanted: _Wanted) -> _Counted:
    """All answers of a scope; a question that is void tells nothing any more, and is left out."""
    asked = item_tallies.asked_in(connection, wanted.scope)
    counting = [item for item in asked if item.question_id not in wanted.void]
    versions = {item.question_id: item.version for item in counting}
    questions = {
        number: ruled(question, [ruling.verdict for ruling in wanted.ruled_on.get(number, ())])
        for number, question in item_tallies.contents(connection, versions).items()
    }
    return _Counted(item_tallies.tally(connection, counting), questions, versions)
