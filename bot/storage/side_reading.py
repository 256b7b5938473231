"""Long reads, in a process of their own, so that no click waits for them. No queries."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, NullPool, create_engine

from bot.side_process import aside
from bot.storage.database import BUSY_TIMEOUT_MS, Database

__all__ = ["Connection", "read_aside"]

Given = ParamSpec("Given")
Read = TypeVar("Read")


async def read_aside(
    database: Database,
    work: Callable[Concatenate[Connection, Given], Read],
    /,
    *given: Given.args,
    **named: Given.kwargs,
) -> Read:
    """What ``work``, a function of a module, makes of a connection and what it is given, in the process for long work.

    It sees one state of the database, and changes nothing.

    Raises:
        BrokenOff: the process ended before the work was done.
    """
    if database.file is not None:
        return await aside(_read_file, database.file.absolute(), work, given, named)
    return await aside(_read_server, database.url.render_as_string(hide_password=False), work, given, named)


def _read_file(
    file: Path, work: Callable[..., Read], given: tuple[object, ...], named: dict[str, object]
) -> Read:
    # Python's own driver: the asynchronous one would hand every row from thread to thread.
    def connect() -> sqlite3.Connection:
        # Where the file was deleted, an empty one in its place would keep it from being written back.
        return sqlite3.connect(f"{file.as_uri()}?mode=rw", uri=True, timeout=BUSY_TIMEOUT_MS / 1000)

    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN")
        return work(connection, *given, **named)


def _read_server(
    address: str, work: Callable[..., Read], given: tuple[object, ...], named: dict[str, object]
) -> Read:
    async def read() -> Read:
        database = Database(address)
        try:
            async with database.read() as session:
                connection = await session.connection()
                return await connection.run_sync(work, *given, **named)
        finally:
            await database.close()

    return asyncio.run(read())
