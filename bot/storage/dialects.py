"""What SQLite and PostgreSQL must be told each in its own way. No tables.

A dialect is imported by whoever uses it: PostgreSQL's alone takes longer than all of the bot.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import BindParameter, Table, TableValuedAlias, bindparam, column, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_IN_JULIAN_DAYS = 2440587.5


def is_sqlite(session: AsyncSession) -> bool:
    """Whether the session speaks to SQLite."""
    return session.get_bind().dialect.name == "sqlite"


def insert(session: AsyncSession, table: type[DeclarativeBase]) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that knows ON CONFLICT."""
    return insert_for(table, on_sqlite=is_sqlite(session))


def insert_for(table: type[DeclarativeBase] | Table, *, on_sqlite: bool) -> sqlite.Insert | postgresql.Insert:
    """The same for a statement that is put together once."""
    if on_sqlite:
        from sqlalchemy.dialects import sqlite

        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table)


async def lock(session: AsyncSession, number: int) -> None:
    """Wait until no other transaction holds the number, and hold it until this one ends.

    On SQLite there is nothing to wait for: a transaction that writes has the whole database to itself.
    """
    if not is_sqlite(session):
        await session.execute(select(func.pg_advisory_xact_lock(number)))


async def now(session: AsyncSession) -> datetime:
    """The time by the database's clock, at this moment and not at the transaction's beginning."""
    if is_sqlite(session):
        # The driver's own machine is the database's. Days since noon of a day long ago, to the millisecond.
        days = await session.scalar(text("SELECT julianday('now')"))
        assert days is not None
        return _EPOCH + timedelta(days=days - _EPOCH_IN_JULIAN_DAYS)
    moment: datetime | None = await session.scalar(select(func.clock_timestamp()))
    assert moment is not None
    return moment.astimezone(UTC)


def given_as_arrays(table: Table) -> tuple[dict[str, BindParameter[Any]], TableValuedAlias]:
    """Rows that are handed to PostgreSQL as one array a column, named as the columns of ``table``.

    The statement is the same whatever the number of rows, so the server has parsed it before: half the time of a
    VALUES list.
    """
    from sqlalchemy.dialects import postgresql

    arrays = {each.name: bindparam(each.name, type_=postgresql.ARRAY(each.type)) for each in table.columns}
    rows = func.unnest(*arrays.values()).table_valued(
        *(column(each.name, each.type) for each in table.columns), name="given"
    )
    return arrays, rows.render_derived()
