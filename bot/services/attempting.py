"""What learners do with an assignment: begin an attempt, go through its questions, answer, hand in.

Nothing of an attempt is held in memory: it can be left and gone on with on any device, and under any process.
"""

from __future__ import annotations

from datetime import datetime

from bot.domain.assignments import (
    Allowance,
    Assignment,
    AttemptEnd,
    Explain,
    close_for,
    due_at,
)
from bot.domain.question_types.rules import Submission
from bot.domain.refusals import (
    AnsweredLive,
    AssignmentClosed,
    AssignmentNotOpen,
    AttemptOver,
    NoAttemptsLeft,
    QuestionClosed,
)
from bot.domain.round_records import AskedQuestion
from bot.domain.rounds import CLOSE_GRACE, QuestionState, RoundKind, RoundState
from bot.services import answering
from bot.services.answering import Receipt
from bot.services.attempt_seats import AttemptPage, Seat, allowed_in, confirmed, take_seat
from bot.services.live import LiveQuestion
from bot.storage import assignments, attempts, guilds, regrading, rounds
from bot.storage.answer_writer import AnswerWriter
from bot.storage.database import Database, Session
from bot.storage.tables import AttemptRow, RoundQuestionRow, RoundRow

# Two clicks of one learner at the same moment; a third try meets what they have left.
_TRIES = 3


async def begin(
    database: Database, assignment_id: int, *, guild_id: int, learner_id: int, made_at: datetime
) -> AttemptPage:
    """Begin an attempt, or go on with the one under way; shows its first question without an answer.

    Args:
        database: where it is kept.
        assignment_id: which assignment.
        guild_id: the server in which the click was made.
        learner_id: whose attempt it is.
        made_at: when the click was made, by Discord's clock; time limits count from here.

    Raises:
        NoSuchAssignment: there is none of that number here.
        AssignmentNotOpen: it opens later.
        AssignmentClosed: it is closed for this learner.
        AnsweredLive: he answered the round while it was live.
        NoAttemptsLeft: he has used them all.
    """
    async with database.write() as session:
        assignment = await confirmed(session, assignment_id, guild_id, for_update=True)
        mine = await attempts.of_assignment(session, assignment_id, learner_id)
        current = next((attempt for attempt in mine if attempt.submitted_at is None), None)
        if current is None:
            allowed = await allowed_in(session, assignment, learner_id)
            _require_open(assignment, allowed, made_at)
            if assignment.is_live_round and await attempts.has_answered(
                session, assignment.round_id, learner_id
            ):
                raise AnsweredLive
            if len(mine) >= assignment.attempts_allowed:
                raise NoAttemptsLeft(assignment.attempts_allowed)
            round_id = await _copy_paper(session, assignment, learner_id, len(mine) + 1, made_at, allowed)
        else:
            round_id = current.round_id
    return await page(database, round_id, None, guild_id=guild_id, learner_id=learner_id, now=made_at)


async def page(
    database: Database,
    attempt_id: int,
    position: int | None,
    *,
    guild_id: int,
    learner_id: int,
    now: datetime,
) -> AttemptPage:
    """A question of an attempt, by its position from 0; None is the first without an answer, past the last the end.

    A question that is shown for the first time is opened: from here its own time counts.

    Raises:
        NotYourAttempt: it is somebody else's, or none.
        AttemptOver: it is handed in, or its time is over.
    """
    async with database.write() as session:
        seat = await take_seat(session, attempt_id, guild_id, learner_id, for_update=True)
        if seat.attempt.submitted_at is not None or now > seat.due_at + CLOSE_GRACE:
            raise AttemptOver
        if position is None:
            position = next(
                (asked.position for asked in seat.record.questions if asked.id not in seat.answers),
                len(seat.record.questions),
            )
        position = max(0, min(position, len(seat.record.questions)))
        if position < len(seat.record.questions):
            await _open(session, seat, seat.record.question_at(position), now)
            seat = await take_seat(session, attempt_id, guild_id, learner_id)
    return seat.page(position, now)


