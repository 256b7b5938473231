"""`/quiz`: starting, stopping and looking at live rounds."""

from __future__ import annotations

from discord import app_commands
from discord.app_commands import Range
from discord.ext import commands

from bot.cogs import access, replies
from bot.cogs.access import Interaction
from bot.cogs.choices import course_choices, topic_choices
from bot.domain import round_choices
from bot.domain.refusals import NoRoundRunning
from bot.domain.round_choices import RoundChoices
from bot.domain.round_records import RoundRecord
from bot.domain.scoring import ScoringRule
from bot.services import conducting, proposing
from bot.services.context import ServiceContext
from bot.ui import info_cards, round_cards
from bot.ui.command_choices import SCORING_NAMES


@app_commands.guild_only()
class Quiz(commands.GroupCog, group_name="quiz", group_description="Live quiz rounds"):
    """Live rounds."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context

    @app_commands.command()
    @app_commands.choices(
        scoring=[app_commands.Choice(name=name, value=rule.value) for rule, name in SCORING_NAMES.items()]
    )
    async def start(
        self,
        interaction: Interaction,
        course: str | None = None,
        topic: str | None = None,
        questions: Range[int, 1, round_choices.MOST_QUESTIONS] = round_choices.DEFAULT_QUESTIONS,
        seconds: Range[
            int, round_choices.SHORTEST_SECONDS, round_choices.LONGEST_SECONDS
        ] = round_choices.DEFAULT_SECONDS,
        scoring: str = ScoringRule.ACCURACY.value,
        pause: Range[
            int, round_choices.SHORTEST_PAUSE_SECONDS, round_choices.LONGEST_PAUSE_SECONDS
        ] = round_choices.DEFAULT_PAUSE_SECONDS,
        thread: bool = False,
        stays_open: Range[int, 1, round_choices.LONGEST_STAY_HOURS] | None = None,
    ) -> None:
        """Start a live round in this channel; you see a preview first.

        Args:
            interaction: the command.
            course: what the questions are about
            topic: one topic of the course only; all topics if you say nothing
            questions: how many questions; 10 if you say nothing
            seconds: how many seconds each question is open; 20 if you say nothing
            scoring: how answers earn points; accuracy if you say nothing
            pause: how many seconds to read each explanation; 12 if you say nothing
            thread: play in a thread of its own
            stays_open: hours in which the absent can still take it, and no answers are told; for instructors
        """
        settings = await self._context.guild_settings(access.guild_id_of(interaction))
        access.require_starter(interaction, settings)
        if stays_open is not None:
            access.require_instructor(interaction, settings)
        access.require_own_permissions(interaction, in_thread=thread)
        choices = RoundChoices(
            course=course,
            topic=topic,
            questions=questions,
            limit_seconds=seconds,
            pause_seconds=pause,
            scoring=ScoringRule(scoring),
            in_thread=thread,
            stays_open_hours=stays_open,
        )
        assert interaction.channel_id is not None
        record = await proposing.propose_round(
            self._context.database,
            self._context.courses,
            choices,
            settings=settings,
            channel_id=interaction.channel_id,
            starter_id=interaction.user.id,
            seed=self._context.new_seed(),
            now=self._context.clock(),
        )
        topic_title = None if topic is None else self._context.topic_title(record, topic)
        fault = self._context.course_faults.get(record.course_key)
        warning = None
        if fault is not None and access.is_instructor(interaction, settings):
            warning = info_cards.course_fault(record.course_key, fault)
        card = round_cards.preview(record, topic=topic_title, asked_for=questions, warning=warning)
        await replies.show(interaction, card)

    @start.autocomplete("course")
    async def _course_choices(self, _interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return course_choices(self._context.courses, typed)

    @start.autocomplete("topic")
    async def _topic_choices(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        chosen = getattr(interaction.namespace, "course", None)
        courses = self._context.courses
        return topic_choices(courses.get(chosen) if chosen else next(iter(courses.values()), None), typed)

    @app_commands.command()
    async def stop(self, interaction: Interaction) -> None:
        """Stop the round in this channel; its points are kept."""
        record = await self._running(interaction)
        settings = await self._context.guild_settings(record.guild_id)
        access.require_owner(interaction, settings, record)
        await replies.show(interaction, round_cards.confirm_stop(record))

    @app_commands.command()
    async def status(self, interaction: Interaction) -> None:
        """Show how the round in this channel stands."""
        record = await self._running(interaction)
        asked = record.open_question
        live = None if asked is None else self._context.live.find(asked.id)
        answered = 0 if live is None else len(live.answers)
        await replies.show(interaction, round_cards.status(record, answered=answered))

    async def _running(self, interaction: Interaction) -> RoundRecord:
        record = await conducting.round_in_place(self._context.database, interaction.channel_id or 0)
        if record is None:
            raise NoRoundRunning
        return record
