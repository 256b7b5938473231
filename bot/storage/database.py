"""The engine, its connections and its transactions. No tables and no queries."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, nullcontext
from copy import copy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import BigInteger, DateTime, Dialect, event, make_url
from sqlalchemy.engine import Connection, ExceptionContext
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool
from sqlalchemy.types import TypeDecorator, TypeEngine

from bot.errors import DatabaseGone, DatabaseUnreachable
from bot.measures import Measures
from bot.storage.checkpoints import Checkpoints
from bot.storage.opened_file import OpenedFile
from bot.storage.sqlite_thread import MAIN_FILE, PRAGMAS, Prepare, SqliteThread, is_read_only
from bot.storage.writing_back import WritingBack
from bot.storage.writing_turns import WritingTurns

BUSY_TIMEOUT_MS = 10_000
IDLE_IN_TRANSACTION_MS = 10_000
GIVING_BACK_TURNS, GIVING_BACK_SECONDS = 50, 0.01
# What services hand on from one query to the next, without knowing what it is.
Session: TypeAlias = AsyncSession
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

Result = TypeVar("Result")


def microseconds(moment: datetime) -> int:
    """An aware moment as a column of SQLite holds it."""
    return (moment - _EPOCH) // _MICROSECOND


# What a transaction must pass before it does anything: raises where this process may no longer write.
Fence = Callable[[AsyncSession], Awaitable[None]]


class UTCDateTime(TypeDecorator[datetime]):
    """A moment: aware in, aware out, UTC in between.

    SQLite has no type for it: there it is a whole number of microseconds since 1970, which sorts and
    subtracts as it should.
    """

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Microseconds on SQLite, TIMESTAMP WITH TIME ZONE elsewhere."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(BigInteger())
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | int | None:
        """Refuse a naive time; give the driver what the column holds."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = f"{value!r} has no time zone: moments in the database are aware"
            raise ValueError(msg)
        if dialect.name == "sqlite":
            return microseconds(value)
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the contract
        """An aware moment in UTC."""
        if value is None:
            return None
        if isinstance(value, int):
            return _EPOCH + timedelta(microseconds=value)
        return value.astimezone(UTC)


