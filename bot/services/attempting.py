"""What learners do with an assignment: begin an attempt, go through its questions, answer, hand in.

Nothing of an attempt is held in memory: it can be left and gone on with on any device, and under any process.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.assignments import (
    Allowance,
    Assignment,
    AssignmentState,
    Attempt,
    AttemptEnd,
    Explain,
    close_for,
    due_at,
)
from bot.domain.guilds import AnswerPolicy
from bot.domain.marking import AttemptScore, Mark, mark
from bot.domain.question_types.rules import Submission
from bot.domain.refusals import (
    AnsweredLive,
    AssignmentClosed,
    AssignmentNotOpen,
    AttemptOver,
    NoAttemptsLeft,
    NoSuchAssignment,
    NotYourAttempt,
    QuestionClosed,
)
from bot.domain.round_records import AnswerRecord, AskedQuestion, RoundRecord
from bot.domain.rounds import CLOSE_GRACE, QuestionState, RoundKind, RoundState
from bot.services import answering
from bot.services.answering import Receipt
from bot.services.live import LiveQuestion
from bot.storage import accommodations, answers, assignments, attempts, rounds
from bot.storage.answer_writer import AnswerWriter
from bot.storage.database import Database, Session
from bot.storage.tables import AttemptRow, RoundQuestionRow, RoundRow

# Two clicks of one learner at the same moment; a third try meets what they have left.
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Desk:
    """How a learner stands in an assignment.

    ``closes_at`` is the close that holds for him. ``current`` is the attempt under way and ``due_at`` its end, if any;
    ``left`` the attempts that he can still begin. ``mark`` is None until it may be told.
    """

    assignment: Assignment
    allowed: Allowance
    closes_at: datetime
    attempts: tuple[Attempt, ...]
    scores: tuple[AttemptScore, ...]
    answered_live: bool
    current: Attempt | None
    due_at: datetime | None
    left: int
    mark: Mark | None


@dataclass(frozen=True, slots=True)
class AttemptPage:
    """One question of an attempt as its learner sees it; past the last one (``asked`` None), what is left to do.

    ``closes_at`` is when this question can no longer be answered, ``due_at`` when the attempt ends. ``answers`` holds
    all answers of the attempt by round question.
    """

    assignment: Assignment
    attempt: Attempt
    record: RoundRecord
    answers: dict[int, AnswerRecord]
    due_at: datetime
    asked: AskedQuestion | None
    closes_at: datetime
    is_told: bool
    can_answer: bool

    @property
    def answer(self) -> AnswerRecord | None:
        """What was answered to this question, if anything."""
        return None if self.asked is None else self.answers.get(self.asked.id)

    @property
    def topic(self) -> str | None:
        """The topic of this question, by its id."""
        return None if self.asked is None else self.asked.question.topic

    @property
    def unanswered(self) -> tuple[int, ...]:
        """The positions, from 0, of the questions without an answer."""
        return tuple(asked.position for asked in self.record.questions if asked.id not in self.answers)


async def desk(
    database: Database,
    writer: AnswerWriter,
    assignment_id: int,
    *,
    guild_id: int,
    learner_id: int,
    now: datetime,
) -> Desk:
    """How a learner stands; an attempt whose time is over is ended first.

    Raises:
        NoSuchAssignment: there is none of that number here.
    """
    shown = await _desk(database, assignment_id, guild_id, learner_id, now)
    if shown.current is not None and shown.due_at is not None and now > shown.due_at + CLOSE_GRACE:
        await end_attempt(
            database,
            writer,
            shown.current.round_id,
            submitted_at=shown.due_at,
            reason=AttemptEnd.TIME_UP,
            now=now,
        )
        shown = await _desk(database, assignment_id, guild_id, learner_id, now)
    return shown


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
        assignment = await _confirmed(session, assignment_id, guild_id, for_update=True)
        mine = await attempts.of_assignment(session, assignment_id, learner_id)
        current = next((attempt for attempt in mine if attempt.submitted_at is None), None)
        if current is None:
            allowed = await _allowed(session, assignment, learner_id)
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
        seat = await _seat(session, attempt_id, guild_id, learner_id, for_update=True)
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
            seat = await _seat(session, attempt_id, guild_id, learner_id)
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
        NothingChosen: nothing, or something that was not offered, was chosen.
        AnswerNotSaved: the database could not keep it.
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
        seat = await _seat(session, round_id, guild_id, learner_id)
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
        seat = await _seat(session, attempt_id, guild_id, learner_id)
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
    """Let an attempt be over; its keys are told from now on where that is what was chosen."""
    await writer.drained()
    async with database.write() as session:
        record = await rounds.get(session, attempt_id, for_update=True)
        attempt = await attempts.get(session, attempt_id)
        if record is None or attempt is None or attempt.submitted_at is not None:
            return
        assignment = await assignments.get(session, attempt.assignment_id)
        assert assignment is not None
        await attempts.end(session, attempt_id, submitted_at=submitted_at, reason=reason)
        allowed = await _allowed(session, assignment, attempt.learner_id)
        closes_at = close_for(assignment.closes_at, allowed)
        if assignment.explain is not Explain.AFTER_CLOSE or closes_at <= now:
            await attempts.release(session, [attempt_id])


@dataclass(frozen=True, slots=True)
class _Seat:
    """All that is known of one attempt."""

    assignment: Assignment
    attempt: Attempt
    record: RoundRecord
    answers: dict[int, AnswerRecord]
    allowed: Allowance
    due_at: datetime

    def closes_at(self, asked: AskedQuestion) -> datetime:
        """When a question can no longer be answered: its own time is over, or the attempt's."""
        if self.assignment.question_seconds is None or asked.opens_at is None:
            return self.due_at
        at_beginning = self.record.limit_of(asked.position)
        paper = replace(self.record, limit_seconds=self.assignment.question_seconds)
        now = paper.limit_of(asked.position) * self.allowed.factor
        return min(self.due_at, asked.opens_at + max(at_beginning, now))

    def page(self, position: int, now: datetime) -> AttemptPage:
        """What the learner sees at a position."""
        is_question = position < len(self.record.questions)
        asked = self.record.question_at(position) if is_question else None
        closes_at = self.due_at if asked is None else self.closes_at(asked)
        is_open = asked is not None and asked.state is QuestionState.OPEN and now <= closes_at
        is_final = self.record.answer_policy is AnswerPolicy.FINAL
        has_answer = asked is not None and asked.id in self.answers
        return AttemptPage(
            assignment=self.assignment,
            attempt=self.attempt,
            record=self.record,
            answers=self.answers,
            due_at=self.due_at,
            asked=asked,
            closes_at=closes_at,
            is_told=asked is not None and asked in self.record.told_questions,
            can_answer=is_open and not (has_answer and is_final),
        )


