"""What holds for every schedule, in every zone: never twice, never out of order, always the right wall-clock time."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.missed_runs import MissedPolicy, WhenMissed, due_run
from bot.domain.recurrence import LAST, Every, Recurrence, Run, ShortMonth, Weekday, runs
from bot.domain.wall_clock import Reading

SECOND = timedelta(seconds=1)
ZONES = [
    *(
        "UTC",
        "Africa/Casablanca",
        "America/Havana",
        "America/New_York",
        "America/Santiago",
        "America/Sao_Paulo",
    ),
    *(
        "America/St_Johns",
        "Antarctica/Troll",
        "Asia/Gaza",
        "Asia/Kathmandu",
        "Asia/Pyongyang",
        "Asia/Shanghai",
    ),
    *(
        "Asia/Tehran",
        "Australia/Lord_Howe",
        "Europe/Berlin",
        "Europe/Dublin",
        "Europe/Istanbul",
        "Europe/Moscow",
    ),
    *("Pacific/Apia", "Pacific/Chatham", "Pacific/Kiritimati", "Pacific/Kwajalein"),
]
OVER_THE_DATE_LINE = {"Pacific/Apia", "Pacific/Kiritimati", "Pacific/Kwajalein"}
SHOWN = 40
DAYS_LOOKED_AT = 6000
# Some rules look through many years, and other programs run beside the tests.
unhurried = settings(deadline=None)

# Where clocks are changed, and anywhere.
times = st.sampled_from(
    [time(0), time(0, 30), time(1, 45), time(2), time(2, 30), time(3), time(23, 45)]
) | st.builds(time, st.integers(0, 23), st.integers(0, 59))
starts = st.dates(date(1980, 1, 1), date(2060, 1, 1)) | st.sampled_from(
    [date(2011, 12, 20), date(1993, 8, 10), date(1994, 12, 20), date(2018, 4, 20), date(2025, 2, 10)]
)


@st.composite
def recurrences(draw: st.DrawFn) -> Recurrence:
    kind = draw(st.sampled_from(Every))
    start = draw(starts)
    weekdays, month_day, nth = frozenset[Weekday](), None, None
    some_weekdays = st.frozensets(st.sampled_from(Weekday), min_size=1)
    if kind is Every.WEEKLY:
        weekdays = draw(some_weekdays | st.just(weekdays))
    elif kind is Every.MONTHLY and draw(st.booleans()):
        weekdays, nth = draw(some_weekdays), draw(st.sampled_from([1, 2, 3, 4, 5, LAST]))
    elif kind is Every.MONTHLY:
        month_day = draw(st.none() | st.sampled_from([1, 15, 28, 29, 30, 31, LAST]))
    return Recurrence(
        kind,
        draw(times),
        ZoneInfo(draw(st.sampled_from(ZONES))),
        start,
        until=draw(st.none() | st.integers(0, 900).map(lambda n: start + timedelta(n))),
        count=draw(st.none() | st.integers(1, 40)),
        interval=1 if kind in {Every.ONCE, Every.WEEKDAYS} else draw(st.integers(1, 4)),
        weekdays=weekdays,
        month_day=month_day,
        nth_weekday=nth,
        short_month=draw(st.sampled_from(ShortMonth)),
        skip_dates=draw(st.frozensets(st.integers(0, 60).map(lambda n: start + timedelta(n)), max_size=10)),
    )


def first_runs(recurrence: Recurrence) -> list[Run]:
    return list(islice(runs(recurrence), SHOWN))


def clocks(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)


@unhurried
@given(recurrences())
def test_never_twice_and_never_out_of_order(recurrence: Recurrence) -> None:
    for earlier, later in pairwise(first_runs(recurrence)):
        assert earlier.utc < later.utc
        assert earlier.day < later.day


@unhurried
@given(recurrences())
def test_always_the_right_wall_clock_time_or_the_first_moment_after_a_gap(recurrence: Recurrence) -> None:
    zone = recurrence.zone
    for run in first_runs(recurrence):
        wanted = datetime.combine(run.day, recurrence.local_time)
        assert run.utc.tzinfo is UTC
        assert run.local.astimezone(UTC) == run.utc
        assert run.local.utcoffset() == run.utc.astimezone(zone).utcoffset()
        shown = clocks(run.utc, zone)
        assert shown == run.local.replace(tzinfo=None, fold=0)
        if run.reading is Reading.NEVER:
            assert clocks(run.utc - SECOND, zone) < wanted < shown
        else:
            assert shown == wanted
        # The first: in the day before, the clocks do not show it yet. All changes since 1980 are of whole quarters.
        earlier = (clocks(run.utc - quarters * timedelta(minutes=15), zone) for quarters in range(1, 100))
        assert all(each < wanted for each in earlier)


@unhurried
@given(recurrences(), st.data())
def test_the_kth_run_is_the_same_wherever_one_begins_to_ask(
    recurrence: Recurrence, data: st.DataObject
) -> None:
    whole = first_runs(recurrence)
    latest = (whole[-1].utc if whole else datetime(2026, 1, 1, tzinfo=UTC)).replace(tzinfo=None)
    earliest = datetime.combine(recurrence.start_date, time()) - timedelta(days=3)
    after = data.draw(
        st.datetimes(earliest, max(latest, earliest), timezones=st.just(UTC))
        | st.sampled_from([run.utc for run in whole] or [datetime(2026, 1, 1, tzinfo=UTC)])
    )
    rest = [run for run in whole if run.utc > after]
    assert list(islice(runs(recurrence, after), len(rest))) == rest
    if rest and rest[0] != whole[0]:
        last = whole[whole.index(rest[0]) - 1]
        assert next(runs(recurrence, last.utc, after_day=last.day)) == rest[0]


@unhurried
@given(recurrences())
def test_the_days_are_those_that_a_calendar_on_the_wall_would_show(recurrence: Recurrence) -> None:
    end = recurrence.start_date + timedelta(DAYS_LOOKED_AT)
    found = [run.day for run in first_runs(recurrence) if run.day < end]
    if recurrence.zone.key in OVER_THE_DATE_LINE:
        # A day that the zone left out can be one with the next.
        assert set(found) <= set(by_hand(recurrence))
    else:
        assert found == list(islice(by_hand(recurrence), recurrence.count))[:SHOWN]


def by_hand(rule: Recurrence) -> Iterator[date]:
    """The rule's dates without its count, day by day, with nothing but a calendar."""
    first: date | None = None
    for number in range(DAYS_LOOKED_AT):
        day = rule.start_date + timedelta(number)
        if rule.until and day > rule.until:
            return
        if not fits(rule, day):
            continue
        first = first or day
        if periods_between(rule.kind, first, day) % rule.interval == 0 and day not in rule.skip_dates:
            yield day


