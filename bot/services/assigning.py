"""Assignments as instructors make and change them: preview, confirm, list, extend, close.

What an assignment does by itself stands in `assignment_steps`, what learners do in `attempting`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.domain.assignments import Assignment, AssignmentState, Explain
from bot.domain.courses import Course
from bot.domain.guilds import AnswerPolicy, GuildSettings
from bot.domain.marking import AttemptPolicy
from bot.domain.refusals import (
    AssignmentClosed,
    AssignmentGone,
    ClosesBeforeOpens,
    NoSuchAssignment,
    QuestionsHeld,
    SpeedNeedsSeconds,
    TimePassed,
    TooFarAhead,
    TooManyAssignments,
)
from bot.domain.round_choices import DEFAULT_QUESTIONS, DEFAULT_SECONDS, RoundChoices
from bot.domain.round_records import RoundRecord
from bot.domain.rounds import RoundKind, RoundState
from bot.domain.scoring import ScoringRule
from bot.services.proposing import PROPOSAL_LIFETIME, draw_round, question_rows, round_row
from bot.storage import accommodations, assignments, guilds, rounds
from bot.storage.database import Database, Session
from bot.storage.tables import AssignmentRow, RoundRow
from bot.values import dataclass

MOST_UNCLOSED = 50
MOST_LISTED = 500
MOST_DAYS_AHEAD = 366
_UNCLOSED = (AssignmentState.PLANNED, AssignmentState.OPEN)
_CONFIRMED = (*_UNCLOSED, AssignmentState.CLOSED)


@dataclass(frozen=True, slots=True)
class AssignmentChoices:
    """What an instructor asks for; None means the default, or no limit. Without ``opens_at`` it opens at once."""

    closes_at: datetime
    opens_at: datetime | None = None
    course: str | None = None
    topic: str | None = None
    questions: int = DEFAULT_QUESTIONS
    scoring: ScoringRule = ScoringRule.ACCURACY
    attempts: int = 1
    attempt_policy: AttemptPolicy = AttemptPolicy.BEST
    limit_minutes: int | None = None
    question_seconds: int | None = None
    explain: Explain = Explain.AFTER_CLOSE


async def propose_assignment(
    database: Database,
    available: Mapping[str, Course],
    choices: AssignmentChoices,
    *,
    settings: GuildSettings,
    channel_id: int,
    creator_id: int,
    seed: int,
    now: datetime,
) -> Assignment:
    """Draw the questions of an assignment and keep it until its creator confirms.

    Raises:
        TimePassed: it would open or close in the past.
        ClosesBeforeOpens: the close is not after the opening.
        TooFarAhead: the close is too far away.
        SpeedNeedsSeconds: speed is to be scored without a time for each question.
        UnknownCourse, UnknownTopic, NoQuestions, QuestionsHeld: see `draw_round`.
        TooManyAssignments: the server has as many as it may have.
    """
    opens_at = choices.opens_at or now
    _check_window(opens_at, choices.closes_at, now=now)
    if choices.scoring is ScoringRule.SPEED and choices.question_seconds is None:
        raise SpeedNeedsSeconds
    wanted = RoundChoices(
        course=choices.course,
        topic=choices.topic,
        questions=choices.questions,
        limit_seconds=choices.question_seconds or DEFAULT_SECONDS,
        scoring=choices.scoring,
    )
    drawn = await draw_round(
        database, available, wanted, guild_id=settings.guild_id, channel_id=channel_id, seed=seed
    )
    paper = round_row(wanted, settings, drawn, channel_id=channel_id, starter_id=creator_id, now=now)
    _make_paper(paper, choices.explain)
    async with database.write() as session:
        await assignments.forget_proposals(session, before=now - PROPOSAL_LIFETIME)
        if await assignments.unclosed_count(session, settings.guild_id) >= MOST_UNCLOSED:
            raise TooManyAssignments(MOST_UNCLOSED)
        await rounds.insert(session, paper, question_rows(drawn))
        row = _assignment_row(choices, paper, opens_at=opens_at, now=now)
        assignment = await assignments.get(session, await assignments.insert(session, row))
    assert assignment is not None
    return assignment


async def confirm_assignment(
    database: Database, assignment_id: int, *, guild_id: int, creator_id: int, now: datetime
) -> Assignment:
    """Let a proposed assignment stand: it opens when its time has come, or at once.

    Raises:
        AssignmentGone: it was confirmed or cancelled before, or too late, or by somebody else.
        TimePassed: its close has passed since the preview.
        TooManyAssignments: the server has as many as it may have.
        QuestionsHeld: another one that was confirmed since the preview asks the same.
    """
    async with database.write() as session:
        await guilds.lock(session, guild_id)
        found = await assignments.get(session, assignment_id, for_update=True)
        proposed = _proposal(found, guild_id, creator_id, now)
        if proposed.closes_at <= now:
            raise TimePassed(proposed.closes_at)
        if await assignments.unclosed_count(session, guild_id) >= MOST_UNCLOSED:
            raise TooManyAssignments(MOST_UNCLOSED)
        await _require_free(session, proposed)
        await assignments.set_assignment(session, assignment_id, state=AssignmentState.PLANNED.value)
        confirmed = await assignments.get(session, assignment_id)
    assert confirmed is not None
    return confirmed


async def cancel_assignment(
    database: Database, assignment_id: int, *, guild_id: int, creator_id: int, now: datetime
) -> None:
    """Give a proposed assignment up.

    Raises:
        AssignmentGone: it was confirmed or cancelled before, or too late, or by somebody else.
    """
    async with database.write() as session:
        found = await assignments.get(session, assignment_id, for_update=True)
        _proposal(found, guild_id, creator_id, now)
        await assignments.set_assignment(session, assignment_id, state=AssignmentState.CANCELLED.value)


async def find_assignment(database: Database, assignment_id: int, *, guild_id: int) -> Assignment:
    """A server's assignment that was confirmed.

    Raises:
        NoSuchAssignment: there is none of that number here.
    """
    async with database.read() as session:
        return _confirmed(await assignments.get(session, assignment_id), guild_id)


async def list_assignments(
    database: Database, guild_id: int, *, unclosed_only: bool = False
) -> list[Assignment]:
    """A server's assignments, the latest close first; planned and open ones alone where only those are wanted."""
    states = _UNCLOSED if unclosed_only else _CONFIRMED
    async with database.read() as session:
        return await assignments.of_guild(session, guild_id, states, most=MOST_LISTED)


