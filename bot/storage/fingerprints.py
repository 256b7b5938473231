"""What a table holds, in a few numbers that are the same on SQLite and PostgreSQL. Nothing is changed here."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Float,
    Integer,
    Row,
    String,
    Table,
    case,
    cast,
    collate,
    extract,
    func,
    select,
    tuple_,
    type_coerce,
)
from sqlalchemy.ext.asyncio import AsyncSession

from bot.storage import dialects
from bot.storage.database import UTCDateTime

# A sum of Discord's ids would overflow SQLite's whole numbers; a sum of remainders does not. A prime.
_MODULUS = 2**31 - 1
_MICROSECONDS = 1_000_000
# Sums of floating point numbers depend on the order of the rows, a little.
_TOLERANCE = 1e-9

Fingerprint = tuple[float, ...]


async def fingerprint(session: AsyncSession, table: Table, upto: Row[Any] | None = None) -> Fingerprint:
    """The number of rows, and for each column how many have a value and the sum of what it holds.

    With ``upto``, only the rows up to this key, in the order of the primary key.
    """
    numbers: list[ColumnElement[Any]] = [func.count()]
    for column in table.columns:
        numbers += [func.count(column), func.sum(_number(session, column))]
    query = select(*numbers).select_from(table)
    if upto is not None:
        query = query.where(tuple_(*key(session, table)) <= tuple_(*upto))
    row = (await session.execute(query)).one()
    return tuple(float(number) if isinstance(number, float) else int(number or 0) for number in row)


def agree(one: Fingerprint, other: Fingerprint) -> bool:
    """Whether two tables of these fingerprints hold the same."""
    return all(
        math.isclose(a, b, rel_tol=_TOLERANCE) if isinstance(a, float) or isinstance(b, float) else a == b
        for a, b in zip(one, other, strict=True)
    )


def key(session: AsyncSession, table: Table) -> Sequence[ColumnElement[Any]]:
    """The primary key to sort by and to compare with, in the order that both kinds of database have in common."""
    return [_in_order_of_bytes(session, each) for each in table.primary_key.columns]


def _in_order_of_bytes(session: AsyncSession, column: Column[Any]) -> ColumnElement[Any]:
    # SQLite compares bytes; PostgreSQL compares as people of the server's country would.
    if isinstance(column.type, String) and not dialects.is_sqlite(session):
        return collate(column, "C")
    return column


def _number(session: AsyncSession, column: Column[Any]) -> ColumnElement[Any]:
    kind = column.type
    if isinstance(kind, UTCDateTime):
        if dialects.is_sqlite(session):
            return type_coerce(column, BigInteger) % _MODULUS
        return cast(extract("epoch", column) * _MICROSECONDS, BigInteger) % _MODULUS
    if isinstance(kind, Boolean):
        return case((column, 1), else_=0)
    if isinstance(kind, Integer):
        return column % _MODULUS
    if isinstance(kind, Float):
        return column
    if isinstance(kind, String):
        return func.length(column)
    msg = f"no sum is defined for {column} of type {kind}"
    raise TypeError(msg)
