"""What the bot measures of itself: stalls at their true length, commits as the database took them."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from contextlib import closing
from pathlib import Path
from time import perf_counter

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from bot.domain.question_types.rules import Submission
from bot.loop_watch import watched_loop
from bot.measures import COMMIT_BUCKETS, Commits, Lag, Measures
from bot.services.answering import submit_answer
from bot.storage.database import Database
from tests.services.rounds import GUILD, NOON, SECOND, Stage


def hold_up(seconds: float) -> None:
    until = perf_counter() + seconds
    while perf_counter() < until:
        pass


def run_on_a_watched_loop(lag: Lag, *stalls: float) -> None:
    async def work() -> None:
        for seconds in stalls:
            await asyncio.sleep(0)
            hold_up(seconds)

    with asyncio.Runner(loop_factory=watched_loop(lag)) as runner:
        runner.run(work())


def test_a_stall_is_seen_at_its_length_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    lag = Lag()
    run_on_a_watched_loop(lag, 0.06)
    assert lag.stalls == 1
    assert lag.longest >= 0.06
    assert "The event loop was held up for" in caplog.text


def test_waiting_is_not_work() -> None:
    lag = Lag()

    async def wait() -> None:
        await asyncio.sleep(0.5)

    with asyncio.Runner(loop_factory=watched_loop(lag)) as runner:
        runner.run(wait())
    # Generous, since other programs may hold this one up.
    assert 0 < lag.longest <= lag.busy_seconds < 0.4


def test_many_stalls_are_counted_but_fill_no_log(caplog: pytest.LogCaptureFixture) -> None:
    lag = Lag()
    with caplog.at_level(logging.WARNING):
        run_on_a_watched_loop(lag, *[0.051] * 5)
    assert lag.stalls == 5
    assert 1 <= len(caplog.records) < 5


def test_an_old_stall_is_forgotten_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("bot.measures.monotonic", lambda: now)
    lag = Lag()
    lag.was_busy(0.2)
    now += 61
    assert lag.longest == 0.2
    lag.was_busy(0.1)
    assert lag.longest == 0.2
    now += 61
    assert lag.longest == 0.1
    now += 200
    assert lag.longest == 0


def test_each_commit_falls_into_one_bucket() -> None:
    commits = Commits()
    for seconds in (0.0005, 0.001, 0.003, 11.0):
        commits.kept(seconds)
    assert (commits.buckets[0], commits.buckets[2], commits.buckets[-1]) == (2, 1, 1)
    assert len(commits.buckets) == len(COMMIT_BUCKETS) + 1
    assert commits.count == 4


async def test_answers_and_commits_are_counted_where_they_are_written(database: Database) -> None:
    stage = Stage(database)
    record = await stage.open(await stage.start())
    before = database.measures.commits.count
    await asyncio.gather(
        *(
            submit_answer(
                stage.live,
                stage.writer,
                round_question_id=record.questions[0].id,
                guild_id=GUILD,
                learner_id=who,
                given=Submission((0,)),
                made_at=NOON + SECOND,
            )
            for who in range(100, 120)
        )
    )
    assert database.measures.answers == 20
    # The first goes alone; those that came while it was written go together.
    assert 1 <= database.measures.commits.count - before <= 3
    assert database.measures.commits.seconds_since is not None
    assert stage.writer.waiting == 0


async def test_a_database_that_keeps_nothing_is_noticed_and_so_is_its_recovery(database_file: Path) -> None:
    measures = Measures()
    database = Database(f"sqlite+aiosqlite:///{database_file}?timeout=0", measures)
    async with database.engine.connect() as connection:
        await connection.exec_driver_sql("PRAGMA max_page_count = 1")
    with pytest.raises(OperationalError):
        async with database.write() as session:
            await session.execute(text("CREATE TABLE big AS SELECT zeroblob(1000000)"))
    assert (measures.commits.failures, measures.commits.last_failed) == (1, True)
    async with database.write() as session:
        await session.execute(text("DELETE FROM departures"))
    assert measures.commits.last_failed is False
    await database.close()
    with closing(sqlite3.connect(database_file)) as raw:
        assert raw.execute("PRAGMA quick_check").fetchone() == ("ok",)
