from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError

from bot.storage.database import Database
from bot.storage.tables import DepartureRow, RoundQuestionRow

MOMENT = datetime(2026, 3, 1, 12, 30, 15, 123456, tzinfo=UTC)


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_sqlite_keeps_what_it_acknowledges(database: Database) -> None:
    async with database.read() as session:
        wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}
        for name, value in wanted.items():
            assert await session.scalar(text(f"PRAGMA {name}")) == value


@pytest.mark.parametrize("backend", ["postgresql"])
async def test_a_server_that_need_not_keep_what_it_acknowledges_does_so_for_us(database: Database) -> None:
    other = Database(database.url.render_as_string(hide_password=False))
    for servers, ours in (("off", "on"), ("remote_apply", "remote_apply")):
        async with database.write() as session:
            await session.execute(
                text(f'ALTER DATABASE "{database.url.database}" SET synchronous_commit = {servers}')
            )
        async with other.read() as session:
            assert await session.scalar(text("SHOW synchronous_commit")) == ours
        await other.close()


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_a_file_that_becomes_writable_again_is_written_without_a_restart(database: Database) -> None:
    # SQLite says the same of a connection that was opened while the file was read-only.
    async with database.read() as session:
        await session.execute(text("PRAGMA query_only = ON"))
    with pytest.raises(OperationalError, match="readonly"):
        async with database.write() as session:
            session.add(DepartureRow(guild_id=1, learner_id=2, noticed_at=MOMENT))
    async with database.write() as session:
        session.add(DepartureRow(guild_id=1, learner_id=2, noticed_at=MOMENT))


async def test_a_moment_comes_back_aware_and_in_utc(database: Database) -> None:
    beijing = timezone(timedelta(hours=8))
    async with database.write() as session:
        session.add(DepartureRow(guild_id=1, learner_id=2, noticed_at=MOMENT.astimezone(beijing)))
    async with database.read() as session:
        row = await session.get(DepartureRow, (1, 2))
    assert row is not None
    assert row.noticed_at == MOMENT
    assert row.noticed_at.tzinfo is UTC


async def test_a_moment_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="no time zone"):
        async with database.write() as session:
            session.add(DepartureRow(guild_id=1, learner_id=2, noticed_at=MOMENT.replace(tzinfo=None)))


async def test_a_write_that_raises_leaves_nothing_behind(database: Database) -> None:
    async def fail() -> None:
        async with database.write() as session:
            session.add(DepartureRow(guild_id=1, learner_id=2, noticed_at=MOMENT))
            await session.flush()
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    async with database.read() as session:
        assert await session.get(DepartureRow, (1, 2)) is None


async def test_a_row_cannot_point_to_nothing(database: Database) -> None:
    with pytest.raises(IntegrityError):
        async with database.write() as session:
            session.add(
                RoundQuestionRow(
                    round_id=99, position=0, question_id=99, option_order="0", state="pending", answered=0
                )
            )
