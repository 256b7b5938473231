"""Queries over what servers have set, and over who has left them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, Integer, delete, literal_column, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from bot.domain.guilds import AnswerPolicy, GuildSettings, WhoMayStart
from bot.domain.shards import BITS_BELOW_TIME, Shards
from bot.storage import dialects
from bot.storage.tables import AnswerRow, DepartureRow, GuildRow


async def lock(session: AsyncSession, guild_id: int) -> None:
    """Keep the server's settings and boards from all others who lock them, until this transaction ends."""
    await dialects.lock(session, guild_id)


def in_shards(guild_id: InstrumentedAttribute[int], shards: Shards) -> ColumnElement[bool]:
    """The condition that a server, of which this column is the id, is in one of the shards."""
    if shards.are_all:
        return true()
    # Written out: PostgreSQL shifts by an int, and a parameter would be a bigint.
    by = literal_column(str(BITS_BELOW_TIME), Integer)
    return (guild_id.bitwise_rshift(by) % shards.count).in_(sorted(shards.ids))


async def get_settings(session: AsyncSession, guild_id: int, *, default_timezone: str) -> GuildSettings:
    """What the server has set, or the defaults."""
    row = await session.get(GuildRow, guild_id)
    if row is None:
        return GuildSettings(guild_id, timezone=default_timezone)
    return GuildSettings(
        guild_id=row.id,
        timezone=row.timezone,
        instructor_role_id=row.instructor_role_id,
        who_may_start=WhoMayStart(row.who_may_start),
        answer_policy=AnswerPolicy(row.answer_policy),
        instructors_channel_id=row.instructors_channel_id,
    )


async def save_settings(session: AsyncSession, settings: GuildSettings) -> None:
    """Keep the server's settings, whether it had any or not."""
    await session.merge(
        GuildRow(
            id=settings.guild_id,
            timezone=settings.timezone,
            instructor_role_id=settings.instructor_role_id,
            who_may_start=settings.who_may_start.value,
            answer_policy=settings.answer_policy.value,
            instructors_channel_id=settings.instructors_channel_id,
        )
    )


async def note_departures(
    session: AsyncSession, guild_id: int, learner_ids: Iterable[int], noticed_at: datetime
) -> None:
    """Remember who has left a server; those already known keep their first date."""
    rows = [
        {"guild_id": guild_id, "learner_id": learner_id, "noticed_at": noticed_at}
        for learner_id in sorted(set(learner_ids))
    ]
    if rows:
        await session.execute(dialects.insert(session, DepartureRow).on_conflict_do_nothing(), rows)


async def note_presence(session: AsyncSession, guild_id: int, learner_ids: Iterable[int]) -> None:
    """Forget that these people had left: they have just done something here."""
    known = await departed(session, guild_id)
    for learner_id in sorted(known.intersection(learner_ids)):
        await session.execute(
            delete(DepartureRow).where(
                DepartureRow.guild_id == guild_id, DepartureRow.learner_id == learner_id
            )
        )


async def note_presence_of_answerers(session: AsyncSession, guild_id: int, round_question_id: int) -> None:
    """Forget that those had left who have answered this question."""
    here = select(AnswerRow.learner_id).where(AnswerRow.round_question_id == round_question_id)
    await session.execute(
        delete(DepartureRow).where(DepartureRow.guild_id == guild_id, DepartureRow.learner_id.in_(here))
    )


async def has_left(session: AsyncSession, guild_id: int, learner_id: int) -> bool:
    """Whether this person is known to have left the server."""
    return await session.get(DepartureRow, (guild_id, learner_id)) is not None


async def departed(session: AsyncSession, guild_id: int) -> frozenset[int]:
    """Who is known to have left the server."""
    rows = await session.scalars(select(DepartureRow.learner_id).where(DepartureRow.guild_id == guild_id))
    return frozenset(rows)
