"""A whole database to another address, of the same or the other kind: `footnote db copy`.

Rows go in the order of their primary keys, a batch a transaction, so that what the target holds is always the
beginning of what the source holds; a copy that was stopped half-way is gone on with. How it is shown is not for here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Row, Table, func, insert, inspect, select, text, tuple_
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import (
    CopyDiffers,
    DatabaseBehind,
    DatabaseInUse,
    DatabaseNewer,
    DatabaseUnreachable,
    StorageError,
    TargetInUse,
)
from bot.storage import dialects, leases, migrate
from bot.storage.database import Database
from bot.storage.fingerprints import agree, fingerprint, key
from bot.storage.migrate import UNFINISHED_COPY, SchemaState
from bot.storage.tables import Base

BATCH = 5_000

# The name of a table, how many of its rows are copied, and how many there are.
Report = Callable[[str, int, int], None]


async def copy(
    source: Database,
    target: Database,
    report: Report,
    *,
    is_dead: Callable[[str], bool] = lambda _holder: False,
) -> int:
    """Copy every row of the source, and check the copy; the source is only read. Nobody may use either meanwhile.

    ``is_dead`` knows holders of leases who have ended without giving them back.

    Returns:
        How many rows the target holds now.

    Raises:
        DatabaseUnreachable: one of them is not there.
        DatabaseBehind: one of them must be upgraded first.
        DatabaseNewer: one of them is of a later release.
        DatabaseInUse: a bot is at work on one of them.
        TargetInUse: the target holds other data than the beginning of the source.
        CopyDiffers: the check found a difference.
    """
    await _check_source(source)
    await _refuse_at_work(source, "source", is_dead)
    await _prepare_target(target)
    await _refuse_at_work(target, "target", is_dead)
    tables = Base.metadata.sorted_tables
    async with source.read() as session:
        last = {table.name: await _copied_up_to(session, target, table) for table in tables}
        await _mark(target)
        for table in tables:
            await _copy_table(session, target, table, last[table.name], report)
        await _set_sequences(target, tables)
        rows = sum([await _check(session, target, table) for table in tables])
    await _unmark(target)
    return rows


async def _check_source(source: Database) -> None:
    if source.file is not None and not source.file.is_file():
        raise DatabaseUnreachable(f"There is no database {source.file}.")
    match await migrate.schema_state(source):
        case SchemaState.NEWER:
            raise DatabaseNewer(
                "The source was made by a newer Footnote than this one: copy it with the newer one."
            )
        case SchemaState.EMPTY:
            raise DatabaseBehind("The source has no tables: it is not a database of Footnote's.")
        case SchemaState.BEHIND:
            raise DatabaseBehind(
                "The source is older than this program. Set DATABASE_URL to it and run: footnote db upgrade"
            )


async def _refuse_at_work(database: Database, which: str, is_dead: Callable[[str], bool]) -> None:
    async with database.read() as session:
        if found := await leases.at_work(session, is_dead):
            name, seconds = found
            raise DatabaseInUse(
                f"A Footnote ({name}) is at work on the {which}: what it writes would be missing in the copy. "
                f"Stop it, and ask again. If it was killed, wait {seconds} seconds."
            )


async def _prepare_target(target: Database) -> None:
    match await migrate.schema_state(target):
        case SchemaState.NEWER:
            raise DatabaseNewer(
                "The target was made by a newer Footnote than this one, and is left untouched."
            )
        case SchemaState.BEHIND:
            raise DatabaseBehind(
                "The target is of an older Footnote, and is left untouched: take an empty one."
            )
        case SchemaState.EMPTY:
            async with target.engine.connect() as connection:
                others = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
            if others:
                raise TargetInUse(
                    f"The target holds tables of another program ({others[0]}), and is left untouched."
                )
            await migrate.upgrade(target)


async def _copied_up_to(session: AsyncSession, target: Database, table: Table) -> Row[Any] | None:
    """The last key that the target has; what it has up to there must be what the source has."""
    async with target.read() as copied:
        order = key(copied, table)
        newest = select(*table.primary_key.columns).order_by(*(each.desc() for each in order)).limit(1)
        last = (await copied.execute(newest)).first()
        if last is None:
            return None
        there = await fingerprint(copied, table)
    if not agree(there, await fingerprint(session, table, last)):
        raise TargetInUse(
            f"The target's table {table.name} holds something else than the source's, or the source has changed since "
            "the copy was begun. The target is left untouched: take an empty one."
        )
    return last


async def _copy_table(
    session: AsyncSession, target: Database, table: Table, last: Row[Any] | None, report: Report
) -> None:
    order = key(session, table)
    query = select(*table.columns).order_by(*order)
    total = await session.scalar(select(func.count()).select_from(table)) or 0
    done = 0
    if last is not None:
        query = query.where(tuple_(*order) > tuple_(*last))
        upto = select(func.count()).select_from(table).where(tuple_(*order) <= tuple_(*last))
        done = await session.scalar(upto) or 0
    report(table.name, done, total)
    rows = await session.stream(query.execution_options(yield_per=BATCH))
    async for batch in rows.partitions(BATCH):
        await _write(target, table, batch)
        done += len(batch)
        report(table.name, done, total)


async def _write(target: Database, table: Table, rows: Sequence[Row[Any]]) -> None:
    names = [column.name for column in table.columns]
    try:
        async with target.write() as session:
            if dialects.is_sqlite(session):
                await session.execute(insert(table), [dict(zip(names, row, strict=True)) for row in rows])
            else:
                arrays, given = dialects.given_as_arrays(table)
                columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
                statement = insert(table).from_select(names, select(*(given.c[name] for name in arrays)))
                await session.execute(statement, columns)
    except DBAPIError as error:
        raise StorageError(
            f"The target does not take rows of the table {table.name}: {error.orig}"
        ) from error


async def _set_sequences(target: Database, tables: Sequence[Table]) -> None:
    """Let the next row that gets a number by itself get one that is free."""
    if target.is_sqlite:
        return  # it counts on from the highest
    async with target.write() as session:
        for table in tables:
            numbered = [
                column for column in table.primary_key.columns if column is table.autoincrement_column
            ]
            for column in numbered:
                sequence = func.pg_get_serial_sequence(table.name, column.name)
                highest = select(func.max(column)).scalar_subquery()
                await session.execute(
                    select(func.setval(sequence, func.coalesce(highest, 1), highest.is_not(None)))
                )


async def _check(session: AsyncSession, target: Database, table: Table) -> int:
    here = await fingerprint(session, table)
    async with target.read() as copied:
        there = await fingerprint(copied, table)
    if not agree(here, there):
        raise CopyDiffers(
            f"The copy of the table {table.name} is not as the source ({there[0]:,} rows of {here[0]:,}, or their "
            "sums differ). Was the target in use? Begin again with an empty one."
        )
    return int(here[0])


async def _mark(target: Database) -> None:
    """Let no Footnote run on the target before the copy is whole."""
    async with target.write() as session:
        await session.execute(text(f"CREATE TABLE IF NOT EXISTS {UNFINISHED_COPY} (id INTEGER PRIMARY KEY)"))


async def _unmark(target: Database) -> None:
    async with target.write() as session:
        await session.execute(text(f"DROP TABLE {UNFINISHED_COPY}"))
