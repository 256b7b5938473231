"""One batch of answers into the database: whole, and where that fails, row by row. Who waits for it is not known here."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Sequence
from functools import partial

from bot.domain.round_records import AnswerRecord
from bot.storage import answer_insert
from bot.storage.answer_insert import Result, concerns_all
from bot.storage.database import Database

log = logging.getLogger(__name__)


async def keep(database: Database, take: Callable[[], Sequence[AnswerRecord]]) -> list[Result]:
    """Write answers; what this returns is on disk.

    ``take`` gives the answers, and is called when it is this batch's turn to write; perhaps in another thread, and
    perhaps not at all.

    Returns:
        For each answer: True when it was kept, False when it was not because its question is closed or its revision
        exists, or what was wrong with it alone.

    Raises:
        Exception: the database is in trouble (`answer_insert.concerns_all`); nothing was kept.
    """
    if database.is_sqlite:
        try:
            return await database.write_at_once(lambda connection: _into_file(take(), connection))
        except _NobodyWaits:
            return []
    answers = take()
    try:
        return await _over_network(database, answers)
    except Exception as error:
        if concerns_all(error):
            raise
        _log_failure(answers, error)
    return [await _alone(database, answer) for answer in answers]


class _NobodyWaits(Exception):
    """No answer is left to write, so there is nothing to commit."""


def _into_file(answers: Sequence[AnswerRecord], connection: sqlite3.Connection) -> Callable[[], list[Result]]:
    if not answers:
        raise _NobodyWaits
    try:
        inserts = answer_insert.inserts_of_all(answers, connection)
    except Exception as error:  # noqa: BLE001 - one answer's, whatever it is
        _log_failure(answers, error)
        return partial(answer_insert.insert_each, answers, connection)
    return partial(_write, answers, inserts, connection)


def _write(
    answers: Sequence[AnswerRecord], inserts: Sequence[answer_insert.Insert], connection: sqlite3.Connection
) -> list[Result]:
    try:
        answer_insert.insert_all(inserts, connection)
    except Exception as error:
        if concerns_all(error):
            raise
        # A click that came too late, or twice, is nothing unusual.
        if not isinstance(error, answer_insert.NotAllNew):
            _log_failure(answers, error)
        connection.execute("ROLLBACK")
        connection.execute("BEGIN IMMEDIATE")
        return answer_insert.insert_each(answers, connection)
    return [True] * len(answers)


def _log_failure(answers: Sequence[AnswerRecord], error: Exception) -> None:
    log.warning("A batch of %s answers failed; writing them one by one", len(answers), exc_info=error)


async def _over_network(database: Database, answers: Sequence[AnswerRecord]) -> list[Result]:
    try:
        async with database.write() as session:
            kept = await answer_insert.insert(session, answers)
    except Exception as error:
        if not answer_insert.is_connection_lost(error):
            raise
        log.warning("The connection to the database broke; trying once more", exc_info=True)
        # If it broke in the commit, nobody can say whether it was done: what is there is kept.
        async with database.write() as session:
            kept = await answer_insert.insert(session, answers)
            kept |= await answer_insert.among(session, answers)
    return [answer.key in kept for answer in answers]


async def _alone(database: Database, answer: AnswerRecord) -> Result:
    try:
        (result,) = await _over_network(database, [answer])
    except Exception as error:
        if concerns_all(error):
            raise
        return error
    return result
