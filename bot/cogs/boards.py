"""`/leaderboard`, and reading a board for whoever asks."""

from __future__ import annotations

from discord import app_commands, ui
from discord.ext import commands

from bot.cogs import replies
from bot.cogs.access import Interaction, guild_id_of
from bot.cogs.choices import course_choices
from bot.cogs.membership import Membership
from bot.domain.standings import Window
from bot.services import boards
from bot.services.context import ServiceContext
from bot.services.proposing import find_course
from bot.ui import board_cards

WINDOW_CHOICES = [
    app_commands.Choice(name=name, value=window.value) for window, name in board_cards.WINDOW_NAMES.items()
]

# A page is asked about so often at the most: Discord allows about fifty such requests a second.
MOST_LOOKS = 5


class BoardReader:
    """Reads a page of a leaderboard without those who have left the server."""

    def __init__(self, context: ServiceContext, membership: Membership) -> None:
        self._context = context
        self._membership = membership

    async def read(
        self,
        interaction: Interaction,
        window: Window,
        course: str | None,
        *,
        page: int = 0,
        round_id: int | None = None,
    ) -> ui.LayoutView:
        """The card of a page, as this person sees it."""
        settings = await self._context.guild_settings(guild_id_of(interaction))
        course_title = None if course is None else find_course(self._context.courses, course).title

        async def fetch() -> boards.Board:
            return await boards.board(
                self._context.database,
                settings,
                window,
                course=course,
                page=page,
                asker_id=interaction.user.id,
                now=self._context.clock(),
                round_id=round_id,
            )

        board = await fetch()
        # Whoever moves up in place of those who left may have left too.
        for _attempt in range(MOST_LOOKS):
            shown = {place.learner_id for place in (*board.places, *board.own)} - {interaction.user.id}
            gone = await self._membership.gone(settings.guild_id, shown)
            if not gone:
                break
            await boards.note_departures(
                self._context.database, settings.guild_id, gone, now=self._context.clock()
            )
            board = await fetch()
        return board_cards.leaderboard(board, course_title=course_title, zone=settings.timezone)


class Leaderboard(commands.Cog):
    """Who has gathered how many points."""

    def __init__(self, context: ServiceContext, reader: BoardReader) -> None:
        self._context = context
        self._reader = reader

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.choices(window=WINDOW_CHOICES)
    async def leaderboard(
        self, interaction: Interaction, window: str = Window.ALL_TIME.value, course: str | None = None
    ) -> None:
        """Show who leads, and your own place.

        Args:
            interaction: the command.
            window: what the board covers; all time if you say nothing
            course: one course only; all courses if you say nothing
        """
        await replies.think(interaction)
        await replies.show(interaction, await self._reader.read(interaction, Window(window), course))

    @leaderboard.autocomplete("course")
    async def _courses(self, _interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return course_choices(self._context.courses, typed)
