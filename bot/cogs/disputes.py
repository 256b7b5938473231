"""`/disputes`: what waits for a ruling, and what was ruled. For instructors."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.cogs import access, replies
from bot.cogs.access import Interaction
from bot.cogs.choices import MOST_NAME
from bot.cogs.courier import Courier
from bot.services import disputing
from bot.services.context import ServiceContext
from bot.ui import dispute_cards
from bot.ui.text import shorten


@app_commands.guild_only()
class Disputes(commands.GroupCog, group_name="disputes", group_description="Disputes of marks"):
    """Disputes of marks."""

    def __init__(self, context: ServiceContext, courier: Courier) -> None:
        self._context = context
        self._courier = courier

    @app_commands.command(name="list")
    async def list_(self, interaction: Interaction, settled: bool = False) -> None:
        """List the disputes that wait for a ruling.

        Args:
            interaction: the command.
            settled: those that are settled instead
        """
        settings = await access.instructors_settings(interaction, self._context)
        listed = await disputing.list_disputes(self._context.database, settings.guild_id, is_open=not settled)
        # Cards that could not be posted before may be possible now.
        self._courier.wake(settings.guild_id)
        card = dispute_cards.dispute_list(listed, channel_id=settings.instructors_channel_id)
        await replies.show(interaction, card)

    @app_commands.command()
    async def show(self, interaction: Interaction, number: int) -> None:
        """Show a dispute with all that there is to rule by.

        Args:
            interaction: the command.
            number: the dispute's number
        """
        settings = await access.instructors_settings(interaction, self._context)
        file = await disputing.dispute_file(self._context.database, number, guild_id=settings.guild_id)
        await replies.show(interaction, await self._courier.card(file))

    @show.autocomplete("number")
    async def _numbers(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[int]]:
        settings = await self._context.guild_settings(access.guild_id_of(interaction))
        if not access.is_instructor(interaction, settings):
            return []
        found = []
        for is_open in (True, False):
            listed = await disputing.list_disputes(self._context.database, settings.guild_id, is_open=is_open)
            found += [
                app_commands.Choice(name=shorten(f"{dispute.id} · {name.stem}", MOST_NAME), value=dispute.id)
                for dispute, name in listed.entries
                if str(typed).strip() in f"{dispute.id} {name.key}"
            ]
        return found[: disputing.MOST_LISTED]
