"""When the ground goes away under a round or a schedule: channel or thread deleted, bot removed from the server."""

from __future__ import annotations

import discord
from discord.ext import commands

from bot.cogs.conductor import Conductor
from bot.cogs.schedule_places import Obstacle
from bot.cogs.scheduler import Scheduler
from bot.domain.rounds import EndReason
from bot.domain.schedules import PauseReason
from bot.services import conducting
from bot.services.context import ServiceContext


class Losses(commands.Cog):
    """Ends what can no longer be shown anywhere."""

    def __init__(self, context: ServiceContext, conductor: Conductor, scheduler: Scheduler) -> None:
        self._context = context
        self._conductor = conductor
        self._scheduler = scheduler

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """A channel is gone, and all its threads with it."""
        for round_id in await conducting.rounds_of_guild(self._context.database, channel.guild.id):
            record = await conducting.load_round(self._context.database, round_id)
            if record is not None and channel.id in (record.channel_id, record.place_id):
                await self._conductor.abandon(round_id, EndReason.CHANNEL_GONE, channel_name=channel.name)
        gone = {channel.id, *(thread.id for thread in getattr(channel, "threads", ()))}
        await self._scheduler.pause_all(channel.guild.id, gone, Obstacle(PauseReason.CHANNEL_GONE))

    @commands.Cog.listener()
    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        """A thread is gone."""
        record = await conducting.round_in_place(self._context.database, payload.thread_id)
        if record is not None:
            await self._conductor.abandon(record.id, EndReason.CHANNEL_GONE)
        gone = {payload.thread_id}
        await self._scheduler.pause_all(payload.guild_id, gone, Obstacle(PauseReason.CHANNEL_GONE))

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """The bot was removed from a server, or the server is gone."""
        for round_id in await conducting.rounds_of_guild(self._context.database, guild.id):
            await self._conductor.abandon(round_id, EndReason.REMOVED_FROM_SERVER)
        await self._scheduler.pause_all(guild.id, None, Obstacle(PauseReason.REMOVED_FROM_SERVER))
