"""The group-commit queue of answers: whoever waits is written in one transaction with all others who wait.

One commit with synchronous=FULL costs about the same for one row as for five hundred, so a burst of a thousand
clicks costs a few commits. A caller is woken only after the commit that holds his answer.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Sequence

from bot.domain.round_records import AnswerRecord
from bot.errors import WriteFailed
from bot.storage import answer_batch, answers
from bot.storage.answer_insert import Result, concerns_all
from bot.storage.database import Database

log = logging.getLogger(__name__)

LARGEST_BATCH = 512
# Receipts are handed out so many at a time, and the loop listens to the network in between: each receipt makes a
# reply, and five hundred of them at once would hold it up for a tenth of a second.
HANDED_BACK_AT_ONCE = 32


class AnswerWriter:
    """Writes answers in groups. `write` returns after the commit, and says whether the answer was kept."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[tuple[AnswerRecord, asyncio.Future[bool]]] = []
        self._being_written: list[tuple[AnswerRecord, asyncio.Future[bool]]] = []
        self._results: deque[tuple[asyncio.Future[bool], Result]] = deque()
        self._drain: asyncio.Task[None] | None = None
        # Answers are written and handed back in the order in which they came, so numbers say what is done.
        self._come = 0
        self._handed_back = 0
        self._drained: deque[tuple[int, asyncio.Future[None]]] = deque()

    @property
    def waiting(self) -> int:
        """How many answers wait for the transaction after the one that is being written."""
        return len(self._waiting)

    @property
    def is_writing(self) -> bool:
        """Whether a transaction is under way."""
        return bool(self._being_written)

    async def write(self, answer: AnswerRecord) -> bool:
        """Keep an answer. A caller who is cancelled takes nothing back: his answer is written.

        Returns:
            True when it is on disk; False when it was not kept because the question is closed or this
            revision exists.

        Raises:
            WriteFailed: the database could not write it; it was not kept.
        """
        kept: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((answer, kept))
        self._come += 1
        # A task that lives only while there is work: an idle process has no task waiting for ever.
        if self._drain is None or self._drain.done():
            self._drain = asyncio.create_task(self._write_all(), name="answer-writer")
        return await kept

    async def newest(self, round_question_id: int, learner_id: int) -> AnswerRecord | None:
        """The answer of a learner that counts, as it is in the database; None where he has given none."""
        async with self._database.read() as session:
            return await answers.newest(session, round_question_id, learner_id)

    async def drained(self) -> None:
        """Wait until what has come so far is written, or has failed; not for what comes meanwhile."""
        if self._handed_back < self._come:
            reached: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._drained.append((self._come, reached))
            await reached

    async def _write_all(self) -> None:
        try:
            while self._waiting:
                self._being_written = self._waiting[:LARGEST_BATCH]
                self._waiting = self._waiting[LARGEST_BATCH:]
                await self._write_batch([answer for answer, _ in self._being_written])
        finally:
            # Nobody waits for ever, even where this task was cancelled.
            self._fail_all(WriteFailed("the writing of answers was ended"))

    async def _write_batch(self, answers: Sequence[AnswerRecord]) -> None:
        try:
            results = await answer_batch.keep(self._database, answers)
        except Exception as error:
            count = len(answers) + len(self._waiting)
            if concerns_all(error):
                log.error("%s answers could not be written: %s", count, error)  # noqa: TRY400 - no fault of the program
            else:
                log.exception("%s answers could not be written", count)
            # Those who came meanwhile have waited as long, and would only meet the same: they are told now.
            self._fail_all(WriteFailed(str(error)))
        else:
            self._database.measures.answers += results.count(True)
            self._settle(self._being_written, results)
            self._being_written = []

    def _fail_all(self, error: WriteFailed) -> None:
        left = [*self._being_written, *self._waiting]
        self._being_written, self._waiting = [], []
        self._settle(left, [error] * len(left))

    def _settle(
        self, batch: Sequence[tuple[AnswerRecord, asyncio.Future[bool]]], results: Sequence[Result]
    ) -> None:
        is_handing_back = bool(self._results)
        self._results.extend(zip((kept for _, kept in batch), results, strict=True))
        if self._results and not is_handing_back:
            self._hand_back()

    def _hand_back(self) -> None:
        for _ in range(min(HANDED_BACK_AT_ONCE, len(self._results))):
            kept, result = self._results.popleft()
            self._handed_back += 1
            if kept.done():
                continue  # his click was given up
            if isinstance(result, Exception):
                kept.set_exception(result if isinstance(result, WriteFailed) else WriteFailed(str(result)))
            else:
                kept.set_result(result)
        while self._drained and self._drained[0][0] <= self._handed_back:
            _, reached = self._drained.popleft()
            if not reached.done():
                reached.set_result(None)
        if self._results:
            asyncio.get_running_loop().call_soon(self._hand_back)
