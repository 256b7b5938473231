"""Queries over the questions that a server's rulings have made void."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.questions import Void
from bot.domain.rulings import VOIDS
from bot.storage.tables import RulingRow


async def of_guild(session: AsyncSession, guild_id: int) -> dict[int, Void]:
    """The versions that are void on a server, and whether all or none get their points; the last ruling holds."""
    kinds = {kind.value: void for kind, void in VOIDS.items()}
    rows = await session.execute(
        select(RulingRow.question_id, RulingRow.kind)
        .where(RulingRow.guild_id == guild_id, RulingRow.kind.in_(kinds), RulingRow.undone_at.is_(None))
        .order_by(RulingRow.id)
    )
    return {question_id: kinds[kind] for question_id, kind in rows}


async def worth_nothing(session: AsyncSession, guild_id: int) -> list[int]:
    """The versions by which nobody on a server can earn anything: no mark is reckoned with them."""
    return [
        question_id for question_id, who in (await of_guild(session, guild_id)).items() if who is Void.NONE
    ]
