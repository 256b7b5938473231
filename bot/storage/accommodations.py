"""Queries over accommodations: who is granted more time, and how much."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.assignments import Accommodation, Allowance, allowance
from bot.storage.tables import AccommodationRow

# What holds in all assignments of a server is kept under this number.
EVERYWHERE = 0


async def grant(
    session: AsyncSession, guild_id: int, granted: Accommodation, *, granted_by: int, now: datetime
) -> None:
    """Keep an accommodation, in place of an earlier one for the same learner and assignment."""
    await session.merge(
        AccommodationRow(
            guild_id=guild_id,
            learner_id=granted.learner_id,
            assignment_id=granted.assignment_id or EVERYWHERE,
            factor=granted.factor,
            closes_at=granted.closes_at,
            granted_by=granted_by,
            granted_at=now,
        )
    )


async def revoke(session: AsyncSession, guild_id: int, learner_id: int, assignment_id: int | None) -> bool:
    """Take an accommodation back; False where there is none."""
    gone = await session.scalars(
        delete(AccommodationRow)
        .where(
            AccommodationRow.guild_id == guild_id,
            AccommodationRow.learner_id == learner_id,
            AccommodationRow.assignment_id == (assignment_id or EVERYWHERE),
        )
        .returning(AccommodationRow.learner_id)
    )
    return gone.first() is not None


async def of_guild(session: AsyncSession, guild_id: int) -> list[Accommodation]:
    """Every accommodation of a server, by learner."""
    rows = await session.scalars(
        select(AccommodationRow)
        .where(AccommodationRow.guild_id == guild_id)
        .order_by(AccommodationRow.learner_id, AccommodationRow.assignment_id)
    )
    return [_record(row) for row in rows]


async def allowances(
    session: AsyncSession, guild_id: int, assignment_id: int, learner_ids: Iterable[int]
) -> dict[int, Allowance]:
    """What holds for each of these learners in an assignment; whoever is granted nothing is there too."""
    wanted = set(learner_ids)
    found: dict[int, list[Accommodation]] = {learner_id: [] for learner_id in wanted}
    rows = await session.scalars(
        select(AccommodationRow).where(
            AccommodationRow.guild_id == guild_id,
            AccommodationRow.assignment_id.in_([EVERYWHERE, assignment_id]),
        )
    )
    for row in rows:
        if row.learner_id in wanted:
            found[row.learner_id].append(_record(row))
    return {learner_id: allowance(granted) for learner_id, granted in found.items()}


async def with_own_close(session: AsyncSession, assignment_id: int) -> dict[int, datetime]:
    """Who has a close of his own in an assignment, and when."""
    rows = await session.execute(
        select(AccommodationRow.learner_id, AccommodationRow.closes_at).where(
            AccommodationRow.assignment_id == assignment_id, AccommodationRow.closes_at.is_not(None)
        )
    )
    return {learner_id: closes_at for learner_id, closes_at in rows if closes_at is not None}


def _record(row: AccommodationRow) -> Accommodation:
    return Accommodation(
        learner_id=row.learner_id,
        assignment_id=row.assignment_id or None,
        factor=row.factor,
        closes_at=row.closes_at,
    )
