"""Learners' display names for files, asked of Discord person by person: the member list needs a privileged intent."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from contextlib import suppress

import discord

log = logging.getLogger(__name__)

_AT_ONCE = 5
# Names are a kindness, ids are what counts: whoever was not found by then has an empty name.
PATIENCE_SECONDS = 20


async def display_names(client: discord.Client, guild_id: int, learner_ids: Iterable[int]) -> dict[int, str]:
    """What learners are called on a server now; those who left, or could not be asked about in time, are missing."""
    found: dict[int, str] = {}
    left = iter(learner_ids)

    async def ask() -> None:
        for learner_id in left:
            name = await _name(client, guild_id, learner_id)
            if name is not None:
                found[learner_id] = name

    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE_SECONDS):
            await asyncio.gather(*(ask() for _ in range(_AT_ONCE)))
    return found


async def _name(client: discord.Client, guild_id: int, learner_id: int) -> str | None:
    try:
        member = await client.http.get_member(guild_id, learner_id)
    except (discord.HTTPException, OSError) as error:
        log.info("The name of %s in server %s is unknown: %s", learner_id, guild_id, error)
        return None
    user = member["user"]
    return member.get("nick") or user.get("global_name") or user["username"]
