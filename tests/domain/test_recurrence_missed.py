"""What is due after a pause: at most one run, by the schedule's own policy."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.missed_runs import PUNCTUAL, Due, MissedPolicy, WhenMissed, due_run
from bot.domain.recurrence import Every, Recurrence

SKIP = MissedPolicy(WhenMissed.SKIP)
LATE = MissedPolicy(WhenMissed.RUN_LATE, timedelta(hours=3))
MINUTE = timedelta(minutes=1)

DAILY = Recurrence(Every.DAILY, time(9, 30), ZoneInfo("Asia/Shanghai"), date(2026, 3, 1))


def run_at(day: int) -> datetime:
    """The moment of the run on that day of March 2026: 09:30 in Shanghai."""
    return datetime(2026, 3, day, 1, 30, tzinfo=UTC)


def days(due: Due | None) -> tuple[int | None, int, int]:
    """The run to begin, how many are dropped, and the last that passed, by their days."""
    assert due is not None
    return (due.run.day.day if due.run else None), due.missed, due.latest.day.day


def test_nothing_is_due_before_its_moment() -> None:
    assert due_run(DAILY, run_at(1), run_at(2) - timedelta(microseconds=1), LATE) is None
    assert due_run(DAILY, run_at(2), run_at(2) + MINUTE, LATE) is None


@pytest.mark.parametrize("policy", [SKIP, LATE])
@pytest.mark.parametrize("late", [timedelta(), PUNCTUAL])
def test_a_run_begins_at_its_moment_by_any_policy(policy: MissedPolicy, late: timedelta) -> None:
    due = due_run(DAILY, run_at(1), run_at(2) + late, policy)
    assert days(due) == (2, 0, 2)
    assert due is not None
    assert not due.is_late


def test_a_missed_run_is_dropped_where_it_shall_be_skipped() -> None:
    due = due_run(DAILY, run_at(1), run_at(2) + PUNCTUAL + MINUTE, SKIP)
    assert days(due) == (None, 1, 2)


def test_a_grace_without_running_late_means_nothing() -> None:
    policy = MissedPolicy(WhenMissed.SKIP, timedelta(hours=3))
    assert days(due_run(DAILY, run_at(1), run_at(2) + timedelta(hours=1), policy)) == (None, 1, 2)


def test_a_missed_run_begins_late_within_the_grace() -> None:
    due = due_run(DAILY, run_at(1), run_at(2) + LATE.grace, LATE)
    assert days(due) == (2, 0, 2)
    assert due is not None
    assert due.is_late
    assert days(due_run(DAILY, run_at(1), run_at(2) + LATE.grace + MINUTE, LATE)) == (None, 1, 2)


def test_there_is_never_a_pile_of_runs() -> None:
    assert days(due_run(DAILY, run_at(1), run_at(20) + MINUTE, LATE)) == (20, 18, 20)
    assert days(due_run(DAILY, run_at(1), run_at(20) - MINUTE, LATE)) == (None, 18, 19)
    whole_week = MissedPolicy(WhenMissed.RUN_LATE, timedelta(days=7))
    assert days(due_run(DAILY, run_at(1), run_at(20) - MINUTE, whole_week)) == (19, 17, 19)


def test_what_passed_does_not_come_due_again() -> None:
    now = run_at(20) + MINUTE
    due = due_run(DAILY, run_at(1), now, LATE)
    assert due is not None
    assert due_run(DAILY, due.latest.utc, now, LATE, last_day=due.latest.day) is None


def test_a_schedule_that_never_ran_counts_from_its_start() -> None:
    assert days(due_run(DAILY, None, run_at(3), LATE)) == (3, 2, 3)
    # Made on the 2nd, after that day's run: nothing was missed.
    assert due_run(DAILY, run_at(2) + MINUTE, run_at(2) + 2 * MINUTE, LATE) is None


def test_a_grace_shorter_than_punctual_is_punctual() -> None:
    policy = MissedPolicy(WhenMissed.RUN_LATE, timedelta(seconds=10))
    assert days(due_run(DAILY, run_at(1), run_at(2) + MINUTE, policy)) == (2, 0, 2)


def test_a_day_that_was_held_is_not_due_again() -> None:
    # As though the tz database had moved the run of the 2nd to an hour after it was held.
    held_at = run_at(2) - timedelta(hours=1)
    assert due_run(DAILY, held_at, run_at(2), LATE, last_day=date(2026, 3, 2)) is None
    assert days(due_run(DAILY, held_at, run_at(2), LATE)) == (2, 0, 2)


def test_after_the_end_nothing_is_due() -> None:
    three = Recurrence(Every.DAILY, time(9, 30), DAILY.zone, DAILY.start_date, count=3)
    assert days(due_run(three, run_at(2), run_at(9), LATE)) == (None, 1, 3)
    assert due_run(three, run_at(3), run_at(9), LATE) is None
