"""Durable answers: how many a second the group-commit queue keeps, and how long one alone waits."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter

from benchmarks import raw, school
from benchmarks.measuring import Figure, Size, medians, paired, ratios
from bot.domain.round_records import AnswerRecord
from bot.storage.answer_writer import AnswerWriter
from bot.storage.database import Database

BATCH = 1000


async def figures(size: Size) -> list[Figure]:
    """Measure all of this family."""
    folder = school.scratch("answers")
    file = folder / "product.db"
    database = await school.new_database(file)
    try:
        record = await school.begin_round(database, questions=1, now=school.START)
        question = await school.open_question(database, record, 0, school.START)
        await database.close()
        # The limit starts from the same file, and each writes one of its own.
        limit_file = Path(shutil.copy(file, folder / "limit.db"))
        database = Database(school.address(file))
        with raw.opened(limit_file) as limit:
            bench = _Bench(size, database, limit, question)
            return [*await bench.throughput(), await bench.alone()]
    finally:
        await database.close()
        shutil.rmtree(folder)


class _Bench:
    """The same answers to the same question, by the product and by sqlite3."""

    def __init__(self, size: Size, database: Database, limit: sqlite3.Connection, question: int) -> None:
        self._size = size
        self._writer = AnswerWriter(database)
        self._limit = limit
        self._question = question
        self._chance = Random(1)

    async def throughput(self) -> list[Figure]:
        """Many callers at once, each of whom waits for his receipt before he answers again."""
        singles = await paired(self._size.repeats, self._singles, self._queue)
        batches = await paired(self._size.repeats, self._batches, self._queue)
        single, queued = medians(singles)
        batch, _ = medians(batches)
        return [
            Figure(
                "answers a second through the queue ÷ raw single-row commits",
                ratios(singles),
                8,
                at_least=True,
                note=f"{queued:,.0f} ÷ {single:,.0f} a second, {self._size.callers} callers at once",
            ),
            Figure(
                f"answers a second through the queue ÷ raw batches of {BATCH}",
                ratios(batches),
                0.15,
                at_least=True,
                note=f"{medians(batches)[1]:,.0f} ÷ {batch:,.0f} a second",
            ),
        ]

    async def alone(self) -> Figure:
        """One caller, and nobody beside him."""
        pairs = await paired(self._size.repeats, self._one_raw, self._one)
        limit, product = medians(pairs)
        return Figure(
            "a lone answer's latency ÷ a raw single-row commit",
            ratios(pairs),
            4,
            note=f"{product * 1000:.2f} ÷ {limit * 1000:.2f} ms",
        )

    def _answers(self, count: int) -> list[AnswerRecord]:
        learners = school.learners(self._chance, count)
        return [school.answer(self._question, learner, self._chance) for learner in learners]

    async def _queue(self) -> float:
        shares = [self._answers(self._size.answers_a_caller) for _ in range(self._size.callers)]

        async def call(share: list[AnswerRecord]) -> None:
            for answer in share:
                assert await self._writer.write(answer)

        began = perf_counter()
        await asyncio.gather(*map(call, shares))
        return self._size.callers * self._size.answers_a_caller / (perf_counter() - began)

    async def _singles(self) -> float:
        rows = list(map(raw.values, self._answers(self._size.single_commits)))
        began = perf_counter()
        raw.commit_each(self._limit, rows)
        seconds = perf_counter() - began
        # Not counted: from turn to turn its table grows as the queue's does, since a larger one is slower for both.
        behind = self._size.callers * self._size.answers_a_caller - len(rows)
        raw.commit_in_batches(self._limit, list(map(raw.values, self._answers(max(0, behind)))), BATCH)
        return len(rows) / seconds

    async def _batches(self) -> float:
        rows = list(map(raw.values, self._answers(self._size.callers * self._size.answers_a_caller)))
        began = perf_counter()
        raw.commit_in_batches(self._limit, rows, BATCH)
        return len(rows) / (perf_counter() - began)

    async def _one(self) -> float:
        async def write(answer: AnswerRecord) -> None:
            assert await self._writer.write(answer)

        return await self._median_of(write)

    async def _one_raw(self) -> float:
        async def write(answer: AnswerRecord) -> None:
            raw.commit_each(self._limit, [raw.values(answer)])

        return await self._median_of(write)

    async def _median_of(self, write: Callable[[AnswerRecord], Awaitable[None]]) -> float:
        seconds = []
        for answer in self._answers(self._size.lone_answers):
            began = perf_counter()
            await write(answer)
            seconds.append(perf_counter() - began)
        return median(seconds)
