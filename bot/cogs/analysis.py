"""`/analysis`: what the answers of a class tell. For instructors, and for their eyes alone."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ParamSpec

import discord
from discord import app_commands
from discord.ext import commands

from bot.cogs import access, replies, scope_choices
from bot.cogs.access import Interaction
from bot.cogs.answer_controls import Handler
from bot.cogs.choices import course_choices
from bot.domain.item_analysis import FEWEST_LEARNERS
from bot.domain.learner_progress import middle_share, progress
from bot.domain.refusals import TooFewLearners
from bot.domain.reteaching import Gap, Grouping
from bot.services import analysing, marking
from bot.services.context import ServiceContext
from bot.services.scopes import Scope
from bot.side_process import aside
from bot.ui import analysis_cards, analysis_charts, ids
from bot.ui.analysis_files import question_file
from bot.ui.command_choices import GROUPING_NAMES
from bot.ui.ids import Act, Pressed
from bot.ui.layout import MOST_ALT
from bot.ui.text import shorten

CHART = "chart.png"
QUESTION_FILE = "questions.csv"
Given = ParamSpec("Given")
GROUPING_CHOICES = [app_commands.Choice(name=name, value=by.value) for by, name in GROUPING_NAMES.items()]


@app_commands.guild_only()
class Analysis(
    commands.GroupCog, group_name="analysis", group_description="What the answers of your class tell"
):
    """Questions, facts and learners by their answers."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context

    @app_commands.command()
    async def questions(
        self,
        interaction: Interaction,
        round: str | None = None,  # noqa: A002 - the option's name
        course: str | None = None,
    ) -> None:
        """Show which questions work and which need a look; only you see it.

        Args:
            interaction: the command.
            round: one round; the latest if you say nothing
            course: all rounds of a course instead
        """
        scope = await self._scope(interaction, round, course)
        analysis = await analysing.analyse_questions(self._context.database, scope.covers)
        shown = analysis.questions[: analysis_cards.MOST_QUESTIONS]
        alt = analysis_cards.alt_of_questions(shown)
        figures = [each.statistics for each in shown]
        picture = await _drawn(interaction, analysis_charts.questions_chart, figures)
        card = analysis_cards.questions(analysis, scope, chart=CHART, alt=alt, filename=QUESTION_FILE)
        table = discord.File(
            io.BytesIO(await asyncio.to_thread(question_file, analysis.questions)), QUESTION_FILE
        )
        await replies.show(interaction, card, [_chart(picture, alt), table])

    @app_commands.command()
    @app_commands.choices(by=GROUPING_CHOICES)
    async def facts(
        self,
        interaction: Interaction,
        round: str | None = None,  # noqa: A002 - the option's name
        course: str | None = None,
        by: str = Grouping.FACT.value,
    ) -> None:
        """Show what the class does not know, worst first, with the words to teach it from; only you see it.

        Args:
            interaction: the command.
            round: one round; the latest if you say nothing
            course: all rounds of a course instead
            by: fact by fact if you say nothing; or by topic, or by passage of a document
        """
        scope = await self._scope(interaction, round, course)
        found = await analysing.find_gaps(self._context.database, scope.covers, Grouping(by))
        shown = found[: analysis_cards.MOST_GAPS]
        alt = analysis_cards.alt_of_gaps(shown)
        picture = await _drawn(interaction, analysis_charts.gaps_chart, [gap.facility for gap in shown])
        card = analysis_cards.gaps(
            found, self._names(shown, Grouping(by), scope), Grouping(by), scope, chart=CHART, alt=alt
        )
        await replies.show(interaction, card, [_chart(picture, alt)])

    @app_commands.command()
    async def learners(
        self,
        interaction: Interaction,
        round: str | None = None,  # noqa: A002 - the option's name
        course: str | None = None,
    ) -> None:
        """Show who may need help; only you see it.

        Args:
            interaction: the command.
            round: one round; the latest if you say nothing
            course: all rounds of a course instead
        """
        scope = await self._scope(interaction, round, course)
        found = progress(await marking.marks_of(self._context.database, scope.covers))
        middle = middle_share(found)
        alt = analysis_cards.alt_of_learners(found, middle)
        files: list[discord.File] = []
        # A chart of three learners names them as well as a list does.
        if len(found) >= FEWEST_LEARNERS:
            shares = [each.share for each in found]
            picture = await _drawn(interaction, analysis_charts.learners_chart, shares, middle)
            files.append(_chart(picture, alt))
        card = analysis_cards.learners(found, scope, chart=CHART if files else None, alt=alt, middle=middle)
        await replies.show(interaction, card, files)

    @questions.autocomplete("round")
    @facts.autocomplete("round")
    @learners.autocomplete("round")
    async def _rounds(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return await scope_choices.round_choices(self._context, interaction, typed)

    @questions.autocomplete("course")
    @facts.autocomplete("course")
    @learners.autocomplete("course")
    async def _courses(self, _interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return course_choices(self._context.courses, typed)

    async def _scope(self, interaction: Interaction, round_number: str | None, course: str | None) -> Scope:
        settings = await access.instructors_settings(interaction, self._context)
        await replies.think(interaction)
        return await scope_choices.chosen(self._context, settings, round_number, course)

    def _names(self, shown: Sequence[Gap], by: Grouping, scope: Scope) -> list[str]:
        """What each gap is called: a topic's title, and of a fact or passage the hardest question about it."""
        course = self._context.courses.get(scope.course_key)
        if by is not Grouping.TOPIC or course is None:
            return [analysis_cards.what_is_asked(gap.questions[0]) for gap in shown]
        topics = [course.topic(gap.name) for gap in shown]
        return [topic.title if topic else gap.name for topic, gap in zip(topics, shown, strict=True)]


class AnalysisControls:
    """The menu below an analysis of questions."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context
        self.handlers: Mapping[Act, Handler] = {Act.ANALYSE: self._look}

    async def _look(self, interaction: Interaction, pressed: Pressed) -> None:
        settings = await access.instructors_settings(interaction, self._context)
        await replies.think(interaction)
        scope = await scope_choices.chosen(self._context, settings, *ids.parse_analysis(pressed))
        analysis = await analysing.analyse_questions(self._context.database, scope.covers)
        wanted = _chosen_value(interaction)
        found = next(
            (each for each in analysis.questions if str(each.statistics.question_id) == wanted), None
        )
        if found is None:
            raise TooFewLearners
        alt = analysis_cards.alt_of_question(found)
        files: list[discord.File] = []
        if found.statistics.shares:
            keys = [option.is_key for option in found.question.options]
            figures = found.statistics
            picture = await _drawn(
                interaction, analysis_charts.options_chart, figures.shares, keys, figures.dead
            )
            files.append(_chart(picture, alt))
        card = analysis_cards.question(found, chart=CHART if files else None, alt=alt)
        await replies.show(interaction, card, files)


def _chosen_value(interaction: Interaction) -> str:
    given: Mapping[str, Any] = interaction.data or {}
    return str(next(iter(given.get("values") or []), ""))


async def _drawn(
    interaction: Interaction, chart: Callable[Given, bytes], *figures: Given.args, **named: Given.kwargs
) -> bytes:
    """A chart in the language of whoever asked for it."""
    return await aside(analysis_charts.drawn_for, str(interaction.locale), chart, *figures, **named)


def _chart(picture: bytes, alt: str) -> discord.File:
    return discord.File(io.BytesIO(picture), CHART, description=shorten(alt, MOST_ALT))
