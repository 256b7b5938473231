"""Boards: how they are read and kept when ten million answers stand behind them, and how large they make the file."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter
from zoneinfo import ZoneInfo

from benchmarks import generated, raw, school
from benchmarks.measuring import FULL, Figure, Measurement, Size, medians, paired, ratios
from bot.domain.guilds import GuildSettings
from bot.domain.round_records import RoundRecord
from bot.domain.standings import ALL_COURSES, Window, period
from bot.services import boards, conducting
from bot.services.live import LiveRounds
from bot.storage import board_pages
from bot.storage.answer_writer import AnswerWriter
from bot.storage.database import Database

BOARD = (school.GUILD, ALL_COURSES, period(Window.ALL_TIME, school.START, ZoneInfo(school.TIME_ZONE)))
ANSWERS_AT_A_CLOSE = 500
# Each learner whose place is asked for stands at another tenth of the board.
PLACES = range(1, 10)
READS = 3

COUNT_BETTER = "SELECT count(*) FROM standings WHERE board_id = ? AND points > ?"


async def figures(size: Size) -> list[Figure]:
    """Measure all of this family."""
    small_file = await generated.database_with(size.small_board)
    large_file = await generated.database_with(size.large_board)
    folder = school.scratch("boards")
    try:
        small_file = Path(shutil.copyfile(small_file, folder / "small.db"))
        large_file = Path(shutil.copyfile(large_file, folder / "large.db"))
        bytes_an_answer = large_file.stat().st_size / size.large_board
        small, large = Database(school.address(small_file)), Database(school.address(large_file))
        try:
            with raw.opened(large_file) as connection:
                found = await _Reading(size, small, large).figures()
                found.append(await _rank(size, large, connection))
                found.append(await _Closing(size, large, connection, folder / "limit.db").figure())
        finally:
            await small.close()
            await large.close()
        note = f"{size.large_board:,} answers in rounds of {generated.QUESTIONS_A_ROUND}"
        return [*found, Figure("database bytes an answer", [bytes_an_answer], 200, unit="bytes", note=note)]
    finally:
        shutil.rmtree(folder)


class _Reading:
    """The same reads of a small board and of a large one."""

    def __init__(self, size: Size, small: Database, large: Database) -> None:
        self._size = size
        self._small = small
        self._large = large
        self._sizes = f"at {size.large_board:,} answers ÷ at {size.small_board:,}"

    async def figures(self) -> list[Figure]:
        """Top ten, neighbours, and a whole board as `/leaderboard` shows it."""
        return [
            await self._compare("top ten", _top_ten, 1.5),
            await self._compare("my neighbours", _neighbours, 4),
            await self._compare("a whole leaderboard", _leaderboard, None),
        ]

    async def _compare(
        self, name: str, read: Callable[[Database, list[int]], Awaitable[None]], target: float | None
    ) -> Figure:
        pairs = await paired(
            self._size.repeats,
            _timed(self._small, await _spread(self._small), read),
            _timed(self._large, await _spread(self._large), read),
        )
        small, large = medians(pairs)
        note = f"{large * 1000:.2f} ÷ {small * 1000:.2f} ms"
        return Figure(f"{name} {self._sizes}", ratios(pairs), target, note=note)


def _timed(
    database: Database, learners: list[int], read: Callable[[Database, list[int]], Awaitable[None]]
) -> Measurement:
    """Seconds that one read takes, one after another."""

    async def measure() -> float:
        seconds = []
        for _ in range(READS):
            began = perf_counter()
            await read(database, learners)
            seconds.append((perf_counter() - began) / len(learners))
        return median(seconds)

    return measure


async def _top_ten(database: Database, learners: list[int]) -> None:
    for _ in learners:
        async with database.read() as session:
            assert len(await board_pages.page(session, *BOARD, offset=0, size=10)) > 1


async def _neighbours(database: Database, learners: list[int]) -> None:
    for learner in learners:
        async with database.read() as session:
            found = await board_pages.neighbourhood(session, *BOARD, learner, each_side=boards.NEIGHBOURS)
        assert any(standing.learner_id == learner for standing in found)


async def _leaderboard(database: Database, learners: list[int]) -> None:
    settings = GuildSettings(school.GUILD, timezone=school.TIME_ZONE)
    for learner in learners:
        board = await boards.board(
            database, settings, Window.ALL_TIME, course=None, page=0, asker_id=learner, now=school.START
        )
        assert board.own


async def _spread(database: Database) -> list[int]:
    """A learner from each tenth of the board."""
    async with database.read() as session:
        learners = await board_pages.size(session, *BOARD)
        found = [
            await board_pages.page(session, *BOARD, offset=learners * place // 10, size=1) for place in PLACES
        ]
    return [page[0].learner_id for page in found]


async def _rank(size: Size, database: Database, connection: sqlite3.Connection) -> Figure:
    learners = await _spread(database)
    async with database.read() as session:
        places = [
            await board_pages.neighbourhood(session, *BOARD, learner, each_side=0) for learner in learners
        ]
    points = [own.points for (own,) in places]
    board_id = _board_id(connection)

    async def count(_database: Database, _learners: list[int]) -> None:
        for mine in points:
            connection.execute(COUNT_BETTER, (board_id, mine)).fetchone()

    async def ask(asked: Database, learners: list[int]) -> None:
        for learner in learners:
            async with asked.read() as session:
                assert await board_pages.neighbourhood(session, *BOARD, learner, each_side=0)

    pairs = await paired(size.repeats, _timed(database, learners, count), _timed(database, learners, ask))
    limit, product = medians(pairs)
    note = f"{product * 1000:.2f} ÷ {limit * 1000:.2f} ms"
    # On a small board the count takes microseconds, and the ratio says what any query costs, not what a rank does.
    target = 1.5 if size.large_board >= FULL.large_board else None
    return Figure(
        f"my rank at {size.large_board:,} answers ÷ raw sqlite3 counting", ratios(pairs), target, note=note
    )


def _board_id(connection: sqlite3.Connection) -> int:
    """The number of the board of all time; there is one course, so it is that of all courses too."""
    guild_id, _, name = BOARD
    find = "SELECT id FROM boards WHERE guild_id = ? AND period = ?"
    ((board_id,),) = connection.execute(find, (guild_id, name)).fetchall()
    return int(board_id)


class _Closing:
    """Questions closed on the large board, each with answers of learners who stand on it."""

    def __init__(
        self, size: Size, database: Database, connection: sqlite3.Connection, limit_file: Path
    ) -> None:
        self._size = size
        self._database = database
        self._connection = connection
        self._limit_file = limit_file
        self._writer = AnswerWriter(database)
        self._chance = Random(2)
        self._next = 0
        board = self._connection.execute(
            "SELECT learner_id FROM standings WHERE board_id = ?", (_board_id(connection),)
        )
        self._learners = [learner for (learner,) in board]
        self._answers = min(ANSWERS_AT_A_CLOSE, len(self._learners))

    async def figure(self) -> Figure:
        """From the timer's ring to the commit that holds the standings."""
        now = generated.begins_at(generated.Plan(self._size.large_board).rounds)
        record = await school.begin_round(self._database, questions=self._size.repeats + 1, now=now)
        limit = await school.new_database(self._limit_file)
        limit_record = await school.begin_round(limit, questions=1, now=now)
        question = await school.open_question(limit, limit_record, 0, now)
        await limit.close()
        with raw.opened(self._limit_file) as limit_connection:

            async def commits() -> float:
                learners = school.learners(self._chance, self._answers)
                rows = [raw.values(school.answer(question, learner, self._chance)) for learner in learners]
                began = perf_counter()
                raw.commit_each(limit_connection, rows)
                return perf_counter() - began

            async def close() -> float:
                return await self._close(record)

            pairs = await paired(self._size.repeats, commits, close)
        limit_seconds, product_seconds = medians(pairs)
        return Figure(
            f"close of a question with {self._answers} answers at {self._size.large_board:,} answers "
            f"÷ {self._answers} raw single-row commits",
            ratios(pairs),
            0.5,
            note=f"{product_seconds * 1000:.0f} ÷ {limit_seconds * 1000:.0f} ms",
        )

    async def _close(self, record: RoundRecord) -> float:
        position, self._next = self._next, self._next + 1
        now = record.proposed_at
        question = await school.open_question(self._database, record, position, now)
        learners = self._chance.sample(self._learners, self._answers)
        rows = [raw.values(school.answer(question, learner, self._chance)) for learner in learners]
        raw.commit_in_batches(self._connection, rows, len(rows))
        began = perf_counter()
        closed = await conducting.close_question(
            self._database,
            LiveRounds(),
            self._writer,
            record,
            position,
            now=now,
            default_timezone=school.TIME_ZONE,
        )
        seconds = perf_counter() - began
        # What goes on after the commit must slow neither the single commits, which come next, nor the next close.
        await self._database.checkpoints.settled()
        assert closed.question_at(position).answered == self._answers
        return seconds