async def answerable(
    database: Database, round_question_id: int, *, guild_id: int, learner_id: int, made_at: datetime
) -> LiveQuestion:
    """A question of a learner's attempt, if he may answer it now: asked before a form is opened.

    Raises:
        QuestionClosed: it is no question of an attempt, or its time is over.
        NotYourAttempt: it is somebody else's.
        AttemptOver: the attempt is handed in, or its time is over.
        AlreadyAnswered: answers are final here, and there is one.
    """
    live, _round_id = await _open_question(database, round_question_id, guild_id, learner_id, made_at)
    answering.require_unanswered(live, learner_id)
    return live


async def submit(
    database: Database,
    writer: AnswerWriter,
    *,
    round_question_id: int,
    guild_id: int,
    learner_id: int,
    given: Submission,
    made_at: datetime,
) -> tuple[Receipt, AttemptPage]:
    """Keep an answer of an attempt.

    Returns:
        The receipt, after the commit, and what is shown next: the explanation where it is told at once, otherwise the
        next question.

    Raises:
        QuestionClosed, NotYourAttempt, AttemptOver, AlreadyAnswered: see `answerable`.
        NothingChosen, AnsweredSince, AnswerNotSaved: see `answering.keep_answer`.
    """
    receipt = None
    for tried in range(1, _TRIES + 1):
        live, round_id = await _open_question(database, round_question_id, guild_id, learner_id, made_at)
        try:
            receipt = await answering.keep_answer(
                live, writer, learner_id=learner_id, given=given, made_at=made_at
            )
            break
        except QuestionClosed:
            # Another click of the same learner was first, or the attempt ended: what is there now decides.
            if tried == _TRIES:
                raise
    assert receipt is not None
    async with database.read() as session:
        seat = await take_seat(session, round_id, guild_id, learner_id)
    position = next(asked.position for asked in seat.record.questions if asked.id == round_question_id)
    is_told_now = seat.assignment.explain is Explain.AT_ONCE
    following = position if is_told_now else position + 1
    shown = await page(database, round_id, following, guild_id=guild_id, learner_id=learner_id, now=made_at)
    return receipt, shown


async def hand_in(
    database: Database,
    writer: AnswerWriter,
    attempt_id: int,
    *,
    guild_id: int,
    learner_id: int,
    made_at: datetime,
    now: datetime,
) -> int:
    """End an attempt at its learner's word; harmless where it is over already.

    Returns:
        The assignment's number.

    Raises:
        NotYourAttempt: it is somebody else's, or none.
    """
    async with database.read() as session:
        seat = await take_seat(session, attempt_id, guild_id, learner_id)
    is_late = made_at > seat.due_at
    await end_attempt(
        database,
        writer,
        attempt_id,
        submitted_at=min(made_at, seat.due_at),
        reason=AttemptEnd.TIME_UP if is_late else AttemptEnd.HANDED_IN,
        now=now,
    )
    return seat.assignment.id


async def end_attempt(
    database: Database,
    writer: AnswerWriter,
    attempt_id: int,
    *,
    submitted_at: datetime,
    reason: AttemptEnd,
    now: datetime,
) -> None:
    """Let an attempt be over; its keys are told from now on where that is what was chosen.

    One whose time was up goes on where its learner was given more since somebody looked.
    """
    await writer.drained()
    async with database.write() as session:
        record = await rounds.get(session, attempt_id, for_update=True)
        attempt = await attempts.get(session, attempt_id)
        if record is None or attempt is None or attempt.submitted_at is not None:
            return
        assignment = await assignments.get(session, attempt.assignment_id)
        assert assignment is not None
        allowed = await allowed_in(session, assignment, attempt.learner_id)
        due = due_at(attempt.started_at, assignment.closes_at, assignment.limit_minutes, allowed)
        if reason is AttemptEnd.TIME_UP and submitted_at < due:
            return
        await guilds.lock(session, record.guild_id)
        await regrading.at_close(session, [asked.id for asked in record.questions])
        await attempts.end(session, attempt_id, submitted_at=submitted_at, reason=reason)
        closes_at = close_for(assignment.closes_at, allowed)
        if assignment.explain is not Explain.AFTER_CLOSE or closes_at <= now:
            await attempts.release(session, [attempt_id])


