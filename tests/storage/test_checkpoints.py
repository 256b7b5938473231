"""The write-ahead log of a SQLite file: copied aside once it is large, and bounded."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.storage import checkpoints
from bot.storage.database import Database

PAGE = 4096
FEW, MANY = 10, checkpoints.LOG_BYTES // PAGE + 10


@pytest.fixture
async def written(tmp_path: Path) -> AsyncIterator[Database]:
    """A database with a table that a test can fill."""
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'written.db'}")
    await database.write_at_once(
        lambda connection: lambda: connection.execute("CREATE TABLE filled (page BLOB)")
    )
    yield database
    await database.close()


async def write_pages(database: Database, pages: int) -> None:
    await database.write_at_once(
        lambda connection: (
            lambda: connection.executemany(
                "INSERT INTO filled VALUES (?)", [(bytes(PAGE),) for _ in range(pages)]
            )
        )
    )


def size_of(database: Database, suffix: str = "") -> int:
    assert database.file is not None
    return database.file.with_name(f"{database.file.name}{suffix}").stat().st_size


async def test_a_large_log_is_copied_into_the_file_after_the_commit(written: Database) -> None:
    await write_pages(written, MANY)
    await written.checkpoints.settled()
    assert size_of(written) > MANY * PAGE


async def test_a_small_log_is_left_alone(written: Database) -> None:
    await write_pages(written, FEW)
    await written.checkpoints.settled()
    assert size_of(written) < FEW * PAGE


async def test_the_log_begins_anew_and_grows_no_more_once_it_was_copied(written: Database) -> None:
    await write_pages(written, MANY)
    await written.checkpoints.settled()
    size = size_of(written, "-wal")
    await write_pages(written, FEW)
    assert size_of(written, "-wal") == size


async def test_a_log_that_cannot_be_copied_loses_nothing_and_is_said_once(
    written: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise OSError("no more connections")

    monkeypatch.setattr(written.checkpoints, "_connect", fail)
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            await write_pages(written, MANY)
            await written.checkpoints.settled()
    assert [record.message for record in caplog.records] == [
        "The write-ahead log could not be copied into the database file: no more connections"
    ]
    count = await written.write_at_once(
        lambda connection: lambda: connection.execute("SELECT count(*) FROM filled").fetchone()
    )
    assert count == (2 * MANY,)


async def test_a_log_that_nobody_copies_is_copied_by_the_commit_that_exceeds_the_bound(
    written: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(written.checkpoints, "consider", lambda: None)
    for _ in range(6):
        await write_pages(written, MANY)
    assert size_of(written, "-wal") < (checkpoints.MOST_LOG_PAGES + MANY) * (PAGE + 32)


async def test_closing_empties_the_log(written: Database) -> None:
    await write_pages(written, MANY)
    await written.close()
    assert written.file is not None
    assert not written.file.with_name(f"{written.file.name}-wal").exists()
