"""One attempt with all that is known of it, and the page of it that its learner sees. What he does is `attempting`."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain.assignments import (
    Allowance,
    Assignment,
    AssignmentState,
    Attempt,
    due_at,
)
from bot.domain.guilds import AnswerPolicy
from bot.domain.refusals import (
    NoSuchAssignment,
    NotYourAttempt,
)
from bot.domain.round_records import AnswerRecord, AskedQuestion, RoundRecord
from bot.domain.rounds import QuestionState
from bot.storage import accommodations, answers, assignments, attempts, rounds
from bot.storage.database import Session
from bot.values import dataclass


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


@dataclass(frozen=True, slots=True)
class Seat:
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


async def take_seat(
    session: Session, attempt_id: int, guild_id: int, learner_id: int, *, for_update: bool = False
) -> Seat:
    """An attempt, for its learner.

    Raises:
        NotYourAttempt: it is somebody else's, or none.
    """
    record = await rounds.get(session, attempt_id, for_update=for_update)
    attempt = await attempts.get(session, attempt_id)
    if record is None or attempt is None or record.guild_id != guild_id or attempt.learner_id != learner_id:
        raise NotYourAttempt
    assignment = await assignments.get(session, attempt.assignment_id)
    assert assignment is not None
    allowed = await allowed_in(session, assignment, learner_id)
    given = await answers.of_learner(session, attempt_id, learner_id)
    due = due_at(attempt.started_at, assignment.closes_at, assignment.limit_minutes, allowed)
    return Seat(assignment, attempt, record, given, allowed, due)


async def confirmed(
    session: Session, assignment_id: int, guild_id: int, *, for_update: bool = False
) -> Assignment:
    """A server's assignment that was confirmed.

    Raises:
        NoSuchAssignment: there is none of that number here.
    """
    found = await assignments.get(session, assignment_id, for_update=for_update)
    if found is None or found.guild_id != guild_id:
        raise NoSuchAssignment
    if found.state in (AssignmentState.PROPOSED, AssignmentState.CANCELLED):
        raise NoSuchAssignment
    return found


async def allowed_in(session: Session, assignment: Assignment, learner_id: int) -> Allowance:
    """What holds for a learner in an assignment."""
    found = await accommodations.allowances(session, assignment.guild_id, assignment.id, [learner_id])
    return found[learner_id]
