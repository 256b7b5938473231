"""An assignment: its states, when an attempt is due, and the step that it takes next by itself.

Values in, values out. What the database says decides, so that a process killed at any moment goes on where it was:
every step is harmless when done twice. How attempts become a mark stands in `domain/marking`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.marking import AttemptPolicy
from bot.domain.rounds import CLOSE_GRACE
from bot.domain.scoring import ScoringRule
from bot.values import dataclass

MOST_ATTEMPTS = 10
LARGEST_FACTOR = 5.0
LONGEST_LEAD = timedelta(hours=24)
LAST_REMINDER = timedelta(hours=1)


class Explain(StrEnum):
    """When a learner sees keys, explanations and footnotes."""

    AT_ONCE = "at_once"
    AFTER_ATTEMPT = "after_attempt"
    AFTER_CLOSE = "after_close"


class AssignmentState(StrEnum):
    """Where an assignment stands; it only ever moves down this list, but that CANCELLED follows PROPOSED alone."""

    PROPOSED = "proposed"
    CANCELLED = "cancelled"
    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"


class AttemptEnd(StrEnum):
    """Why an attempt is over."""

    HANDED_IN = "handed_in"
    TIME_UP = "time_up"


@dataclass(frozen=True, slots=True)
class Assignment:
    """An assignment as it is kept.

    ``round_id`` is the round whose questions are asked; ``is_live_round`` where that was played live. ``limit_minutes``
    is the time an attempt may take, ``question_seconds`` the time a question is open once shown, each None for no
    limit.
    """

    id: int
    guild_id: int
    channel_id: int
    round_id: int
    is_live_round: bool
    creator_id: int
    course_key: str
    course_title: str
    topic: str | None
    questions: int
    scoring: ScoringRule
    state: AssignmentState
    proposed_at: datetime
    opens_at: datetime
    closes_at: datetime
    attempts_allowed: int
    attempt_policy: AttemptPolicy
    limit_minutes: int | None
    question_seconds: int | None
    explain: Explain
    message_id: int | None
    is_close_shown: bool


@dataclass(frozen=True, slots=True)
class Attempt:
    """One learner's attempt; numbers count from 1. It is over once it has an end."""

    round_id: int
    assignment_id: int
    learner_id: int
    number: int
    started_at: datetime
    submitted_at: datetime | None
    end_reason: AttemptEnd | None
    is_withheld: bool


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one learner is granted: a factor on every time limit (from 1.0), and a close of his own, if any."""

    factor: float = 1.0
    closes_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Accommodation:
    """An allowance as it is kept: for one assignment, or for all of a server (``assignment_id`` None)."""

    learner_id: int
    assignment_id: int | None
    factor: float | None
    closes_at: datetime | None


def allowance(accommodations: Iterable[Accommodation]) -> Allowance:
    """What holds for a learner in an assignment: what was granted for it alone goes before what holds everywhere."""
    factor, closes_at = None, None
    for granted in sorted(accommodations, key=lambda each: each.assignment_id is not None):
        factor = granted.factor or factor
        closes_at = granted.closes_at or closes_at
    return Allowance(factor or 1.0, closes_at)


def close_for(closes_at: datetime, allowed: Allowance) -> datetime:
    """When the assignment closes for a learner; an accommodation never takes time away."""
    return closes_at if allowed.closes_at is None else max(closes_at, allowed.closes_at)


def due_at(
    started_at: datetime, closes_at: datetime, limit_minutes: int | None, allowed: Allowance
) -> datetime:
    """When an attempt ends by itself: its time is over, or the assignment closes for this learner."""
    closes = close_for(closes_at, allowed)
    if limit_minutes is None:
        return closes
    return min(closes, started_at + timedelta(minutes=limit_minutes) * allowed.factor)


def remind_at(opens_at: datetime, closes_at: datetime, asked_at: datetime) -> datetime | None:
    """When a learner is reminded of a close, or None where it is too late for that.

    A day before the close, in a short window when three quarters are over; for whoever asks later, an hour before.
    """
    lead = min(LONGEST_LEAD, (closes_at - opens_at) / 4)
    for moment in (closes_at - lead, closes_at - LAST_REMINDER):
        if moment > asked_at:
            return moment
    return None


class AssignmentStepKind(StrEnum):
    """What an assignment does by itself."""

    POST = "post"
    SETTLE = "settle"
    REMIND = "remind"
    CLOSE = "close"
    SHOW_CLOSE = "show_close"


@dataclass(frozen=True, slots=True)
class AssignmentStep:
    """What to do, and from when (None: at once)."""

    kind: AssignmentStepKind
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AssignmentProgress:
    """All that decides what an assignment does next.

    ``attempts_due`` are the ends of the attempts under way, ``releases_due`` the moments from which explanations of
    finished attempts may be told, ``reminders_due`` when reminders are to be sent.
    """

    state: AssignmentState
    opens_at: datetime
    closes_at: datetime
    is_close_shown: bool = False
    attempts_due: tuple[datetime, ...] = ()
    releases_due: tuple[datetime, ...] = ()
    reminders_due: tuple[datetime, ...] = ()


def next_step(progress: AssignmentProgress) -> AssignmentStep | None:
    """The step that comes first, or None where the assignment rests for good."""
    if progress.state is AssignmentState.PLANNED:
        return AssignmentStep(AssignmentStepKind.POST, progress.opens_at)
    if progress.state is AssignmentState.CLOSED and not progress.is_close_shown:
        return AssignmentStep(AssignmentStepKind.SHOW_CLOSE)
    steps: list[tuple[datetime, int, AssignmentStepKind]] = []
    if progress.state in (AssignmentState.OPEN, AssignmentState.CLOSED):
        settling = (*progress.attempts_due, *progress.releases_due)
        steps += [(due + CLOSE_GRACE, 0, AssignmentStepKind.SETTLE) for due in settling]
        steps += [(due, 1, AssignmentStepKind.REMIND) for due in progress.reminders_due]
    if progress.state is AssignmentState.OPEN:
        steps.append((progress.closes_at + CLOSE_GRACE, 2, AssignmentStepKind.CLOSE))
    if not steps:
        return None
    due, _rank, kind = min(steps)
    return AssignmentStep(kind, due)
