"""Who may do what: checked at every command and every click, never remembered."""

from __future__ import annotations

import discord

from bot.domain.guilds import GuildSettings, WhoMayStart
from bot.domain.refusals import (
    ChannelForAll,
    InstructorsOnly,
    MissingPermissions,
    NoThreadHere,
    NotYourRound,
    OnlyInServers,
    StartersOnly,
)
from bot.domain.round_records import RoundRecord
from bot.services.context import ServiceContext

Interaction = discord.Interaction[discord.Client]


def guild_id_of(interaction: Interaction) -> int:
    """The server of an interaction.

    Raises:
        OnlyInServers: it was made in a private conversation.
    """
    if interaction.guild_id is None:
        raise OnlyInServers
    return interaction.guild_id


def is_instructor(interaction: Interaction, settings: GuildSettings) -> bool:
    """Whether this person may manage the server, or has the instructors' role."""
    if interaction.permissions.manage_guild or interaction.permissions.administrator:
        return True
    roles = interaction.user.roles if isinstance(interaction.user, discord.Member) else []
    return settings.instructor_role_id in {role.id for role in roles}


def require_instructor(interaction: Interaction, settings: GuildSettings) -> None:
    """Let instructors pass.

    Raises:
        InstructorsOnly: this person is none.
    """
    if not is_instructor(interaction, settings):
        raise InstructorsOnly


async def instructors_settings(interaction: Interaction, context: ServiceContext) -> GuildSettings:
    """What the server has set, for an instructor; asked for at each command and each click.

    Raises:
        OnlyInServers: it was made in a private conversation.
        InstructorsOnly: this person is none, or is one no more.
    """
    settings = await context.guild_settings(guild_id_of(interaction))
    require_instructor(interaction, settings)
    return settings


async def instructors_guild(interaction: Interaction, context: ServiceContext) -> int:
    """The server, for an instructor; the same where nothing else of its settings is wanted."""
    return (await instructors_settings(interaction, context)).guild_id


def require_starter(interaction: Interaction, settings: GuildSettings) -> None:
    """Let those pass who may start rounds here.

    Raises:
        StartersOnly: only instructors may.
    """
    if settings.who_may_start is WhoMayStart.INSTRUCTORS and not is_instructor(interaction, settings):
        raise StartersOnly


def require_owner(interaction: Interaction, settings: GuildSettings, record: RoundRecord) -> None:
    """Let the starter of a round and instructors pass.

    Raises:
        NotYourRound: this person is neither.
    """
    if interaction.user.id != record.starter_id and not is_instructor(interaction, settings):
        raise NotYourRound


def is_for_all(channel: discord.TextChannel) -> bool:
    """Whether everyone in the server can read a channel."""
    return channel.permissions_for(channel.guild.default_role).view_channel


def require_instructors_channel(channel: discord.TextChannel) -> None:
    """See that a channel can be the instructors' own.

    Raises:
        ChannelForAll: learners can read it.
        MissingPermissions: the bot may not post there; names what is missing.
    """
    if is_for_all(channel):
        raise ChannelForAll(channel.id)
    allowed = channel.permissions_for(channel.guild.me)
    needed = ("view_channel", "send_messages", "read_message_history")
    missing = tuple(name for name in needed if not getattr(allowed, name))
    if missing:
        raise MissingPermissions(missing)


def require_own_permissions(interaction: Interaction, *, in_thread: bool) -> None:
    """See that the bot may do here what a round needs, before it is begun.

    Raises:
        NoThreadHere: a thread is asked for where Discord makes none.
        MissingPermissions: it may not; names what is missing.
    """
    is_thread = isinstance(interaction.channel, discord.Thread)
    if in_thread and not isinstance(interaction.channel, discord.TextChannel):
        raise NoThreadHere
    missing = missing_for_a_round(interaction.app_permissions, is_thread=is_thread, in_thread=in_thread)
    if missing:
        raise MissingPermissions(missing)


def missing_for_a_round(allowed: discord.Permissions, *, is_thread: bool, in_thread: bool) -> tuple[str, ...]:
    """What a round needs in a channel or thread and is not granted, by discord.py's names."""
    if allowed.administrator:
        return ()
    needed = {
        "view_channel": allowed.view_channel,
        "read_message_history": allowed.read_message_history,
        "send_messages": allowed.send_messages or is_thread,
        "send_messages_in_threads": allowed.send_messages_in_threads or not (is_thread or in_thread),
        "create_public_threads": allowed.create_public_threads or not in_thread,
    }
    return tuple(name for name, granted in needed.items() if not granted)
