"""What a server has set, and changing it."""

from __future__ import annotations

import dataclasses
import difflib
import zoneinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.domain.guilds import AnswerPolicy, GuildSettings, WhoMayStart
from bot.domain.refusals import UnknownTimezone
from bot.storage import guilds, standings
from bot.storage.database import Database

_MOST_NEAR = 3


@lru_cache(maxsize=1)
def timezone_names() -> tuple[str, ...]:
    """Every IANA time zone name that this machine knows, in order."""
    return tuple(sorted(zoneinfo.available_timezones() - {"localtime", "posixrules", "Factory"}))


def search_timezones(typed: str, most: int) -> tuple[str, ...]:
    """Time zones whose name holds what was typed, cities first; a space counts as an underscore."""
    wanted = typed.strip().casefold().replace(" ", "_")
    names = [name for name in timezone_names() if wanted in name.casefold()]
    names.sort(
        key=lambda name: (not name.casefold().rpartition("/")[2].startswith(wanted), "/" not in name, name)
    )
    return tuple(names[:most])


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
    names = {name.casefold(): name for name in timezone_names()}
    name = names.get(asked.strip().casefold().replace(" ", "_"))
    if name is None:
        raise UnknownTimezone(asked, _near(asked))
    while True:
        async with database.read() as session:
            seen = await standings.closed_count(session, guild_id)
            sums = await standings.totals(session, guild_id, ZoneInfo(name))
        async with database.write() as session:
            await guilds.lock(session, guild_id)
            before = await guilds.get_settings(session, guild_id, default_timezone=default_timezone)
            settings = dataclasses.replace(before, timezone=name)
            if name == before.timezone:
                return settings
            # Summed up outside the transaction, so that no other write waits; again where a question closed meanwhile.
            if await standings.closed_count(session, guild_id) == seen:
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


def _near(asked: str) -> tuple[str, ...]:
    found = search_timezones(asked, _MOST_NEAR) if asked.strip() else ()
    cities = {name.rpartition("/")[2]: name for name in timezone_names()}
    close = difflib.get_close_matches(
        asked.strip().replace(" ", "_").title(), cities, n=_MOST_NEAR, cutoff=0.6
    )
    return tuple(dict.fromkeys([*found, *(cities[city] for city in close)]))[:_MOST_NEAR]
