"""Choosing what is looked at: one of this server's rounds, or a course. What autocomplete offers for it."""

from __future__ import annotations

from discord import app_commands

from bot.cogs.access import Interaction, is_instructor
from bot.cogs.choices import choices
from bot.domain.guilds import GuildSettings
from bot.services import scopes
from bot.services.context import ServiceContext
from bot.services.scopes import Scope, ScopeChoice


async def chosen(
    context: ServiceContext, settings: GuildSettings, round_number: str | None, course: str | None
) -> Scope:
    """The rounds that are asked for; see `find_scope` for what is refused."""
    return await scopes.find_scope(
        context.database,
        settings.guild_id,
        ScopeChoice(round_number, course),
        courses=context.courses,
    )


async def round_choices(
    context: ServiceContext, interaction: Interaction, typed: str
) -> list[app_commands.Choice[str]]:
    """This server's rounds, the latest first, for instructors; nobody else is offered any."""
    if interaction.guild_id is None:
        return []
    settings = await context.guild_settings(interaction.guild_id)
    if not is_instructor(interaction, settings):
        return []
    entries = await scopes.newest_rounds(context.database, settings.guild_id)
    pairs = []
    for entry in entries:
        began = entry.began_at.astimezone(settings.zone)
        name = " · ".join(
            part for part in (f"{began:%Y-%m-%d %H:%M}", entry.course_title, entry.topic) if part
        )
        pairs.append((name, str(entry.id)))
    return choices(pairs, typed)
