"""Schedules as a teacher makes them, for the scenarios."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.discord.classroom import Classroom, texts


async def preview(room: Classroom, who: Any = None, **options: Any) -> Any:
    """`/schedule create`; returns the private reply."""
    given = {"every": "daily", "at": "12:30", "questions": 1, "seconds": 20, "pause": 3} | options
    return await (who or room.teacher).slash(room.channel, "schedule create", **given)


async def make(room: Classroom, who: Any = None, **options: Any) -> Any:
    """`/schedule create` and Confirm; returns the preview."""
    shown = await preview(room, who, **options)
    assert shown.response.components, shown.response.content
    await (who or room.teacher).click(shown.response, label="Confirm")
    assert "is scheduled. Next run" in texts(shown.response.components)
    return shown


def at(text: str, zone: str = "UTC") -> datetime:
    """A moment by the clocks of a zone."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def begun(room: Classroom) -> list[str]:
    """When each scheduled round began, in UTC, to the minute."""
    rows = room.rows("SELECT started_at FROM rounds WHERE schedule_id IS NOT NULL ORDER BY id")
    return [f"{datetime.fromtimestamp(row[0] / 1e6, ZoneInfo('UTC')):%Y-%m-%d %H:%M}" for row in rows]
