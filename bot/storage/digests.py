"""Queries over the digests of scheduled rounds: which are still to be brought."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.digests import DigestState
from bot.domain.rounds import RoundState
from bot.storage.tables import RoundRow, ScheduleRow


async def due(session: AsyncSession) -> Sequence[tuple[int, int]]:
    """Number and server of each round that is over and whose digest is still to be brought, oldest first."""
    rows = await session.execute(
        select(RoundRow.id, RoundRow.guild_id)
        .where(RoundRow.digest == DigestState.DUE.value, RoundRow.state == RoundState.ENDED.value)
        .order_by(RoundRow.id)
    )
    return [(row.id, row.guild_id) for row in rows]


async def schedule_name(session: AsyncSession, round_id: int) -> str | None:
    """What the schedule is called whose digest is still to be brought after this round, or None where none is."""
    return await session.scalar(
        select(ScheduleRow.name)
        .join(RoundRow, RoundRow.schedule_id == ScheduleRow.id)
        .where(RoundRow.id == round_id, RoundRow.digest == DigestState.DUE.value)
    )


async def set_state(session: AsyncSession, round_id: int, state: DigestState) -> None:
    """What became of a digest."""
    await session.execute(update(RoundRow).where(RoundRow.id == round_id).values(digest=state.value))
