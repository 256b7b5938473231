"""What the answers of a class tell: of its questions, of what it does not know, and of each learner."""

from __future__ import annotations

import asyncio

from bot.domain.analysis_scopes import AnalysisScope
from bot.domain.answer_tallies import ItemTally
from bot.domain.item_analysis import ItemStatistics, item_statistics, worst_first
from bot.domain.questions import Question
from bot.domain.refusals import TooFewLearners
from bot.domain.reteaching import Gap, Grouping, gaps
from bot.domain.rulings import ruled
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
class _Counted:
    """The answers to each version, what each version is with the rulings in force, and which version it is."""

    tallies: dict[int, ItemTally]
    questions: dict[int, Question]
    versions: dict[int, int]


async def analyse_questions(database: Database, scope: AnalysisScope) -> QuestionAnalysis:
    """The figures of every question of a scope that at least five learners answered.

    Raises:
        TooFewLearners: there is none.
    """
    counted = await _count(database, scope)

    def work_out() -> QuestionAnalysis:
        figures = (
            item_statistics(counted.questions[number], tally) for number, tally in counted.tallies.items()
        )
        found = worst_first(each for each in figures if each is not None)
        analysed = tuple(
            AnalysedQuestion(counted.questions[each.question_id], counted.versions[each.question_id], each)
            for each in found
        )
        return QuestionAnalysis(analysed, left_out=len(counted.versions) - len(found))

    analysis = await asyncio.to_thread(work_out)
    if not analysis.questions:
        raise TooFewLearners
    return analysis


async def find_gaps(database: Database, scope: AnalysisScope, by: Grouping) -> tuple[Gap, ...]:
    """What the class does not know, the least known first.

    Raises:
        TooFewLearners: nothing was answered by at least five learners.
    """
    counted = await _count(database, scope)
    found = await asyncio.to_thread(gaps, counted.tallies.values(), counted.questions, by)
    if not found:
        raise TooFewLearners
    return found


async def _count(database: Database, scope: AnalysisScope) -> _Counted:
    """All answers of a scope; a question that is void tells nothing any more, and is left out."""
    async with database.read() as session:
        void = await voids.of_guild(session, scope.guild_id)

    def read(connection: Connection) -> _Counted:
        asked = [item for item in item_tallies.asked_in(connection, scope) if item.question_id not in void]
        versions = {item.question_id: item.version for item in asked}
        return _Counted(
            item_tallies.tally(connection, asked), item_tallies.contents(connection, versions), versions
        )

    counted = await read_aside(database, read)
    async with database.read() as session:
        ruled_on = await rulings.of_versions(session, scope.guild_id, counted.versions)
    for number, made in ruled_on.items():
        counted.questions[number] = ruled(counted.questions[number], [ruling.verdict for ruling in made])
    return counted
