"""How each learner does, for whoever teaches them: read from marks, and never compared in public."""

from __future__ import annotations

from enum import StrEnum

from bot.domain.marks import MarkTable, share
from bot.values import dataclass

# Below so many answers a share says nothing of a person.
FEWEST_ANSWERS = 5
LOW_SHARE = 0.5
FEW_OF_ASKED = 0.5


class Attention(StrEnum):
    """Why a learner is worth a private word."""

    KNOWS_LITTLE = "knows_little"
    SELDOM_HERE = "seldom_here"
    TOO_FEW_ANSWERS = "too_few_answers"


@dataclass(frozen=True, slots=True)
class LearnerProgress:
    """One learner: ``share`` is the mean mark of what he answered, from 0.0 to 1.0."""

    learner_id: int
    share: float
    answered: int
    asked: int
    attention: Attention | None


def progress(table: MarkTable) -> tuple[LearnerProgress, ...]:
    """Every learner of a table: those first who may need help, and last those of whom little is known."""
    asked = sum(played.possible for played in table.rounds)
    found = [
        LearnerProgress(
            row.learner_id,
            share(row.earned, row.answered),
            row.answered,
            asked,
            _attention(share(row.earned, row.answered), row.answered, asked),
        )
        for row in table.rows
    ]
    order = {Attention.KNOWS_LITTLE: 0, Attention.SELDOM_HERE: 1, None: 2, Attention.TOO_FEW_ANSWERS: 3}
    return tuple(sorted(found, key=lambda each: (order[each.attention], each.share, each.learner_id)))


def middle_share(learners: tuple[LearnerProgress, ...]) -> float:
    """The median of the shares: half of the learners know less."""
    from statistics import median

    return median(each.share for each in learners) if learners else 0.0


def _attention(earned_share: float, answered: int, asked: int) -> Attention | None:
    if answered < FEWEST_ANSWERS:
        return Attention.TOO_FEW_ANSWERS
    if earned_share < LOW_SHARE:
        return Attention.KNOWS_LITTLE
    if answered < FEW_OF_ASKED * asked:
        return Attention.SELDOM_HERE
    return None
