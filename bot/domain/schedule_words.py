"""What people type for times, dates and days, read into values. Sentences and calendars stand elsewhere."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from datetime import date, time, timedelta

from bot.domain.recurrence import LAST, LONGEST_MONTH, MAX_NTH, Every, Weekday
from bot.domain.schedule_refusals import NotADate, NotATime, NotDays, TooManySkipDates
from bot.domain.schedules import MOST_SKIP_DATES
from bot.values import dataclass

_TIME = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])")
_TIME_OF_HALF = re.compile(r"(0?[1-9]|1[0-2])(?:[:.]([0-5][0-9]))?\s*([ap])\.?m\.?", re.IGNORECASE)
_HALF_A_DAY = 12
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ORDINALS = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "fifth": 5,
    "last": LAST,
    **{
        f"{number}{suffix}": number
        for number, suffix in zip(range(1, 6), ("st", "nd", "rd", "th", "th"), strict=True)
    },
}
_DAY_OF_MONTH = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?")


@dataclass(frozen=True, slots=True)
class Days:
    """Days of the week, or a day of the month, or the n-th weekday of one."""

    weekdays: frozenset[Weekday] = frozenset()
    month_day: int | None = None
    nth_weekday: int | None = None


def read_time(text: str) -> time:
    """A time of day, such as 9:30 or 6 pm; a bare number may be anything.

    Raises:
        NotATime: it is none.
    """
    found = _TIME.fullmatch(text.strip())
    if found is not None:
        return time(int(found[1]), int(found[2]))
    found = _TIME_OF_HALF.fullmatch(text.strip())
    if found is None:
        raise NotATime(text)
    afternoon = _HALF_A_DAY if found[3].casefold() == "p" else 0
    return time(int(found[1]) % _HALF_A_DAY + afternoon, int(found[2] or 0))


def read_date(text: str) -> date:
    """A date, such as 2026-03-01.

    Raises:
        NotADate: it is none, or the calendar has no such day.
    """
    # By itself date.fromisoformat also takes weeks, and dates without hyphens.
    if _DATE.fullmatch(text.strip()):
        with contextlib.suppress(ValueError):
            return date.fromisoformat(text.strip())
    raise NotADate(text)


def read_dates(text: str) -> frozenset[date]:
    """Dates with commas between them, and ranges such as 2026-12-24..2027-01-06.

    Raises:
        NotADate: a part is none, or a range goes backwards.
        TooManySkipDates: there are more than a schedule keeps.
    """
    found: set[date] = set()
    for part in filter(None, (each.strip() for each in re.split(r"[,;\n]", text))):
        first, is_range, last = (
            (each.strip() for each in re.split(r"(\.\.|…)", part, maxsplit=1))
            if (".." in part or "…" in part)
            else (part, "", "")
        )
        begin = read_date(first)
        end = read_date(last) if is_range else begin
        if end < begin:
            raise NotADate(part)
        if (end - begin).days >= MOST_SKIP_DATES:
            raise TooManySkipDates(MOST_SKIP_DATES)
        found.update(begin + timedelta(days=step) for step in range((end - begin).days + 1))
    return frozenset(found)


def read_days(text: str, every: Every) -> Days:
    """What is meant by days: for weekly "mon, wed"; for monthly "15", "last", "first monday" or "last fri".

    Raises:
        NotDays: words that are none of these, or any with a rule that has no days to choose.
    """
    words = text.strip().casefold()
    found = None
    if every is Every.WEEKLY:
        found = _weekdays(words)
    elif every is Every.MONTHLY:
        found = _of_month(words)
    if found is None:
        raise NotDays(text, every)
    return found


def _weekdays(words: str) -> Days | None:
    named = [_weekday(each) for each in re.split(r"[\s,]+", words) if each]
    known = frozenset(day for day in named if day is not None)
    return Days(weekdays=known) if known and None not in named else None


def _of_month(words: str) -> Days | None:
    if words in {"last", "last day"}:
        return Days(month_day=LAST)
    number = _DAY_OF_MONTH.fullmatch(words)
    if number is not None:
        return Days(month_day=int(number[1])) if 1 <= int(number[1]) <= LONGEST_MONTH else None
    which, _, rest = words.partition(" ")
    nth = _ORDINALS.get(which)
    days = None if nth is None else _weekdays(rest)
    return None if days is None else Days(weekdays=days.weekdays, nth_weekday=nth)


def _weekday(word: str) -> Weekday | None:
    return next((day for day in Weekday if word in set(_names(day))), None)


def _names(day: Weekday) -> Iterator[str]:
    name = day.name.lower()
    yield from (name, name[:2], name[:3], name[:4], f"{name}s")


def nth_words() -> tuple[tuple[str, int], ...]:
    """The words for the n-th, and their numbers, for lists to choose from."""
    return tuple((word, number) for word, number in _ORDINALS.items() if word.isalpha() and number <= MAX_NTH)
