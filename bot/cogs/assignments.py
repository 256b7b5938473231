"""`/assignment`: questions that learners answer at their own pace until a close. For instructors."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from discord import app_commands
from discord.app_commands import Range
from discord.ext import commands

from bot.cogs import access, replies, schedule_places
from bot.cogs.access import Interaction
from bot.cogs.assignment_keeper import AssignmentKeeper
from bot.cogs.choices import MOST_CHOICES, MOST_NAME, course_choices, topic_choices
from bot.cogs.schedule_desk import Channel, ChosenChannel, require_own_channel
from bot.domain import moments, round_choices
from bot.domain.assignments import MOST_ATTEMPTS, Explain
from bot.domain.guilds import GuildSettings
from bot.domain.marking import AttemptPolicy
from bot.domain.refusals import NoSuchAssignment
from bot.domain.scoring import ScoringRule
from bot.domain.zones import find_timezone, search_timezones
from bot.services import assigning, assignment_marks
from bot.services.assigning import AssignmentChoices
from bot.services.context import ServiceContext
from bot.ui import assignment_cards, info_cards
from bot.ui.command_choices import ATTEMPT_NAMES, EXPLAIN_NAMES, SCORING_NAMES

LONGEST_LIMIT_MINUTES = 600
# What the database's whole numbers hold for certain.
MOST_DIGITS = 18


@app_commands.guild_only()
class Assignments(
    commands.GroupCog, group_name="assignment", group_description="Quizzes to be taken at one's own pace"
):
    """Assignments, as instructors see them."""

    def __init__(self, context: ServiceContext, keeper: AssignmentKeeper) -> None:
        self._context = context
        self._keeper = keeper

    @app_commands.command()
    @app_commands.choices(
        scoring=[app_commands.Choice(name=name, value=rule.value) for rule, name in SCORING_NAMES.items()],
        counts=[app_commands.Choice(name=name, value=rule.value) for rule, name in ATTEMPT_NAMES.items()],
        explanations=[
            app_commands.Choice(name=name, value=rule.value) for rule, name in EXPLAIN_NAMES.items()
        ],
    )
    async def create(
        self,
        interaction: Interaction,
        closes: str,
        opens: str | None = None,
        zone: str | None = None,
        course: str | None = None,
        topic: str | None = None,
        questions: Range[int, 1, round_choices.MOST_QUESTIONS] = round_choices.DEFAULT_QUESTIONS,
        channel: Channel | None = None,
        attempts: Range[int, 1, MOST_ATTEMPTS] = 1,
        counts: str = AttemptPolicy.BEST.value,
        explanations: str = Explain.AFTER_CLOSE.value,
        minutes: Range[int, 1, LONGEST_LIMIT_MINUTES] | None = None,
        seconds: Range[int, round_choices.SHORTEST_SECONDS, round_choices.LONGEST_SECONDS] | None = None,
        scoring: str = ScoringRule.ACCURACY.value,
    ) -> None:
        """Make an assignment; you see a preview first.

        Args:
            interaction: the command.
            closes: when it closes, such as 2026-03-20 18:00, fri 18:00 or in 3 days
            opens: when it opens and is posted; at once if you say nothing
            zone: the time zone of these times; this server's if you say nothing
            course: what the questions are about
            topic: one topic of the course only; all topics if you say nothing
            questions: how many questions; 10 if you say nothing
            channel: where it is posted; this channel, thread or post if you say nothing
            attempts: how many attempts each learner has; 1 if you say nothing
            counts: which attempt counts, if there are several; the best if you say nothing
            explanations: when answers are explained; after the close if you say nothing
            minutes: how many minutes an attempt may take; no limit if you say nothing
            seconds: how many seconds each question is open once shown; no limit if you say nothing
            scoring: how answers earn points; accuracy if you say nothing
        """
        settings = await access.instructors_settings(interaction, self._context)
        await _require_place(interaction, channel)
        now, where = self._context.clock(), chosen_zone(zone, settings)
        choices = AssignmentChoices(
            opens_at=None
            if opens is None
            else moments.read_moment(opens, now, where, without_clock=moments.DAY_STARTS),
            closes_at=moments.read_moment(closes, now, where, without_clock=moments.DAY_ENDS),
            course=course,
            topic=topic,
            questions=questions,
            scoring=ScoringRule(scoring),
            attempts=attempts,
            attempt_policy=AttemptPolicy(counts),
            limit_minutes=minutes,
            question_seconds=seconds,
            explain=Explain(explanations),
        )
        assert interaction.channel_id is not None
        # Drawing beside what is held back takes a while in a large course.
        await replies.think(interaction)
        proposed = await assigning.propose_assignment(
            self._context.database_for(settings.guild_id),
            self._context.courses,
            choices,
            settings=settings,
            channel_id=channel.id if channel else interaction.channel_id,
            creator_id=interaction.user.id,
            seed=self._context.new_seed(),
            now=now,
        )
        fault = self._context.course_faults.get(proposed.course_key)
        card = assignment_cards.preview(
            proposed,
            topic=self._context.topic_name(proposed.course_key, proposed.topic),
            asked_for=questions,
            zone=where,
            warning=None if fault is None else info_cards.course_fault(proposed.course_key, fault),
        )
        await replies.show(interaction, card)

    @app_commands.command(name="list")
    async def list_all(self, interaction: Interaction) -> None:
        """List the assignments of this server, the latest close first."""
        settings = await access.instructors_settings(interaction, self._context)
        found = await assigning.list_assignments(self._context.database, settings.guild_id)
        await replies.show(interaction, assignment_cards.listed(found, settings.zone))

    @app_commands.command()
    async def close(self, interaction: Interaction, assignment: str) -> None:
        """Close an assignment now, after asking once.

        Args:
            interaction: the command.
            assignment: which one; choose from the list
        """
        settings = await access.instructors_settings(interaction, self._context)
        found = await assigning.find_assignment(
            self._context.database, assignment_number(assignment), guild_id=settings.guild_id
        )
        later = await assigning.later_closes(self._context.database, found)
        await replies.show(interaction, assignment_cards.confirm_close(found, later=later))

    @app_commands.command()
    async def extend(
        self, interaction: Interaction, assignment: str, closes: str, zone: str | None = None
    ) -> None:
        """Move the close of an assignment for everyone.

        Args:
            interaction: the command.
            assignment: which one; choose from the list
            closes: when it closes now, such as 2026-03-20 18:00, fri 18:00 or in 3 days
            zone: the time zone of this time; this server's if you say nothing
        """
        settings = await access.instructors_settings(interaction, self._context)
        now, where = self._context.clock(), chosen_zone(zone, settings)
        extended = await assigning.extend_assignment(
            self._context.database_for(settings.guild_id),
            assignment_number(assignment),
            moments.read_moment(closes, now, where, without_clock=moments.DAY_ENDS),
            guild_id=settings.guild_id,
            now=now,
        )
        self._keeper.clockwork.wake(extended.id)
        await replies.say(interaction, assignment_cards.extended(extended, where))
        await self._keeper.refresh(extended)

    @app_commands.command()
    async def results(self, interaction: Interaction, assignment: str) -> None:
        """Show each learner's attempts and mark, to you alone.

        Args:
            interaction: the command.
            assignment: which one; choose from the list
        """
        settings = await access.instructors_settings(interaction, self._context)
        marks = await assignment_marks.assignment_marks(
            self._context.database, assignment_number(assignment), guild_id=settings.guild_id
        )
        await replies.show(interaction, assignment_cards.results(marks))

    @create.autocomplete("course")
    async def _course_choices(self, _interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return course_choices(self._context.courses, typed)

    @create.autocomplete("topic")
    async def _topic_choices(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        chosen = getattr(interaction.namespace, "course", None)
        courses = self._context.courses
        return topic_choices(courses.get(chosen) if chosen else next(iter(courses.values()), None), typed)

    @create.autocomplete("zone")
    @extend.autocomplete("zone")
    async def _zone_choices(self, _interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        found = search_timezones(typed, MOST_CHOICES)
        return [app_commands.Choice(name=name, value=name) for name in found]

    @close.autocomplete("assignment")
    @extend.autocomplete("assignment")
    async def _open_choices(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return await assignment_choices(self._context, interaction, typed, unclosed_only=True)

    @results.autocomplete("assignment")
    async def _all_choices(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return await assignment_choices(self._context, interaction, typed)


async def assignment_choices(
    context: ServiceContext, interaction: Interaction, typed: str, *, unclosed_only: bool = False
) -> list[app_commands.Choice[str]]:
    """The server's assignments whose line holds what was typed, for an instructor; nobody else is offered any."""
    settings = await context.guild_settings(access.guild_id_of(interaction))
    if not access.is_instructor(interaction, settings):
        return []
    found = await assigning.list_assignments(context.database, settings.guild_id, unclosed_only=unclosed_only)
    named = [(assignment_cards.choice_name(each, settings.zone)[:MOST_NAME], str(each.id)) for each in found]
    wanted = typed.strip().casefold()
    return [
        app_commands.Choice(name=name, value=value) for name, value in named if wanted in name.casefold()
    ][:MOST_CHOICES]


