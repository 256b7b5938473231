"""The statements that write a batch of answers, for each kind of database. When they run is the writer's business.

On SQLite an answer costs a step of a statement, and each step gives up Python's lock and waits to have it back: up to
5 ms where the event loop is busy, which is when batches are large. So a whole batch is one statement, or nearly.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from itertools import chain
from operator import itemgetter

from sqlalchemy import any_, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.dml import ReturningInsert

from bot.domain.round_records import AnswerRecord
from bot.domain.rounds import QuestionState
from bot.errors import StorageError
from bot.storage import dialects
from bot.storage.answers import chosen_text
from bot.storage.database import microseconds
from bot.storage.tables import AnswerRow, Base, RoundQuestionRow

_TABLE = Base.metadata.tables[AnswerRow.__tablename__]
_COLUMNS = tuple(_TABLE.columns.keys())
_KEY = (AnswerRow.round_question_id, AnswerRow.learner_id, AnswerRow.revision)
_MOST_AT_ONCE = 512

Key = tuple[int, int, int]
Value = int | float | str | None
# A statement, its values, and how many rows of answers they are.
Insert = tuple[str, tuple[Value, ...], int]
# Whether an answer was kept, or what was wrong with it.
Result = bool | Exception


class NotAllNew(Exception):
    """Some of a batch were not inserted; which of them, only one after another can tell."""


async def insert(session: AsyncSession, answers: Sequence[AnswerRecord]) -> set[Key]:
    """On PostgreSQL: insert the answers to questions that are open; returns the keys of the rows that are new."""
    rows = [row(answer) for answer in answers]
    arrays = {name: [each[name] for each in rows] for name in _COLUMNS}
    found = (await session.execute(_where_open(), arrays)).all()
    return {(question, learner, revision) for question, learner, revision in found}


def inserts_of_all(answers: Sequence[AnswerRecord], connection: sqlite3.Connection) -> list[Insert]:
    """On SQLite: the statements that insert the answers; few, and nearly always one."""
    # Neighbours in the table one after another.
    rows = sorted(map(_sqlite_values, answers), key=itemgetter(0, 1))
    most = min(_MOST_AT_ONCE, connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER) // len(_COLUMNS))
    size = _power_of_two(min(len(rows), most), most)
    inserts = []
    for begin in range(0, len(rows), size):
        part = rows[begin : begin + size]
        nobodys = (None,) * len(_COLUMNS) * (size - len(part))
        inserts.append((_insert_if_open(size), (*chain.from_iterable(part), *nobodys), len(part)))
    return inserts


def insert_all(inserts: Iterable[Insert], connection: sqlite3.Connection) -> None:
    """On SQLite: insert answers, every one of them to a question that is open.

    Raises:
        NotAllNew: it could not be every one, and the transaction is not worth committing.
    """
    for statement, values, rows in inserts:
        if connection.execute(statement, values).rowcount < rows:
            raise NotAllNew


def insert_each(answers: Sequence[AnswerRecord], connection: sqlite3.Connection) -> list[Result]:
    """On SQLite: insert the answers one after another, and say of each whether it was, or what was wrong with it.

    Raises:
        sqlite3.Error: it is the database that is in trouble, and not a row.
    """
    results: list[Result] = []
    for answer in answers:
        try:
            results.append(connection.execute(_insert_if_open(1), _sqlite_values(answer)).rowcount == 1)
        except Exception as error:
            if concerns_all(error):
                raise
            results.append(error)
    return results


def concerns_all(error: Exception) -> bool:
    """Whether the database itself is in trouble (full, locked, gone, broken), and not a row that it was given."""
    if isinstance(error, sqlite3.Error):
        # Its subclasses for constraints, unknown types and the like speak of what was sent.
        return isinstance(error, sqlite3.OperationalError) or type(error) in _WHOLE_DATABASE
    if isinstance(error, DBAPIError):
        state = str(getattr(error.orig, "sqlstate", None) or "")
        return is_connection_lost(error) or state.startswith(_SERVERS_OWN_TROUBLE)
    return isinstance(error, OSError | StorageError)


def is_connection_lost(error: Exception) -> bool:
    """Whether it is the connection to a server that failed, and not what was sent over it."""
    return isinstance(error, OSError) or (isinstance(error, DBAPIError) and error.connection_invalidated)


_WHOLE_DATABASE = (sqlite3.DatabaseError, sqlite3.InternalError)
# PostgreSQL's classes of errors: connection, transaction that may not write, resources (a full disk), a person's
# intervention (shutdown), the system, the server's own mistakes.
_SERVERS_OWN_TROUBLE = ("08", "25", "53", "57", "58", "XX")


def _power_of_two(rows: int, most: int) -> int:
    """The first that holds so many rows, or the last that ``most`` allows: so there are few texts of statements.

    A text that SQLite has seen is not parsed again.
    """
    return min(1 << (rows - 1).bit_length(), 1 << most.bit_length() - 1)


@cache
def _insert_if_open(rows: int) -> str:
    """SQLite's statement; its parameters are the columns of one row after another, of which some may be nobody's.

    Where all columns are NULL there is no such question, and nothing is inserted.
    """
    marks = f"({', '.join('?' * len(_COLUMNS))})"
    return (
        f"INSERT INTO {_TABLE.name} ({', '.join(_COLUMNS)}) "  # noqa: S608 - our own names alone
        f"SELECT given.* FROM (VALUES {', '.join([marks] * rows)}) AS given "
        f"WHERE EXISTS (SELECT 1 FROM {RoundQuestionRow.__tablename__} "
        f"WHERE id = given.column1 AND state = '{QuestionState.OPEN.value}') "
        "ON CONFLICT DO NOTHING"
    )


async def among(session: AsyncSession, answers: Iterable[AnswerRecord]) -> set[Key]:
    """The keys of those answers that are in the database just as they are given."""
    wanted = {answer.key: row(answer) for answer in answers}
    found = await session.scalars(
        select(AnswerRow).where(
            AnswerRow.round_question_id.in_({question for question, _, _ in wanted}),
            AnswerRow.learner_id.in_({learner for _, learner, _ in wanted}),
        )
    )
    kept = {(each.round_question_id, each.learner_id, each.revision): each for each in found}
    return {
        key
        for key, values in wanted.items()
        if key in kept and all(getattr(kept[key], name) == value for name, value in values.items())
    }


def row(answer: AnswerRecord) -> dict[str, Value | datetime]:
    """An answer by the names of its columns."""
    return {
        "round_question_id": answer.round_question_id,
        "learner_id": answer.learner_id,
        "revision": answer.revision,
        "chosen": chosen_text(answer.response),
        "typed": answer.response.text or None,
        "answered_at": answer.answered_at,
        "elapsed_ms": answer.elapsed_ms,
        "fraction": answer.fraction,
        "points": answer.points,
    }


def _sqlite_values(answer: AnswerRecord) -> tuple[Value, ...]:
    """The same for SQLite, in the order of the columns: it is made for each click, so not from names."""
    return (
        answer.round_question_id,
        answer.learner_id,
        answer.revision,
        chosen_text(answer.response),
        answer.response.text or None,
        microseconds(answer.answered_at),
        answer.elapsed_ms,
        answer.fraction,
        answer.points,
    )


@cache
def _where_open() -> ReturningInsert[int, int, int]:
    """PostgreSQL's statement; its parameters are arrays, named as the columns.

    It locks the questions in share mode: whoever closes one waits until the answers are in, or they wait for him and
    then find it closed.
    """
    # Only who speaks to PostgreSQL waits for its dialect to be imported.
    from sqlalchemy.dialects import postgresql

    arrays, given = dialects.given_as_arrays(_TABLE)
    still_open = (
        select(RoundQuestionRow.id)
        .where(
            RoundQuestionRow.id == any_(arrays["round_question_id"]),
            RoundQuestionRow.state == QuestionState.OPEN.value,
        )
        .with_for_update(read=True)
        .cte("still_open")
    )
    accepted = select(*(given.c[name] for name in arrays)).join_from(
        given, still_open, still_open.c.id == given.c.round_question_id
    )
    return (
        # The table and not its class: the arrays are not a row, as SQLAlchemy would take them then.
        postgresql.insert(_TABLE)
        .from_select(list(arrays), accepted)
        .on_conflict_do_nothing()
        .returning(*_KEY)
    )
