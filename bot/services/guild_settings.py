"""What a server has set, and changing it."""

from __future__ import annotations

import dataclasses

from bot.domain.guilds import AnswerPolicy, GuildSettings, WhoMayStart
from bot.domain.zones import find_timezone
from bot.storage import guilds, standings
from bot.storage.database import Database


async def get_settings(database: Database, guild_id: int, *, default_timezone: str) -> GuildSettings:
    """What the server has set, or the defaults."""
    async with database.read() as session:
        return await guilds.get_settings(session, guild_id, default_timezone=default_timezone)


async def set_timezone(
    database: Database, guild_id: int, asked: str, *, default_timezone: str
) -> GuildSettings:
    """Change the server's time zone; its boards of days, weeks and months are made anew for it.

    Raises:
        UnknownTimezone: not an IANA name.
    """
    zone = find_timezone(asked)
    while True:
        async with database.read() as session:
            seen = await standings.stamp(session, guild_id)
            sums = await standings.totals(session, guild_id, zone)
        async with database.write() as session:
            await guilds.lock(session, guild_id)
            before = await guilds.get_settings(session, guild_id, default_timezone=default_timezone)
            settings = dataclasses.replace(before, timezone=zone.key)
            if settings == before:
                return settings
            # Summed up outside the transaction, so that no other write waits; again where they changed meanwhile.
            if await standings.stamp(session, guild_id) == seen:
                await guilds.save_settings(session, settings)
                await standings.replace(session, guild_id, sums)
                return settings


async def set_instructor_role(
    database: Database, guild_id: int, role_id: int | None, *, default_timezone: str
) -> GuildSettings:
    """Name the role whose members are instructors, or none."""
    return await _change(database, guild_id, default_timezone, instructor_role_id=role_id)


async def set_who_may_start(
    database: Database, guild_id: int, who: WhoMayStart, *, default_timezone: str
) -> GuildSettings:
    """Say who may start rounds."""
    return await _change(database, guild_id, default_timezone, who_may_start=who)


async def set_answer_policy(
    database: Database, guild_id: int, policy: AnswerPolicy, *, default_timezone: str
) -> GuildSettings:
    """Say whether answers are final; holds for rounds proposed from now on."""
    return await _change(database, guild_id, default_timezone, answer_policy=policy)


async def set_instructors_channel(
    database: Database, guild_id: int, channel_id: int | None, *, default_timezone: str
) -> GuildSettings:
    """Say where instructors get what is for them alone, or that they have no such channel."""
    return await _change(database, guild_id, default_timezone, instructors_channel_id=channel_id)


async def _change(
    database: Database,
    guild_id: int,
    default_timezone: str,
    **values: int | WhoMayStart | AnswerPolicy | None,
) -> GuildSettings:
    async with database.write() as session:
        await guilds.lock(session, guild_id)
        before = await guilds.get_settings(session, guild_id, default_timezone=default_timezone)
        settings = dataclasses.replace(before, **values)  # type: ignore[arg-type]
        await guilds.save_settings(session, settings)
    return settings
