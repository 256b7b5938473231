"""The group-commit queue of answers: whoever waits is written in one transaction with all others who wait.

One commit with synchronous=FULL costs about the same for one row as for five hundred, so a burst of a thousand
clicks costs a few commits. A caller is woken only after the commit that holds his answer.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.questions import Response
from bot.domain.rounds import QuestionState
from bot.errors import WriteFailed
from bot.storage.answers import chosen_text
from bot.storage.database import Database
from bot.storage.tables import AnswerRow, RoundQuestionRow

log = logging.getLogger(__name__)

LARGEST_BATCH = 512


@dataclass(frozen=True, slots=True)
class NewAnswer:
    """An answer to be kept; ``elapsed_ms`` counts from the question's opening."""

    round_question_id: int
    learner_id: int
    revision: int
    response: Response
    answered_at: datetime
    elapsed_ms: int
    fraction: float
    points: int


class AnswerWriter:
    """Writes answers in groups. `write` returns after the commit, and says whether the answer was kept."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[tuple[NewAnswer, asyncio.Future[bool]]] = []
        self._drain: asyncio.Task[None] | None = None

    @property
    def waiting(self) -> int:
        """How many answers wait for the transaction after the one that is being written."""
        return len(self._waiting)

    async def write(self, answer: NewAnswer) -> bool:
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
        return await kept

    async def drained(self) -> None:
        """Wait until nothing is waiting to be written."""
        while self._drain is not None and not self._drain.done():
            await asyncio.wait([self._drain])

    async def _write_all(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:LARGEST_BATCH], self._waiting[LARGEST_BATCH:]
            await self._write_batch(batch)

    async def _write_batch(self, batch: Sequence[tuple[NewAnswer, asyncio.Future[bool]]]) -> None:
        try:
            async with self._database.write() as session:
                kept = await _insert(
                    session, [answer for answer, _ in batch], is_sqlite=self._database.is_sqlite
                )
        except SQLAlchemyError as error:
            if len(batch) == 1:
                log.exception("An answer could not be written")
                _fail(batch[0][1], WriteFailed(str(error)))
                return
            log.warning("A batch of %s answers failed; writing them one by one", len(batch), exc_info=True)
            for entry in batch:
                await self._write_batch([entry])
            return
        except BaseException as error:
            for _, future in batch:
                _fail(future, error)
            raise
        self._database.measures.answers += len(kept)
        for answer, future in batch:
            if not future.done():
                future.set_result((answer.round_question_id, answer.learner_id, answer.revision) in kept)


def _fail(future: asyncio.Future[bool], error: BaseException) -> None:
    if not future.done():
        future.set_exception(error)


async def _insert(
    session: AsyncSession, answers: Sequence[NewAnswer], *, is_sqlite: bool
) -> set[tuple[int, int, int]]:
    """Insert what may be inserted; returns the keys of the rows that are new."""
    asked = {answer.round_question_id for answer in answers}
    is_open = RoundQuestionRow.state == QuestionState.OPEN.value
    still_open = set(
        await session.scalars(select(RoundQuestionRow.id).where(RoundQuestionRow.id.in_(asked), is_open))
    )
    rows = [
        {
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
        for answer in answers
        if answer.round_question_id in still_open
    ]
    if not rows:
        return set()
    insert = (sqlite if is_sqlite else postgresql).insert(AnswerRow)
    inserted = await session.execute(
        insert.on_conflict_do_nothing().returning(
            AnswerRow.round_question_id, AnswerRow.learner_id, AnswerRow.revision
        ),
        rows,
    )
    return {(question, learner, revision) for question, learner, revision in inserted}
