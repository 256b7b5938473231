"""From the attempts of one learner to one mark: which of them counts. Pure; how answers are graded stands elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from bot.values import dataclass


class AttemptPolicy(StrEnum):
    """Which attempt counts. The names and meanings are those of Moodle's "Grading method" of a quiz."""

    BEST = "best"
    LAST = "last"
    FIRST = "first"
    MEAN = "mean"


@dataclass(frozen=True, slots=True)
class AttemptScore:
    """What one attempt earned.

    ``number`` counts from 1; 0 is the live round, for whoever answered there. ``credit`` is the sum of how right each
    answer is, from 0.0 to ``questions``; ``right`` counts those that are right in full. ``submitted_at`` is None while
    it is under way.
    """

    number: int
    started_at: datetime
    submitted_at: datetime | None
    questions: int
    answered: int
    right: int
    credit: float
    points: int

    @property
    def share(self) -> float:
        """How right the attempt is, from 0.0 to 1.0; what was not answered is wrong."""
        return self.credit / self.questions if self.questions else 0.0


@dataclass(frozen=True, slots=True)
class Mark:
    """What counts: ``share`` from 0.0 to 1.0, ``points``, and the numbers of the attempts that it is made from."""

    share: float
    points: float
    counted: tuple[int, ...]


def mark(attempts: Sequence[AttemptScore], policy: AttemptPolicy) -> Mark | None:
    """The mark of one learner's attempts that are over, or None where there is none. Of equal best ones the first."""
    over = sorted(
        (attempt for attempt in attempts if attempt.submitted_at is not None),
        key=lambda attempt: attempt.number,
    )
    if not over:
        return None
    match policy:
        case AttemptPolicy.BEST:
            counted = [max(over, key=lambda attempt: (attempt.share, attempt.points, -attempt.number))]
        case AttemptPolicy.LAST:
            counted = over[-1:]
        case AttemptPolicy.FIRST:
            counted = over[:1]
        case AttemptPolicy.MEAN:
            counted = over
    return Mark(
        share=sum(attempt.share for attempt in counted) / len(counted),
        points=sum(attempt.points for attempt in counted) / len(counted),
        counted=tuple(attempt.number for attempt in counted),
    )
