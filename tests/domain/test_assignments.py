"""When attempts are due, what more time does, and the steps that an assignment takes by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.assignments import (
    Accommodation,
    Allowance,
    AssignmentProgress,
    AssignmentState,
    AssignmentStepKind,
    allowance,
    close_for,
    due_at,
    next_step,
    remind_at,
)
from bot.domain.rounds import CLOSE_GRACE

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MOMENTS = st.integers(-100, 2000).map(lambda minutes: NOON + timedelta(minutes=minutes))
FACTORS = st.sampled_from([1.0, 1.25, 1.5, 2.0, 5.0])


def test_without_a_limit_an_attempt_lasts_until_the_close() -> None:
    assert due_at(NOON, NOON + DAY, None, Allowance()) == NOON + DAY


def test_a_limit_counts_from_the_beginning_and_never_goes_past_the_close() -> None:
    assert due_at(NOON, NOON + DAY, 30, Allowance()) == NOON + HOUR / 2
    assert due_at(NOON, NOON + HOUR / 4, 30, Allowance()) == NOON + HOUR / 4


def test_a_factor_lengthens_the_limit_and_an_own_close_the_window() -> None:
    assert due_at(NOON, NOON + DAY, 30, Allowance(1.5)) == NOON + timedelta(minutes=45)
    assert due_at(NOON, NOON + HOUR, 120, Allowance(1.0, NOON + DAY)) == NOON + 2 * HOUR
    assert due_at(NOON, NOON + HOUR, None, Allowance(1.0, NOON + DAY)) == NOON + DAY


@given(MOMENTS, MOMENTS, st.none() | st.integers(1, 600), FACTORS, st.none() | MOMENTS)
def test_an_accommodation_never_takes_time_away(
    started: datetime, closes: datetime, limit: int | None, factor: float, own: datetime | None
) -> None:
    allowed = Allowance(factor, own)
    assert due_at(started, closes, limit, allowed) >= due_at(started, closes, limit, Allowance())
    assert close_for(closes, allowed) >= closes


def test_what_was_granted_for_one_assignment_goes_before_what_holds_everywhere() -> None:
    everywhere = Accommodation(1, None, 1.5, None)
    here = Accommodation(1, 7, 2.0, NOON)
    assert allowance([here, everywhere]) == Allowance(2.0, NOON)
    assert allowance([replace(here, factor=None), everywhere]) == Allowance(1.5, NOON)
    assert allowance([]) == Allowance()


def test_reminders_come_a_day_before_or_at_three_quarters_or_an_hour_before() -> None:
    week = NOON + 7 * DAY
    assert remind_at(NOON, week, NOON) == week - DAY
    assert remind_at(NOON, NOON + 8 * HOUR, NOON) == NOON + 6 * HOUR
    assert remind_at(NOON, week, week - 2 * HOUR) == week - HOUR
    assert remind_at(NOON, week, week - HOUR) is None


@given(MOMENTS, MOMENTS, MOMENTS)
def test_a_reminder_comes_after_it_was_asked_for_and_before_the_close(
    opens: datetime, closes: datetime, asked: datetime
) -> None:
    moment = remind_at(opens, max(opens, closes), asked)
    assert moment is None or asked < moment <= max(opens, closes)


def progress(**values: object) -> AssignmentProgress:
    basis = AssignmentProgress(AssignmentState.OPEN, NOON, NOON + DAY)
    return replace(basis, **values)  # type: ignore[arg-type]


def test_the_steps_of_a_life() -> None:
    planned = next_step(progress(state=AssignmentState.PLANNED))
    assert planned is not None
    assert (planned.kind, planned.due_at) == (AssignmentStepKind.POST, NOON)
    open_ = next_step(progress())
    assert open_ is not None
    assert (open_.kind, open_.due_at) == (AssignmentStepKind.CLOSE, NOON + DAY + CLOSE_GRACE)
    timed = next_step(progress(attempts_due=(NOON + HOUR,), reminders_due=(NOON + 2 * HOUR,)))
    assert timed is not None
    assert (timed.kind, timed.due_at) == (AssignmentStepKind.SETTLE, NOON + HOUR + CLOSE_GRACE)
    reminding = next_step(progress(reminders_due=(NOON + 2 * HOUR,)))
    assert reminding is not None
    assert reminding.kind is AssignmentStepKind.REMIND
    closed = next_step(progress(state=AssignmentState.CLOSED))
    assert closed is not None
    assert (closed.kind, closed.due_at) == (AssignmentStepKind.SHOW_CLOSE, None)
    assert next_step(progress(state=AssignmentState.CLOSED, is_close_shown=True)) is None


def test_after_the_close_those_with_a_later_one_are_waited_for() -> None:
    later = progress(
        state=AssignmentState.CLOSED,
        is_close_shown=True,
        attempts_due=(NOON + 2 * DAY,),
        releases_due=(NOON + 3 * DAY,),
    )
    step = next_step(later)
    assert step is not None
    assert (step.kind, step.due_at) == (AssignmentStepKind.SETTLE, NOON + 2 * DAY + CLOSE_GRACE)


def test_what_is_only_proposed_or_was_cancelled_does_nothing() -> None:
    for state in (AssignmentState.PROPOSED, AssignmentState.CANCELLED):
        assert next_step(progress(state=state)) is None


@given(
    st.sampled_from(AssignmentState),
    MOMENTS,
    st.booleans(),
    st.lists(MOMENTS, max_size=4),
    st.lists(MOMENTS, max_size=4),
    st.lists(MOMENTS, max_size=4),
)
def test_the_step_is_always_the_earliest_that_is_due(
    state: AssignmentState,
    closes: datetime,
    shown: bool,
    attempts: list[datetime],
    releases: list[datetime],
    reminders: list[datetime],
) -> None:
    step = next_step(
        AssignmentProgress(state, NOON, closes, shown, tuple(attempts), tuple(releases), tuple(reminders))
    )
    if step is None or step.due_at is None or step.kind is AssignmentStepKind.POST:
        return
    waiting = [moment + CLOSE_GRACE for moment in (*attempts, *releases)] + reminders
    assert all(step.due_at <= moment for moment in waiting)
    if state is AssignmentState.OPEN:
        assert step.due_at <= closes + CLOSE_GRACE
