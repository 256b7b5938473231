"""The calendar of schedules: which dates a rule has."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, time
from importlib.resources import files
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from bot.domain.recurrence import (
    LAST,
    Every,
    ImpossibleRecurrence,
    Misfit,
    Recurrence,
    ShortMonth,
    Weekday,
    next_run,
    runs,
)

MON, TUE, WED, FRI, SUN = (
    Weekday.MONDAY,
    Weekday.TUESDAY,
    Weekday.WEDNESDAY,
    Weekday.FRIDAY,
    Weekday.SUNDAY,
)


def rule(
    kind: Every, start: str, *, zone: str = "Europe/Berlin", at: str = "09:30", **parts: object
) -> Recurrence:
    return Recurrence(kind, time.fromisoformat(at), ZoneInfo(zone), date.fromisoformat(start), **parts)


def days(recurrence: Recurrence, count: int = 5) -> str:
    return " ".join(str(run.day) for run in islice(runs(recurrence), count))


def test_once_is_once() -> None:
    assert days(rule(Every.ONCE, "2026-03-01")) == "2026-03-01"


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({}, "2028-02-27 2028-02-28 2028-02-29 2028-03-01 2028-03-02"),
        ({"interval": 2}, "2028-02-27 2028-02-29 2028-03-02 2028-03-04 2028-03-06"),
        ({"until": date(2028, 2, 28)}, "2028-02-27 2028-02-28"),
        ({"count": 3}, "2028-02-27 2028-02-28 2028-02-29"),
        ({"count": 3, "until": date(2028, 2, 28)}, "2028-02-27 2028-02-28"),
        (
            {"skip_dates": frozenset({date(2028, 2, 28), date(1999, 1, 1)})},
            "2028-02-27 2028-02-29 2028-03-01 2028-03-02 2028-03-03",
        ),
    ],
)
def test_daily(parts: dict[str, object], expected: str) -> None:
    assert days(rule(Every.DAILY, "2028-02-27", **parts)) == expected


def test_a_number_of_runs_does_not_count_skipped_dates() -> None:
    skipped = frozenset({date(2026, 3, 2), date(2026, 3, 3)})
    assert (
        days(rule(Every.DAILY, "2026-03-01", count=3, skip_dates=skipped))
        == "2026-03-01 2026-03-04 2026-03-05"
    )


def test_weekdays_are_monday_to_friday() -> None:
    # 2026-03-06 is a Friday.
    assert days(rule(Every.WEEKDAYS, "2026-03-06"), 6) == (
        "2026-03-06 2026-03-09 2026-03-10 2026-03-11 2026-03-12 2026-03-13"
    )
    assert days(rule(Every.WEEKDAYS, "2026-03-07"), 1) == "2026-03-09"


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        # 2026-03-01 is a Sunday. Without days it is the start's own.
        ({}, "2026-03-01 2026-03-08 2026-03-15 2026-03-22 2026-03-29"),
        ({"weekdays": frozenset({MON, WED})}, "2026-03-02 2026-03-04 2026-03-09 2026-03-11 2026-03-16"),
        # Every n weeks counts from the week of the first run, not of the start: the Monday after it is the first.
        (
            {"weekdays": frozenset({MON}), "interval": 2},
            "2026-03-02 2026-03-16 2026-03-30 2026-04-13 2026-04-27",
        ),
        (
            {"weekdays": frozenset({MON, WED}), "interval": 2},
            "2026-03-02 2026-03-04 2026-03-16 2026-03-18 2026-03-30",
        ),
        # A week begins on Monday: the Monday after this first Sunday is of the week between.
        (
            {"weekdays": frozenset({MON, SUN}), "interval": 2},
            "2026-03-01 2026-03-09 2026-03-15 2026-03-23 2026-03-29",
        ),
        # A skipped first date changes nothing of the weeks that follow.
        (
            {"weekdays": frozenset({MON}), "interval": 2, "skip_dates": frozenset({date(2026, 3, 2)})},
            "2026-03-16 2026-03-30 2026-04-13 2026-04-27 2026-05-11",
        ),
    ],
)
def test_weekly(parts: dict[str, object], expected: str) -> None:
    assert days(rule(Every.WEEKLY, "2026-03-01", **parts)) == expected


def test_the_week_does_not_begin_where_the_machine_says(monkeypatch: pytest.MonkeyPatch) -> None:
    recurrence = rule(Every.WEEKLY, "2026-03-01", weekdays=frozenset({MON, SUN}), interval=2)
    expected = days(recurrence)
    before = calendar.firstweekday()
    calendar.setfirstweekday(calendar.SUNDAY)
    try:
        assert days(recurrence) == expected
    finally:
        calendar.setfirstweekday(before)


@pytest.mark.parametrize(
    ("start", "parts", "expected"),
    [
        ("2026-01-15", {"month_day": 1}, "2026-02-01 2026-03-01 2026-04-01 2026-05-01 2026-06-01"),
        # Without anything it is the start's own day.
        ("2026-01-15", {}, "2026-01-15 2026-02-15 2026-03-15 2026-04-15 2026-05-15"),
        ("2026-01-31", {}, "2026-01-31 2026-02-28 2026-03-31 2026-04-30 2026-05-31"),
        ("2028-01-01", {"month_day": 31}, "2028-01-31 2028-02-29 2028-03-31 2028-04-30 2028-05-31"),
        ("2028-01-01", {"month_day": 30}, "2028-01-30 2028-02-29 2028-03-30 2028-04-30 2028-05-30"),
        ("2027-01-01", {"month_day": 29}, "2027-01-29 2027-02-28 2027-03-29 2027-04-29 2027-05-29"),
        ("2027-01-01", {"month_day": 28}, "2027-01-28 2027-02-28 2027-03-28 2027-04-28 2027-05-28"),
        ("2028-01-01", {"month_day": LAST}, "2028-01-31 2028-02-29 2028-03-31 2028-04-30 2028-05-31"),
        (
            "2026-01-01",
            {"month_day": 31, "short_month": ShortMonth.SKIP},
            "2026-01-31 2026-03-31 2026-05-31 2026-07-31 2026-08-31",
        ),
        (
            "2027-12-30",
            {"month_day": 30, "short_month": ShortMonth.SKIP},
            "2027-12-30 2028-01-30 2028-03-30 2028-04-30 2028-05-30",
        ),
        # The last day has no month without it.
        (
            "2026-02-01",
            {"month_day": LAST, "short_month": ShortMonth.SKIP},
            "2026-02-28 2026-03-31 2026-04-30 2026-05-31 2026-06-30",
        ),
        # Leap days; 2100 is no leap year.
        (
            "2088-02-29",
            {"interval": 12, "short_month": ShortMonth.SKIP},
            "2088-02-29 2092-02-29 2096-02-29 2104-02-29 2108-02-29",
        ),
        (
            "2096-02-29",
            {"interval": 12},
            "2096-02-29 2097-02-28 2098-02-28 2099-02-28 2100-02-28",
        ),
        # Every n months counts from the first run.
        (
            "2026-01-15",
            {"month_day": 1, "interval": 3},
            "2026-02-01 2026-05-01 2026-08-01 2026-11-01 2027-02-01",
        ),
        (
            "2026-02-01",
            {"month_day": 31, "interval": 12, "short_month": ShortMonth.SKIP},
            "2026-03-31 2027-03-31 2028-03-31 2029-03-31 2030-03-31",
        ),
        (
            "2026-03-01",
            {"nth_weekday": 1, "weekdays": frozenset({MON})},
            "2026-03-02 2026-04-06 2026-05-04 2026-06-01 2026-07-06",
        ),
        (
            "2026-03-03",
            {"nth_weekday": 1, "weekdays": frozenset({MON})},
            "2026-04-06 2026-05-04 2026-06-01 2026-07-06 2026-08-03",
        ),
        (
            "2026-01-01",
            {"nth_weekday": LAST, "weekdays": frozenset({FRI})},
            "2026-01-30 2026-02-27 2026-03-27 2026-04-24 2026-05-29",
        ),
        # Few months have a fifth Monday.
        (
            "2026-01-01",
            {"nth_weekday": 5, "weekdays": frozenset({MON})},
            "2026-03-30 2026-06-29 2026-08-31 2026-11-30 2027-03-29",
        ),
        # The first Monday and the first Wednesday.
        (
            "2026-03-01",
            {"nth_weekday": 1, "weekdays": frozenset({MON, WED})},
            "2026-03-02 2026-03-04 2026-04-01 2026-04-06 2026-05-04",
        ),
    ],
)
def test_monthly(start: str, parts: dict[str, object], expected: str) -> None:
    assert days(rule(Every.MONTHLY, start, **parts)) == expected


def test_runs_are_asked_for_from_any_moment() -> None:
    recurrence = rule(Every.DAILY, "2026-03-01", count=3)
    moment = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
    assert next_run(recurrence, None) == next(runs(recurrence))
    found = next_run(recurrence, moment.replace(minute=29))
    assert found is not None
    assert found.utc == moment
    # Later than the moment, not at it.
    found = next_run(recurrence, moment)
    assert found is not None
    assert found.day == date(2026, 3, 3)
    assert next_run(recurrence, found.utc) is None


def test_the_moment_asked_from_may_be_of_any_zone() -> None:
    recurrence = rule(Every.DAILY, "2026-03-01")
    moment = datetime(2026, 3, 2, 17, 30, tzinfo=ZoneInfo("Asia/Tokyo"))
    found = next_run(recurrence, moment)
    assert found is not None
    assert found.day == date(2026, 3, 3)


def zone_by_the_rules_of(other: str) -> ZoneInfo:
    with files("tzdata.zoneinfo").joinpath(*other.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, key="Europe/Istanbul")


def test_new_rules_of_a_zone_move_the_moment_and_not_the_wall_clock() -> None:
    # Known on 8 September 2016: Istanbul stays in summer time. Until then it went with Athens.
    old = Recurrence(Every.DAILY, time(9, 30), zone_by_the_rules_of("Europe/Athens"), date(2016, 11, 7))
    new = Recurrence(Every.DAILY, time(9, 30), zone_by_the_rules_of("Europe/Istanbul"), date(2016, 11, 7))
    assert [next(runs(each)).local.isoformat() for each in (old, new)] == [
        "2016-11-07T09:30:00+02:00",
        "2016-11-07T09:30:00+03:00",
    ]


def test_a_day_that_was_held_does_not_come_again_by_new_rules() -> None:
    # The other way round: held at 06:30 UTC by the old rules, and by the new ones the same day is at 07:30 UTC.
    old = Recurrence(Every.DAILY, time(9, 30), zone_by_the_rules_of("Europe/Istanbul"), date(2016, 11, 7))
    new = Recurrence(Every.DAILY, time(9, 30), zone_by_the_rules_of("Europe/Athens"), date(2016, 11, 7))
    held = next(runs(old))
    found = next_run(new, held.utc, after_day=held.day)
    assert found is not None
    assert found.day == date(2016, 11, 8)


@pytest.mark.parametrize(
    ("misfit", "kind", "parts"),
    [
        (Misfit.DATE_OUT_OF_RANGE, Every.DAILY, {"until": date(3000, 1, 1)}),
        (Misfit.UNTIL_BEFORE_START, Every.DAILY, {"until": date(2026, 2, 28)}),
        (Misfit.COUNT_BELOW_ONE, Every.DAILY, {"count": 0}),
        (Misfit.INTERVAL_OUT_OF_RANGE, Every.DAILY, {"interval": 0}),
        (Misfit.INTERVAL_OUT_OF_RANGE, Every.WEEKLY, {"interval": 100}),
        (Misfit.INTERVAL_NEEDS_A_PERIOD, Every.ONCE, {"interval": 2}),
        (Misfit.INTERVAL_NEEDS_A_PERIOD, Every.WEEKDAYS, {"interval": 2}),
        (Misfit.WEEKDAYS_NEED_WEEKLY, Every.DAILY, {"weekdays": frozenset({MON})}),
        (Misfit.WEEKDAYS_NEED_WEEKLY, Every.WEEKDAYS, {"weekdays": frozenset({MON})}),
        (Misfit.WEEKDAYS_NEED_NTH, Every.MONTHLY, {"weekdays": frozenset({MON})}),
        (Misfit.MONTH_DAY_NEEDS_MONTHLY, Every.WEEKLY, {"month_day": 3}),
        (Misfit.MONTH_DAY_OUT_OF_RANGE, Every.MONTHLY, {"month_day": 32}),
        (Misfit.MONTH_DAY_OUT_OF_RANGE, Every.MONTHLY, {"month_day": 0}),
        (Misfit.MONTH_DAY_OUT_OF_RANGE, Every.MONTHLY, {"month_day": -2}),
        (
            Misfit.MONTH_DAY_AND_WEEKDAY,
            Every.MONTHLY,
            {"month_day": 3, "nth_weekday": 1, "weekdays": frozenset({TUE})},
        ),
        (Misfit.NTH_NEEDS_MONTHLY, Every.WEEKLY, {"nth_weekday": 1, "weekdays": frozenset({TUE})}),
        (Misfit.NTH_OUT_OF_RANGE, Every.MONTHLY, {"nth_weekday": 6, "weekdays": frozenset({TUE})}),
        (Misfit.NTH_NEEDS_WEEKDAYS, Every.MONTHLY, {"nth_weekday": 1}),
    ],
)
def test_parts_that_do_not_fit_are_refused(misfit: Misfit, kind: Every, parts: dict[str, object]) -> None:
    with pytest.raises(ImpossibleRecurrence) as caught:
        rule(kind, "2026-03-01", **parts)
    assert caught.value.misfit is misfit


def test_a_rule_that_no_date_fits_has_no_run() -> None:
    assert not days(
        rule(Every.MONTHLY, "2026-02-01", month_day=31, short_month=ShortMonth.SKIP, until=date(2026, 2, 28))
    )
    assert not days(rule(Every.ONCE, "2026-03-01", skip_dates=frozenset({date(2026, 3, 1)})))


def test_the_last_day_of_all_still_has_its_run() -> None:
    assert days(rule(Every.DAILY, "2999-12-30")) == "2999-12-30 2999-12-31"
