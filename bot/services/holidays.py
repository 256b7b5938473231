"""Dates of a calendar file (iCalendar, RFC 5545): every date, from today on, on which one of its events lies.

The file is anybody's: its size, its events and what its rules may repeat are bounded, and it is read in a thread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any, cast
from zoneinfo import ZoneInfo

from bot.domain.schedule_refusals import CalendarTooLarge, TooManySkipDates, UnreadableCalendar
from bot.domain.schedules import MOST_SKIP_DATES

if TYPE_CHECKING:
    from icalendar import Event

MOST_BYTES = 512 * 1024
MOST_EVENTS = 3000
HORIZON = timedelta(days=2 * 366)
# How many steps all rules of a file may take together; a daily rule of fifty years is 20,000.
_MOST_STEPS = 200_000
_DAYS_A_STEP = {"DAILY": 1, "WEEKLY": 7, "MONTHLY": 30, "YEARLY": 365}
# What repeats within a day does not make other dates.
_WITHIN_A_DAY = ("BYHOUR", "BYMINUTE", "BYSECOND")
_DAY = timedelta(days=1)
_INSTANT = timedelta(microseconds=1)


async def read_calendar(content: bytes, name: str, *, zone: str, now: datetime) -> frozenset[date]:
    """The dates, from today on and for two years, on which an event of the file lies in the zone.

    All of a day counts, however short the event; events that were cancelled do not.

    Raises:
        UnreadableCalendar: it is no iCalendar file, or one of its events makes no sense.
        CalendarTooLarge: it holds more than any calendar of holidays.
        TooManySkipDates: more dates than a schedule keeps.
    """
    return await asyncio.to_thread(_read, content, name, ZoneInfo(zone), now)


def _read(content: bytes, name: str, zone: ZoneInfo, now: datetime) -> frozenset[date]:
    if len(content) > MOST_BYTES:
        raise CalendarTooLarge(MOST_BYTES)
    today = now.astimezone(zone).date()
    try:
        found = _dates(content, zone, today, today + HORIZON)
    except (CalendarTooLarge, UnreadableCalendar):
        raise
    except Exception as error:  # the library raises whatever a broken file leads it to
        raise UnreadableCalendar(name) from error
    if found is None:
        raise UnreadableCalendar(name)
    if len(found) > MOST_SKIP_DATES:
        raise TooManySkipDates(MOST_SKIP_DATES)
    return found


def _dates(content: bytes, zone: ZoneInfo, first: date, last: date) -> frozenset[date] | None:
    """The dates from ``first`` to ``last``, or None where there is no calendar in the file."""
    from icalendar import Calendar

    calendars = Calendar.from_ical(content, multiple=True)
    events = [cast("Event", event) for each in calendars for event in each.walk("VEVENT")]
    if not calendars:
        return None
    if len(events) > MOST_EVENTS:
        raise CalendarTooLarge(MOST_BYTES)
    steps = sum(_steps(event, last) for event in events)
    if steps > _MOST_STEPS:
        raise CalendarTooLarge(MOST_BYTES)
    moved = {
        (str(event.get("UID")), _day(event.RECURRENCE_ID, zone))
        for event in events
        if event.RECURRENCE_ID is not None
    }
    found: set[date] = set()
    for event in events:
        if str(event.get("STATUS", "")).upper() == "CANCELLED":
            continue
        if event.end < event.start:
            msg = "an event that ends before it begins"
            raise ValueError(msg)
        for begins in _beginnings(event, last):
            is_original = event.RECURRENCE_ID is None
            if is_original and (str(event.get("UID")), _day(begins, zone)) in moved:
                continue
            found.update(_covered(begins, event.end - event.start, zone, first, last))
    return frozenset(found)


def _steps(event: Event, last: date) -> int:
    rule = event.get("RRULE")
    if rule is None:
        return 1
    rules = rule if isinstance(rule, list) else [rule]
    days = max(0, (last - _bare_date(event.start)).days)
    return sum(days // _DAYS_A_STEP[_frequency(each)] + 1 for each in rules)


def _frequency(rule: Any) -> str:  # noqa: ANN401 - the library's own mapping
    return str(rule["FREQ"][0]).upper()


def _beginnings(event: Event, last: date) -> Iterator[date | datetime]:
    """When an event begins, each time, as its own clock shows it."""
    start = event.start
    excluded = set(event.exdates)
    rules = event.get("RRULE", [])
    repeated = [
        each
        for rule in (rules if isinstance(rules, list) else [rules])
        for each in _repeat(rule, start, last)
    ]
    for begins in dict.fromkeys([start, *repeated, *(each[0] for each in event.rdates)]):
        if begins not in excluded:
            yield begins


def _repeat(rule: Any, start: date | datetime, last: date) -> Iterator[date | datetime]:  # noqa: ANN401
    from dateutil.rrule import rrulestr

    bounded = rule.copy()
    counts = bounded.pop("COUNT", [None])
    until = bounded.pop("UNTIL", [None])[0]
    for part in _WITHIN_A_DAY:
        bounded.pop(part, None)
    if any(int(each) < 1 for each in bounded.get("INTERVAL", [1])):
        msg = "a rule that repeats every 0 days never ends"
        raise ValueError(msg)
    clock = start.time() if isinstance(start, datetime) else time()
    zone = start.tzinfo if isinstance(start, datetime) else None
    end = last if until is None else min(last, _bare_date(until) + _DAY)
    bounded["UNTIL"] = [datetime.combine(end, time.max.replace(microsecond=0))]
    text = bounded.to_ical().decode()
    for each in islice(rrulestr(text, dtstart=datetime.combine(_bare_date(start), clock)), counts[0]):
        found = each.replace(tzinfo=zone) if isinstance(start, datetime) else each.date()
        if until is None or not _is_after(found, until):
            yield found


def _is_after(found: date | datetime, until: date | datetime) -> bool:
    if isinstance(found, datetime) and isinstance(until, datetime):
        if found.tzinfo is not None and until.tzinfo is not None:
            return found > until
        return found.replace(tzinfo=None) > until.replace(tzinfo=None)
    return _bare_date(found) > _bare_date(until)


def _covered(
    begins: date | datetime, length: timedelta, zone: ZoneInfo, first: date, last: date
) -> Iterator[date]:
    """Every date of the zone on which an event of that length lies, within bounds."""
    if isinstance(begins, datetime):
        ends = _day(begins + max(length - _INSTANT, timedelta()), zone)
    else:
        ends = begins + max(length, _DAY) - _DAY
    day = max(_day(begins, zone), first)
    while day <= min(ends, last):
        yield day
        day += _DAY


def _day(moment: date | datetime, zone: ZoneInfo) -> date:
    """The date on which a moment is in the zone; one without a zone of its own is meant there."""
    if isinstance(moment, datetime):
        return moment.astimezone(zone).date() if moment.tzinfo is not None else moment.date()
    return moment


def _bare_date(moment: date | datetime) -> date:
    return moment.date() if isinstance(moment, datetime) else moment
