"""`/bank`: the questions themselves, for instructors: find, see, disable, enable, read again, reports."""

from __future__ import annotations

import asyncio

from discord import app_commands
from discord.app_commands import Range
from discord.ext import commands

from bot.cogs import access, replies
from bot.cogs.access import Interaction
from bot.cogs.choices import course_choices, question_choices
from bot.domain.refusals import CoursesBeingRead, ProblemMissing
from bot.errors import BankError
from bot.services import course_shelf, question_desk
from bot.services.context import ServiceContext
from bot.ui import bank_cards

LONGEST_REASON = 300
QuestionId = Range[str, 1, 100]


@app_commands.guild_only()
class Bank(commands.GroupCog, group_name="bank", group_description="The questions of the courses"):
    """The questions of the courses."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context
        self._reading = asyncio.Lock()

    @app_commands.command()
    async def search(
        self,
        interaction: Interaction,
        words: Range[str, 1, bank_cards.LONGEST_WORDS],
        course: str | None = None,
    ) -> None:
        """Find questions by words in them.

        Args:
            interaction: the command.
            words: words that the question holds, in its text, its options, its explanation or its quotations
            course: in which course; the first one if you say nothing
        """
        guild_id = await access.instructors_guild(interaction, self._context)
        await replies.think(interaction)
        page = await question_desk.search(
            self._context.database, self._context.courses, guild_id, words, course=course, page=0
        )
        await replies.show(interaction, bank_cards.found(page))

    @app_commands.command()
    async def preview(self, interaction: Interaction, question: QuestionId) -> None:
        """Show a question with its key, its explanation and its footnotes; only you see it.

        Args:
            interaction: the command.
            question: type words of the question, and choose it from the list
        """
        guild_id = await access.instructors_guild(interaction, self._context)
        await replies.show(interaction, bank_cards.question(await self._examine(guild_id, question)))

    @app_commands.command()
    async def disable(
        self,
        interaction: Interaction,
        question: QuestionId,
        reason: Range[str, 1, LONGEST_REASON] | None = None,
    ) -> None:
        """Ask a question no more on this server.

        Args:
            interaction: the command.
            question: type words of the question, and choose it from the list
            reason: why, for your colleagues
        """
        guild_id = await access.instructors_guild(interaction, self._context)
        changed = await question_desk.disable(
            self._context.database,
            self._context.courses,
            guild_id,
            question,
            reason=reason,
            by=interaction.user.id,
            now=self._context.clock(),
        )
        examined = await self._examine(guild_id, question)
        await replies.say(interaction, bank_cards.disabled(examined, before=not changed))

    @app_commands.command()
    async def enable(self, interaction: Interaction, question: QuestionId) -> None:
        """Ask a disabled question again on this server.

        Args:
            interaction: the command.
            question: type words of the question, and choose it from the list
        """
        guild_id = await access.instructors_guild(interaction, self._context)
        changed = await question_desk.enable(
            self._context.database, self._context.courses, guild_id, question
        )
        examined = await self._examine(guild_id, question)
        await replies.say(interaction, bank_cards.enabled(examined, before=not changed))

    @app_commands.command()
    async def report(
        self,
        interaction: Interaction,
        question: QuestionId | None = None,
        problem: Range[str, 1, bank_cards.LONGEST_PROBLEM] | None = None,
    ) -> None:
        """Show what is reported of questions; or report one yourself.

        Args:
            interaction: the command.
            question: the question that you report; the reports that wait if you say nothing
            problem: what is wrong with it
        """
        guild_id = await access.instructors_guild(interaction, self._context)
        if question is None:
            page = await question_desk.waiting_report(self._context.database, guild_id, 0)
            await replies.show(interaction, bank_cards.report(page))
            return
        if problem is None:
            raise ProblemMissing
        await question_desk.report(
            self._context.database,
            self._context.courses,
            guild_id,
            question,
            reporter_id=interaction.user.id,
            problem=problem,
            now=self._context.clock(),
        )
        await replies.say(interaction, bank_cards.reported())

    @app_commands.command()
    async def reload(self, interaction: Interaction, course: str | None = None) -> None:
        """Read the files of the courses again; what changed is asked from the next round on.

        Args:
            interaction: the command.
            course: which course; all if you say nothing
        """
        await access.instructors_settings(interaction, self._context)
        if self._reading.locked():
            raise CoursesBeingRead
        await replies.think(interaction)
        async with self._reading:
            try:
                read = await course_shelf.reload_courses(self._context, course)
            except BankError as error:
                await replies.show(interaction, bank_cards.not_read(str(error)))
                return
        await replies.show(interaction, bank_cards.read_again(read))

    @reload.autocomplete("course")
    @search.autocomplete("course")
    async def _courses(self, _interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return course_choices(self._context.courses, typed)

    @preview.autocomplete("question")
    @disable.autocomplete("question")
    @enable.autocomplete("question")
    @report.autocomplete("question")
    async def _questions(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        # Who may not see the questions is offered none, whatever he types.
        guild_id = access.guild_id_of(interaction)
        if not access.is_instructor(interaction, await self._context.guild_settings(guild_id)):
            return []
        # Looking through ten thousand questions takes a while, and clicks must not wait for it.
        return await asyncio.to_thread(question_choices, self._context.courses, typed)

    async def _examine(self, guild_id: int, question: str) -> question_desk.Examined:
        return await question_desk.look_at(self._context.database, self._context.courses, guild_id, question)
