"""One batch of answers into the database: whole, and where that fails, row by row. Who waits for it is not known here."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import partial

from bot.domain.round_records import AnswerRecord
from bot.storage import answer_insert
from bot.storage.answer_insert import Result, concerns_all
from bot.storage.database import Database

log = logging.getLogger(__name__)


async def keep(database: Database, answers: Sequence[AnswerRecord]) -> list[Result]:
    """Write answers; what this returns is on disk.

    Returns:
        For each answer: True when it was kept, False when it was not because its question is closed or its revision
        exists, or what was wrong with it alone.

    Raises:
        Exception: the database is in trouble (`answer_insert.concerns_all`); nothing was kept.
    """
    try:
        if database.is_sqlite:
            return await _into_file(database, answers)
        return await _over_network(database, answers)
    except Exception as error:
        if concerns_all(error):
            raise
        log.warning("A batch of %s answers failed; writing them one by one", len(answers), exc_info=True)
    if database.is_sqlite:
        return await database.write_at_once(partial(answer_insert.insert_each, answers))
    return [await _alone(database, answer) for answer in answers]


async def _into_file(database: Database, answers: Sequence[AnswerRecord]) -> list[Result]:
    try:
        await database.write_at_once(partial(answer_insert.insert_all, answers))
    except answer_insert.NotAllNew:
        # A click that came too late, or twice.
        return await database.write_at_once(partial(answer_insert.insert_each, answers))
    return [True] * len(answers)


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
