"""What SQLite and PostgreSQL must be told each in its own way. No tables."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase


def is_sqlite(session: AsyncSession) -> bool:
    """Whether the session speaks to SQLite."""
    return session.get_bind().dialect.name == "sqlite"


def insert(session: AsyncSession, table: type[DeclarativeBase]) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that knows ON CONFLICT."""
    made: sqlite.Insert | postgresql.Insert = (sqlite if is_sqlite(session) else postgresql).insert(table)
    return made


async def lock(session: AsyncSession, number: int) -> None:
    """Wait until no other transaction holds the number, and hold it until this one ends.

    On SQLite there is nothing to wait for: a transaction that writes has the whole database to itself.
    """
    if not is_sqlite(session):
        await session.execute(select(func.pg_advisory_xact_lock(number)))
