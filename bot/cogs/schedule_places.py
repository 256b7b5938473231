"""Whether a schedule's channel can take its rounds, asked of Discord at the moment when it matters."""

from __future__ import annotations

import discord

from bot.cogs.access import missing_for_a_round
from bot.domain.schedule_refusals import (
    EveryoneAsRole,
    LacksEvents,
    LacksPermissions,
    PlaceGone,
    RoleNotMentionable,
)
from bot.domain.schedules import PauseReason
from bot.errors import Refusal
from bot.values import dataclass

Place = discord.abc.GuildChannel | discord.Thread


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a round cannot be played somewhere; ``missing`` are permissions by discord.py's names."""

    reason: PauseReason
    missing: tuple[str, ...] = ()


async def obstacle(
    client: discord.Client, guild_id: int, channel_id: int, *, in_thread: bool
) -> Obstacle | None:
    """What stands against a round in a channel or thread, or None.

    Raises:
        discord.HTTPException: Discord cannot say now.
    """
    guild = client.get_guild(guild_id)
    if guild is None:
        return Obstacle(PauseReason.REMOVED_FROM_SERVER)
    try:
        place = await find_place(client, guild, channel_id)
    except discord.Forbidden:
        return Obstacle(PauseReason.MISSING_PERMISSION, ("view_channel",))
    if place is None:
        return Obstacle(PauseReason.CHANNEL_GONE)
    allowed, is_thread = place.permissions_for(guild.me), isinstance(place, discord.Thread)
    missing = missing_for_a_round(allowed, is_thread=is_thread, in_thread=in_thread)
    if isinstance(place, discord.Thread) and place.locked and not allowed.manage_threads:
        missing = (*missing, "manage_threads")
    return Obstacle(PauseReason.MISSING_PERMISSION, missing) if missing else None


def refuse(against: Obstacle, channel_id: int) -> Refusal:
    """The refusal for whoever asks for a round there."""
    if against.reason is PauseReason.MISSING_PERMISSION:
        return LacksPermissions(channel_id, against.missing)
    return PlaceGone()


def require_role(place: Place, role: discord.Role) -> bool:
    """See that the bot can call a role in a channel.

    Returns:
        Whether the role stands above the bot's own, which is no obstacle where everyone may mention it.

    Raises:
        EveryoneAsRole: it is everyone.
        RoleNotMentionable: the bot may not mention it.
    """
    if role.is_default():
        raise EveryoneAsRole
    is_above = role >= role.guild.me.top_role
    allowed = place.permissions_for(role.guild.me)
    if not (role.mentionable or allowed.mention_everyone or allowed.administrator):
        raise RoleNotMentionable(role.id, is_above)
    return is_above


def require_events(guild: discord.Guild) -> None:
    """See that the bot may make events.

    Raises:
        LacksEvents: it may not.
    """
    allowed = guild.me.guild_permissions
    if not (allowed.create_events or allowed.manage_events or allowed.administrator):
        raise LacksEvents


async def find_place(client: discord.Client, guild: discord.Guild, channel_id: int) -> Place | None:
    """A server's channel or thread, archived ones too; None where it is gone, or not one of this server.

    Raises:
        discord.Forbidden: the bot may not see it.
        discord.HTTPException: Discord cannot say now.
    """
    known = guild.get_channel_or_thread(channel_id)
    if known is not None:
        return known
    try:
        found = await client.fetch_channel(channel_id)
    except discord.NotFound:
        return None
    if not isinstance(found, discord.abc.GuildChannel | discord.Thread) or found.guild.id != guild.id:
        return None
    return found
