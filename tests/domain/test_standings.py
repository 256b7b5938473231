from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.standings import Window, period, periods_of


@pytest.mark.parametrize(
    ("zone", "window", "name"),
    [
        ("UTC", Window.TODAY, "day:2026-03-01"),
        ("Asia/Shanghai", Window.TODAY, "day:2026-03-02"),
        ("America/Los_Angeles", Window.TODAY, "day:2026-03-01"),
        ("UTC", Window.WEEK, "week:2026-02-23"),
        ("Asia/Shanghai", Window.WEEK, "week:2026-03-02"),
        ("UTC", Window.MONTH, "month:2026-03"),
        ("America/Los_Angeles", Window.MONTH, "month:2026-03"),
        ("UTC", Window.ALL_TIME, "all"),
        ("UTC", Window.ROUND, "round:9"),
    ],
)
def test_windows_follow_the_zone(zone: str, window: Window, name: str) -> None:
    sunday_evening = datetime(2026, 3, 1, 20, 30, tzinfo=UTC)
    assert period(window, sunday_evening, ZoneInfo(zone), round_id=9) == name


def test_an_answer_counts_for_every_window() -> None:
    assert len(set(periods_of(datetime(2026, 3, 1, tzinfo=UTC), ZoneInfo("UTC"), 9))) == len(Window)
