"""The group-commit queue of answers: whoever waits is written in one transaction with all others who wait.

One commit with synchronous=FULL costs about the same for one row as for five hundred, so a burst of a thousand
clicks costs a few commits. A caller is woken only after the commit that holds his answer.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from bot.domain.round_records import AnswerRecord
from bot.errors import WriteFailed
from bot.storage import answer_insert
from bot.storage.database import Database

log = logging.getLogger(__name__)

LARGEST_BATCH = 512


class AnswerWriter:
    """Writes answers in groups. `write` returns after the commit, and says whether the answer was kept."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[tuple[AnswerRecord, asyncio.Future[bool]]] = []
        self._being_written: list[tuple[AnswerRecord, asyncio.Future[bool]]] = []
        self._drain: asyncio.Task[None] | None = None

    @property
    def waiting(self) -> int:
        """How many answers wait for the transaction after the one that is being written."""
        return len(self._waiting)

    async def write(self, answer: AnswerRecord) -> bool:
        """Keep an answer.

        Returns:
            True when it is on disk; False when it was not kept because the question is closed or this
            revision exists.

        Raises:
            WriteFailed: the database could not write it; it was not kept.
        """
        kept: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((answer, kept))
        # A task that lives only while there is work: an idle process has no task waiting for ever.
        if self._drain is None or self._drain.done():
            self._drain = asyncio.create_task(self._write_all(), name="answer-writer")
        # A caller who is cancelled takes nothing back: the answer is written, and `drained` waits for it.
        return await asyncio.shield(kept)

    async def drained(self) -> None:
        """Wait until what has come so far is written, or has failed; not for what comes meanwhile."""
        come_so_far = [kept for _, kept in (*self._being_written, *self._waiting)]
        if come_so_far:
            await asyncio.wait(come_so_far)

    async def _write_all(self) -> None:
        try:
            while self._waiting:
                self._being_written = self._waiting[:LARGEST_BATCH]
                self._waiting = self._waiting[LARGEST_BATCH:]
                await self._write_batch(self._being_written)
        finally:
            # Nobody waits for ever, even where this task was cancelled.
            left = [*self._being_written, *self._waiting]
            self._being_written, self._waiting = [], []
            for _, future in left:
                _fail(future, WriteFailed("the writing of answers was ended"))

    async def _write_batch(self, batch: Sequence[tuple[AnswerRecord, asyncio.Future[bool]]]) -> None:
        try:
            kept = await self._insert([answer for answer, _ in batch])
        except Exception as error:
            if len(batch) == 1 or _is_gone(error):
                log.exception("%s answers could not be written", len(batch))
                for _, future in batch:
                    _fail(future, WriteFailed(str(error)))
                return
            log.warning("A batch of %s answers failed; writing them one by one", len(batch), exc_info=True)
            for entry in batch:
                await self._write_batch([entry])
            return
        self._database.measures.answers += len(kept)
        for answer, future in batch:
            if not future.done():
                future.set_result(answer.key in kept)

    async def _insert(self, answers: Sequence[AnswerRecord]) -> set[tuple[int, int, int]]:
        try:
            async with self._database.write() as session:
                return await answer_insert.insert(session, answers)
        except (SQLAlchemyError, OSError) as error:
            if not _is_gone(error):
                raise
            log.warning("The connection to the database broke; trying once more", exc_info=True)
        # If it broke in the commit, nobody can say whether it was done: what is there is kept.
        async with self._database.write() as session:
            new = await answer_insert.insert(session, answers)
            return new | await answer_insert.among(session, answers)


def _is_gone(error: Exception) -> bool:
    """Whether it is the connection that failed, and not what was sent over it."""
    return isinstance(error, OSError) or (isinstance(error, DBAPIError) and error.connection_invalidated)


def _fail(future: asyncio.Future[bool], error: BaseException) -> None:
    if not future.done():
        future.set_exception(error)
