"""Private replies, and what is said when something cannot be done: the one place where errors become sentences."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Awaitable, Callable, Sequence

import discord
from discord import ui

from bot.cogs.access import Interaction
from bot.cogs.patience import TROUBLE, ask, is_broken_line, is_too_late
from bot.errors import Refusal
from bot.ui import errors

log = logging.getLogger(__name__)


async def say(interaction: Interaction, sentence: str) -> None:
    """A private sentence."""
    if interaction.response.is_done():
        await _deliver(interaction, lambda: interaction.followup.send(sentence, ephemeral=True))
    else:
        await _deliver(interaction, lambda: interaction.response.send_message(sentence, ephemeral=True))


async def show(interaction: Interaction, card: ui.LayoutView, files: Sequence[discord.File] = ()) -> None:
    """A private card, with the files that it names."""
    if interaction.response.is_done():
        await _deliver(
            interaction,
            lambda: interaction.followup.send(view=card, ephemeral=True, files=list(files)),
            can_be_repeated=not files,
        )
    else:
        await _deliver(
            interaction,
            lambda: interaction.response.send_message(view=card, ephemeral=True, files=list(files)),
            can_be_repeated=not files,
        )


async def _deliver(
    interaction: Interaction, send: Callable[[], Awaitable[object]], *, can_be_repeated: bool = True
) -> None:
    """Send a reply, and once more where the line broke; one that cannot be sent is a line in the log, no error.

    What was done stays done: a receipt that got lost must not end in a sentence that says that something went wrong.
    """
    try:
        try:
            await ask(send())
        except TROUBLE as error:
            # Files are read to their end by the first sending.
            if not (can_be_repeated and is_broken_line(error)):
                raise
            await ask(send())
    except TROUBLE as error:
        if isinstance(error, discord.HTTPException) and not is_too_late(error):
            raise
        _log_unsent(interaction, error)


def _log_unsent(interaction: Interaction, error: BaseException) -> None:
    log.warning("A reply to interaction %s could not be sent: %s", interaction.id, error)


async def put(interaction: Interaction, card: ui.LayoutView) -> None:
    """A card in place of the private one that was pressed; beside a public one, a private card of its own."""
    if is_private(interaction.message):
        await interaction.response.edit_message(view=card)
    else:
        await show(interaction, card)


def is_private(message: discord.Message | None) -> bool:
    """Whether a message is one that only its reader sees."""
    return message is not None and message.flags.ephemeral


async def think(interaction: Interaction) -> None:
    """Before work that may take longer than the three seconds that Discord gives: a private reply will follow."""
    await interaction.response.defer(ephemeral=True, thinking=True)


async def think_of_page(interaction: Interaction) -> None:
    """The same before a page is turned: the card stays as it is until the new one is there."""
    await interaction.response.defer()


async def fail(interaction: Interaction, error: BaseException) -> None:
    """Tell a person what could not be done; what nobody expected goes to the log under a short reference."""
    if is_too_late(error):
        # The three seconds are over, or he has had a reply: there is nobody left to tell.
        _log_unsent(interaction, error)
        return
    if isinstance(error, Refusal):
        sentence = errors.sentence(error)
    else:
        reference = secrets.token_hex(4)
        log.error("Unexpected error %s in interaction %s", reference, interaction.id, exc_info=error)
        sentence = errors.unexpected(reference)
    try:
        await say(interaction, sentence)
    except TROUBLE as failure:
        _log_unsent(interaction, failure)
