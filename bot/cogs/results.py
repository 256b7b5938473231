"""`/results`: marks, as a private card and as a file. For instructors; each learner may see his own."""

from __future__ import annotations

import asyncio
import io

import discord
from discord import app_commands
from discord.ext import commands

from bot.cogs import access, replies, scope_choices
from bot.cogs.access import Interaction
from bot.cogs.assignments import assignment_choices, assignment_number
from bot.cogs.choices import course_choices
from bot.cogs.names import display_names
from bot.domain.guilds import GuildSettings
from bot.domain.marks import MarkTable
from bot.services import marking
from bot.services.context import ServiceContext
from bot.services.scopes import Scope
from bot.ui import mark_cards
from bot.ui.command_choices import COLUMN_NAMES, FORMAT_NAMES
from bot.ui.mark_files import MarkColumns, MarkFormat, mark_file

FORMAT_CHOICES = [app_commands.Choice(name=name, value=each.value) for each, name in FORMAT_NAMES.items()]
COLUMN_CHOICES = [app_commands.Choice(name=name, value=each.value) for each, name in COLUMN_NAMES.items()]
MARK_FILE = "marks.csv"


@app_commands.guild_only()
class Results(commands.GroupCog, group_name="results", group_description="Marks, and files of them"):
    """Who earned what."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context

    @app_commands.command(name="round")
    @app_commands.rename(made_for="format")
    @app_commands.choices(made_for=FORMAT_CHOICES, columns=COLUMN_CHOICES)
    async def of_round(
        self,
        interaction: Interaction,
        round: str | None = None,  # noqa: A002 - the option's name
        made_for: str = MarkFormat.SPREADSHEET.value,
        columns: str = MarkColumns.EACH.value,
    ) -> None:
        """Show the marks of a round, with a file of all of them; only you see it.

        Args:
            interaction: the command.
            round: which round; the latest if you say nothing
            made_for: what the file is for; a spreadsheet if you say nothing
            columns: what the file holds; the mark and each question if you say nothing
        """
        await self._show(interaction, round, None, MarkFormat(made_for), MarkColumns(columns))

    @app_commands.command(name="assignment")
    @app_commands.rename(made_for="format")
    @app_commands.choices(made_for=FORMAT_CHOICES, columns=COLUMN_CHOICES)
    async def of_assignment(
        self,
        interaction: Interaction,
        assignment: str,
        made_for: str = MarkFormat.SPREADSHEET.value,
        columns: str = MarkColumns.TOTAL.value,
    ) -> None:
        """Show the marks of an assignment by its attempt policy, with a file of all of them; only you see it.

        Args:
            interaction: the command.
            assignment: which one; choose from the list
            made_for: what the file is for; a spreadsheet if you say nothing
            columns: what the file holds; the mark alone if you say nothing
        """
        settings = await access.instructors_settings(interaction, self._context)
        await replies.think(interaction)
        table, scope = await marking.marks_of_assignment(
            self._context.database, assignment_number(assignment), guild_id=settings.guild_id
        )
        file = await self._file(interaction, table, settings, MarkFormat(made_for), MarkColumns(columns))
        await replies.show(interaction, mark_cards.marks(table, scope, MARK_FILE), [file])

    @app_commands.command(name="course")
    @app_commands.rename(made_for="format")
    @app_commands.choices(made_for=FORMAT_CHOICES, columns=COLUMN_CHOICES)
    async def of_course(
        self,
        interaction: Interaction,
        course: str | None = None,
        made_for: str = MarkFormat.SPREADSHEET.value,
        columns: str = MarkColumns.EACH.value,
    ) -> None:
        """Show the marks of all rounds of a course, with a file of all of them; only you see it.

        Args:
            interaction: the command.
            course: which course; the first one if you say nothing
            made_for: what the file is for; a spreadsheet if you say nothing
            columns: what the file holds; the mark and each round if you say nothing
        """
        asked = course or next(iter(self._context.courses), "")
        await self._show(interaction, None, asked, MarkFormat(made_for), MarkColumns(columns))

    @app_commands.command(name="learner")
    @app_commands.rename(made_for="format")
    @app_commands.choices(made_for=FORMAT_CHOICES, columns=COLUMN_CHOICES)
    async def of_learner(
        self,
        interaction: Interaction,
        learner: discord.Member | None = None,
        made_for: str = MarkFormat.SPREADSHEET.value,
        columns: str = MarkColumns.EACH.value,
    ) -> None:
        """Show one learner's marks, round by round; everyone may see their own.

        Args:
            interaction: the command.
            learner: whose marks; your own if you say nothing
            made_for: what the file is for; a spreadsheet if you say nothing
            columns: what the file holds; the mark and each round if you say nothing
        """
        settings = await self._context.guild_settings(access.guild_id_of(interaction))
        learner_id = interaction.user.id if learner is None else learner.id
        if learner_id != interaction.user.id:
            access.require_instructor(interaction, settings)
        await replies.think(interaction)
        table = await marking.marks_of_learner(self._context.database, settings.guild_id, learner_id)
        card = mark_cards.marks_of_learner(table, learner_id, MARK_FILE)
        file = await self._file(interaction, table, settings, MarkFormat(made_for), MarkColumns(columns))
        await replies.show(interaction, card, [file])

    @of_round.autocomplete("round")
    async def _rounds(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return await scope_choices.round_choices(self._context, interaction, typed)

    @of_assignment.autocomplete("assignment")
    async def _assignments(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return await assignment_choices(self._context, interaction, typed)

    @of_course.autocomplete("course")
    async def _courses(self, _interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return course_choices(self._context.courses, typed)

    async def _show(
        self,
        interaction: Interaction,
        round_number: str | None,
        course: str | None,
        made_for: MarkFormat,
        columns: MarkColumns,
    ) -> None:
        settings = await access.instructors_settings(interaction, self._context)
        await replies.think(interaction)
        scope: Scope = await scope_choices.chosen(self._context, settings, round_number, course)
        table = await marking.marks_of(self._context.database, scope.covers)
        file = await self._file(interaction, table, settings, made_for, columns)
        await replies.show(interaction, mark_cards.marks(table, scope, MARK_FILE), [file])

    async def _file(
        self,
        interaction: Interaction,
        table: MarkTable,
        settings: GuildSettings,
        made_for: MarkFormat,
        columns: MarkColumns,
    ) -> discord.File:
        learners = [row.learner_id for row in table.rows]
        names = await display_names(interaction.client, settings.guild_id, learners)
        # Thousands of learners in dozens of rounds take a second, and clicks must not wait for it.
        content = await asyncio.to_thread(
            mark_file, table, names, settings, made_for=made_for, columns=columns
        )
        return discord.File(io.BytesIO(content), MARK_FILE, description=mark_cards.about_file(len(learners)))
