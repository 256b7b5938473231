"""Calendar files: which dates they name, and what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bot.domain.schedule_refusals import CalendarTooLarge, TooManySkipDates, UnreadableCalendar
from bot.services import holidays

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def backend() -> str:
    """No database is needed."""
    return "sqlite"


def calendar(*events: str) -> bytes:
    body = "".join(
        f"BEGIN:VEVENT\nUID:{number}\n{event}\nEND:VEVENT\n" for number, event in enumerate(events)
    )
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Test//EN\n{body}END:VCALENDAR\n"
    return text.replace("\n", "\r\n").encode()


async def dates(*events: str, zone: str = "UTC") -> list[str]:
    found = await holidays.read_calendar(calendar(*events), "x.ics", zone=zone, now=NOW)
    return [each.isoformat() for each in sorted(found)]


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ("DTSTART;VALUE=DATE:20260501", ["2026-05-01"]),
        (
            "DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261227",
            ["2026-12-24", "2026-12-25", "2026-12-26"],
        ),
        ("DTSTART;VALUE=DATE:20261231\nDURATION:P2D", ["2026-12-31", "2027-01-01"]),
        ("DTSTART:20260501T090000Z\nDTEND:20260501T100000Z", ["2026-05-01"]),
        ("DTSTART:20260501T220000Z\nDTEND:20260503T000000Z", ["2026-05-01", "2026-05-02"]),
        ("DTSTART;VALUE=DATE:20200501\nRRULE:FREQ=YEARLY", ["2026-05-01", "2027-05-01"]),
        ("DTSTART;VALUE=DATE:20250501\nRRULE:FREQ=YEARLY;COUNT=2", ["2026-05-01"]),
        (
            "DTSTART;VALUE=DATE:20260302\nRRULE:FREQ=WEEKLY;UNTIL=20260316",
            ["2026-03-02", "2026-03-09", "2026-03-16"],
        ),
        (
            "DTSTART;VALUE=DATE:20260302\nRRULE:FREQ=WEEKLY;COUNT=3\nEXDATE;VALUE=DATE:20260309",
            ["2026-03-02", "2026-03-16"],
        ),
        (
            "DTSTART;VALUE=DATE:20260302\nRDATE;VALUE=DATE:20260401,20260402",
            ["2026-03-02", "2026-04-01", "2026-04-02"],
        ),
        ("DTSTART:20260302T090000Z\nRRULE:FREQ=DAILY;UNTIL=20260303T090000Z", ["2026-03-02", "2026-03-03"]),
        ("DTSTART;VALUE=DATE:20260501\nSTATUS:CANCELLED", []),
        ("DTSTART;VALUE=DATE:20250501", []),
        ("DTSTART;VALUE=DATE:20260228\nDTEND;VALUE=DATE:20260303", ["2026-03-01", "2026-03-02"]),
        ("DTSTART;VALUE=DATE:20350501", []),
    ],
)
async def test_an_event_covers_its_dates(event: str, expected: list[str]) -> None:
    assert await dates(event) == expected


async def test_a_timed_event_is_on_the_dates_of_the_zone() -> None:
    late = "DTSTART:20260501T200000Z\nDTEND:20260501T210000Z"
    assert await dates(late, zone="Asia/Shanghai") == ["2026-05-02"]
    local = "DTSTART;TZID=America/New_York:20260501T230000\nDURATION:PT30M"
    assert await dates(local, zone="Europe/Berlin") == ["2026-05-02"]
    floating = "DTSTART:20260501T230000\nDURATION:PT30M"
    assert await dates(floating, zone="Europe/Berlin") == ["2026-05-01"]


async def test_a_repetition_that_was_moved_is_not_on_its_old_date() -> None:
    body = calendar(
        "DTSTART;VALUE=DATE:20260302\nRRULE:FREQ=WEEKLY;COUNT=2",
        "DTSTART;VALUE=DATE:20260310\nRECURRENCE-ID;VALUE=DATE:20260309",
    )
    found = await holidays.read_calendar(body.replace(b"UID:1", b"UID:0"), "x.ics", zone="UTC", now=NOW)
    assert sorted(found) == [date(2026, 3, 2), date(2026, 3, 10)]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"\xff\xfe\x00\x01",
        b"\x89PNG\r\n\x1a\n",
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n",
        calendar("SUMMARY:no date"),
        calendar("DTSTART:notadate"),
        calendar("DTSTART;VALUE=DATE:20260302\nRRULE:FREQ=SECONDLY"),
        calendar("DTSTART;VALUE=DATE:20260302\nRRULE:FREQ=DAILY;INTERVAL=0"),
        calendar("DTSTART;VALUE=DATE:20260302\nRRULE:FREQ=SOMETIMES"),
        calendar("DTSTART;VALUE=DATE:20260302\nDTEND;VALUE=DATE:20260201"),
    ],
)
async def test_what_is_no_calendar_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableCalendar):
        await holidays.read_calendar(content, "x.ics", zone="UTC", now=NOW)


async def test_what_is_too_much_is_refused_at_once() -> None:
    with pytest.raises(CalendarTooLarge):
        await holidays.read_calendar(b"x" * (holidays.MOST_BYTES + 1), "x.ics", zone="UTC", now=NOW)
    endless = "DTSTART;VALUE=DATE:19000101\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"
    with pytest.raises(CalendarTooLarge):
        await dates(*[endless] * 50)
    with pytest.raises(CalendarTooLarge):
        await dates(*["DTSTART;VALUE=DATE:20260302"] * (holidays.MOST_EVENTS + 1))
    assert await dates(endless) == []
    within_a_day = "BYHOUR=" + ",".join(map(str, range(24))) + ";BYMINUTE=" + ",".join(map(str, range(60)))
    assert len(await dates(f"DTSTART:20260302T000000Z\nRRULE:FREQ=DAILY;COUNT=3;{within_a_day}")) == 3


async def test_every_date_of_years_is_more_than_a_schedule_keeps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holidays, "MOST_SKIP_DATES", 100)
    with pytest.raises(TooManySkipDates):
        await dates("DTSTART;VALUE=DATE:20260302\nRRULE:FREQ=DAILY")


async def test_a_calendar_without_dates_ahead_names_none() -> None:
    assert await dates() == []
