"""Item analysis of questions with a hundred thousand answers each, and whether the loop goes on meanwhile."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import Coroutine
from dataclasses import dataclass
from random import Random
from time import perf_counter
from typing import Generic, TypeVar

from benchmarks import raw, school
from benchmarks.measuring import Figure, Size, medians, paired, ratios
from bot.domain.analysis_scopes import AnalysisScope
from bot.domain.round_records import RoundRecord
from bot.domain.rounds import QuestionState, RoundState
from bot.services import analysing
from bot.services.analysing import QuestionAnalysis
from bot.side_process import aside
from bot.storage.database import Database
from bot.ui.analysis_charts import drawn_for, questions_chart

QUESTIONS = 5
LOOK_SECONDS = 0.005
MOST_STALL_MS = 50
_Result = TypeVar("_Result")
READ = f"SELECT {raw.COLUMNS} FROM answers WHERE round_question_id = ?"  # noqa: S608 - constants


async def figures(size: Size) -> list[Figure]:
    """Measure all of this family."""
    folder = school.scratch("analyses")
    try:
        file = folder / "answers.db"
        database = await school.new_database(file)
        try:
            record = await school.begin_round(database, questions=QUESTIONS, now=school.START)
            with raw.opened(file) as connection:
                _answer(connection, record, size.analysed_answers)
                return await _Analysing(size, database, connection, record).figures()
        finally:
            await database.close()
    finally:
        shutil.rmtree(folder)


class _Analysing:
    """The same answers, read raw and analysed by the product."""

    def __init__(
        self, size: Size, database: Database, connection: sqlite3.Connection, record: RoundRecord
    ) -> None:
        self._size = size
        self._database = database
        self._connection = connection
        self._scope = AnalysisScope(school.GUILD, round_id=record.id)
        self._questions = [asked.id for asked in record.questions]
        self._analysis: QuestionAnalysis | None = None
        self._stalls: list[float] = []

    async def figures(self) -> list[Figure]:
        """The analysis against the bare reading, and the longest wait of the loop during each."""
        pairs = await paired(self._size.repeats, self._read, self._analyse)
        limit, product = medians(pairs)
        assert self._analysis is not None
        shown = [each.statistics for each in self._analysis.questions]
        drawing = [
            (await _watched(aside(drawn_for, "en-US", questions_chart, shown))).stall_ms
            for _ in range(self._size.repeats)
        ]
        answers = f"{QUESTIONS} questions with {self._size.analysed_answers:,} answers each"
        return [
            Figure(
                f"item analysis of {answers} ÷ raw sqlite3 reading the same rows",
                ratios(pairs),
                3,
                note=f"{product * 1000:.0f} ÷ {limit * 1000:.0f} ms",
            ),
            Figure(
                "longest wait of the loop during such an analysis",
                self._stalls,
                MOST_STALL_MS,
                unit="ms",
                note=f"at most {max(self._stalls):.0f} ms in {len(self._stalls)} runs, the first of which begins a process",
            ),
            Figure(
                "longest wait of the loop while its chart is drawn",
                drawing,
                MOST_STALL_MS,
                unit="ms",
                note=f"at most {max(drawing):.0f} ms in {len(drawing)} runs, the first of which loads matplotlib",
            ),
        ]

    async def _read(self) -> float:
        began = perf_counter()
        rows = [self._connection.execute(READ, (question,)).fetchall() for question in self._questions]
        seconds = perf_counter() - began
        assert all(len(each) == self._size.analysed_answers for each in rows)
        return seconds

    async def _analyse(self) -> float:
        watched = await _watched(analysing.analyse_questions(self._database, self._scope))
        self._analysis = watched.result
        assert len(self._analysis.questions) == QUESTIONS
        self._stalls.append(watched.stall_ms)
        return watched.seconds


@dataclass(frozen=True, slots=True)
class _Watched(Generic[_Result]):
    """What some work gave, how long it took, and how long the loop had to wait at the longest meanwhile."""

    result: _Result
    seconds: float
    stall_ms: float


async def _watched(work: Coroutine[object, object, _Result]) -> _Watched[_Result]:
    longest = 0.0

    async def look() -> None:
        nonlocal longest
        while True:
            asleep = perf_counter()
            await asyncio.sleep(LOOK_SECONDS)
            longest = max(longest, perf_counter() - asleep - LOOK_SECONDS)

    looking = asyncio.create_task(look())
    await asyncio.sleep(0)
    began = perf_counter()
    try:
        result = await work
        seconds = perf_counter() - began
        await asyncio.sleep(2 * LOOK_SECONDS)
    finally:
        looking.cancel()
    return _Watched(result, seconds, longest * 1000)


def _answer(connection: sqlite3.Connection, record: RoundRecord, answers: int) -> None:
    """So many learners answer every question, and the round is over."""
    chance = Random(5)
    learners = sorted(set(school.learners(chance, answers)))
    while len(learners) < answers:
        learners = sorted({*learners, *school.learners(chance, 1)})
    connection.execute("BEGIN")
    for asked in record.questions:
        rows = (raw.values(school.answer(asked.id, learner, chance)) for learner in learners)
        connection.executemany(raw.INSERT_ANSWER, rows)
    connection.execute("UPDATE round_questions SET state = ?", (QuestionState.REVEALED.value,))
    connection.execute("UPDATE rounds SET state = ?", (RoundState.ENDED.value,))
    connection.execute("COMMIT")
