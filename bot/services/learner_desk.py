"""How one learner stands in an assignment: what Start shows him."""

from __future__ import annotations

from datetime import datetime

from bot.domain.assignments import (
    Allowance,
    Assignment,
    Attempt,
    AttemptEnd,
    close_for,
    due_at,
)
from bot.domain.marking import AttemptScore, Mark, mark
from bot.domain.rounds import CLOSE_GRACE
from bot.services.attempt_seats import allowed_in, confirmed
from bot.services.attempting import end_attempt
from bot.storage import attempts, voids
from bot.storage.answer_writer import AnswerWriter
from bot.storage.database import Database
from bot.values import dataclass


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


async def _desk(
    database: Database, assignment_id: int, guild_id: int, learner_id: int, now: datetime
) -> Desk:
    async with database.read() as session:
        assignment = await confirmed(session, assignment_id, guild_id)
        mine = await attempts.of_assignment(session, assignment_id, learner_id)
        without = await voids.worth_nothing(session, guild_id)
        earned = await attempts.scores(session, assignment_id, learner_id, without=without)
        scores = earned.get(learner_id, [])
        allowed = await allowed_in(session, assignment, learner_id)
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
