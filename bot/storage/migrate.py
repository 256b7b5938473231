"""The database's schema: which revision it has, which it should have, and the way there.

Alembic is heavy and is imported only when one of these is called.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import func, inspect, select
from sqlalchemy.exc import DBAPIError

from bot.errors import DatabaseBehind, DatabaseInUse, DatabaseNewer, DatabaseUnreachable
from bot.paths import migrations
from bot.storage import leases
from bot.storage.database import Database
from bot.storage.tables import ShardLeaseRow

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection
    from sqlalchemy.ext.asyncio import AsyncConnection

# Which parts of itself Alembic loads is news to nobody.
logging.getLogger("alembic.runtime.plugins").setLevel(logging.WARNING)


# The number that `dialects.lock` would take; no server has it as its id.
_UPGRADING = 2
# A table that is there while `footnote db copy` fills a database.
UNFINISHED_COPY = "footnote_unfinished_copy"


class SchemaState(Enum):
    """How a database's schema stands to this program's."""

    EMPTY = "empty"
    BEHIND = "behind"
    CURRENT = "current"
    NEWER = "newer"


def _nobody(_holder: str) -> bool:
    return False


async def schema_state(database: Database) -> SchemaState:
    """How the database's schema stands to this program's.

    Raises:
        DatabaseUnreachable: there is no database.
    """
    try:
        _probe(database)
        async with database.engine.connect() as connection:
            return await connection.run_sync(_state)
    except (OSError, DBAPIError, sqlite3.Error) as error:
        reason = error.orig if isinstance(error, DBAPIError) else error
        address = database.url.render_as_string(hide_password=True)
        raise DatabaseUnreachable(f"The database {address} cannot be opened: {reason}") from error


async def upgrade(database: Database) -> None:
    """Bring the database to this program's schema, whoever may be using it.

    Raises:
        DatabaseNewer: a later release has made or upgraded it.
    """
    await _refuse_newer(database)
    async with _upgrading(database) as connection:
        await connection.run_sync(_upgrade)


async def prepare(
    database: Database, *, now: datetime, is_dead: Callable[[str], bool] = _nobody
) -> Path | None:
    """Make the database ready for use, as `footnote run` does at its start.

    A SQLite file is upgraded by itself, after it was copied aside; a server's database is not, because other
    processes may be using it. ``is_dead`` knows holders of leases who have ended without giving them back.

    Returns:
        The copy made aside, or None where none was needed.

    Raises:
        DatabaseNewer: a later release has made or upgraded it.
        DatabaseBehind: it is on a server, and `footnote db upgrade` has not been run; or a copy into it was begun
            and not ended.
        DatabaseInUse: it is a SQLite file to be upgraded, and a process of an older release is at work on it.
    """
    await _refuse_newer(database)
    state = await schema_state(database)
    if state is SchemaState.CURRENT:
        await _refuse_unfinished(database)
        return None
    if database.file is None:
        raise DatabaseBehind(
            "The database is not up to date with this program. Stop the other Footnote processes and run: footnote db upgrade"
        )
    copy = None
    async with _upgrading(database) as connection:
        # As it stands now: another process of this release may have been first.
        if await connection.run_sync(_state) is SchemaState.BEHIND:
            await _refuse_in_use(database, is_dead)
            # In a thread: a stop must be heard while a large one is copied.
            copy = await asyncio.to_thread(_copy_aside, database.file, now)
        await connection.run_sync(_upgrade)
    return copy


@asynccontextmanager
async def _upgrading(database: Database) -> AsyncIterator[AsyncConnection]:
    """One transaction in which the schema may change; of two processes the second waits for its turn."""
    async with database.engine.connect() as connection, _free_of_foreign_keys(connection):
        await connection.execution_options(footnote_write=True)
        async with connection.begin():
            yield connection
            await connection.run_sync(_check_foreign_keys)


@asynccontextmanager
async def _free_of_foreign_keys(connection: AsyncConnection) -> AsyncIterator[None]:
    """On SQLite, where a table is altered by copying it, let the old one be dropped while others point to it.

    https://www.sqlite.org/lang_altertable.html#otheralter; the switch does nothing within a transaction.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = (await connection.get_raw_connection()).driver_connection
    assert driver is not None
    await driver.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        await driver.execute("PRAGMA foreign_keys = ON")


def _check_foreign_keys(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        assert not broken, f"after the migration, rows point to nothing: {broken[:5]}"


async def _refuse_newer(database: Database) -> None:
    if await schema_state(database) is SchemaState.NEWER:
        raise DatabaseNewer(
            "The database was made by a newer Footnote than this one, and is left untouched. "
            "Install the newer Footnote, or set DATABASE_URL to another database."
        )


async def _refuse_in_use(database: Database, is_dead: Callable[[str], bool]) -> None:
    async with database.read() as session:
        connection = await session.connection()
        # Releases before the shards had no leases.
        if not await connection.run_sync(lambda sync: inspect(sync).has_table(ShardLeaseRow.__tablename__)):
            return
        if found := await leases.at_work(session, is_dead):
            name, seconds = found
            raise DatabaseInUse(
                f"An older Footnote ({name}) is at work on the database, which must be upgraded. "
                f"Stop it, and start this one again. If it was killed, wait {seconds} seconds."
            )


async def _refuse_unfinished(database: Database) -> None:
    async with database.engine.connect() as connection:
        if await connection.run_sync(lambda sync: inspect(sync).has_table(UNFINISHED_COPY)):
            raise DatabaseBehind(
                "A copy into the database was begun and not ended. Run footnote db copy again, which goes on with it."
            )


def _config(connection: Connection | None = None) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(migrations()).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _probe(database: Database) -> None:
    """Open a SQLite file once without aiosqlite, whose thread prints a traceback of its own where that fails."""
    if database.file is not None and not database.url.query:
        sqlite3.connect(database.file).close()


def _state(connection: Connection) -> SchemaState:
    from alembic.runtime.migration import MigrationContext

    return state_of(MigrationContext.configure(connection).get_current_revision())


def state_of(revision: str | None) -> SchemaState:
    """How a database of this revision stands to this program."""
    from alembic.script import ScriptDirectory

    script = ScriptDirectory.from_config(_config())
    if revision is None:
        return SchemaState.EMPTY
    if revision == script.get_current_head():
        return SchemaState.CURRENT
    known = {entry.revision for entry in script.walk_revisions()}
    return SchemaState.BEHIND if revision in known else SchemaState.NEWER


def _upgrade(connection: Connection) -> None:
    from alembic import command

    if connection.dialect.name == "postgresql":
        # Two processes that upgrade at once take turns, and the second finds nothing to do.
        connection.execute(select(func.pg_advisory_xact_lock(_UPGRADING)))
    command.upgrade(_config(connection), "head")


def _copy_aside(file: Path, now: datetime) -> Path:
    """Copy with SQLite's own backup, which is whole even while others write."""
    copy = file.with_name(f"{file.stem}.before-upgrade-{now:%Y%m%dT%H%M%SZ}{file.suffix}")
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return copy
