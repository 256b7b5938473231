"""The engine's connections to SQLite: what they give is what the driver gives, in fewer hops."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import aiosqlite
import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError

from bot.storage import one_hop
from bot.storage.database import Database
from bot.storage.tables import PointCountRow

MANY = one_hop.FIRST_ROWS * 2 + 500


@pytest.fixture
async def full(database: Database) -> Database:
    async with database.write() as session:
        rows = [{"board_id": 1, "thousands": number, "learners": 1} for number in range(MANY)]
        await session.execute(insert(PointCountRow), rows)
    return database


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_rows_come_once_and_in_order_whether_fetched_at_once_or_in_parts(full: Database) -> None:
    query = select(PointCountRow.thousands).order_by(PointCountRow.thousands)
    async with full.read() as session:
        assert list(await session.scalars(query)) == list(range(MANY))
        for size in (7, one_hop.FIRST_ROWS, MANY):
            stream = await session.stream(query.execution_options(yield_per=size))
            parts = [part async for part in stream.partitions(size)]
            assert [number for part in parts for (number,) in part] == list(range(MANY))
            assert {len(part) for part in parts[:-1]} <= {size}


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_a_stream_that_is_given_up_leaves_the_connection_usable(full: Database) -> None:
    async with full.read() as session:
        stream = await session.stream(select(PointCountRow.thousands))
        assert await anext(stream.partitions(10))
        await stream.close()
        assert await session.scalar(text("SELECT count(*) FROM point_counts")) == MANY


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_what_a_statement_changed_is_known_and_an_error_is_the_drivers(database: Database) -> None:
    async with database.write() as session:
        await session.execute(text("INSERT INTO point_counts VALUES (1, 1, 1), (1, 2, 1)"))
        changed = await session.execute(text("UPDATE point_counts SET learners = 2"))
        assert changed.rowcount == 2  # type: ignore[attr-defined]
    with pytest.raises(IntegrityError):
        async with database.write() as session:
            await session.execute(text("INSERT INTO point_counts VALUES (1, 1, 1)"))


async def test_a_statement_is_one_hop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hops = 0
    hop = aiosqlite.Connection._execute

    async def counted(connection: aiosqlite.Connection, *work: object) -> object:
        nonlocal hops
        hops += 1
        return await hop(connection, *work)  # type: ignore[no-untyped-call]

    connection = await one_hop.connect(str(tmp_path / "file.db"))
    monkeypatch.setattr(aiosqlite.Connection, "_execute", counted)
    cursor = await connection.cursor()
    await cursor.execute("SELECT 1 UNION SELECT 2")
    assert cursor.description[0][0] == "1"
    assert await cursor.fetchone() == (1,)
    assert await cursor.fetchall() == [(2,)]
    assert await cursor.fetchone() is None
    await cursor.close()
    assert hops == 1
    await connection.close()


async def test_a_connection_that_is_closed_before_all_rows_were_fetched_keeps_nobody_from_writing(
    tmp_path: Path,
) -> None:
    file = str(tmp_path / "file.db")
    connection = await one_hop.connect(file, isolation_level=None)
    cursor = await connection.cursor()
    await cursor.execute("BEGIN IMMEDIATE")
    await cursor.execute(
        f"WITH RECURSIVE many(row) AS (SELECT 1 UNION ALL SELECT row + 1 FROM many LIMIT {MANY}) SELECT row FROM many"  # noqa: S608 - our own number
    )
    assert await cursor.fetchone() == (1,)
    await connection.close()
    with closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
