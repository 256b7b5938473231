"""Discord's own list of events: one for the next run of each schedule that wants it."""

from __future__ import annotations

import logging
from datetime import datetime

import discord

from bot.cogs.patience import TROUBLE
from bot.domain.recurrence import Run
from bot.domain.schedule_clashes import expected_length
from bot.domain.schedules import Schedule, SchedulePlan
from bot.ui import schedule_cards

log = logging.getLogger(__name__)

MOST_LOCATION = 100


async def bring_into_line(
    client: discord.Client, schedule: Schedule, coming: Run | None, *, course: str
) -> int | None:
    """Make, move or cancel the event, so that there is one for the coming run, or none.

    Returns:
        The event's id, or None where there is none.

    Raises:
        discord.HTTPException: Discord does not take it, or cannot now.
    """
    guild = client.get_guild(schedule.guild_id)
    if guild is None:
        return None
    event = await _known(guild, schedule)
    if coming is None or not schedule.plan.wants_event:
        if event is not None and event.status is discord.EventStatus.scheduled:
            await event.cancel()
        return None
    if event is None:
        # Made by a process that died before it could say so.
        event = await _made_before(guild, schedule, coming.utc)
    begins, ends = coming.utc, coming.utc + expected_length(schedule.plan.choices)
    location = _location(guild, schedule.plan)
    if event is not None and event.status is discord.EventStatus.scheduled:
        await event.edit(name=schedule.plan.name, start_time=begins, end_time=ends, location=location)
        return event.id
    made = await guild.create_scheduled_event(
        name=schedule.plan.name,
        description=schedule_cards.event_description(schedule.plan, course=course),
        start_time=begins,
        end_time=ends,
        entity_type=discord.EntityType.external,
        privacy_level=discord.PrivacyLevel.guild_only,
        location=location,
    )
    return made.id


async def begin(client: discord.Client, guild_id: int, event_id: int) -> None:
    """Show the event as going on; where Discord refuses, nothing is lost."""
    guild = client.get_guild(guild_id)
    if guild is None:
        return
    try:
        event = await guild.fetch_scheduled_event(event_id)
        if event.status is discord.EventStatus.scheduled:
            await event.start()
    except TROUBLE as error:
        log.info("Event %s could not be shown as going on: %s", event_id, error)


async def _known(guild: discord.Guild, schedule: Schedule) -> discord.ScheduledEvent | None:
    if schedule.event_id is None:
        return None
    try:
        return await guild.fetch_scheduled_event(schedule.event_id)
    except discord.NotFound:
        return None


async def _made_before(
    guild: discord.Guild, schedule: Schedule, begins: datetime
) -> discord.ScheduledEvent | None:
    for event in await guild.fetch_scheduled_events(with_counts=False):
        is_ours = event.creator_id == guild.me.id and event.name == schedule.plan.name
        if is_ours and event.start_time == begins and event.status is discord.EventStatus.scheduled:
            return event
    return None


def _location(guild: discord.Guild, plan: SchedulePlan) -> str:
    place = guild.get_channel_or_thread(plan.channel_id)
    name = (
        f"#{place.name}"
        if place is not None
        else f"https://discord.com/channels/{guild.id}/{plan.channel_id}"
    )
    return name[:MOST_LOCATION]
