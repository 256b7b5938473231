"""`/learner`: what an instructor arranges for one learner. Answers are private, and name him to nobody else."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.app_commands import Range
from discord.ext import commands

from bot.cogs import access, replies
from bot.cogs.access import Interaction
from bot.cogs.assignment_keeper import AssignmentKeeper
from bot.cogs.assignments import assignment_choices, assignment_number, chosen_zone
from bot.cogs.choices import MOST_CHOICES
from bot.domain import moments
from bot.domain.assignments import LARGEST_FACTOR, Accommodation
from bot.domain.zones import search_timezones
from bot.services import accommodating
from bot.services.context import ServiceContext
from bot.ui import accommodation_cards


@app_commands.guild_only()
class Learners(commands.GroupCog, group_name="learner", group_description="What one learner needs"):
    """Accommodations."""

    def __init__(self, context: ServiceContext, keeper: AssignmentKeeper) -> None:
        self._context = context
        self._keeper = keeper

    @app_commands.command()
    async def accommodate(
        self,
        interaction: Interaction,
        learner: discord.User,
        factor: Range[float, 1.0, LARGEST_FACTOR] | None = None,
        assignment: str | None = None,
        closes: str | None = None,
        zone: str | None = None,
    ) -> None:
        """Give a learner more time, privately.

        Args:
            interaction: the command.
            learner: who
            factor: how many times as long his time limits are, such as 1.5
            assignment: in this assignment only; in all if you say nothing
            closes: when this assignment closes for him, such as 2026-03-22 18:00
            zone: the time zone of this time; this server's if you say nothing
        """
        settings = await access.instructors_settings(interaction, self._context)
        now, where = self._context.clock(), chosen_zone(zone, settings)
        granted = await accommodating.grant(
            self._context.database_for(settings.guild_id),
            Accommodation(
                learner_id=learner.id,
                assignment_id=None if assignment is None else assignment_number(assignment),
                factor=factor,
                closes_at=None
                if closes is None
                else moments.read_moment(closes, now, where, without_clock=moments.DAY_ENDS),
            ),
            guild_id=settings.guild_id,
            granted_by=interaction.user.id,
            now=now,
        )
        self._wake(granted.affected)
        await replies.say(interaction, accommodation_cards.granted(granted.accommodation, where))

    @app_commands.command(name="list")
    async def list_all(self, interaction: Interaction) -> None:
        """List who is granted more time."""
        settings = await access.instructors_settings(interaction, self._context)
        found = await accommodating.list_accommodations(self._context.database, settings.guild_id)
        await replies.show(interaction, accommodation_cards.listed(found, settings.zone))

    @app_commands.command()
    async def remove(
        self, interaction: Interaction, learner: discord.User, assignment: str | None = None
    ) -> None:
        """Take a learner's accommodation back.

        Args:
            interaction: the command.
            learner: who
            assignment: the one for this assignment; the one for all if you say nothing
        """
        settings = await access.instructors_settings(interaction, self._context)
        affected = await accommodating.revoke(
            self._context.database_for(settings.guild_id),
            learner.id,
            None if assignment is None else assignment_number(assignment),
            guild_id=settings.guild_id,
        )
        self._wake(affected)
        await replies.say(interaction, accommodation_cards.revoked(learner.id))

    @accommodate.autocomplete("assignment")
    @remove.autocomplete("assignment")
    async def _assignments(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return await assignment_choices(self._context, interaction, typed)

    @accommodate.autocomplete("zone")
    async def _zones(self, _interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        found = search_timezones(typed, MOST_CHOICES)
        return [app_commands.Choice(name=name, value=name) for name in found]

    def _wake(self, affected: tuple[int, ...]) -> None:
        for assignment_id in affected:
            self._keeper.clockwork.wake(assignment_id)
