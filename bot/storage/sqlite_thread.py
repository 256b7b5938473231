"""A second way into a SQLite file: a connection of sqlite3's own, in a thread of its own. No tables and no queries.

Over the engine a transaction takes a hop between two threads for each statement. Here all of it is one hop, which is
for what comes with every click.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any, TypeVar

from bot.storage import checkpoints
from bot.storage.opened_file import OpenedFile

# Discord waits three seconds for a reply: whoever has to be told that he must try again is told before.
BUSY_TIMEOUT_MS = 2_000
# A transaction keeps up to 32 MB in memory until it commits. By SQLite's own measure, the 2 MB that a connection keeps
# otherwise, it would write pages to the log early, and many of them again.
SPILL_PAGES = 8000
# What the close of a large question touches stays in a connection's memory, where 2 MB would be given back and asked for
# again each time.
CACHE_KIB = 8192
# For every connection that writes: what was committed survives a loss of power.
PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    f"cache_size = -{CACHE_KIB}",
    f"cache_spill = {SPILL_PAGES}",
    # A statement that writes many rows remembers each page as it was, in case a row fails: not in a file.
    "temp_store = MEMORY",
    *checkpoints.PRAGMAS,
)
MAIN_FILE = "SELECT file FROM pragma_database_list WHERE name = 'main'"

Result = TypeVar("Result")
# Gives what is to be done in the transaction.
Prepare = Callable[[sqlite3.Connection], Callable[[], Result]]


class SqliteThread:
    """Runs whole transactions, one after another. The connection is made when it is first needed."""

    def __init__(self, file: OpenedFile, path: str, options: Mapping[str, Any]) -> None:
        self._file = file
        self._path = path
        self._options = options
        self._executor: ThreadPoolExecutor | None = None
        self._connection: sqlite3.Connection | None = None
        # How many transactions were asked for, and how many are over; whoever asked for the last of these may wait.
        self._asked = 0
        self._over = 0
        self._untold: Callable[[], object] | None = None

    async def transact(self, prepare: Prepare[Result]) -> tuple[Result, float]:
        """Do a work in a transaction that is on the disk when this returns; where it raises, nothing was done.

        ``prepare`` is called in the thread before the transaction, for all that needs no database.

        Returns:
            What the work returned, and how many seconds the commit took. It is told at once, or, where the next
            transaction waits already, once that one is prepared: the event loop then has much to do, and would have
            Python's lock while the thread needs it, and not while SQLite works.

        Raises:
            DatabaseGone: the file is not there any more; what was done is not where anybody will look for it.
            sqlite3.Error: it is full, locked by another process, not ours to write, broken.
        """
        if self._executor is None:
            self._executor = ThreadPoolExecutor(1, thread_name_prefix="sqlite")
        loop = asyncio.get_running_loop()
        told: asyncio.Future[tuple[Result, float]] = loop.create_future()
        self._executor.submit(self._run, prepare, loop, told)
        self._asked += 1
        return await told

    def _run(
        self,
        prepare: Prepare[Result],
        loop: asyncio.AbstractEventLoop,
        told: asyncio.Future[tuple[Result, float]],
    ) -> None:
        outcome: tuple[Result, float] | BaseException
        try:
            outcome = self._transact(prepare)
        except BaseException as error:  # noqa: BLE001 - for whoever waits, whatever it is
            outcome = error
        self._tell()
        self._untold = partial(loop.call_soon_threadsafe, _settle, told, outcome)
        self._over += 1
        if self._over >= self._asked:
            self._tell()

    def _tell(self) -> None:
        """Tell whoever waits for the transaction before."""
        tell, self._untold = self._untold, None
        if tell is not None:
            tell()

    async def copy_to(self, target: Path) -> bool:
        """Copy all that was committed to a new file, unless no connection was made yet; whether it was copied.

        Raises:
            sqlite3.Error: there is no room for it.
        """
        if self._executor is None or self._connection is None:
            return False
        await asyncio.get_running_loop().run_in_executor(self._executor, self._copy_to, target)
        return True

    def _copy_to(self, target: Path) -> None:
        assert self._connection is not None
        with closing(sqlite3.connect(target)) as copy:
            self._connection.backup(copy)

    async def close(self) -> None:
        """Close the connection, after what is under way."""
        if self._executor is not None:
            # The thread stays: whoever writes meanwhile has to come after it, and not beside it.
            await asyncio.get_running_loop().run_in_executor(self._executor, self._disconnect)

    def _transact(self, prepare: Prepare[Result]) -> tuple[Result, float]:
        self._file.check()
        connection = self._connection = self._connection or self.connect()
        work = prepare(connection)
        self._tell()
        try:
            connection.execute("BEGIN IMMEDIATE")
            result = work()
            began = perf_counter()
            connection.execute("COMMIT")
        except BaseException as error:
            # SQLite has ended the transaction by itself where the disk was full or broken.
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            if is_read_only(error):
                # It would stay so, whatever becomes of the file.
                self._disconnect()
            raise
        seconds = perf_counter() - began
        # A file that was removed takes what is written to it all the same.
        self._file.check(has_committed=True)
        return result, seconds

    def connect(self) -> sqlite3.Connection:
        """Another connection to the same file, for the thread that calls this."""
        ours = {"isolation_level": None, "timeout": BUSY_TIMEOUT_MS / 1000}
        connection: sqlite3.Connection = sqlite3.connect(self._path, **{**self._options, **ours})
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        self._file.note(str(connection.execute(MAIN_FILE).fetchone()[0]))
        return connection

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
            self._file.closed()


def _settle(
    told: asyncio.Future[tuple[Result, float]], outcome: tuple[Result, float] | BaseException
) -> None:
    if told.done():
        return  # nobody waits any more
    if isinstance(outcome, BaseException):
        told.set_exception(outcome)
    else:
        told.set_result(outcome)


def is_read_only(error: BaseException) -> bool:
    """Whether SQLite says that it may not write the file."""
    return "readonly database" in str(error)