class Database:
    """One database. On SQLite reads run side by side and writes one after another; on PostgreSQL all side by side.

    SQLite has one writer at a time. Writers of this process queue on a lock of ours, in the order they came,
    instead of on SQLite's busy handler, which would let them starve or fail. On PostgreSQL a use case that decides
    by what it reads locks it first: a round and its questions with `rounds.get(…, for_update=True)`, a server's
    settings and boards with `guilds.lock`, in this order.
    """

    def __init__(self, url: str, measures: Measures | None = None) -> None:
        self.url = make_url(url)
        self.measures = measures or Measures()
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._opened = OpenedFile()
        self.engine = _create_engine(url, self._opened if self.is_sqlite else None)
        self._thread = _thread_of(self.engine, self._opened)
        self.checkpoints = Checkpoints(self._opened, self._thread.connect)
        self._reading, self._writing = _options(self.engine, is_sqlite=self.is_sqlite)
        self._writing_back = WritingBack(self.engine, self._thread, self._opened, self._close_idle)
        self._turns = WritingTurns(self._require_file)
        self._fence: Fence | None = None

    @property
    def file(self) -> Path | None:
        """The SQLite file, or None for a server."""
        return Path(self.url.database) if self.is_sqlite and self.url.database else None

    def fenced(self, fence: Fence) -> Database:
        """The same database, over the same connections, each of whose writing transactions passes ``fence`` first."""
        guarded = copy(self)
        guarded._fence = fence  # noqa: SLF001 - a copy of this very object
        return guarded

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A session that sees one state of the database and changes nothing."""
        async with AsyncSession(self._reading, expire_on_commit=False) as session:
            yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """One transaction: committed when the block ends, rolled back when it raises."""
        try:
            async with self._turns.alone() if self.is_sqlite else nullcontext():
                async with AsyncSession(self._writing, expire_on_commit=False) as session, session.begin():
                    if self._fence is not None:
                        await self._fence(session)
                    yield session
                    commit_began = perf_counter()
                seconds = perf_counter() - commit_began
                self._opened.check(has_committed=True)
        except _TROUBLE as error:
            self.measures.commits.failed()
            if is_read_only(error):
                # What SQLite keeps in memory of a file is one for the process: while any connection from the time
                # when it could not be written stays open, new ones cannot write either.
                await self.engine.dispose()
            raise
        self.measures.commits.kept(seconds)
        self.checkpoints.consider()

    async def write_at_once(self, prepare: Prepare[Result]) -> Result:
        """One transaction on a SQLite file in one hop to a thread; it takes its turn among all others that write.

        ``prepare`` is called in the thread, with the connection, and gives what is to be done in the transaction. For what any process may write: no fence is passed, since a fence asks over a session.

        Raises:
            DatabaseGone: the file was removed or replaced.
            sqlite3.Error: SQLite could not do it; nothing was done.
        """
        try:
            assert self._fence is None
            async with self._turns.in_thread():
                result, seconds = await self._thread.transact(prepare)
        except _TROUBLE:
            self.measures.commits.failed()
            raise
        self.measures.commits.kept(seconds)
        self.checkpoints.consider()
        return result

    async def _require_file(self) -> None:
        try:
            self._opened.check()
        except DatabaseGone:
            if self.file is None or not await self._writing_back.write_back(self.file):
                raise

    def stand_by(self, *, is_anothers: bool) -> None:
        """Note whether another process is at work on the database: a deleted file is for that one to write back."""
        self._writing_back.is_anothers = is_anothers

    async def close(self) -> None:
        """Close every connection; those that are in use have a moment to be given back."""
        await self._given_back()
        await self._close_idle()
        self._opened.forget()

    async def _close_idle(self) -> None:
        await self.checkpoints.close()
        await self._thread.close()
        await self.engine.dispose()

    async def _given_back(self) -> None:
        # Whoever was cancelled gives his connection back in a task of SQLAlchemy's own, which nobody can wait for.
        pool = self.engine.pool
        for _turn in range(GIVING_BACK_TURNS):
            if not isinstance(pool, QueuePool) or not pool.checkedout():
                return
            await asyncio.sleep(GIVING_BACK_SECONDS)


# The database's own trouble: full, locked, gone. What a caller did wrong is not counted.
_TROUBLE = (OperationalError, InterfaceError, OSError, DatabaseGone, sqlite3.OperationalError)


def _thread_of(engine: AsyncEngine, opened: OpenedFile) -> SqliteThread:
    arguments, options = engine.dialect.create_connect_args(engine.url)
    return SqliteThread(opened, str(arguments[0]) if arguments else "", options)


def _create_engine(url: str, opened: OpenedFile | None) -> AsyncEngine:
    try:
        engine = create_async_engine(url, connect_args={} if opened is None else _one_hop())
    except ModuleNotFoundError as error:
        raise DatabaseUnreachable(
            f"The database needs the package {error.name}: pip install 'footnote-quiz[postgres]'"
        ) from error
    if opened is not None:

        def check(*_: object) -> None:
            # Where the file was removed, SQLite would make an empty one.
            opened.check()

        def configure(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
            opened.note(_configure_sqlite(connection))

        def leave(_connection: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
            if opened.is_left:
                record.invalidate()

        event.listen(engine.sync_engine, "do_connect", check)
        event.listen(engine.sync_engine, "connect", configure)
        event.listen(engine.sync_engine, "close", lambda *_: opened.closed())
        event.listen(engine.sync_engine, "checkin", leave)
        event.listen(engine.sync_engine, "begin", _begin_sqlite)
        event.listen(engine.sync_engine, "handle_error", _reopen_where_read_only)
    else:
        event.listen(engine.sync_engine, "connect", _configure_postgresql)
    return engine


def _one_hop() -> dict[str, object]:
    # With the driver, which no start waits for.
    from bot.storage import one_hop

    # What `async_creator` becomes in the end; but with that SQLAlchemy would leave out the event `do_connect`.
    return {"async_creator_fn": one_hop.connect}


def _options(engine: AsyncEngine, *, is_sqlite: bool) -> tuple[AsyncEngine, AsyncEngine]:
    """The engine for reads and the one for writes; they share their connections."""
    if is_sqlite:
        return engine, engine.execution_options(footnote_write=True)
    reading = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return reading, engine.execution_options(isolation_level="READ COMMITTED")


def _configure_sqlite(connection: DBAPIConnection) -> str:
    """Set what every connection needs; returns the file that it opened."""
    # The driver's own transaction handling starts them late and commits before DDL; we begin them ourselves.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    cursor.execute(MAIN_FILE)
    ((file,),) = cursor.fetchall()
    cursor.close()
    return str(file)


def _configure_postgresql(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    # A process that stands still in the middle of a transaction must not keep its locks from those who take over.
    cursor = connection.cursor()
    cursor.execute(f"SET idle_in_transaction_session_timeout = {IDLE_IN_TRANSACTION_MS}")
    # A receipt means that the answer is on disk, whatever the server is set to; one that asks for more gets more.
    cursor.execute(
        "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
    )
    cursor.close()
    connection.commit()


def _begin_sqlite(connection: Connection) -> None:
    # A write that begins as a read may fail half-way with "database is locked"; IMMEDIATE waits at the start.
    is_write = connection.get_execution_options().get("footnote_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_write else "BEGIN")


def _reopen_where_read_only(trouble: ExceptionContext) -> None:
    # A connection that was opened while the file could not be written stays read-only for ever, whatever becomes of
    # the file: as if it had broken, it is left to the pool to open another.
    if is_read_only(trouble.original_exception):
        trouble.is_disconnect = True