async def _seat(
    session: Session, attempt_id: int, guild_id: int, learner_id: int, *, for_update: bool = False
) -> _Seat:
    record = await rounds.get(session, attempt_id, for_update=for_update)
    attempt = await attempts.get(session, attempt_id)
    if record is None or attempt is None or record.guild_id != guild_id or attempt.learner_id != learner_id:
        raise NotYourAttempt
    assignment = await assignments.get(session, attempt.assignment_id)
    assert assignment is not None
    allowed = await _allowed(session, assignment, learner_id)
    given = await answers.of_learner(session, attempt_id, learner_id)
    due = due_at(attempt.started_at, assignment.closes_at, assignment.limit_minutes, allowed)
    return _Seat(assignment, attempt, record, given, allowed, due)


async def _open(session: Session, seat: _Seat, asked: AskedQuestion, now: datetime) -> None:
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
        seat = await _seat(session, round_id, guild_id, learner_id)
    if seat.attempt.submitted_at is not None or made_at > seat.due_at:
        raise AttemptOver
    asked = next(asked for asked in seat.record.questions if asked.id == round_question_id)
    given = seat.answers.get(asked.id)
    earlier = {} if given is None else {learner_id: (given.revision, given.response)}
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


async def _desk(
    database: Database, assignment_id: int, guild_id: int, learner_id: int, now: datetime
) -> Desk:
    async with database.read() as session:
        assignment = await _confirmed(session, assignment_id, guild_id)
        mine = await attempts.of_assignment(session, assignment_id, learner_id)
        scores = (await attempts.scores(session, assignment_id, learner_id)).get(learner_id, [])
        allowed = await _allowed(session, assignment, learner_id)
        answered_live = assignment.is_live_round and await attempts.has_answered(
            session, assignment.round_id, learner_id
        )
    closes_at = close_for(assignment.closes_at, allowed)
    current = next((attempt for attempt in mine if attempt.submitted_at is None), None)
    is_open = assignment.opens_at <= now < closes_at and not answered_live
    left = assignment.attempts_allowed - len(mine) if is_open else 0
    is_told = any(attempt.submitted_at is not None for attempt in mine) and not any(
        attempt.is_withheld for attempt in mine if attempt.submitted_at is not None
    )
    return Desk(
        assignment=assignment,
        allowed=allowed,
        closes_at=closes_at,
        attempts=tuple(mine),
        scores=tuple(scores),
        answered_live=answered_live,
        current=current,
        due_at=None
        if current is None
        else due_at(current.started_at, assignment.closes_at, assignment.limit_minutes, allowed),
        left=left,
        mark=mark(scores, assignment.attempt_policy) if is_told else None,
    )


async def _confirmed(
    session: Session, assignment_id: int, guild_id: int, *, for_update: bool = False
) -> Assignment:
    found = await assignments.get(session, assignment_id, for_update=for_update)
    if found is None or found.guild_id != guild_id:
        raise NoSuchAssignment
    if found.state in (AssignmentState.PROPOSED, AssignmentState.CANCELLED):
        raise NoSuchAssignment
    return found


async def _allowed(session: Session, assignment: Assignment, learner_id: int) -> Allowance:
    found = await accommodations.allowances(session, assignment.guild_id, assignment.id, [learner_id])
    return found[learner_id]


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