async def _open(session: Session, seat: Seat, asked: AskedQuestion, now: datetime) -> None:
    """Open a question that is shown for the first time; close one that is explained at once, when it is done with."""
    if asked.state is QuestionState.PENDING:
        await rounds.set_question(session, asked.id, state=QuestionState.OPEN.value, opens_at=now)
    elif asked.state is QuestionState.OPEN and seat.assignment.explain is Explain.AT_ONCE:
        has_answer = asked.id in seat.answers
        if has_answer or now > seat.closes_at(asked) + CLOSE_GRACE:
            await rounds.set_question(
                session, asked.id, state=QuestionState.CLOSED.value, closes_at=now, answered=int(has_answer)
            )


async def _open_question(
    database: Database, round_question_id: int, guild_id: int, learner_id: int, made_at: datetime
) -> tuple[LiveQuestion, int]:
    """The question as the rules of answering want it, and the number of its attempt."""
    async with database.read() as session:
        round_id = await rounds.round_of_question(session, round_question_id)
        if round_id is None or await attempts.get(session, round_id) is None:
            raise QuestionClosed
        seat = await take_seat(session, round_id, guild_id, learner_id)
    if seat.attempt.submitted_at is not None or made_at > seat.due_at:
        raise AttemptOver
    asked = next(asked for asked in seat.record.questions if asked.id == round_question_id)
    given = seat.answers.get(asked.id)
    earlier = {} if given is None else {learner_id: given}
    closes_at = seat.closes_at(asked)
    live = LiveQuestion(
        round_question_id=asked.id,
        round_id=round_id,
        guild_id=guild_id,
        channel_id=seat.record.channel_id,
        message_id=None,
        question=asked.question,
        option_order=asked.option_order,
        opens_at=asked.opens_at or made_at,
        closes_at=closes_at,
        limit_seconds=seat.record.limit_of(asked.position).total_seconds(),
        scoring=seat.record.scoring,
        answer_policy=seat.record.answer_policy,
        answers=earlier,
    )
    answering.require_unanswered(live, learner_id)
    if asked.state is not QuestionState.OPEN or made_at > closes_at:
        raise QuestionClosed
    return live, round_id


def _require_open(assignment: Assignment, allowed: Allowance, made_at: datetime) -> None:
    if made_at < assignment.opens_at:
        raise AssignmentNotOpen(assignment.opens_at)
    if made_at >= close_for(assignment.closes_at, allowed):
        raise AssignmentClosed


async def _copy_paper(
    session: Session,
    assignment: Assignment,
    learner_id: int,
    number: int,
    started_at: datetime,
    allowed: Allowance,
) -> int:
    """A round of the learner's own: the same questions with their options in the same order.

    Its seconds are his own, factor included, so that what speed earned can be worked out anew from the round alone.
    """
    paper = await rounds.paper(session, assignment.round_id)
    row = RoundRow(
        kind=RoundKind.ATTEMPT.value,
        is_withheld=assignment.explain is not Explain.AT_ONCE,
        guild_id=assignment.guild_id,
        channel_id=assignment.channel_id,
        in_thread=False,
        starter_id=learner_id,
        course_id=paper.course_id,
        topic=paper.topic,
        limit_seconds=round(paper.limit_seconds * allowed.factor),
        pause_seconds=paper.pause_seconds,
        scoring=paper.scoring,
        answer_policy=paper.answer_policy,
        seed=paper.seed,
        state=RoundState.SELF_PACED.value,
        proposed_at=started_at,
        started_at=started_at,
    )
    questions = [
        RoundQuestionRow(
            position=position,
            question_id=question_id,
            option_order=option_order,
            state=QuestionState.PENDING.value,
            answered=0,
        )
        for position, (question_id, option_order) in enumerate(paper.questions)
    ]
    round_id = await rounds.insert(session, row, questions)
    await attempts.insert(
        session,
        AttemptRow(
            round_id=round_id,
            assignment_id=assignment.id,
            learner_id=learner_id,
            number=number,
            started_at=started_at,
        ),
    )
    return round_id