def fits(rule: Recurrence, day: date) -> bool:
    match rule.kind:
        case Every.ONCE:
            return day == rule.start_date
        case Every.DAILY:
            return True
        case Every.WEEKDAYS:
            return day.weekday() < 5
        case Every.WEEKLY:
            return day.weekday() in (rule.weekdays or {rule.start_date.weekday()})
        case Every.MONTHLY:
            return fits_in_month(rule, day.day, day.weekday(), calendar.monthrange(day.year, day.month)[1])


def fits_in_month(rule: Recurrence, number: int, weekday: int, length: int) -> bool:
    if rule.nth_weekday == LAST:
        return weekday in rule.weekdays and number + 7 > length
    if rule.nth_weekday is not None:
        return weekday in rule.weekdays and (number - 1) // 7 + 1 == rule.nth_weekday
    wanted = rule.month_day or rule.start_date.day
    if wanted == LAST or (wanted > length and rule.short_month is ShortMonth.LAST):
        return number == length
    return number == wanted


def periods_between(kind: Every, first: date, day: date) -> int:
    match kind:
        case Every.DAILY:
            return (day - first).days
        case Every.WEEKLY:
            return (day - first + timedelta(first.weekday())).days // 7
        case Every.MONTHLY:
            return (day.year - first.year) * 12 + day.month - first.month
        case _:
            return 0


@unhurried
@given(
    recurrences(),
    st.builds(MissedPolicy, st.sampled_from(WhenMissed), st.timedeltas(timedelta(), timedelta(days=3))),
    st.lists(st.timedeltas(timedelta(), timedelta(days=9)), max_size=30),
)
def test_however_often_one_looks_each_run_begins_once_in_time_or_is_dropped(
    recurrence: Recurrence, policy: MissedPolicy, pauses: list[timedelta]
) -> None:
    now = datetime.combine(recurrence.start_date, time(), UTC) - timedelta(days=1)
    last: Run | None = None
    begun: list[Run] = []
    dropped = 0
    for pause in pauses:
        now += pause
        due = due_run(
            recurrence, last.utc if last else None, now, policy, last_day=last.day if last else None
        )
        if due is None:
            continue
        last, dropped = due.latest, dropped + due.missed
        if due.run:
            assert timedelta() <= now - due.run.utc <= policy.allowed
            begun.append(due.run)
    passed = [run for run in islice(runs(recurrence), 400) if run.utc <= now]
    assert len(begun) + dropped == len(passed)
    assert [run for run in passed if run in begun] == begun
