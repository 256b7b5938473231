"""Private replies, and what is said when something cannot be done: the one place where errors become sentences."""

from __future__ import annotations

import logging
import secrets

import discord
from discord import ui

from bot.cogs.access import Interaction
from bot.errors import Refusal
from bot.ui import errors

log = logging.getLogger(__name__)


async def say(interaction: Interaction, sentence: str) -> None:
    """A private sentence."""
    if interaction.response.is_done():
        await interaction.followup.send(sentence, ephemeral=True)
    else:
        await interaction.response.send_message(sentence, ephemeral=True)


async def show(interaction: Interaction, card: ui.LayoutView) -> None:
    """A private card."""
    await interaction.response.send_message(view=card, ephemeral=True)


async def fail(interaction: Interaction, error: BaseException) -> None:
    """Tell a person what could not be done; what nobody expected goes to the log under a short reference."""
    if isinstance(error, Refusal):
        sentence = errors.sentence(error)
    else:
        reference = secrets.token_hex(4)
        log.error("Unexpected error %s in interaction %s", reference, interaction.id, exc_info=error)
        sentence = errors.unexpected(reference)
    try:
        await say(interaction, sentence)
    except discord.HTTPException as failure:
        # The three seconds are over, or the message is gone: there is nobody left to tell.
        log.warning("A reply to interaction %s could not be sent: %s", interaction.id, failure)
