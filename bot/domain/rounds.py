"""A live round: its states, and the only step that may come next.

`next_step` is the whole of what a round does by itself. It is a function of what the database
says, so that a process killed at any moment goes on where it was: a step that was begun and not
recorded is simply the next step again, and every step is harmless when done twice.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from bot.values import dataclass

EMPTY_QUESTIONS_THAT_END_A_ROUND = 3
# A click made in time may reach us a moment after the end; the deadline itself is the click's own time.
CLOSE_GRACE = timedelta(milliseconds=150)


class RoundKind(StrEnum):
    """What a round is: played by all at once, the questions of an assignment, or one learner's attempt at them."""

    LIVE = "live"
    PAPER = "paper"
    ATTEMPT = "attempt"


class RoundState(StrEnum):
    """Where a live round stands. PROPOSED rounds wait for their starter's word.

    Papers and attempts are SELF_PACED: they do nothing by themselves, and how they stand is kept with the assignment.
    """

    PROPOSED = "proposed"
    CANCELLED = "cancelled"
    RUNNING = "running"
    ENDED = "ended"
    SELF_PACED = "self_paced"


class QuestionState(StrEnum):
    """Where a question of a round stands; it only ever moves down this list."""

    PENDING = "pending"
    OPEN = "open"
    CLOSED = "closed"
    REVEALED = "revealed"
    SKIPPED = "skipped"


class EndReason(StrEnum):
    """Why a round is over."""

    COMPLETED = "completed"
    STOPPED = "stopped"
    UNANSWERED = "unanswered"
    CHANNEL_GONE = "channel_gone"
    MISSING_PERMISSION = "missing_permission"
    REMOVED_FROM_SERVER = "removed_from_server"
    REFUSED_BY_DISCORD = "refused_by_discord"


class StepKind(StrEnum):
    """What a round does next."""

    ANNOUNCE = "announce"
    OPEN = "open"
    POST = "post"
    CLOSE = "close"
    REVEAL = "reveal"
    END = "end"
    POST_RESULT = "post_result"


@dataclass(frozen=True, slots=True)
class QuestionProgress:
    """One question of a round; ``answered`` counts learners and is final once it is closed."""

    position: int
    state: QuestionState
    is_posted: bool = False
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    answered: int = 0


@dataclass(frozen=True, slots=True)
class RoundProgress:
    """All that decides what a round does next; questions in order of their position."""

    state: RoundState
    is_announced: bool
    is_result_posted: bool
    end_reason: EndReason | None
    questions: tuple[QuestionProgress, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """What to do, with which question, and from when (None: at once)."""

    kind: StepKind
    position: int | None = None
    due_at: datetime | None = None
    end_reason: EndReason | None = None


def next_step(progress: RoundProgress) -> Step | None:  # noqa: PLR0911 - one return a step
    """The one step that this round takes next, or None where it rests for good."""
    if progress.state is not RoundState.RUNNING:
        return None
    if not progress.is_announced:
        return Step(StepKind.ANNOUNCE)
    for question in progress.questions:
        if question.state is QuestionState.OPEN:
            if not question.is_posted:
                return Step(StepKind.POST, question.position)
            assert question.closes_at is not None
            return Step(StepKind.CLOSE, question.position, question.closes_at + CLOSE_GRACE)
        if question.state is QuestionState.CLOSED:
            return Step(StepKind.REVEAL, question.position)
    if progress.end_reason is not None:
        return Step(StepKind.POST_RESULT)
    pending = next((q for q in progress.questions if q.state is QuestionState.PENDING), None)
    if pending is None:
        return Step(StepKind.END, end_reason=EndReason.COMPLETED)
    if empty_streak(progress.questions) >= EMPTY_QUESTIONS_THAT_END_A_ROUND:
        return Step(StepKind.END, end_reason=EndReason.UNANSWERED)
    return Step(StepKind.OPEN, pending.position, pending.opens_at)


def empty_streak(questions: tuple[QuestionProgress, ...]) -> int:
    """How many questions in a row, counted back from the last one shown, nobody answered."""
    streak = 0
    for question in questions:
        if question.state is QuestionState.REVEALED:
            streak = streak + 1 if question.answered == 0 else 0
    return streak
