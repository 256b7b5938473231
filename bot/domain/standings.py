"""Ranking, ties, and the windows of time that a leaderboard can show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

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


@dataclass(frozen=True, slots=True)
class Total:
    """What a learner has gathered in one window."""

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


def ranked(totals: Sequence[Total]) -> list[Standing]:
    """The totals in order of points, with competition ranks; those who tie stand in order of their id."""
    ordered = sorted(totals, key=lambda total: (-total.points, total.learner_id))
    standings: list[Standing] = []
    for index, total in enumerate(ordered):
        tied = index > 0 and ordered[index - 1].points == total.points
        rank = standings[-1].rank if tied else index + 1
        standings.append(Standing(rank, total.learner_id, total.points, total.right, total.answered))
    return standings
