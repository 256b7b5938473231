"""The limit: the same rows written and read with Python's sqlite3 alone, as durably."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.domain.round_records import AnswerRecord
from bot.storage.answers import chosen_text

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
COLUMNS = "round_question_id, learner_id, revision, chosen, typed, answered_at, elapsed_ms, fraction, points"
INSERT_ANSWER = f"INSERT INTO answers ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - constants

AnswerValues = tuple[int, int, int, str, str | None, int, int, float, int]


@contextmanager
def opened(file: Path) -> Iterator[sqlite3.Connection]:
    """A connection as durable as the product's: every commit is on the disk when it returns."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        yield connection


def values(answer: AnswerRecord) -> AnswerValues:
    """The row of an answer, as SQLite holds it."""
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


def microseconds(moment: datetime) -> int:
    """A moment as SQLite holds it."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def commit_each(connection: sqlite3.Connection, rows: Sequence[AnswerValues]) -> None:
    """One transaction for each row."""
    for row in rows:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(INSERT_ANSWER, row)
        connection.execute("COMMIT")


def commit_in_batches(connection: sqlite3.Connection, rows: Sequence[AnswerValues], size: int) -> None:
    """One transaction for each ``size`` rows."""
    for start in range(0, len(rows), size):
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(INSERT_ANSWER, rows[start : start + size])
        connection.execute("COMMIT")