def chosen_zone(asked: str | None, settings: GuildSettings) -> ZoneInfo:
    """The zone that was asked for, or the server's.

    Raises:
        UnknownTimezone: not an IANA name.
    """
    return settings.zone if asked is None else find_timezone(asked)


def assignment_number(asked: str) -> int:
    """The number of an assignment, chosen from the list or typed.

    Raises:
        NoSuchAssignment: it is no number.
    """
    typed = asked.strip().lstrip("#").partition(":")[0]
    if not typed.isascii() or not typed.isdigit() or len(typed) > MOST_DIGITS:
        raise NoSuchAssignment
    return int(typed)


async def _require_place(interaction: Interaction, channel: ChosenChannel | None) -> None:
    """See that an assignment can be posted here, or in the channel that was chosen.

    Raises:
        MissingPermissions: the bot may not post here; names what is missing.
        NoRoundsThere: no messages stand in that channel.
        NotYourChannel: this person may not post there himself.
        PlaceGone: that channel is gone.
        LacksPermissions: the bot may not post there.
    """
    if channel is None:
        access.require_own_permissions(interaction, in_thread=False)
        return
    require_own_channel(interaction, channel)
    against = await schedule_places.obstacle(
        interaction.client, access.guild_id_of(interaction), channel.id, in_thread=False
    )
    if against is not None:
        raise schedule_places.refuse(against, channel.id)
