"""Ranking, ties, and the windows of time that a leaderboard can show."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.values import dataclass

ALL_COURSES = 0


class Window(StrEnum):
    """What a leaderboard covers."""

    ROUND = "round"
    TODAY = "today"
    WEEK = "week"
    MONTH = "month"
    ALL_TIME = "all"


@dataclass(frozen=True, slots=True)
class Standing:
    """A learner's place on a board; equal points share a rank, and the next rank is skipped (1, 2, 2, 4)."""

    rank: int
    learner_id: int
    points: int
    right: int
    answered: int


def period(window: Window, moment: datetime, zone: ZoneInfo, *, round_id: int | None = None) -> str:
    """The name under which the window that holds ``moment`` is kept.

    Days, weeks (from Monday) and months are those of ``zone``; a round has its own.
    """
    local = moment.astimezone(zone).date()
    match window:
        case Window.ROUND:
            return f"round:{round_id}"
        case Window.TODAY:
            return f"day:{local.isoformat()}"
        case Window.WEEK:
            return f"week:{(local - timedelta(days=local.weekday())).isoformat()}"
        case Window.MONTH:
            return f"month:{local:%Y-%m}"
        case Window.ALL_TIME:
            return "all"


def periods_of(moment: datetime, zone: ZoneInfo, round_id: int) -> tuple[str, ...]:
    """Every period that an answer to a question closed at ``moment`` counts for."""
    return tuple(period(window, moment, zone, round_id=round_id) for window in Window)
