"""What a schedule does next: golden sequences, and rules that hold whatever the calendar."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.missed_runs import MissedPolicy, WhenMissed
from bot.domain.recurrence import LAST, Every, Recurrence, Weekday, runs
from bot.domain.round_choices import RoundChoices
from bot.domain.schedule_clashes import first_clash
from bot.domain.schedule_refusals import NotADate, NotATime, NotDays, TooManySkipDates
from bot.domain.schedule_words import Days, read_dates, read_days, read_time
from bot.domain.schedules import (
    CLAIM_LIFETIME,
    WAIT_FOR_PLACE,
    Duty,
    DutyKind,
    Schedule,
    SchedulePlan,
    ScheduleState,
    next_duty,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def schedule(state: ScheduleState = ScheduleState.ACTIVE, **plan: object) -> Schedule:
    recurrence = Recurrence(Every.DAILY, time(12), ZoneInfo("UTC"), date(2026, 3, 1))
    made = SchedulePlan(
        name="Quiz",
        channel_id=7,
        choices=RoundChoices(course="rivers"),
        recurrence=recurrence,
        missed=MissedPolicy(WhenMissed.SKIP),
    )
    return Schedule(
        id=1,
        guild_id=10,
        owner_id=30,
        plan=replace(made, **plan),  # type: ignore[arg-type]
        state=state,
        pause_reason=None,
        revision=1,
        created_at=NOON - timedelta(hours=2),
        replaces_id=None,
        last_run_at=NOON - timedelta(hours=2),
        last_day=None,
        waiting_for=None,
        announced_for=None,
        announcing_at=None,
        announced_in=None,
        announcement_id=None,
        owes_notice=False,
        event_for=None,
        event_id=None,
    )


def due(found: Duty | None) -> tuple[DutyKind, datetime] | None:
    return None if found is None else (found.kind, found.due_at)


def test_it_waits_for_its_run_and_begins_it_at_its_moment() -> None:
    waiting = schedule()
    assert due(next_duty(waiting, NOON - MINUTE)) == (DutyKind.BEGIN, NOON)
    assert due(next_duty(waiting, NOON)) == (DutyKind.BEGIN, NOON)
    held = replace(waiting, last_run_at=NOON, last_day=date(2026, 3, 1))
    assert due(next_duty(held, NOON)) == (DutyKind.BEGIN, NOON + timedelta(days=1))


def test_it_announces_first_once() -> None:
    waiting = schedule(announce_minutes=10)
    assert due(next_duty(waiting, NOON - 30 * MINUTE)) == (DutyKind.ANNOUNCE, NOON - 10 * MINUTE)
    begun = replace(waiting, announced_for=NOON, announcing_at=NOON - 10 * MINUTE)
    found = next_duty(begun, NOON - 9 * MINUTE)
    assert found is not None
    assert found.is_claimed
    assert found.due_at == NOON - 10 * MINUTE + CLAIM_LIFETIME
    posted = replace(begun, announcement_id=5)
    assert due(next_duty(posted, NOON - 9 * MINUTE)) == (DutyKind.BEGIN, NOON)


def test_an_announcement_that_was_lost_at_the_last_moment_is_not_said_any_more() -> None:
    begun = replace(
        schedule(announce_minutes=1), announced_for=NOON, announcing_at=NOON - 30 * timedelta(seconds=1)
    )
    assert due(next_duty(begun, NOON - timedelta(seconds=20))) == (DutyKind.BEGIN, NOON)


def test_what_was_announced_and_does_not_come_is_taken_back() -> None:
    posted = replace(schedule(announce_minutes=10), announced_for=NOON, announcement_id=5)
    paused = replace(posted, state=ScheduleState.PAUSED)
    before = NOON - 5 * MINUTE
    assert due(next_duty(paused, before)) == (DutyKind.RETRACT, before)
    assert next_duty(paused, NOON) is None, "its time is over: nobody waits for it any more"
    rule = posted.plan.recurrence
    skipped = replace(
        posted, plan=replace(posted.plan, recurrence=replace(rule, skip_dates=frozenset({NOON.date()})))
    )
    assert due(next_duty(skipped, before)) == (DutyKind.RETRACT, before)


def test_what_was_announced_in_a_channel_that_is_not_its_own_any_more_is_taken_back() -> None:
    posted = replace(schedule(announce_minutes=10), announced_for=NOON, announced_in=7, announcement_id=5)
    before = NOON - 5 * MINUTE
    assert due(next_duty(posted, before)) == (DutyKind.BEGIN, NOON)
    moved = replace(posted, plan=replace(posted.plan, channel_id=8))
    assert due(next_duty(moved, before)) == (DutyKind.RETRACT, before)


def test_its_owner_is_told_first_that_it_was_paused() -> None:
    paused = replace(schedule(ScheduleState.PAUSED), owes_notice=True)
    assert due(next_duty(paused, NOON)) == (DutyKind.TELL, NOON)


def test_a_run_that_waits_for_its_channel_is_not_missed_for_as_long() -> None:
    late = NOON + WAIT_FOR_PLACE - MINUTE
    assert due(next_duty(schedule(), late)) == (DutyKind.DROP, late)
    waits = replace(schedule(), waiting_for=NOON)
    assert due(next_duty(waits, late)) == (DutyKind.BEGIN, late)
    too_late = NOON + WAIT_FOR_PLACE + MINUTE
    assert due(next_duty(waits, too_late)) == (DutyKind.DROP, too_late)


def test_it_ends_after_its_last_run_and_what_does_not_run_rests() -> None:
    rule = replace(schedule().plan.recurrence, count=1)
    last = replace(schedule(recurrence=rule), last_run_at=NOON, last_day=NOON.date())
    assert due(next_duty(last, NOON)) == (DutyKind.END, NOON)
    for state in (ScheduleState.DRAFT, ScheduleState.PAUSED, ScheduleState.ENDED, ScheduleState.DELETED):
        assert next_duty(schedule(state), NOON) is None


def test_its_event_is_for_its_next_run_and_goes_with_it() -> None:
    wants = schedule(wants_event=True)
    before = NOON - timedelta(hours=1)
    assert due(next_duty(wants, before)) == (DutyKind.SET_EVENT, before)
    has = replace(wants, event_for=NOON, event_id=9)
    assert due(next_duty(has, before)) == (DutyKind.BEGIN, NOON)
    paused = replace(has, state=ScheduleState.PAUSED)
    assert due(next_duty(paused, before)) == (DutyKind.SET_EVENT, before)
    assert due(next_duty(wants, NOON - timedelta(seconds=30))) == (DutyKind.BEGIN, NOON), "too late for one"


@given(
    steps=st.lists(st.integers(0, 60 * 60 * 30), min_size=1, max_size=30),
    grace=st.integers(0, 90),
    announce=st.one_of(st.none(), st.integers(1, 120)),
)
def test_whenever_it_is_looked_at_no_run_is_begun_twice_or_out_of_order(
    steps: list[int], grace: int, announce: int | None
) -> None:
    missed = MissedPolicy(WhenMissed.RUN_LATE, grace * MINUTE) if grace else MissedPolicy(WhenMissed.SKIP)
    now, looked = NOON - timedelta(hours=2), schedule(missed=missed, announce_minutes=announce)
    begun: list[datetime] = []
    for seconds in steps:
        now += timedelta(seconds=seconds)
        for _ in range(5):
            found = next_duty(looked, now)
            assert found is not None
            if found.due_at > now:
                break
            assert found.run is not None
            if found.kind is DutyKind.ANNOUNCE:
                looked = replace(looked, announced_for=found.run.utc, announcing_at=now, announcement_id=1)
                continue
            if found.kind is DutyKind.BEGIN:
                assert now - found.run.utc <= looked.plan.missed.allowed
                begun.append(found.run.utc)
            looked = replace(looked, last_run_at=found.run.utc, last_day=found.run.day)
        else:
            pytest.fail("it never rests")
    assert begun == sorted(set(begun))
    assert set(begun) <= {run.utc for run in runs(replace(looked.plan.recurrence, count=60))}


@pytest.mark.parametrize(
    ("text", "every", "days"),
    [
        ("mon", Every.WEEKLY, Days(frozenset({Weekday.MONDAY}))),
        ("Mon, WED  fri", Every.WEEKLY, Days(frozenset({Weekday.MONDAY, Weekday.WEDNESDAY, Weekday.FRIDAY}))),
        ("thursdays,Thurs", Every.WEEKLY, None),
        ("15", Every.MONTHLY, Days(month_day=15)),
        ("31st", Every.MONTHLY, Days(month_day=31)),
        ("last", Every.MONTHLY, Days(month_day=LAST)),
        ("First Monday", Every.MONTHLY, Days(frozenset({Weekday.MONDAY}), nth_weekday=1)),
        ("last fri", Every.MONTHLY, Days(frozenset({Weekday.FRIDAY}), nth_weekday=LAST)),
        ("2nd tue", Every.MONTHLY, Days(frozenset({Weekday.TUESDAY}), nth_weekday=2)),
        ("0", Every.MONTHLY, None),
        ("32", Every.MONTHLY, None),
        ("first", Every.MONTHLY, None),
        ("monday", Every.MONTHLY, None),
        ("", Every.WEEKLY, None),
        ("mon", Every.DAILY, None),
    ],
)
def test_days_are_read_as_they_are_meant(text: str, every: Every, days: Days | None) -> None:
    if days is not None:
        assert read_days(text, every) == days
        return
    with pytest.raises(NotDays):
        read_days(text, every)


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("9:30", time(9, 30)),
        ("9am", time(9)),
        ("9:30 a.m.", time(9, 30)),
        ("6 PM", time(18)),
        ("12am", time(0)),
        ("12:15 pm", time(12, 15)),
    ],
)
def test_a_time_of_day_is_read_as_teachers_write_it(text: str, clock: time) -> None:
    assert read_time(text) == clock


@pytest.mark.parametrize(
    "text", ["24:00", "9", "0am", "13pm", "9:60am", "09:60", "9:5", "", "noon", "12:30:00", "١٢:٣٠"]
)
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(NotATime):
        read_time(text)


def test_dates_come_one_by_one_and_in_ranges() -> None:
    assert read_dates("2026-12-31..2027-01-01, 2026-05-01") == {
        date(2026, 5, 1),
        date(2026, 12, 31),
        date(2027, 1, 1),
    }
    assert read_dates(" ") == frozenset()
    for wrong in ("2026-02-30", "2026-1-1", "2026-01-02..2026-01-01", "2026-01-01..", "tomorrow"):
        with pytest.raises(NotADate):
            read_dates(wrong)
    with pytest.raises(TooManySkipDates):
        read_dates("1970-01-01..2999-12-31")


def test_two_meet_where_a_round_lasts_into_the_other_and_nowhere_else() -> None:
    rule = schedule().plan.recurrence
    there = replace(
        schedule(), plan=replace(schedule().plan, recurrence=replace(rule, local_time=time(12, 5)))
    )
    mine = schedule(choices=RoundChoices(questions=10, limit_seconds=20, pause_seconds=12)).plan
    clash = first_clash(mine, [there], NOON - timedelta(hours=1))
    assert clash == (there, NOON + 5 * MINUTE)
    short = replace(mine, choices=RoundChoices(questions=5))
    assert first_clash(short, [there], NOON) is None
    elsewhere = replace(mine, channel_id=8)
    assert first_clash(elsewhere, [there], NOON) is None
    in_thread = replace(mine, choices=replace(mine.choices, in_thread=True))
    assert first_clash(in_thread, [there], NOON) is None
