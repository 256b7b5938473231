"""Answers while the SQLite file is full, locked, not ours to write, or not there: nobody has a receipt for nothing."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import sqlite3
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from bot.domain.refusals import AnswerNotSaved
from bot.domain.round_records import RoundRecord
from bot.errors import DatabaseGone
from bot.services.answering import Receipt
from bot.storage import sqlite_thread, writing_back
from bot.storage.database import Database
from bot.storage.side_reading import Connection, read_aside
from bot.storage.sqlite_thread import SqliteThread
from tests.services.rounds import Stage
from tests.services.test_answering import ADA, BEN, rows, submit

MANY = range(1000, 2500)


@pytest.fixture
def backend() -> str:
    return "sqlite"


async def open_stage(database: Database) -> tuple[Stage, RoundRecord]:
    stage = Stage(database)
    return stage, await stage.open(await stage.start())


async def burst(stage: Stage, record: RoundRecord, learners: Sequence[int] = MANY) -> list[object]:
    """What each of many learners who click at once is told."""
    clicks = (submit(stage, record, learner) for learner in learners)
    return list(await asyncio.wait_for(asyncio.gather(*clicks, return_exceptions=True), timeout=60))


def assert_all_told(results: Sequence[object]) -> None:
    assert {type(result) for result in results} == {AnswerNotSaved}


def page_limit(connection: sqlite3.Connection, pages: int) -> int:
    """From now on this connection may not make the file larger: what SQLite does then is what it does on a full disk."""
    return int(connection.execute(f"PRAGMA max_page_count = {pages}").fetchone()[0])


async def test_while_the_disk_is_full_everybody_is_told_and_afterwards_all_can_answer(
    database: Database,
) -> None:
    stage, record = await open_stage(database)
    await submit(stage, record, ADA)
    await database.write_at_once(lambda connection: lambda: page_limit(connection, 1))
    assert_all_told(await burst(stage, record))
    assert [learner for learner, _, _ in await rows(database)] == [ADA]
    assert stage.writer.waiting == 0
    assert database.measures.commits.last_failed
    await database.write_at_once(lambda connection: lambda: page_limit(connection, 1_000_000))
    assert all(isinstance(result, Receipt) for result in await burst(stage, record))
    assert len(await rows(database)) == len(MANY) + 1


async def test_of_a_burst_that_fills_the_disk_exactly_those_with_a_receipt_are_kept(
    database: Database,
) -> None:
    stage, record = await open_stage(database)
    pages = await database.write_at_once(lambda connection: lambda: page_limit(connection, 1))
    await database.write_at_once(lambda connection: lambda: page_limit(connection, pages + 4))
    with_receipt = []
    for first in range(0, 3000, 100):
        learners = range(first, first + 100)
        results = await burst(stage, record, learners)
        with_receipt += [
            who for who, result in zip(learners, results, strict=True) if isinstance(result, Receipt)
        ]
    assert 0 < len(with_receipt) < 3000
    assert [learner for learner, _, _ in await rows(database)] == with_receipt


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A file system of one megabyte; making one takes an administrator's rights, and Linux."""
    folder.mkdir()
    mount = shutil.which("mount")
    command = [mount or "", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if mount is None or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("no disk can be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(ballast: Path) -> None:
    """Take whatever room there is left."""
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as full:
        while True:
            full.write(b"x" * 4096)


async def test_a_disk_that_is_really_full_costs_nothing_with_a_receipt(
    database_file: Path, tmp_path: Path
) -> None:
    with small_disk(tmp_path / "small") as folder:
        file = Path(shutil.copy(database_file, folder / "footnote.db"))
        database = Database(f"sqlite+aiosqlite:///{file}")
        stage, record = await open_stage(database)
        await submit(stage, record, ADA)
        ballast = folder / "ballast"
        fill(ballast)
        results = await burst(stage, record)
        told = [result for result in results if isinstance(result, AnswerNotSaved)]
        receipts = [result for result in results if isinstance(result, Receipt)]
        assert told
        assert len(told) + len(receipts) == len(MANY)
        ballast.unlink()
        assert len(await rows(database)) == len(receipts) + 1
        await submit(stage, record, BEN)
        await database.close()


async def test_a_file_that_may_only_be_read_takes_no_answers(database: Database) -> None:
    stage, record = await open_stage(database)
    reading = Database(f"sqlite+aiosqlite:///file:{database.file}?mode=ro&uri=true")
    stage.writer._database = reading
    assert_all_told(await burst(stage, record))
    await reading.close()
    assert await rows(database) == []


async def test_answers_are_taken_again_once_the_file_may_be_written(database: Database) -> None:
    stage, record = await open_stage(database)
    # SQLite says of this connection what it says of one that was opened on a file which could not be written.
    await database.write_at_once(lambda connection: lambda: connection.execute("PRAGMA query_only = ON"))
    assert_all_told(await burst(stage, record, [BEN]))
    assert isinstance(await submit(stage, record, ADA), Receipt)


@pytest.mark.skipif(os.name != "posix" or not os.geteuid(), reason="an administrator may write to any file")
async def test_a_file_that_was_made_read_only_takes_no_answers(database: Database) -> None:
    _, record = await open_stage(database)
    await database.close()
    assert database.file is not None
    database.file.chmod(0o444)
    stage = Stage(database)
    stage.live.admit(record, [])
    assert_all_told(await burst(stage, record))


async def test_while_another_program_holds_the_file_learners_are_told_in_time(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sqlite_thread.BUSY_TIMEOUT_MS < 3000  # after three seconds Discord takes no reply
    monkeypatch.setattr(sqlite_thread, "BUSY_TIMEOUT_MS", 100)
    stage, record = await open_stage(database)
    assert database.file is not None
    with closing(sqlite3.connect(database.file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert_all_told(await burst(stage, record))
        other.execute("ROLLBACK")
    await submit(stage, record, ADA)
    assert len(await rows(database)) == 1


async def test_a_file_that_was_removed_takes_no_answers_until_it_is_put_back(database: Database) -> None:
    stage, record = await open_stage(database)
    await submit(stage, record, ADA)
    assert database.file is not None
    aside = database.file.rename(database.file.with_suffix(".aside"))
    assert_all_told(await burst(stage, record))
    with pytest.raises(DatabaseGone, match="removed"):
        await Stage(database).close(record)
    assert not database.file.exists()
    aside.rename(database.file)
    await submit(stage, record, BEN)
    assert [learner for learner, _, _ in await rows(database)] == [ADA, BEN]


async def test_a_file_that_was_deleted_is_written_back_with_every_answer_that_has_a_receipt(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    stage, record = await open_stage(database)
    await submit(stage, record, ADA)
    assert database.file is not None
    async with database.read() as session:
        # Somebody reads while it is deleted, and is not done at once.
        await session.scalar(text("SELECT 1"))
        _delete(database)
        first = asyncio.ensure_future(submit(stage, record, BEN))
        await asyncio.sleep(0.1)
        assert not database.file.exists()
    await first
    assert "written back whole" in caplog.text
    for learner in range(200, 210):
        await submit(stage, record, learner)
    await stage.close(record)
    with closing(sqlite3.connect(database.file)) as other:
        assert [row[0] for row in other.execute("PRAGMA integrity_check")] == ["ok"]
        found = other.execute("SELECT learner_id FROM answers ORDER BY learner_id").fetchall()
    assert found == [(ADA,), (BEN,), *((learner,) for learner in range(200, 210))]
    assert not list(database.file.parent.glob("*.written-back*"))


async def test_what_was_deleted_is_kept_aside_where_another_file_has_taken_its_place(
    database: Database, migrated_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing_back, "LOOKS_AT_READERS", 5)
    stage, record = await open_stage(database)
    await submit(stage, record, ADA)
    assert database.file is not None
    async with database.read() as session:
        await session.scalar(text("SELECT 1"))
        database.file.unlink()
        assert_all_told(await burst(stage, record, [BEN]))
    shutil.copy(migrated_file, database.file)
    assert_all_told(await burst(stage, record, [BEN]))
    (aside,) = database.file.parent.glob("*.written-back*")
    with closing(sqlite3.connect(aside)) as kept:
        assert kept.execute("SELECT learner_id FROM answers").fetchall() == [(ADA,)]


async def test_what_was_deleted_before_any_answer_came_is_written_back_too(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    assert database.file is not None
    async with database.write() as session:
        await session.scalar(text("SELECT 1"))
    _delete(database)
    stage, record = await open_stage(database)
    await submit(stage, record, ADA)
    assert "written back whole" in caplog.text
    assert "Traceback" not in caplog.text
    assert len(await rows(database)) == 1


async def test_who_reads_aside_while_it_is_deleted_puts_no_empty_file_in_its_place(
    database: Database,
) -> None:
    stage, record = await open_stage(database)
    await submit(stage, record, ADA)
    _delete(database)
    with pytest.raises(OperationalError):
        await read_aside(database, _look_at_answers)
    await submit(stage, record, BEN)
    assert [learner for learner, _, _ in await rows(database)] == [ADA, BEN]


async def test_a_file_that_takes_longer_to_copy_than_anybody_waits_is_written_back(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage, record = await open_stage(database)
    await submit(stage, record, ADA)
    may_go_on = threading.Event()
    copy_to = SqliteThread._copy_to

    def wait_and_copy(self: SqliteThread, target: Path) -> None:
        assert may_go_on.wait(10)
        copy_to(self, target)

    monkeypatch.setattr(SqliteThread, "_copy_to", wait_and_copy)
    _delete(database)
    for _ in range(3):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01), database.write():
                pass
    may_go_on.set()
    await submit(stage, record, BEN)
    assert [learner for learner, _, _ in await rows(database)] == [ADA, BEN]


async def test_of_two_processes_that_write_a_deleted_file_back_one_does_and_nothing_is_lost(
    database: Database,
) -> None:
    stage, record = await open_stage(database)
    await submit(stage, record, ADA)
    other = Database(database.url.render_as_string())
    async with other.write() as session:
        await session.scalar(text("SELECT 1"))
    _delete(database)

    async def write(to: Database) -> bool:
        try:
            async with to.write() as session:
                await session.scalar(text("SELECT 1"))
        except DatabaseGone:
            return False
        return True

    assert sorted(await asyncio.gather(write(database), write(other))) == [False, True]
    assert database.file is not None
    with closing(sqlite3.connect(database.file)) as raw:
        assert raw.execute("SELECT learner_id FROM answers").fetchall() == [(ADA,)]
    await other.close()


async def test_a_standby_leaves_a_deleted_file_to_the_process_that_plays(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with database.write() as session:
        await session.scalar(text("SELECT 1"))
    database.stand_by(is_anothers=True)
    _delete(database)
    with pytest.raises(DatabaseGone):
        async with database.write():
            pass
    # It died too, it seems.
    monkeypatch.setattr(writing_back, "SECONDS_FOR_ANOTHER", 0.0)
    async with database.write() as session:
        await session.scalar(text("SELECT 1"))


def _look_at_answers(connection: Connection) -> None:
    connection.execute(text("SELECT 1 FROM answers"))


def _delete(database: Database) -> None:
    assert database.file is not None
    for file in database.file.parent.glob(f"{database.file.name}*"):
        file.unlink()


async def test_where_another_file_lies_in_its_place_nothing_is_written_to_either(
    database: Database, migrated_file: Path
) -> None:
    stage, record = await open_stage(database)
    await submit(stage, record, ADA)
    assert database.file is not None
    aside = database.file.rename(database.file.with_suffix(".aside"))
    shutil.copy(migrated_file, database.file)
    before = aside.read_bytes(), database.file.read_bytes()
    assert_all_told(await burst(stage, record))
    with pytest.raises(DatabaseGone, match="replaced"):
        await stage.close(record)
    assert (aside.read_bytes(), database.file.read_bytes()) == before


async def test_a_file_that_is_removed_during_a_transaction_gives_no_receipts(database: Database) -> None:
    await open_stage(database)
    assert database.file is not None
    with pytest.raises(DatabaseGone):
        await database.write_at_once(lambda _connection: database.file.unlink)  # type: ignore[union-attr]


async def test_where_the_write_ahead_log_was_removed_nobody_has_a_receipt(database: Database) -> None:
    stage, record = await open_stage(database)
    await submit(stage, record, ADA)
    assert database.file is not None
    database.file.with_name(f"{database.file.name}-wal").unlink()
    assert_all_told(await burst(stage, record))
    with pytest.raises(DatabaseGone, match="-wal was removed"):
        await stage.close(record)


async def test_a_log_that_sqlite_itself_removed_with_its_last_connection_is_not_missed(
    database: Database,
) -> None:
    async with database.write() as session:
        await session.execute(text("SELECT 1"))
    await database.engine.dispose()
    async with database.write() as session:
        await session.execute(text("SELECT 1"))


async def test_after_a_close_the_file_may_be_another_one(database: Database, migrated_file: Path) -> None:
    await open_stage(database)
    await database.close()
    assert database.file is not None
    database.file.unlink()
    shutil.copy(migrated_file, database.file)
    stage, record = await open_stage(database)
    await submit(stage, record, ADA)
    assert len(await rows(database)) == 1


async def test_what_is_being_written_at_the_end_is_written(database: Database) -> None:
    stage, record = await open_stage(database)
    clicks = [asyncio.create_task(submit(stage, record, learner)) for learner in MANY]
    await asyncio.sleep(0)
    await stage.writer.drained()
    await database.close()
    results = await asyncio.gather(*clicks)
    assert all(isinstance(result, Receipt) for result in results)
    assert len(await rows(database)) == len(MANY)


async def test_the_writer_takes_its_turn_among_all_others_that_write(database: Database) -> None:
    stage, record = await open_stage(database)
    async with database.write():
        click = asyncio.create_task(submit(stage, record, ADA))
        # Had it not to wait, it would meet a locked file, and fail.
        await asyncio.sleep(0)
        assert stage.writer.is_writing or stage.writer.waiting
    assert isinstance(await click, Receipt)


async def test_an_old_sqlite_that_takes_few_parameters_is_given_few(database: Database) -> None:
    stage, record = await open_stage(database)
    limit = sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER
    await database.write_at_once(lambda connection: lambda: connection.setlimit(limit, 100))
    assert all(isinstance(result, Receipt) for result in await burst(stage, record))
    assert len(await rows(database)) == len(MANY)
