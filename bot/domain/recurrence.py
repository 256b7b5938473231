"""When a schedule runs: on which dates, at what wall-clock time of which zone, and so at which moments.

The calendar is python-dateutil's `rrule` (RFC 5545) on dates without a zone; the clock is `domain/wall_clock`.
What a run does, and where schedules are kept, stands elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from enum import IntEnum, StrEnum
from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.domain.wall_clock import Reading, resolve
from bot.errors import Refusal
from bot.values import dataclass

if TYPE_CHECKING:
    from dateutil.rrule import rrule

LAST = -1
"""As a day of the month or the n-th weekday of one: the last."""
SHORTEST_MONTH = 28
LONGEST_MONTH = 31
MAX_NTH = 5
MAX_INTERVAL = 99
FIRST_DATE = date(1970, 1, 1)
LAST_DATE = date(2999, 12, 31)
"""No schedule begins, ends or runs outside these dates."""


class Every(StrEnum):
    """The kinds of calendar rule."""

    ONCE = "once"
    DAILY = "daily"
    WEEKDAYS = "weekdays"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


class Weekday(IntEnum):
    """Days of the week, numbered as `date.weekday` does."""

    MONDAY = 0
    TUESDAY = 1
    WEDNESDAY = 2
    THURSDAY = 3
    FRIDAY = 4
    SATURDAY = 5
    SUNDAY = 6


class ShortMonth(StrEnum):
    """What becomes of the 29th, 30th or 31st in a month that has none."""

    LAST = "last"
    SKIP = "skip"


class Misfit(StrEnum):
    """Why a rule cannot be."""

    DATE_OUT_OF_RANGE = "date_out_of_range"
    UNTIL_BEFORE_START = "until_before_start"
    COUNT_BELOW_ONE = "count_below_one"
    INTERVAL_OUT_OF_RANGE = "interval_out_of_range"
    INTERVAL_NEEDS_A_PERIOD = "interval_needs_a_period"
    WEEKDAYS_NEED_WEEKLY = "weekdays_need_weekly"
    WEEKDAYS_NEED_NTH = "weekdays_need_nth"
    MONTH_DAY_NEEDS_MONTHLY = "month_day_needs_monthly"
    MONTH_DAY_OUT_OF_RANGE = "month_day_out_of_range"
    MONTH_DAY_AND_WEEKDAY = "month_day_and_weekday"
    NTH_NEEDS_MONTHLY = "nth_needs_monthly"
    NTH_OUT_OF_RANGE = "nth_out_of_range"
    NTH_NEEDS_WEEKDAYS = "nth_needs_weekdays"


@dataclass(eq=False)
class ImpossibleRecurrence(Refusal):
    """A calendar rule whose parts do not fit together."""

    misfit: Misfit


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A calendar rule: on which dates, and at what wall-clock time of ``zone``.

    The first run is on the first date from ``start_date`` on that fits. ``interval`` (every n days, weeks or months)
    is counted from that run; a week begins on Monday. ``until`` is the last date that may have a run; ``count`` is the
    number of runs, in which neither ``skip_dates`` nor skipped short months are counted.

    WEEKLY without ``weekdays`` is on the start date's own weekday; MONTHLY without ``month_day`` and ``nth_weekday``
    is on the start date's own day of the month. ``nth_weekday`` (1 to 5, or LAST) goes with ``weekdays``; a month
    without a fifth one has no run. ``local_time`` is in whole minutes.

    Raises:
        ImpossibleRecurrence: the parts do not fit together.
    """

    kind: Every
    local_time: time
    zone: ZoneInfo
    start_date: date
    until: date | None = None
    count: int | None = None
    interval: int = 1
    weekdays: frozenset[Weekday] = frozenset()
    month_day: int | None = None
    nth_weekday: int | None = None
    short_month: ShortMonth = ShortMonth.LAST
    skip_dates: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if misfit := next(_misfits(self), None):
            raise ImpossibleRecurrence(misfit)


@dataclass(frozen=True, slots=True)
class Run:
    """One run. ``day`` is the rule's date: a gap at midnight can move the moment into the next one."""

    day: date
    utc: datetime
    local: datetime
    reading: Reading


def runs(
    recurrence: Recurrence, after: datetime | None = None, *, after_day: date | None = None
) -> Iterator[Run]:
    """The runs later than ``after`` (an aware datetime), in order; all of them where that is None.

    ``after_day`` is the `Run.day` of the last run that was held: that date and earlier ones do not come again, even
    where a new release of the tz database has moved their moments past ``after``.
    """
    counted, previous = 0, None
    for day in _dates(recurrence):
        if counted == recurrence.count:
            return
        run = _run_on(day, recurrence)
        # A gap of a whole day (Apia, 30 December 2011) moves a run at midnight onto that of the next date.
        if previous is not None and run.utc <= previous:
            continue
        counted, previous = counted + 1, run.utc
        if (after is None or run.utc > after) and (after_day is None or day > after_day):
            yield run


