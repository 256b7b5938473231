"""Which moment a wall-clock time of a zone is: gaps and repetitions when the clocks are changed.

Only the clock stands here; which dates a schedule has is `domain/recurrence`. Moments that lie ahead are to be worked
out anew: what holds under one release of the tz database need not hold under the next.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class Reading(StrEnum):
    """How often the clocks of a zone show a wall-clock time on its date."""

    ONCE = "once"
    NEVER = "never"
    """They jump over it; the first moment after the gap stands for it."""
    TWICE = "twice"
    """They go back over it; the first of the two is meant."""


def resolve(wanted: datetime, zone: ZoneInfo) -> tuple[datetime, Reading]:
    """The first moment (in UTC) at which the clocks of ``zone`` show ``wanted`` or later, and why it is that one.

    ``wanted`` is without a zone and in whole seconds. Source of the rule for gaps and folds: PEP 495.
    """
    at_first, at_second = (wanted.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if at_first == at_second:
        return at_first, Reading.ONCE
    if at_first < at_second:
        return at_first, Reading.TWICE
    # In a gap fold 0 takes the offset before it, which gives a moment after its end, and fold 1 the other way round.
    return _first_at_or_past(wanted, at_second, at_first, zone), Reading.NEVER


def _first_at_or_past(wanted: datetime, before: datetime, past: datetime, zone: ZoneInfo) -> datetime:
    """Between a moment before the gap's end and one at or past it: that end, to the second, by halving."""
    while (seconds := (past - before) // timedelta(seconds=1)) > 1:
        middle = before + timedelta(seconds=seconds // 2)
        if middle.astimezone(zone).replace(tzinfo=None) < wanted:
            before = middle
        else:
            past = middle
    return past
