"""How many points a graded answer earns. To add a rule: a function here and a line in the table."""

from __future__ import annotations

import math
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

from bot.domain.questions import Grade

MAXIMUM_POINTS = 1000
FULL_POINTS_WITHIN_SECONDS = 0.5


class ScoringRule(StrEnum):
    """The names of the scoring rules, as commands and the database have them."""

    ACCURACY = "accuracy"
    SPEED = "speed"


class Scorer(Protocol):
    """Gives points for a grade."""

    def __call__(self, grade: Grade, elapsed_seconds: float, limit_seconds: float) -> int:
        """Points from 0 to MAXIMUM_POINTS."""
        ...


def accuracy(grade: Grade, elapsed_seconds: float, limit_seconds: float) -> int:
    """Each right answer earns the same, however long it took; a part of one earns its part."""
    return _nearest(MAXIMUM_POINTS * grade.fraction)


def speed(grade: Grade, elapsed_seconds: float, limit_seconds: float) -> int:
    """Right answers earn more the sooner they come, and at least half.

    Kahoot's published formula: (1 - (response time / question timer) / 2) x points possible, rounded to the
    nearest whole number; an answer within half a second earns full points. Source: Kahoot's help page "How
    points work".
    """
    if elapsed_seconds < FULL_POINTS_WITHIN_SECONDS:
        share = 1.0
    else:
        share = 1.0 - min(elapsed_seconds, limit_seconds) / limit_seconds / 2
    return _nearest(MAXIMUM_POINTS * share * grade.fraction)


def _nearest(value: float) -> int:
    """Half up, as a calculator on paper does; Python's round() would go to the even number."""
    return math.floor(value + 0.5)


SCORING_RULES: Mapping[ScoringRule, Scorer] = MappingProxyType(
    {ScoringRule.ACCURACY: accuracy, ScoringRule.SPEED: speed}
)