async def later_closes(database: Database, assignment: Assignment) -> int:
    """How many learners have a close of their own that is later than everybody's."""
    async with database.read() as session:
        own = await accommodations.with_own_close(session, assignment.id)
    return sum(closes_at > assignment.closes_at for closes_at in own.values())


async def extend_assignment(
    database: Database, assignment_id: int, closes_at: datetime, *, guild_id: int, now: datetime
) -> Assignment:
    """Move the close of an assignment that is not closed yet, later or earlier, but never into the past.

    Raises:
        NoSuchAssignment: there is none of that number here.
        AssignmentClosed: it is closed, and its explanations may be told.
        TimePassed, ClosesBeforeOpens, TooFarAhead: the new close cannot be.
    """
    async with database.write() as session:
        before = _confirmed(await assignments.get(session, assignment_id, for_update=True), guild_id)
        if before.state is AssignmentState.CLOSED or before.closes_at <= now:
            raise AssignmentClosed
        _check_window(before.opens_at, closes_at, now=now, is_open=True)
        await assignments.set_assignment(session, assignment_id, closes_at=closes_at)
        extended = await assignments.get(session, assignment_id)
    assert extended is not None
    return extended


async def close_assignment(
    database: Database, assignment_id: int, *, guild_id: int, now: datetime
) -> Assignment:
    """Close an assignment now, but for those who have a later close of their own; the rest is due work.

    One that has not opened yet is given up: nobody has seen it.

    Raises:
        NoSuchAssignment: there is none of that number here.
        AssignmentClosed: it is closed already.
    """
    async with database.write() as session:
        before = _confirmed(await assignments.get(session, assignment_id, for_update=True), guild_id)
        if before.state is AssignmentState.CLOSED or before.closes_at <= now:
            raise AssignmentClosed
        if before.state is AssignmentState.PLANNED and not before.is_live_round:
            await assignments.set_assignment(session, assignment_id, state=AssignmentState.CANCELLED.value)
        else:
            await assignments.set_assignment(session, assignment_id, closes_at=now)
        closed = await assignments.get(session, assignment_id)
    assert closed is not None
    return closed


