"""Transactions in the thread of a SQLite file: one after another, whatever else happens."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

from bot.storage.database import Database


def _kept(number: int) -> Callable[[sqlite3.Connection], Callable[[], int]]:
    return lambda connection: lambda: connection.execute("INSERT INTO numbers VALUES (?)", (number,)).rowcount


async def test_who_writes_while_the_database_is_closed_comes_after_who_wrote_before(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'numbers.db'}")
    await database.write_at_once(
        lambda connection: lambda: connection.execute("CREATE TABLE numbers (number)")
    )
    has_begun, may_end = threading.Event(), threading.Event()

    def slowly(connection: sqlite3.Connection) -> Callable[[], int]:
        def work() -> int:
            _kept(1)(connection)()
            has_begun.set()
            may_end.wait(10)
            return _kept(2)(connection)()

        return work

    first = asyncio.create_task(database.write_at_once(slowly))
    await asyncio.to_thread(has_begun.wait)
    closing = asyncio.create_task(database.close())
    await asyncio.sleep(0.01)
    second = asyncio.create_task(database.write_at_once(_kept(3)))
    await asyncio.sleep(0.01)
    may_end.set()
    assert await asyncio.gather(first, second) == [1, 1]
    await closing
    numbers = await database.write_at_once(
        lambda connection: lambda: connection.execute("SELECT number FROM numbers").fetchall()
    )
    assert numbers == [(1,), (2,), (3,)]
    await database.close()
