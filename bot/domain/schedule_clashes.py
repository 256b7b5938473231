"""Whether two schedules would have rounds in one channel at the same time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import islice

from bot.domain.recurrence import runs
from bot.domain.round_choices import RoundChoices
from bot.domain.schedules import Schedule, SchedulePlan

HORIZON = timedelta(days=366)
_MOST_RUNS = 400
# From the announcement to the first question.
_LEAD_SECONDS = 5


def expected_length(choices: RoundChoices) -> timedelta:
    """How long a round takes; longer where its questions are of a kind that stays open for longer."""
    each = choices.limit_seconds + choices.pause_seconds
    return timedelta(seconds=_LEAD_SECONDS + choices.questions * each)


def first_clash(
    plan: SchedulePlan, others: Iterable[Schedule], now: datetime
) -> tuple[Schedule, datetime] | None:
    """The first of the others whose rounds would meet this plan's within a year, and when; None where none does.

    Rounds in threads of their own meet nobody.
    """
    if plan.choices.in_thread:
        return None
    length = expected_length(plan.choices)
    mine = [(begins, begins + length) for begins in _moments(plan, now)]
    for other in others:
        theirs = other.plan
        if theirs.channel_id != plan.channel_id or theirs.choices.in_thread:
            continue
        lasting = expected_length(theirs.choices)
        meeting = _first_meeting(mine, [(begins, begins + lasting) for begins in _moments(theirs, now)])
        if meeting is not None:
            return other, meeting
    return None


def _moments(plan: SchedulePlan, now: datetime) -> list[datetime]:
    found = islice(runs(plan.recurrence, now), _MOST_RUNS)
    return [run.utc for run in found if run.utc <= now + HORIZON]


def _first_meeting(
    mine: list[tuple[datetime, datetime]], theirs: list[tuple[datetime, datetime]]
) -> datetime | None:
    left = right = 0
    while left < len(mine) and right < len(theirs):
        (my_begin, my_end), (their_begin, their_end) = mine[left], theirs[right]
        if my_begin < their_end and their_begin < my_end:
            return max(my_begin, their_begin)
        left, right = (left + 1, right) if my_end <= their_end else (left, right + 1)
    return None
