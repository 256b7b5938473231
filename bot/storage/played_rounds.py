"""Queries over the rounds of a server that were played: to choose one, and to name it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Row, Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.rounds import RoundKind, RoundState
from bot.storage.tables import CourseRow, RoundRow
from bot.values import dataclass

_PLAYED = (RoundState.ENDED.value, RoundState.RUNNING.value)


@dataclass(frozen=True, slots=True)
class RoundEntry:
    """A round as it is listed."""

    id: int
    course_key: str
    course_title: str
    topic: str | None
    began_at: datetime


async def of_number(session: AsyncSession, guild_id: int, round_id: int) -> RoundEntry | None:
    """The server's round of that number, or None where another server played it, or nobody."""
    found = (await session.execute(_entries(guild_id).where(RoundRow.id == round_id))).first()
    return None if found is None else _entry(found)


async def newest(session: AsyncSession, guild_id: int, most: int) -> list[RoundEntry]:
    """The server's rounds, the one that began last first."""
    rows = await session.execute(_entries(guild_id).order_by(RoundRow.started_at.desc()).limit(most))
    return [_entry(row) for row in rows]


async def course_of_key(session: AsyncSession, key: str) -> tuple[int, str] | None:
    """The database's number of a course and its title, or None where it was never published."""
    row = (await session.execute(select(CourseRow.id, CourseRow.title).where(CourseRow.key == key))).first()
    return None if row is None else (row.id, row.title)


def _entries(guild_id: int) -> Select[int, str, str, str | None, datetime | None]:
    return (
        select(RoundRow.id, CourseRow.key, CourseRow.title, RoundRow.topic, RoundRow.started_at)
        .join(CourseRow, CourseRow.id == RoundRow.course_id)
        .where(
            RoundRow.guild_id == guild_id,
            RoundRow.kind == RoundKind.LIVE.value,
            RoundRow.state.in_(_PLAYED),
            RoundRow.started_at.is_not(None),
        )
    )


def _entry(row: Row[int, str, str, str | None, datetime | None]) -> RoundEntry:
    number, key, title, topic, began_at = row
    assert began_at is not None
    return RoundEntry(number, key, title, topic, began_at)
