"""What those who act by themselves ask of a server: its language, and its instructors' own channel."""

from __future__ import annotations

import discord

from bot.cogs import access
from bot.domain.guilds import GuildSettings

ENGLISH = "en-US"


def locale_of(client: discord.Client, guild_id: int) -> str:
    """The language of a server, as Discord names it; English where the server is not known."""
    guild = client.get_guild(guild_id)
    return ENGLISH if guild is None else str(guild.preferred_locale)


def instructors_channel(guild: discord.Guild | None, settings: GuildSettings) -> discord.TextChannel | None:
    """The channel that instructors alone read, or None where there is none, or where everyone can read it now."""
    if guild is None or settings.instructors_channel_id is None:
        return None
    channel = guild.get_channel(settings.instructors_channel_id)
    if not isinstance(channel, discord.TextChannel) or access.is_for_all(channel):
        return None
    return channel
