"""What an assignment does by itself, each step one transaction, each harmless when done twice.

What is posted to Discord stands between them: the keeper posts and then records.
"""

from __future__ import annotations

from datetime import datetime

from bot.domain.assignments import (
    Allowance,
    Assignment,
    AssignmentProgress,
    AssignmentState,
    Attempt,
    AttemptEnd,
    close_for,
    due_at,
    remind_at,
)
from bot.domain.rounds import CLOSE_GRACE
from bot.domain.shards import Shards
from bot.services.attempting import end_attempt
from bot.storage import accommodations, assignments, attempts, rounds
from bot.storage.answer_writer import AnswerWriter
from bot.storage.database import Database, Session
from bot.values import dataclass


@dataclass(frozen=True, slots=True)
class DueReminder:
    """A learner to be reminded, of the close that holds for him; ``has_begun`` where an attempt is under way."""

    learner_id: int
    closes_at: datetime
    has_begun: bool


@dataclass(frozen=True, slots=True)
class _Standing:
    """All that decides what is due."""

    attempts: tuple[Attempt, ...]
    asked_reminders: dict[int, datetime]
    allowances: dict[int, Allowance]


async def busy_assignments(database: Database, shards: Shards) -> list[int]:
    """Every assignment in these shards' servers that has something left to do by itself."""
    async with database.read() as session:
        busy = await assignments.busy_ids(session)
    return [assignment_id for assignment_id, guild_id in busy if shards.have(guild_id)]


async def load(database: Database, assignment_id: int) -> tuple[Assignment, AssignmentProgress] | None:
    """The assignment, and what decides its next step."""
    async with database.read() as session:
        assignment = await assignments.get(session, assignment_id)
        if assignment is None:
            return None
        standing = await _standing(session, assignment)
    return assignment, _progress(assignment, standing)


async def record_posted(database: Database, assignment_id: int, *, message_id: int) -> None:
    """The assignment stands in its channel: learners can begin."""
    async with database.write() as session:
        current = await assignments.get(session, assignment_id, for_update=True)
        if current is not None and current.state is AssignmentState.PLANNED:
            await assignments.set_assignment(
                session, assignment_id, state=AssignmentState.OPEN.value, message_id=message_id
            )


async def settle(database: Database, writer: AnswerWriter, assignment_id: int, *, now: datetime) -> None:
    """End the attempts whose time is over, and release the explanations that are due."""
    async with database.read() as session:
        assignment = await assignments.get(session, assignment_id)
        if assignment is None:
            return
        standing = await _standing(session, assignment)
    for attempt in standing.attempts:
        due = _due(assignment, attempt, standing)
        if attempt.submitted_at is None and due + CLOSE_GRACE <= now:
            await end_attempt(
                database, writer, attempt.round_id, submitted_at=due, reason=AttemptEnd.TIME_UP, now=now
            )
    async with database.write() as session:
        current = await assignments.get(session, assignment_id, for_update=True)
        assert current is not None
        standing = await _standing(session, current)
        told = [
            attempt.round_id
            for attempt in standing.attempts
            if _is_withheld(attempt) and _close_of(current, attempt, standing) <= now
        ]
        await attempts.release(session, told)


async def close(database: Database, writer: AnswerWriter, assignment_id: int, *, now: datetime) -> None:
    """Take no more attempts, and release what is due at the close; those with a later close go on."""
    async with database.write() as session:
        current = await assignments.get(session, assignment_id, for_update=True)
        if current is None or current.state is not AssignmentState.OPEN or current.closes_at > now:
            return
        await assignments.set_assignment(session, assignment_id, state=AssignmentState.CLOSED.value)
        if current.is_live_round:
            await rounds.set_round(session, current.round_id, is_withheld=False)
    await settle(database, writer, assignment_id, now=now)


async def give_up(database: Database, assignment_id: int) -> None:
    """An assignment that can be posted nowhere; a live round that stayed open for it holds nothing back any more."""
    async with database.write() as session:
        current = await assignments.get(session, assignment_id, for_update=True)
        if current is not None and current.state is AssignmentState.PLANNED:
            await assignments.set_assignment(session, assignment_id, state=AssignmentState.CANCELLED.value)
            if current.is_live_round:
                await rounds.set_round(session, current.round_id, is_withheld=False)


async def record_close_shown(database: Database, assignment_id: int) -> None:
    """The channel has been told that the assignment is closed."""
    async with database.write() as session:
        await assignments.set_assignment(session, assignment_id, is_close_shown=True)


async def due_reminders(database: Database, assignment_id: int, *, now: datetime) -> list[DueReminder]:
    """Who is to be reminded now; whoever has handed in is not reminded, and waits for nothing any more."""
    async with database.write() as session:
        assignment = await assignments.get(session, assignment_id)
        if assignment is None:
            return []
        standing = await _standing(session, assignment)
        due = []
        for learner_id, asked_at in standing.asked_reminders.items():
            closes_at = close_for(assignment.closes_at, standing.allowances[learner_id])
            moment = remind_at(assignment.opens_at, closes_at, asked_at)
            own = [attempt for attempt in standing.attempts if attempt.learner_id == learner_id]
            if closes_at <= now or moment is None or any(attempt.submitted_at for attempt in own):
                await assignments.record_reminded(session, assignment_id, learner_id, now)
            elif moment <= now:
                due.append(DueReminder(learner_id, closes_at, has_begun=bool(own)))
    return due


async def record_reminded(database: Database, assignment_id: int, learner_id: int, *, now: datetime) -> None:
    """A learner was reminded, or cannot be."""
    async with database.write() as session:
        await assignments.record_reminded(session, assignment_id, learner_id, now)


async def _standing(session: Session, assignment: Assignment) -> _Standing:
    found = await attempts.of_assignment(session, assignment.id)
    asked = await assignments.reminders(session, assignment.id)
    learners = {attempt.learner_id for attempt in found} | asked.keys()
    granted = await accommodations.allowances(session, assignment.guild_id, assignment.id, learners)
    return _Standing(tuple(found), asked, granted)


def _progress(assignment: Assignment, standing: _Standing) -> AssignmentProgress:
    reminders = []
    for learner_id, asked_at in standing.asked_reminders.items():
        closes_at = close_for(assignment.closes_at, standing.allowances[learner_id])
        # Where the close was moved so that none can come any more, it is struck off at once.
        reminders.append(remind_at(assignment.opens_at, closes_at, asked_at) or asked_at)
    return AssignmentProgress(
        state=assignment.state,
        opens_at=assignment.opens_at,
        closes_at=assignment.closes_at,
        is_close_shown=assignment.is_close_shown,
        attempts_due=tuple(
            _due(assignment, attempt, standing)
            for attempt in standing.attempts
            if attempt.submitted_at is None
        ),
        releases_due=tuple(
            _close_of(assignment, attempt, standing) for attempt in standing.attempts if _is_withheld(attempt)
        ),
        reminders_due=tuple(reminders),
    )


def _due(assignment: Assignment, attempt: Attempt, standing: _Standing) -> datetime:
    allowed = standing.allowances[attempt.learner_id]
    return due_at(attempt.started_at, assignment.closes_at, assignment.limit_minutes, allowed)


def _close_of(assignment: Assignment, attempt: Attempt, standing: _Standing) -> datetime:
    return close_for(assignment.closes_at, standing.allowances[attempt.learner_id])


def _is_withheld(attempt: Attempt) -> bool:
    return attempt.submitted_at is not None and attempt.is_withheld
