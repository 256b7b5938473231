"""Times as teachers type them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.moments import DAY_ENDS, DAY_STARTS, read_moment
from bot.domain.refusals import UnreadableTime

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")
# A Wednesday, 20:00 in Shanghai.
NOW = datetime(2026, 3, 18, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "wall"),
    [
        ("2026-03-20 18:00", "2026-03-20 18:00"),
        ("2026-03-20T18:00", "2026-03-20 18:00"),
        ("2026-3-20 at 6pm", "2026-03-20 18:00"),
        ("2026-03-20, 9.30", "2026-03-20 09:30"),
        ("2026-03-20", "2026-03-20 23:59"),
        ("2026-03-20 24:00", "2026-03-20 23:59"),
        ("fri 18:00", "2026-03-20 18:00"),
        ("Friday at 6 pm", "2026-03-20 18:00"),
        ("wed 21:00", "2026-03-18 21:00"),
        ("wed 19:00", "2026-03-25 19:00"),
        ("wed", "2026-03-18 23:59"),
        ("today 22:30", "2026-03-18 22:30"),
        ("tomorrow", "2026-03-19 23:59"),
        ("tomorrow 9am", "2026-03-19 09:00"),
        ("tomorrow 12am", "2026-03-19 00:00"),
        ("21:30", "2026-03-18 21:30"),
        ("at 07:00", "2026-03-19 07:00"),
        ("in 3 days", "2026-03-21 20:00"),
        ("in 2 weeks", "2026-04-01 20:00"),
        ("in 90 min", "2026-03-18 21:30"),
        ("+2h", "2026-03-18 22:00"),
        ("NOW", "2026-03-18 20:00"),
    ],
)
def test_what_can_be_typed(typed: str, wall: str) -> None:
    found = read_moment(typed, NOW, SHANGHAI, without_clock=DAY_ENDS)
    assert f"{found.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" == wall
    assert found.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "soon",
        "2026-02-30",
        "2026-13-01 10:00",
        "25:00",
        "fri 25:00",
        "13pm",
        "0am",
        "18",
        "20/03/2026",
        "in 3 moons",
        "in -3 days",
        "99999-01-01",
        "in 99999 weeks",
        "friday the 13th",
        "m 18:00",
        "１8:00x",
    ],
)
def test_what_is_no_time_is_refused_as_it_was_typed(typed: str) -> None:
    with pytest.raises(UnreadableTime) as refused:
        read_moment(
            typed,
            datetime(9990, 1, 1, tzinfo=UTC) if "99999 w" in typed else NOW,
            SHANGHAI,
            without_clock=DAY_STARTS,
        )
    assert refused.value.asked == typed


def test_a_day_alone_begins_or_ends_as_is_wanted() -> None:
    assert read_moment("2026-03-20", NOW, SHANGHAI, without_clock=DAY_STARTS).astimezone(SHANGHAI).hour == 0


def test_a_time_that_the_clocks_jump_over_is_the_first_after_the_gap() -> None:
    found = read_moment("2026-03-08 02:30", NOW, NEW_YORK, without_clock=DAY_ENDS)
    assert found == datetime(2026, 3, 8, 7, tzinfo=UTC)


def test_days_go_by_the_clock_on_the_wall() -> None:
    before_the_change = datetime(2026, 3, 7, 14, tzinfo=UTC)  # 09:00 in New York
    found = read_moment("in 2 days", before_the_change, NEW_YORK, without_clock=DAY_ENDS)
    assert found.astimezone(NEW_YORK).hour == 9


@given(st.text(max_size=30))
def test_whatever_is_typed_it_is_a_moment_or_refused(typed: str) -> None:
    try:
        found = read_moment(typed, NOW, SHANGHAI, without_clock=DAY_ENDS)
    except UnreadableTime:
        return
    assert found.utcoffset() == timedelta(0)
