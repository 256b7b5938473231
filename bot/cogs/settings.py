"""`/settings`: what a server can set. For instructors."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.cogs import access, replies
from bot.cogs.access import Interaction
from bot.cogs.choices import MOST_CHOICES
from bot.cogs.courier import Courier
from bot.domain.guilds import AnswerPolicy, GuildSettings, WhoMayStart
from bot.domain.zones import search_timezones
from bot.services import guild_settings
from bot.services.context import ServiceContext
from bot.ui import info_cards
from bot.ui.command_choices import POLICY_NAMES, STARTER_NAMES


@app_commands.guild_only()
class Settings(commands.GroupCog, group_name="settings", group_description="What this server has set"):
    """What a server has set."""

    def __init__(self, context: ServiceContext, courier: Courier) -> None:
        self._context = context
        self._courier = courier

    @app_commands.command()
    async def show(self, interaction: Interaction) -> None:
        """Show the settings of this server."""
        await self._show(interaction, await access.instructors_settings(interaction, self._context))

    @app_commands.command()
    async def timezone(self, interaction: Interaction, zone: str) -> None:
        """Set the time zone in which this server's days begin.

        Args:
            interaction: the command.
            zone: type a city, such as Shanghai, and choose from the list
        """
        before = await access.instructors_settings(interaction, self._context)
        await replies.think(interaction)
        changed = await guild_settings.set_timezone(
            self._context.database, before.guild_id, zone, default_timezone=self._context.default_timezone
        )
        await self._show(interaction, changed)

    @timezone.autocomplete("zone")
    async def _zones(self, _interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        found = search_timezones(typed, MOST_CHOICES)
        return [app_commands.Choice(name=name, value=name) for name in found]

    @app_commands.command()
    async def instructors(self, interaction: Interaction, role: discord.Role | None = None) -> None:
        """Name the role whose members are instructors, beside those who may manage this server.

        Args:
            interaction: the command.
            role: the role; none if you say nothing
        """
        before = await access.instructors_settings(interaction, self._context)
        changed = await guild_settings.set_instructor_role(
            self._context.database,
            before.guild_id,
            None if role is None else role.id,
            default_timezone=self._context.default_timezone,
        )
        await self._show(interaction, changed)

    @app_commands.command()
    @app_commands.choices(
        who=[app_commands.Choice(name=name, value=value.value) for value, name in STARTER_NAMES.items()]
    )
    async def starters(self, interaction: Interaction, who: str) -> None:
        """Say who may start rounds on this server.

        Args:
            interaction: the command.
            who: everyone, or instructors only
        """
        before = await access.instructors_settings(interaction, self._context)
        changed = await guild_settings.set_who_may_start(
            self._context.database,
            before.guild_id,
            WhoMayStart(who),
            default_timezone=self._context.default_timezone,
        )
        await self._show(interaction, changed)

    @app_commands.command()
    @app_commands.choices(
        policy=[app_commands.Choice(name=name, value=value.value) for value, name in POLICY_NAMES.items()]
    )
    async def answers(self, interaction: Interaction, policy: str) -> None:
        """Say whether an answer can be changed until its question closes; holds from the next round on.

        Args:
            interaction: the command.
            policy: final, or changeable
        """
        before = await access.instructors_settings(interaction, self._context)
        changed = await guild_settings.set_answer_policy(
            self._context.database,
            before.guild_id,
            AnswerPolicy(policy),
            default_timezone=self._context.default_timezone,
        )
        await self._show(interaction, changed)

    @app_commands.command()
    async def channel(self, interaction: Interaction, channel: discord.TextChannel | None = None) -> None:
        """Name the channel where instructors get disputes; only they may see it.

        Args:
            interaction: the command.
            channel: a channel that learners cannot read; none if you say nothing
        """
        before = await access.instructors_settings(interaction, self._context)
        if channel is not None:
            access.require_instructors_channel(channel)
        changed = await guild_settings.set_instructors_channel(
            self._context.database,
            before.guild_id,
            None if channel is None else channel.id,
            default_timezone=self._context.default_timezone,
        )
        self._courier.wake(before.guild_id)
        await self._show(interaction, changed)

    async def _show(self, interaction: Interaction, current: GuildSettings) -> None:
        await replies.show(interaction, info_cards.settings(current, self._context.course_faults))
