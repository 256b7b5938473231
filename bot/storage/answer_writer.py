"""The group-commit queue of answers: whoever waits is written in one transaction with all others who wait.

One commit with synchronous=FULL costs about the same for one row as for five hundred, so a burst of a thousand
clicks costs a few commits. A caller is woken only after the commit that holds his answer.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from dataclasses import field
from threading import Lock

from bot.domain.round_records import AnswerRecord
from bot.errors import WriteFailed
from bot.storage import answer_batch, answers
from bot.storage.answer_insert import Result, concerns_all
from bot.storage.database import Database
from bot.values import dataclass

log = logging.getLogger(__name__)

LARGEST_BATCH = 512
# Receipts are handed out so many at a time, and the loop listens to the network in between: each receipt makes a
# reply, and five hundred of them at once would hold it up for a tenth of a second.
HANDED_BACK_AT_ONCE = 32


_Waiting = tuple[AnswerRecord, asyncio.Future[bool]]


@dataclass(slots=True)
class _Batch:
    """Answers of one transaction, none until its turn has come; ``results`` are known once it is over."""

    given: list[_Waiting] = field(default_factory=list)
    results: Sequence[Result] | None = None


class AnswerWriter:
    """Writes answers in groups. `write` returns after the commit, and says whether the answer was kept.

    While one batch is written the next is asked for already, and who is in it is settled when its turn has come: so
    the thread that writes a SQLite file need not wait until a busy loop has heard of the batch before.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._most_at_once = 2 if database.is_sqlite else 1
        self._waiting: deque[_Waiting] = deque()
        # In the order in which they are written and handed back; each has its task.
        self._batches: deque[_Batch] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        # Held by whoever takes from those who wait.
        self._taking = Lock()
        self._results: deque[tuple[asyncio.Future[bool], Result]] = deque()
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
        return any(batch.given and batch.results is None for batch in self._batches)

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
        self._ask()
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

    def _ask(self) -> None:
        """Ask for a turn to write, unless those who wait have room in what is asked for, or enough is."""
        room = sum(LARGEST_BATCH for batch in self._batches if not batch.given)
        if len(self._waiting) > room and len(self._tasks) < self._most_at_once:
            batch = _Batch()
            self._batches.append(batch)
            # A task that lives only while there is work: an idle process has no task waiting for ever.
            self._tasks.add(asyncio.create_task(self._write(batch), name="answer-writer"))

    async def _write(self, batch: _Batch) -> None:
        error = WriteFailed("the writing of answers was ended")
        try:
            results = await answer_batch.keep(self._database, lambda: self._take(batch))
            if batch.results is None:
                batch.results = results
                self._database.measures.answers += results.count(True)
        except Exception as trouble:
            error = WriteFailed(str(trouble))
            count = len(batch.given) + len(self._waiting)
            if concerns_all(trouble):
                log.error("%s answers could not be written: %s", count, trouble)  # noqa: TRY400 - no fault of the program
            else:
                log.exception("%s answers could not be written", count)
        finally:
            if batch.results is None:
                # Nobody waits for ever, even where this task was cancelled.
                self._fail(batch, error)
            self._tasks.discard(asyncio.current_task())
            self._settle()
            self._ask()

    def _take(self, batch: _Batch) -> list[AnswerRecord]:
        """Whoever waits is in the batch from here on. Called where it is written, which may be another thread."""
        with self._taking:
            if batch.results is not None:
                return []  # they were told meanwhile that it failed
            while self._waiting and len(batch.given) < LARGEST_BATCH:
                batch.given.append(self._waiting.popleft())
        return [answer for answer, _ in batch.given]

    def _fail(self, batch: _Batch, error: WriteFailed) -> None:
        """Those who came meanwhile have waited as long, and would only meet the same: they are told now."""
        with self._taking:
            batch.results = [error] * len(batch.given)
            if self._waiting:
                # In their place behind a batch that is being written; one that is only asked for has nobody then.
                behind = next((each for each in self._batches if not each.given and each is not batch), None)
                if behind is None:
                    behind = _Batch()
                    self._batches.append(behind)
                behind.given = list(self._waiting)
                behind.results = [error] * len(behind.given)
                self._waiting.clear()

    def _settle(self) -> None:
        """Have those told whose batches are over, in their order."""
        is_handing_back = bool(self._results)
        while self._batches and (results := self._batches[0].results) is not None:
            given = self._batches.popleft().given
            self._results.extend(zip((kept for _, kept in given), results, strict=True))
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
