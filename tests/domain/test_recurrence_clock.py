"""The clock of schedules: golden tables over zones and years, written down from the zones' published rules."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from bot.domain.recurrence import Every, Recurrence, runs
from bot.domain.wall_clock import Reading


def daily(zone: str, at: str, start: str, **parts: object) -> Recurrence:
    return Recurrence(Every.DAILY, time.fromisoformat(at), ZoneInfo(zone), date.fromisoformat(start), **parts)


def moments(recurrence: Recurrence, count: int) -> list[str]:
    return [run.local.isoformat(timespec="minutes") for run in islice(runs(recurrence), count)]


# The offsets at 09:30 on the first of each month, January to December.
NEW_YORK = "-5 -5 -5 -4 -4 -4 -4 -4 -4 -4 {november} -5"
BERLIN = "+1 +1 +1 +2 +2 +2 +2 +2 +2 +2 +1 +1"
OFFSETS = [
    # From the second Sunday of March to the first of November, which is the 1st in 2020 and 2026.
    *[("America/New_York", year, NEW_YORK.format(november="-4")) for year in (2019, 2021, 2022, 2023, 2024)],
    *[("America/New_York", year, NEW_YORK.format(november="-5")) for year in (2020, 2026)],
    # Until 2006 from the first Sunday of April (the 2nd) to the last of October.
    ("America/New_York", 2006, "-5 -5 -5 -5 -4 -4 -4 -4 -4 -4 -5 -5"),
    *[("Europe/Berlin", year, BERLIN) for year in (2015, 2018, 2020, 2022, 2024, 2026)],
    # Winter time is the exception in Irish law, and the same to everybody's clocks.
    *[("Europe/Dublin", year, "+0 +0 +0 +1 +1 +1 +1 +1 +1 +1 +0 +0") for year in (2015, 2020, 2024)],
    *[("Asia/Shanghai", year, " ".join(["+8"] * 12)) for year in (2000, 2010, 2020, 2026)],
    *[("Asia/Kathmandu", year, " ".join(["+5:45"] * 12)) for year in (1990, 2010, 2026)],
    ("Asia/Kathmandu", 1985, " ".join(["+5:30"] * 12)),
    # From the first Sunday of October to the first of April, half an hour. 1 April 2018 was one.
    ("Australia/Lord_Howe", 2017, "+11 +11 +11 +11 +10:30 +10:30 +10:30 +10:30 +10:30 +11 +11 +11"),
    ("Australia/Lord_Howe", 2018, "+11 +11 +11 +10:30 +10:30 +10:30 +10:30 +10:30 +10:30 +10:30 +11 +11"),
    ("Australia/Lord_Howe", 2024, "+11 +11 +11 +11 +10:30 +10:30 +10:30 +10:30 +10:30 +10:30 +11 +11"),
    # To the last Sunday of September.
    (
        "Pacific/Chatham",
        2024,
        "+13:45 +13:45 +13:45 +13:45 +12:45 +12:45 +12:45 +12:45 +12:45 +13:45 +13:45 +13:45",
    ),
    # Two hours at a time.
    *[("Antarctica/Troll", year, "+0 +0 +0 +2 +2 +2 +2 +2 +2 +2 +0 +0") for year in (2015, 2020, 2024)],
    # Summer time all the year, but for Ramadan: 6 May to 3 June 2019, 23 March to 20 April 2023.
    ("Africa/Casablanca", 2019, "+1 +1 +1 +1 +1 +0 +1 +1 +1 +1 +1 +1"),
    ("Africa/Casablanca", 2023, "+1 +1 +1 +0 +1 +1 +1 +1 +1 +1 +1 +1"),
    # The clocks stayed in summer 2016.
    ("Europe/Istanbul", 2015, "+2 +2 +2 +3 +3 +3 +3 +3 +3 +3 +3 +2"),
    ("Europe/Istanbul", 2016, "+2 +2 +2 +3 +3 +3 +3 +3 +3 +3 +3 +3"),
    ("Europe/Istanbul", 2026, " ".join(["+3"] * 12)),
    # From November 2018 to February 2019 for the last time.
    ("America/Sao_Paulo", 2018, "-2 -2 -3 -3 -3 -3 -3 -3 -3 -3 -3 -2"),
    ("America/Sao_Paulo", 2019, "-2 -2 -3 -3 -3 -3 -3 -3 -3 -3 -3 -3"),
    # To the other side of the date line at the end of 2011. 1 April 2012 was a first Sunday; no summer time since 2021.
    ("Pacific/Apia", 2011, "-10 -10 -10 -10 -11 -11 -11 -11 -11 -10 -10 -10"),
    ("Pacific/Apia", 2012, "+14 +14 +14 +13 +13 +13 +13 +13 +13 +14 +14 +14"),
    ("Pacific/Apia", 2024, " ".join(["+13"] * 12)),
]


@pytest.mark.parametrize(("zone", "year", "offsets"), OFFSETS)
def test_half_past_nine_stays_half_past_nine_all_the_year(zone: str, year: int, offsets: str) -> None:
    monthly = Recurrence(Every.MONTHLY, time(9, 30), ZoneInfo(zone), date(year, 1, 1), month_day=1, count=12)
    found = list(runs(monthly))
    assert [f"{run.local:%Y-%m-%d %H:%M}" for run in found] == [
        f"{year}-{month:02}-01 09:30" for month in range(1, 13)
    ]
    for run, offset in zip(found, offsets.split(), strict=True):
        hours, _, minutes = offset.partition(":")
        ahead = timedelta(hours=int(hours), minutes=int(minutes or 0))
        assert run.local.utcoffset() == ahead
        assert run.utc.replace(tzinfo=None) == run.local.replace(tzinfo=None) - ahead
        assert run.reading is Reading.ONCE


@pytest.mark.parametrize(
    ("zone", "at", "expected"),
    [
        (
            "America/New_York",
            "02:30",
            "2026-03-07T02:30-05:00 2026-03-08T03:00-04:00 2026-03-09T02:30-04:00",
        ),
        (
            "America/New_York",
            "03:00",
            "2026-03-07T03:00-05:00 2026-03-08T03:00-04:00 2026-03-09T03:00-04:00",
        ),
        ("Europe/Berlin", "02:00", "2025-03-29T02:00+01:00 2025-03-30T03:00+02:00 2025-03-31T02:00+02:00"),
        ("Europe/Dublin", "01:59", "2025-03-29T01:59+00:00 2025-03-30T02:00+01:00 2025-03-31T01:59+01:00"),
        # Half an hour.
        (
            "Australia/Lord_Howe",
            "02:15",
            "2025-10-04T02:15+10:30 2025-10-05T02:30+11:00 2025-10-06T02:15+11:00",
        ),
        # Two hours.
        ("Antarctica/Troll", "01:30", "2025-03-29T01:30+00:00 2025-03-30T03:00+02:00 2025-03-31T01:30+02:00"),
        # The end of Ramadan.
        (
            "Africa/Casablanca",
            "02:30",
            "2025-04-05T02:30+00:00 2025-04-06T03:00+01:00 2025-04-07T02:30+01:00",
        ),
        # A day that begins at one o'clock.
        (
            "America/Sao_Paulo",
            "00:00",
            "2018-11-03T00:00-03:00 2018-11-04T01:00-02:00 2018-11-05T00:00-02:00",
        ),
        ("Pacific/Chatham", "03:44", "2025-09-27T03:44+12:45 2025-09-28T03:45+13:45 2025-09-29T03:44+13:45"),
        # A quarter of an hour, once and for all.
        ("Asia/Kathmandu", "00:10", "1985-12-31T00:10+05:30 1986-01-01T00:15+05:45 1986-01-02T00:10+05:45"),
        # The gap ends at midnight: the run of the 4th is at the first moment of the 5th.
        ("Asia/Pyongyang", "23:45", "2018-05-03T23:45+08:30 2018-05-05T00:00+09:00 2018-05-05T23:45+09:00"),
    ],
)
def test_a_time_that_does_not_exist_runs_at_the_first_moment_after_the_gap(
    zone: str, at: str, expected: str
) -> None:
    recurrence = daily(zone, at, expected[:10])
    assert moments(recurrence, 3) == expected.split()
    is_gap = not expected.split()[1].count(f"T{at}")
    assert [run.reading is Reading.NEVER for run in islice(runs(recurrence), 3)] == [False, is_gap, False]


@pytest.mark.parametrize(
    ("zone", "at", "expected"),
    [
        (
            "America/New_York",
            "01:30",
            "2026-10-31T01:30-04:00 2026-11-01T01:30-04:00 2026-11-02T01:30-05:00",
        ),
        ("Europe/Berlin", "02:00", "2025-10-25T02:00+02:00 2025-10-26T02:00+02:00 2025-10-27T02:00+01:00"),
        ("Europe/Dublin", "01:59", "2025-10-25T01:59+01:00 2025-10-26T01:59+01:00 2025-10-27T01:59+00:00"),
        (
            "Australia/Lord_Howe",
            "01:45",
            "2025-04-05T01:45+11:00 2025-04-06T01:45+11:00 2025-04-07T01:45+10:30",
        ),
        ("Antarctica/Troll", "01:00", "2025-10-25T01:00+02:00 2025-10-26T01:00+02:00 2025-10-27T01:00+00:00"),
        # The beginning of Ramadan.
        (
            "Africa/Casablanca",
            "02:30",
            "2025-02-22T02:30+01:00 2025-02-23T02:30+01:00 2025-02-24T02:30+00:00",
        ),
        # The last hour of a day.
        (
            "America/Sao_Paulo",
            "23:30",
            "2019-02-15T23:30-02:00 2019-02-16T23:30-02:00 2019-02-17T23:30-03:00",
        ),
        ("Pacific/Chatham", "03:15", "2025-04-05T03:15+13:45 2025-04-06T03:15+13:45 2025-04-07T03:15+12:45"),
        ("Asia/Pyongyang", "23:45", "2015-08-13T23:45+09:00 2015-08-14T23:45+09:00 2015-08-15T23:45+08:30"),
    ],
)
def test_a_time_that_exists_twice_runs_once_at_its_first(zone: str, at: str, expected: str) -> None:
    recurrence = daily(zone, at, expected[:10])
    assert moments(recurrence, 3) == expected.split()
    assert [run.reading for run in islice(runs(recurrence), 3)] == [
        Reading.ONCE,
        Reading.TWICE,
        Reading.ONCE,
    ]


def test_a_day_that_a_zone_skips_runs_at_the_first_moment_of_the_next_and_never_twice() -> None:
    assert moments(daily("Pacific/Apia", "09:30", "2011-12-29"), 4) == [
        "2011-12-29T09:30-10:00",
        "2011-12-31T00:00+14:00",
        "2011-12-31T09:30+14:00",
        "2012-01-01T09:30+14:00",
    ]
    # At midnight the moment that stands for the 30th is the 31st's own.
    assert moments(daily("Pacific/Apia", "00:00", "2011-12-29", count=3), 9) == [
        "2011-12-29T00:00-10:00",
        "2011-12-31T00:00+14:00",
        "2012-01-01T00:00+14:00",
    ]


def test_a_run_keeps_its_day_where_a_gap_moves_it_into_the_next() -> None:
    day = date(2018, 5, 4)
    run = next(runs(daily("Asia/Pyongyang", "23:45", str(day))))
    assert (run.day, run.local) == (day, datetime(2018, 5, 5, tzinfo=ZoneInfo("Asia/Pyongyang")))