def assignment_of_live_round(record: RoundRecord, *, now: datetime) -> AssignmentRow:
    """The row by which a live round that has ended stays open: one attempt, explained to all after the close."""
    is_timed = record.scoring is ScoringRule.SPEED
    return AssignmentRow(
        guild_id=record.guild_id,
        channel_id=record.place_id,
        round_id=record.id,
        creator_id=record.starter_id,
        state=AssignmentState.PLANNED.value,
        proposed_at=now,
        opens_at=now,
        closes_at=now + timedelta(hours=record.stays_open_hours or 0),
        attempts_allowed=1,
        attempt_policy=AttemptPolicy.BEST.value,
        limit_minutes=None,
        # Where speed was scored, the absent have the same seconds.
        question_seconds=record.limit_seconds if is_timed else None,
        explain=Explain.AFTER_CLOSE.value,
        is_close_shown=False,
    )


def _check_window(opens_at: datetime, closes_at: datetime, *, now: datetime, is_open: bool = False) -> None:
    if opens_at < now and not is_open:
        raise TimePassed(opens_at)
    if closes_at <= now:
        raise TimePassed(closes_at)
    if closes_at <= opens_at:
        raise ClosesBeforeOpens
    if closes_at - now > timedelta(days=MOST_DAYS_AHEAD):
        raise TooFarAhead(MOST_DAYS_AHEAD)


def _proposal(found: Assignment | None, guild_id: int, creator_id: int, now: datetime) -> Assignment:
    if found is None or found.guild_id != guild_id or found.state is not AssignmentState.PROPOSED:
        raise AssignmentGone
    if found.creator_id != creator_id or now - found.proposed_at > PROPOSAL_LIFETIME:
        raise AssignmentGone
    return found


async def _require_free(session: Session, proposed: Assignment) -> None:
    paper = await rounds.get(session, proposed.round_id)
    assert paper is not None
    held = {question.id for question in await assignments.held_questions(session, proposed.guild_id)}
    if any(asked.question.id in held for asked in paper.questions):
        raise QuestionsHeld(proposed.course_title)


def _confirmed(found: Assignment | None, guild_id: int) -> Assignment:
    if found is None or found.guild_id != guild_id or found.state not in _CONFIRMED:
        raise NoSuchAssignment
    return found


def _make_paper(row: RoundRow, explain: Explain) -> None:
    """The row of a round becomes that of a paper: it is never played, only copied."""
    row.kind = RoundKind.PAPER.value
    row.state = RoundState.SELF_PACED.value
    row.is_withheld = True
    if explain is Explain.AT_ONCE:
        # Whoever has read the explanation has nothing left to change.
        row.answer_policy = AnswerPolicy.FINAL.value


def _assignment_row(
    choices: AssignmentChoices, paper: RoundRow, *, opens_at: datetime, now: datetime
) -> AssignmentRow:
    return AssignmentRow(
        guild_id=paper.guild_id,
        channel_id=paper.channel_id,
        round_id=paper.id,
        creator_id=paper.starter_id,
        state=AssignmentState.PROPOSED.value,
        proposed_at=now,
        opens_at=opens_at,
        closes_at=choices.closes_at,
        attempts_allowed=choices.attempts,
        attempt_policy=choices.attempt_policy.value,
        limit_minutes=choices.limit_minutes,
        question_seconds=choices.question_seconds,
        explain=choices.explain.value,
        is_close_shown=False,
    )
