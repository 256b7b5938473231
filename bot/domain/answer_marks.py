"""What an answer is worth: the one place where a mark comes from, when it is given and whenever it is made anew."""

from __future__ import annotations

from bot.domain.question_types import QUESTION_TYPES
from bot.domain.questions import Question, Response
from bot.domain.scoring import SCORING_RULES, ScoringRule
from bot.values import dataclass

_MS_A_SECOND = 1000


@dataclass(frozen=True, slots=True)
class AnswerMark:
    """``fraction`` of the answer that is right, from 0.0 to 1.0, and the points that it earns."""

    fraction: float
    points: int


def mark_answer(
    question: Question, response: Response, scoring: ScoringRule, *, elapsed_ms: int, limit_seconds: float
) -> AnswerMark:
    """Mark a response by the question's key and what was ruled of it.

    Everything that it needs is kept with the answer, so that every mark can be computed again from the log.

    Args:
        question: with the rulings in force laid over it.
        response: what was answered.
        scoring: the round's rule.
        elapsed_ms: the time from the question's opening.
        limit_seconds: how long the question could be answered.
    """
    grade = QUESTION_TYPES[question.type].grade(question, response)
    points = SCORING_RULES[scoring](grade, elapsed_ms / _MS_A_SECOND, limit_seconds)
    return AnswerMark(grade.fraction, points)