def next_run(recurrence: Recurrence, after: datetime | None, *, after_day: date | None = None) -> Run | None:
    """The first of `runs`, or None where the schedule has ended."""
    return next(runs(recurrence, after, after_day=after_day), None)


def _run_on(day: date, recurrence: Recurrence) -> Run:
    utc, reading = resolve(datetime.combine(day, recurrence.local_time), recurrence.zone)
    return Run(day, utc, utc.astimezone(recurrence.zone), reading)


def _dates(recurrence: Recurrence) -> Iterator[date]:
    """The dates of the rule, in order, without the skipped ones; `Recurrence.count` is not applied."""
    first = next(iter(_rule(recurrence, recurrence.start_date, interval=1)), None)
    if first is None:
        return
    for each in _rule(recurrence, first.date(), recurrence.interval):
        if each.date() not in recurrence.skip_dates:
            yield each.date()


def _rule(recurrence: Recurrence, start: date, interval: int) -> rrule:
    # Imported where it is used: the running bot starts without it.
    from dateutil.rrule import DAILY, MO, MONTHLY, WEEKLY, rrule

    first, last = (datetime.combine(day, time()) for day in (start, recurrence.until or LAST_DATE))
    rule = partial(rrule, dtstart=first, until=last, interval=interval, wkst=MO)
    match recurrence.kind:
        case Every.ONCE:
            return rule(DAILY, until=first)
        case Every.DAILY:
            return rule(DAILY)
        case Every.WEEKDAYS:
            return rule(WEEKLY, byweekday=range(Weekday.SATURDAY))
        case Every.WEEKLY:
            return rule(WEEKLY, byweekday=sorted(recurrence.weekdays) or recurrence.start_date.weekday())
        case Every.MONTHLY:
            return _monthly(recurrence, partial(rule, MONTHLY))


def _monthly(recurrence: Recurrence, rule: Callable[..., rrule]) -> rrule:
    if recurrence.nth_weekday is not None:
        from dateutil.rrule import weekday

        return rule(byweekday=[weekday(day, recurrence.nth_weekday) for day in sorted(recurrence.weekdays)])
    day = recurrence.month_day or recurrence.start_date.day
    if day > SHORTEST_MONTH and recurrence.short_month is ShortMonth.LAST:
        # The last that the month has of 28, 29 … day.
        return rule(bymonthday=range(SHORTEST_MONTH, day + 1), bysetpos=LAST)
    return rule(bymonthday=day)


def _misfits(rule: Recurrence) -> Iterator[Misfit]:
    dates = [rule.start_date, *([rule.until] if rule.until else [])]
    is_monthly = rule.kind is Every.MONTHLY
    by_weekday = is_monthly and rule.nth_weekday is not None
    found = {
        Misfit.DATE_OUT_OF_RANGE: not all(FIRST_DATE <= day <= LAST_DATE for day in dates),
        Misfit.UNTIL_BEFORE_START: rule.until is not None and rule.until < rule.start_date,
        Misfit.COUNT_BELOW_ONE: rule.count is not None and rule.count < 1,
        Misfit.INTERVAL_OUT_OF_RANGE: not 1 <= rule.interval <= MAX_INTERVAL,
        Misfit.INTERVAL_NEEDS_A_PERIOD: rule.interval != 1 and rule.kind in {Every.ONCE, Every.WEEKDAYS},
        Misfit.MONTH_DAY_NEEDS_MONTHLY: rule.month_day is not None and not is_monthly,
        Misfit.MONTH_DAY_OUT_OF_RANGE: rule.month_day not in {None, LAST, *range(1, LONGEST_MONTH + 1)},
        Misfit.NTH_NEEDS_MONTHLY: rule.nth_weekday is not None and not is_monthly,
        Misfit.NTH_OUT_OF_RANGE: rule.nth_weekday not in {None, LAST, *range(1, MAX_NTH + 1)},
        Misfit.MONTH_DAY_AND_WEEKDAY: by_weekday and rule.month_day is not None,
        Misfit.NTH_NEEDS_WEEKDAYS: by_weekday and not rule.weekdays,
        Misfit.WEEKDAYS_NEED_NTH: bool(rule.weekdays) and is_monthly and not by_weekday,
        Misfit.WEEKDAYS_NEED_WEEKLY: bool(rule.weekdays) and not is_monthly and rule.kind is not Every.WEEKLY,
    }
    return (misfit for misfit, is_so in found.items() if is_so)
