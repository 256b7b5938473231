"""A connection to a SQLite file for the engine, over which a statement is one hop to the connection's thread.

By itself the driver makes four: for a cursor, to execute, to fetch the rows, to close the cursor; and at each the event
loop may have something else to do first. No tables and no queries.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any
from weakref import WeakSet

from aiosqlite import Connection, Cursor
from aiosqlite.context import contextmanager

# So many rows come with the execution; whoever reads more makes a hop for what follows.
FIRST_ROWS = 1_000


def connect(database: str, **options: Any) -> Connection:  # noqa: ANN401 - what sqlite3 takes
    """A connection as `sqlite3.connect` makes it, once it is awaited."""
    connection = _Connection(
        partial(sqlite3.connect, database, factory=_File, **options), iter_chunk_size=FIRST_ROWS
    )
    # As SQLAlchemy does it: a connection that nobody closed must not keep the process alive.
    connection._thread.daemon = True  # noqa: SLF001 - there is no other way
    return connection


class _File(sqlite3.Connection):
    """Gives up the rows that nobody fetched before it closes.

    SQLite would leave the file open until then, with the transaction in it: where a use case is cancelled in the
    middle of a long read, nobody could write.
    """

    def __init__(self, *given: Any, **named: Any) -> None:  # noqa: ANN401 - what sqlite3 takes
        super().__init__(*given, **named)
        self.unread: WeakSet[sqlite3.Cursor] = WeakSet()

    def close(self) -> None:
        """In the connection's thread, as all else."""
        for cursor in list(self.unread):
            cursor.close()
        super().close()


class _Connection(Connection):
    @contextmanager
    async def cursor(self) -> Cursor:
        return _Cursor(self)


class _Cursor(Cursor):
    """Has the first rows, and a cursor of the thread's only as long as there may be more."""

    def __init__(self, connection: _Connection) -> None:
        self._connection = connection
        self._rows: deque[Any] = deque()
        self._rest: sqlite3.Cursor | None = None
        self._description: Any = None
        self._rowcount = -1
        self._lastrowid: int | None = None

    async def execute(self, sql: str, parameters: Iterable[Any] | None = None) -> Cursor:
        """Run a statement and fetch its first rows."""
        return await self._run(lambda cursor: cursor.execute(sql, tuple(parameters or ())))

    async def executemany(self, sql: str, parameters: Iterable[Iterable[Any]]) -> Cursor:
        """Run a statement once for each row of parameters."""
        return await self._run(lambda cursor: cursor.executemany(sql, map(tuple, parameters)))

    async def _run(self, work: Callable[[sqlite3.Cursor], object]) -> Cursor:
        await self.close()
        await self._in_thread(partial(self._run_in_thread, work))
        return self

    def _run_in_thread(self, work: Callable[[sqlite3.Cursor], object]) -> None:
        file = self._connection._conn  # noqa: SLF001 - the connection below
        assert isinstance(file, _File)
        cursor = file.cursor()
        try:
            work(cursor)
            self._rows = deque(cursor.fetchmany(FIRST_ROWS) if cursor.description else ())
        except BaseException:
            cursor.close()
            raise
        self._description, self._rowcount, self._lastrowid = (
            cursor.description,
            cursor.rowcount,
            cursor.lastrowid,
        )
        if len(self._rows) == FIRST_ROWS:
            self._rest = cursor
            file.unread.add(cursor)
        else:
            cursor.close()

    async def fetchone(self) -> Any:  # noqa: ANN401 - a row
        """The next row, or None."""
        return next(iter(await self.fetchmany(1)), None)

    async def fetchmany(self, size: int | None = None) -> list[Any]:
        """The next rows, fewer only where there are no more."""
        wanted = 1 if size is None else size
        rows = [self._rows.popleft() for _ in range(min(wanted, len(self._rows)))]
        if self._rest is not None and len(rows) < wanted:
            rows += await self._in_thread(partial(self._rest.fetchmany, wanted - len(rows)))
        return rows

    async def fetchall(self) -> list[Any]:
        """All rows that were not fetched yet."""
        rows = list(self._rows)
        self._rows.clear()
        if self._rest is not None:
            rows += await self._in_thread(self._rest.fetchall)
        return rows

    async def close(self) -> None:
        """Give up the rows that were not fetched."""
        self._rows.clear()
        if self._rest is not None:
            rest, self._rest = self._rest, None
            await self._in_thread(rest.close)

    async def _in_thread(self, work: Callable[[], Any]) -> Any:  # noqa: ANN401 - what the work returns
        return await self._connection._execute(work)  # type: ignore[no-untyped-call]  # noqa: SLF001

    @property
    def description(self) -> Any:  # noqa: ANN401 - as in PEP 249
        """The columns of the last statement, or None where it has no rows."""
        return self._description

    @property
    def rowcount(self) -> int:
        """How many rows the last statement changed."""
        return self._rowcount

    @property
    def lastrowid(self) -> int | None:
        """The number of the row that was inserted last."""
        return self._lastrowid
