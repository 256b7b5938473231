"""Times as teachers type them, read into moments: "2026-03-20 18:00", "fri 18:00", "in 3 days". Pure.

What the clocks of a zone do to a wall-clock time stands in `domain/wall_clock`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.refusals import UnreadableTime
from bot.domain.wall_clock import resolve

DAY_STARTS = time(0, 0)
DAY_ENDS = time(23, 59)

_CLOCK = r"(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d{2}))?\s*(?P<half>am|pm)?"
_AT = r"(?:(?:\s+at)?[\sT,]\s*" + _CLOCK + r")?"
_DATE = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})" + _AT, re.IGNORECASE)
_NAMED = re.compile(r"(?P<name>today|tomorrow|[a-z]{3,9})" + _AT, re.IGNORECASE)
_CLOCK_ALONE = re.compile(r"(?:at\s+)?" + _CLOCK, re.IGNORECASE)
_IN = re.compile(r"(?:in\s+|\+)(?P<count>\d{1,5})\s*(?P<unit>[a-z]+)", re.IGNORECASE)
_UNITS = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_UNIT_WORDS = {
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), "m"),
    **dict.fromkeys(("h", "hour", "hours"), "h"),
    **dict.fromkeys(("d", "day", "days"), "d"),
    **dict.fromkeys(("w", "week", "weeks"), "w"),
}
_DAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LATEST_HOUR_OF_HALF = 12


def read_moment(typed: str, now: datetime, zone: ZoneInfo, *, without_clock: time) -> datetime:
    """The moment (in UTC, to the minute) that somebody means.

    Dates are written with the year first. A day of the week is the next one of that name, today's only while the time
    has not passed; a time alone is the next such time. Where the clocks jump over a time it is the first moment after
    the gap, where they show it twice the first.

    Args:
        typed: what was typed.
        now: the moment from which "tomorrow" and "in 3 days" count.
        zone: the zone whose clocks are meant.
        without_clock: the time of day where only a day was typed.

    Raises:
        UnreadableTime: it is no time, or no date that exists.
    """
    wanted = " ".join(typed.split())
    readers: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], datetime | None]], ...] = (
        (re.compile("now", re.IGNORECASE), lambda _match: now.astimezone(UTC)),
        (_IN, lambda match: _after(match, now, zone)),
        (_DATE, lambda match: _on_date(match, zone, without_clock)),
        (_CLOCK_ALONE, lambda match: _next_time(match, now, zone)),
        (_NAMED, lambda match: _on_named_day(match, now, zone, without_clock)),
    )
    for pattern, read in readers:
        match = pattern.fullmatch(wanted)
        if match is None:
            continue
        try:
            found = read(match)
        except (ValueError, OverflowError) as error:
            raise UnreadableTime(typed) from error
        if found is not None:
            return found
    raise UnreadableTime(typed)


def _on_date(match: re.Match[str], zone: ZoneInfo, without_clock: time) -> datetime:
    day = date(int(match["year"]), int(match["month"]), int(match["day"]))
    return _moment(day, _clock(match) or without_clock, zone)


def _next_time(match: re.Match[str], now: datetime, zone: ZoneInfo) -> datetime | None:
    if match["minute"] is None and match["half"] is None:
        return None  # a bare number may be anything
    clock = _clock(match)
    assert clock is not None
    today = now.astimezone(zone).date()
    found = _moment(today, clock, zone)
    return found if found > now else _moment(today + timedelta(days=1), clock, zone)


def _on_named_day(
    match: re.Match[str], now: datetime, zone: ZoneInfo, without_clock: time
) -> datetime | None:
    name, today = match["name"].casefold(), now.astimezone(zone).date()
    clock = _clock(match) or without_clock
    if name in ("today", "tomorrow"):
        return _moment(today + timedelta(days=name == "tomorrow"), clock, zone)
    number = next((at for at, day in enumerate(_DAY_NAMES) if day.startswith(name)), None)
    if number is None:
        return None
    ahead = (number - today.weekday()) % 7
    found = _moment(today + timedelta(days=ahead), clock, zone)
    return found if found > now else _moment(today + timedelta(days=ahead + 7), clock, zone)


def _after(match: re.Match[str], now: datetime, zone: ZoneInfo) -> datetime | None:
    unit = _UNIT_WORDS.get(match["unit"].casefold())
    if unit is None:
        return None
    length = int(match["count"]) * _UNITS[unit]
    if unit in ("m", "h"):
        return now.astimezone(UTC) + length
    # Days and weeks go by the clock on the wall: in three days is at the same time of day.
    local = now.astimezone(zone).replace(tzinfo=None, microsecond=0) + length
    return resolve(local, zone)[0]


def _moment(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return resolve(datetime.combine(day, clock), zone)[0]


def _clock(match: re.Match[str]) -> time | None:
    """The time of day that was typed, or None where there is none.

    Raises:
        ValueError: there is no such time.
    """
    if match["hour"] is None:
        return None
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    if match["half"] is not None:
        if not 1 <= hour <= _LATEST_HOUR_OF_HALF:
            raise ValueError(hour)
        hour = hour % _LATEST_HOUR_OF_HALF + (_LATEST_HOUR_OF_HALF if match["half"].casefold() == "pm" else 0)
    if (hour, minute) == (24, 0):
        return DAY_ENDS
    return time(hour, minute)
