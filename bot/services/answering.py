"""One click: from a learner's choice to a receipt that means that it is on disk."""

from __future__ import annotations

import asyncio
from datetime import datetime

from bot.domain.answer_marks import mark_answer
from bot.domain.guilds import AnswerPolicy
from bot.domain.question_types import QUESTION_TYPES
from bot.domain.question_types.rules import Submission
from bot.domain.questions import Response
from bot.domain.refusals import AlreadyAnswered, AnsweredSince, AnswerNotSaved, NothingChosen, QuestionClosed
from bot.domain.round_records import AnswerRecord, ShownChoice, shown_choice
from bot.errors import WriteFailed
from bot.services.live import LiveQuestion, LiveRounds
from bot.storage.answer_writer import AnswerWriter
from bot.values import dataclass


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof of an answer that is on disk. ``replaces`` is the choice that it takes the place of, if any."""

    choice: ShownChoice
    closes_at: datetime
    can_change: bool
    replaces: ShownChoice | None
    round_question_id: int


async def submit_answer(
    live_rounds: LiveRounds,
    writer: AnswerWriter,
    *,
    round_question_id: int,
    guild_id: int,
    learner_id: int,
    given: Submission,
    made_at: datetime,
) -> Receipt:
    """Keep a learner's answer.

    Args:
        live_rounds: the questions open in this process.
        writer: where answers are kept.
        round_question_id: the question, as the card names it.
        guild_id: the server in which the click was made.
        learner_id: whose answer it is.
        given: what was chosen, as positions on the card from 0, or typed.
        made_at: when the click was made, by Discord's clock.

    Returns:
        A receipt, after the commit.

    Raises:
        QuestionClosed: the click was made after the close, or the question is not open.
        NothingChosen: nothing, or something that was not offered, was chosen.
        AlreadyAnswered: answers are final here, and there is one.
        AnsweredSince: they can be changed, and this click was made before the one that is kept.
        AnswerNotSaved: the database could not keep it.
    """
    live = _open(live_rounds, round_question_id, guild_id, made_at)
    return await keep_answer(live, writer, learner_id=learner_id, given=given, made_at=made_at)


async def keep_answer(
    live: LiveQuestion, writer: AnswerWriter, *, learner_id: int, given: Submission, made_at: datetime
) -> Receipt:
    """Keep a learner's answer to a question that is open.

    Raises:
        NothingChosen: nothing, or something that was not offered, was chosen.
        AlreadyAnswered: answers are final here, and there is one.
        AnsweredSince: they can be changed, and this click was made before the one that is kept.
        AnswerNotSaved: the database could not keep it.
        QuestionClosed: it was closed meanwhile.
    """
    response = QUESTION_TYPES[live.question.type].read(live.question, live.option_order, given)
    if response is None:
        raise NothingChosen
    is_kept = False
    while not is_kept:
        await _earlier_click(live, learner_id)
        before = _before(live, learner_id)
        if before is not None and made_at < before.answered_at:
            # The gateway may bring clicks in another order, and twice: the last change is the one that was made last.
            raise AnsweredSince(_shown(live, before))
        answer = _graded(live, learner_id, 0 if before is None else before.revision + 1, response, made_at)
        is_kept = await _keep(live, writer, answer)
    return Receipt(
        choice=shown_choice(live.question, live.option_order, response),
        closes_at=live.closes_at,
        can_change=live.answer_policy is AnswerPolicy.CHANGEABLE,
        replaces=None if before is None else _shown(live, before),
        round_question_id=live.round_question_id,
    )


def answerable(
    live_rounds: LiveRounds, *, round_question_id: int, guild_id: int, learner_id: int, made_at: datetime
) -> LiveQuestion:
    """The question, if this learner may answer it now: asked before a form is opened.

    Raises:
        QuestionClosed: the click was made after the close, or the question is not open.
        AlreadyAnswered: answers are final here, and there is one.
    """
    live = _open(live_rounds, round_question_id, guild_id, made_at)
    _before(live, learner_id)
    return live


def require_unanswered(live: LiveQuestion, learner_id: int) -> None:
    """Let pass whoever may still answer.

    Raises:
        AlreadyAnswered: answers are final here, and there is one.
    """
    _before(live, learner_id)


def _open(live_rounds: LiveRounds, round_question_id: int, guild_id: int, made_at: datetime) -> LiveQuestion:
    live = live_rounds.find(round_question_id)
    if live is None or live.guild_id != guild_id or made_at > live.closes_at:
        raise QuestionClosed
    return live


def _before(live: LiveQuestion, learner_id: int) -> AnswerRecord | None:
    """What this learner answered before, where it may be changed."""
    before = live.answers.get(learner_id)
    if before is not None and live.answer_policy is AnswerPolicy.FINAL:
        raise AlreadyAnswered(_shown(live, before))
    return before


def _shown(live: LiveQuestion, answer: AnswerRecord) -> ShownChoice:
    return shown_choice(live.question, live.option_order, answer.response)


async def _earlier_click(live: LiveQuestion, learner_id: int) -> None:
    """Wait for a click of the same learner that is still being written."""
    while (flight := live.in_flight.get(learner_id)) is not None:
        await asyncio.wait([flight])


async def _keep(live: LiveQuestion, writer: AnswerWriter, answer: AnswerRecord) -> bool:
    """Write an answer; False where the database has one already that nobody here knew of, and knows of now.

    It may be from a process that had the server before, or one of which nobody could say whether it was kept.
    """
    landed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    live.in_flight[answer.learner_id] = landed
    try:
        kept = await writer.write(answer)
    except WriteFailed as error:
        raise AnswerNotSaved from error
    finally:
        del live.in_flight[answer.learner_id]
        landed.set_result(None)
    newest = answer if kept else await writer.newest(answer.round_question_id, answer.learner_id)
    if newest is None or newest.revision < answer.revision:
        raise QuestionClosed
    live.answers[answer.learner_id] = newest
    return kept


def _graded(
    live: LiveQuestion, learner_id: int, revision: int, response: Response, made_at: datetime
) -> AnswerRecord:
    # Discord's clock and ours may differ by a little: an answer is never faster than its question.
    elapsed_ms = max(0, round((made_at - live.opens_at).total_seconds() * 1000))
    # By the time that is kept, not by a finer one: whoever marks it again comes to the same points.
    given = mark_answer(
        live.question, response, live.scoring, elapsed_ms=elapsed_ms, limit_seconds=live.limit_seconds
    )
    return AnswerRecord(
        round_question_id=live.round_question_id,
        learner_id=learner_id,
        revision=revision,
        response=response,
        answered_at=made_at,
        elapsed_ms=elapsed_ms,
        fraction=given.fraction,
        points=given.points,
    )
