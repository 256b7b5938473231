"""Long reads, in a thread with a connection of its own, so that no click waits for them. No queries."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

from sqlalchemy import Connection, NullPool, create_engine

from bot.storage.database import BUSY_TIMEOUT_MS, Database

__all__ = ["Connection", "read_aside"]

Read = TypeVar("Read")


async def read_aside(database: Database, work: Callable[[Connection], Read]) -> Read:
    """What ``work`` returns; it sees one state of the database, changes nothing, and runs beside the loop.

    One such read runs at a time: each takes its turns with the loop, and many would take too many.
    """
    read = _read_file if database.is_sqlite else _read_server
    return await asyncio.get_running_loop().run_in_executor(_thread(), read, database, work)


def _read_file(database: Database, work: Callable[[Connection], Read]) -> Read:
    file = database.file
    assert file is not None

    # Python's own driver, in this very thread: the asynchronous one would hand every row from thread to thread.
    def connect() -> sqlite3.Connection:
        # Where the file was deleted, an empty one in its place would keep it from being written back.
        address = f"{file.absolute().as_uri()}?mode=rw"
        return sqlite3.connect(address, uri=True, timeout=BUSY_TIMEOUT_MS / 1000)

    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN")
        return work(connection)


def _read_server(database: Database, work: Callable[[Connection], Read]) -> Read:
    async def read() -> Read:
        aside = Database(database.url.render_as_string(hide_password=False))
        try:
            async with aside.read() as session:
                return await (await session.connection()).run_sync(work)
        finally:
            await aside.close()

    return asyncio.run(read())


@cache
def _thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="side-reading")
