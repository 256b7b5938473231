"""`/help` and `/sources`: what there is, and where it is from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from discord import app_commands
from discord.ext import commands

from bot.cogs import access, replies
from bot.cogs.access import Interaction
from bot.cogs.choices import course_choices
from bot.services.context import ServiceContext
from bot.services.proposing import find_course
from bot.ui import info_cards
from bot.ui.i18n import gettext as _

# Commands that only instructors can use; the check itself stands in each command.
INSTRUCTOR_COMMANDS = frozenset(
    {
        "analysis",
        "assignment",
        "bank",
        "disputes",
        "learner",
        "results assignment",
        "results course",
        "results round",
        "schedule",
        "settings",
    }
)


class Information(commands.Cog):
    """What the bot can do, and from which documents."""

    def __init__(self, context: ServiceContext, tree: app_commands.CommandTree[Any]) -> None:
        self._context = context
        self._tree = tree

    @app_commands.command()
    async def help(self, interaction: Interaction) -> None:
        """Show what you can do here."""
        everyone: list[tuple[str, str]] = []
        instructors: list[tuple[str, str]] = []
        for command in _leaves(self._tree):
            top = command.root_parent.name if command.root_parent else command.name
            entry = (f"`/{command.qualified_name}`", _(command.description))
            is_theirs = bool({top, command.qualified_name} & INSTRUCTOR_COMMANDS)
            (instructors if is_theirs else everyone).append(entry)
        shown = instructors if await self._is_instructor(interaction) else []
        await replies.show(interaction, info_cards.commands(everyone, shown))

    @app_commands.command()
    async def sources(self, interaction: Interaction, course: str | None = None) -> None:
        """List the documents that a course's questions and footnotes come from.

        Args:
            interaction: the command.
            course: which course; the first one if you say nothing
        """
        await replies.show(interaction, info_cards.sources(find_course(self._context.courses, course)))

    @sources.autocomplete("course")
    async def _courses(self, _interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return course_choices(self._context.courses, typed)

    async def _is_instructor(self, interaction: Interaction) -> bool:
        if interaction.guild_id is None:
            return False
        return access.is_instructor(interaction, await self._context.guild_settings(interaction.guild_id))


def _leaves(tree: app_commands.CommandTree[Any]) -> Iterator[app_commands.Command[Any, ..., Any]]:
    for command in sorted(tree.walk_commands(), key=lambda command: command.qualified_name):
        if isinstance(command, app_commands.Command):
            yield command
