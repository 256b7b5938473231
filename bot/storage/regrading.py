"""Marks made anew from what is kept. What an answer is worth is decided in `domain.answer_marks`, not here."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.answer_marks import AnswerMark, mark_answer
from bot.domain.question_types import QUESTION_TYPES
from bot.domain.questions import Question
from bot.domain.rulings import ruled
from bot.storage import marks, question_content, rulings
from bot.storage.marks import Asking, ChangedMark, KeptAnswer

# The rulings on a version, each with whether it holds, and the closed questions of rounds that asked it.
Stamp = tuple[tuple[tuple[int, bool], ...], tuple[int, ...]]


async def stamp(session: AsyncSession, guild_id: int, question_id: int) -> Stamp:
    """What marks of a version are worked out from: while it is the same, so are they."""
    made = await rulings.history(session, guild_id, question_id)
    asked = await marks.askings(session, guild_id, question_id)
    return (
        tuple((ruling.id, ruling.undone_at is None) for ruling in made),
        tuple(asking.round_question_id for asking in asked if asking.is_closed),
    )


async def as_ruled(session: AsyncSession, guild_id: int, question_id: int) -> Question:
    """A version with the server's rulings in force laid over it."""
    in_force = await rulings.of_versions(session, guild_id, [question_id])
    verdicts = [ruling.verdict for ruling in in_force.get(question_id, [])]
    return ruled(question_content.from_text(await marks.content_of(session, question_id)), verdicts)


def mark_again(question: Question, asking: Asking, answer: KeptAnswer) -> AnswerMark:
    """The mark of an answer by a question with rulings laid over it."""
    return mark_answer(
        question,
        answer.response,
        asking.scoring,
        elapsed_ms=answer.elapsed_ms,
        limit_seconds=asking.round_seconds * QUESTION_TYPES[question.type].time_factor,
    )


def differing(question: Question, asking: Asking, answers: list[KeptAnswer]) -> list[ChangedMark]:
    """Those answers whose kept mark is not the one that they should have."""
    marked = ((answer, mark_again(question, asking, answer)) for answer in answers)
    return [ChangedMark(answer, new) for answer, new in marked if new != answer.mark]


async def at_close(session: AsyncSession, round_question_ids: Iterable[int]) -> None:
    """Mark the answers to questions that are being closed by the rulings that hold now.

    A ruling may have come while they were open: between the moment when its changes were worked out and the one from
    which on clicks were graded by it, answers were kept with the marks of before. The server's lock must be held.
    """
    for number in await rulings.ruled_among(session, round_question_ids):
        asking = await marks.asking(session, number)
        question = await as_ruled(session, asking.guild_id, asking.question_id)
        async for part in marks.answers_to(session, [number]):
            await marks.put(session, differing(question, asking, part))
