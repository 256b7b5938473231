"""Learners' display names for files, asked of Discord person by person: the member list needs a privileged intent."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable

import discord

log = logging.getLogger(__name__)

_AT_ONCE = 5
# Names are a kindness, ids are what counts: whoever was not found by then has an empty name.
PATIENCE_SECONDS = 20


async def display_names(client: discord.Client, guild_id: int, learner_ids: Iterable[int]) -> dict[int, str]:
    """What learners are called on a server now; those who left, or could not be asked about in time, are missing."""
    at_once = asyncio.Semaphore(_AT_ONCE)

    async def ask(learner_id: int) -> tuple[int, str | None]:
        async with at_once:
            return learner_id, await _name(client, guild_id, learner_id)

    tasks = [asyncio.create_task(ask(learner_id)) for learner_id in learner_ids]
    if not tasks:
        return {}
    done, late = await asyncio.wait(tasks, timeout=PATIENCE_SECONDS)
    for task in late:
        task.cancel()
    found = dict(task.result() for task in done)
    return {learner_id: name for learner_id, name in found.items() if name is not None}


async def _name(client: discord.Client, guild_id: int, learner_id: int) -> str | None:
    try:
        member = await client.http.get_member(guild_id, learner_id)
    except (discord.HTTPException, OSError) as error:
        log.info("The name of %s in server %s is unknown: %s", learner_id, guild_id, error)
        return None
    user = member["user"]
    return member.get("nick") or user.get("global_name") or user["username"]
