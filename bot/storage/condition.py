"""The condition of a database, looked at from outside and left as it is: for `footnote doctor`."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import StorageError
from bot.storage import migrate, sqlite_files
from bot.storage.database import Database
from bot.storage.migrate import SchemaState
from bot.values import dataclass

_PATIENCE_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Condition:
    """A database that can be opened.

    ``faults`` are what is wrong with its structure; ``unwritable`` is why nothing can be written, or None;
    ``is_wal`` says whether SQLite's write-ahead log works there; ``state`` is None where it is not Footnote's.
    """

    state: SchemaState | None
    unwritable: str | None = None
    faults: tuple[str, ...] = ()
    is_wal: bool = True


def of_file(file: Path) -> Condition:
    """The condition of a SQLite file.

    Raises:
        StorageError: it cannot be opened.
    """
    with sqlite_files.opened(file, timeout_seconds=_PATIENCE_SECONDS) as connection:
        try:
            found = sqlite_files.faults(connection)
        except sqlite3.OperationalError as error:
            return Condition(None, unwritable=str(error))
        if found:
            return Condition(None, faults=tuple(found))
        return Condition(_state(connection), _why_unwritable(connection), (), _takes_wal(connection))


async def of_server(url: str) -> Condition:
    """The condition of a database on a server.

    Raises:
        StorageError: it cannot be reached, or the driver is not installed.
    """
    try:
        database = Database(url)
    except ModuleNotFoundError as error:
        raise StorageError(f"the package {error.name} is not installed") from error
    try:
        # One that may write, though it does not: `read` is read-only by itself.
        async with database.write() as session:
            is_read_only = await session.scalar(text("SHOW transaction_read_only")) == "on"
        state = await migrate.schema_state(database)
        return Condition(state, "the server allows this user to read only" if is_read_only else None)
    except (SQLAlchemyError, OSError) as error:
        raise StorageError(str(error).splitlines()[0]) from error
    finally:
        await database.close()


def _state(connection: sqlite3.Connection) -> SchemaState | None:
    if not connection.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchone():
        return SchemaState.EMPTY
    if not sqlite_files.is_footnote(connection):
        return None
    return migrate.state_of(sqlite_files.revision(connection))


def _why_unwritable(connection: sqlite3.Connection) -> str | None:
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("CREATE TABLE examined_by_doctor (seen)")
        connection.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        return str(error)
    return None


def _takes_wal(connection: sqlite3.Connection) -> bool:
    # The bot asks for the same at each start; where shared memory does not work, SQLite stays as it was.
    try:
        (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    except sqlite3.OperationalError:
        (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
    return bool(mode == "wal")
