"""What every command about schedules does first: who asks, where, and which schedule is meant."""

from __future__ import annotations

from collections.abc import Sequence

import discord
from discord import app_commands

from bot.cogs import access, replies, schedule_places
from bot.cogs.access import Interaction
from bot.cogs.choices import MOST_CHOICES, MOST_NAME
from bot.domain.guilds import GuildSettings
from bot.domain.recurrence import Run, runs
from bot.domain.schedule_refusals import NoRoundsThere, NotYourChannel, ThreadInThread
from bot.domain.schedules import Schedule, SchedulePlan, ScheduleState, coming_run
from bot.services import schedules
from bot.services.context import ServiceContext
from bot.services.planning import ScheduleRequest, make_plan
from bot.services.schedules import Limits
from bot.ui import schedule_cards, schedule_words
from bot.ui.i18n import gettext as _
from bot.ui.text import clean, shorten

SHOWN_RUNS = 5
ChosenChannel = app_commands.AppCommandChannel | app_commands.AppCommandThread


class ChannelChoice(app_commands.Transformer):
    """A channel, thread or post in which messages stand, as Discord tells of it: archived threads are in no cache."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        """One option, a channel."""
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        """What Discord offers to choose from."""
        return list(PLAYED_IN)

    async def transform(self, _interaction: Interaction, value: ChosenChannel, /) -> ChosenChannel:
        """As it was given."""
        return value


Channel = app_commands.Transform[ChosenChannel, ChannelChoice]
PLAYED_IN = (
    discord.ChannelType.text,
    discord.ChannelType.news,
    discord.ChannelType.voice,
    discord.ChannelType.stage_voice,
    discord.ChannelType.public_thread,
    discord.ChannelType.private_thread,
    discord.ChannelType.news_thread,
)


class ScheduleDesk:
    """Checks and looks up; the commands themselves say what is to be done."""

    def __init__(self, context: ServiceContext) -> None:
        self.context = context

    @property
    def limits(self) -> Limits:
        """What a server may have."""
        return Limits(self.context.most_schedules)

    async def allowed(self, interaction: Interaction) -> GuildSettings:
        """The server's settings, for an instructor.

        Raises:
            InstructorsOnly: this person is none.
        """
        return await access.instructors_settings(interaction, self.context)

    async def meant(self, interaction: Interaction, asked: str) -> Schedule:
        """The schedule that an instructor named.

        Raises:
            InstructorsOnly: this person is none.
            NoSuchSchedule: this server has none of that number or name.
        """
        settings = await self.allowed(interaction)
        return await schedules.find(self.context.database, asked, guild_id=settings.guild_id)

    async def choices(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """This server's schedules whose name holds what was typed; for instructors alone."""
        if interaction.guild_id is None:
            return []
        settings = await self.context.guild_settings(interaction.guild_id)
        if not access.is_instructor(interaction, settings):
            return []
        wanted = typed.strip().casefold()
        kept = await schedules.of_guild(self.context.database, settings.guild_id)
        return [
            app_commands.Choice(name=_choice_name(schedule), value=str(schedule.id))
            for schedule in kept
            if wanted in schedule.plan.name.casefold() or wanted == str(schedule.id)
        ][:MOST_CHOICES]

    async def preview(
        self,
        interaction: Interaction,
        request: ScheduleRequest,
        before: Schedule | None,
        *,
        channel: ChosenChannel | None,
        role: discord.Role | None,
    ) -> None:
        """Show what would happen, and keep it until it is confirmed."""
        settings = await self.allowed(interaction)
        if before is None or channel is not None:
            require_own_channel(interaction, channel)
        now = self.context.clock()
        plan = make_plan(
            request,
            None if before is None else before.plan,
            available=self.context.courses,
            settings=settings,
            now=now,
        )
        notes = await self._require_discord(interaction, plan, role)
        made = await schedules.draft(
            self.context.database,
            plan,
            guild_id=settings.guild_id,
            owner_id=interaction.user.id,
            replaces=before,
            limits=self.limits,
            now=now,
        )
        course, topic = self.titles(plan)
        card = schedule_cards.preview(
            made, self.next_runs(made), course=course, topic=topic, now=now, notes=notes
        )
        await replies.show(interaction, card)

    async def require_place(self, interaction: Interaction, plan: SchedulePlan) -> None:
        """See that the bot can play a plan's rounds where they should be.

        Raises:
            PlaceGone: the channel is gone.
            LacksPermissions: the bot may not do there what a round needs.
        """
        against = await schedule_places.obstacle(
            interaction.client,
            access.guild_id_of(interaction),
            plan.channel_id,
            in_thread=plan.choices.in_thread,
        )
        if against is not None:
            raise schedule_places.refuse(against, plan.channel_id)

    async def _require_discord(
        self, interaction: Interaction, plan: SchedulePlan, role: discord.Role | None
    ) -> list[str]:
        await self.require_place(interaction, plan)
        assert interaction.guild is not None
        place = await schedule_places.find_place(interaction.client, interaction.guild, plan.channel_id)
        assert place is not None
        if plan.choices.in_thread and place.type is not discord.ChannelType.text:
            raise ThreadInThread
        if plan.wants_event:
            schedule_places.require_events(interaction.guild)
        if role is not None and schedule_places.require_role(place, role):
            return [
                _("{role} stands above my own role; I can call it as long as everyone may.").format(
                    role=role.mention
                )
            ]
        return []

    def next_runs(self, schedule: Schedule) -> list[Run]:
        """The next runs of a schedule, five at the most."""
        after = schedule.last_run_at
        found = runs(
            schedule.plan.recurrence,
            self.context.clock() if after is None else max(after, self.context.clock()),
            after_day=schedule.last_day,
        )
        return [run for run, _number in zip(found, range(SHOWN_RUNS), strict=False)]

    def titles(self, plan: SchedulePlan) -> tuple[str, str | None]:
        """The titles of a plan's course and topic, or their ids where the course is gone."""
        choices = plan.choices
        course = self.context.courses.get(choices.course or "")
        if course is None or choices.topic is None:
            return (course.title if course else choices.course or ""), choices.topic
        topic = course.topic(choices.topic)
        return course.title, topic.title if topic else choices.topic


def with_next_run(kept: Sequence[Schedule]) -> list[tuple[Schedule, Run | None]]:
    """Each schedule with its next run; those that do not run have none."""
    return [(each, coming_run(each) if each.is_active else None) for each in kept]


def _choice_name(schedule: Schedule) -> str:
    rule = schedule.plan.recurrence
    told = f"{clean(schedule.plan.name)} · {rule.local_time:%H:%M} {rule.zone.key}"
    if schedule.state is ScheduleState.PAUSED:
        told = f"⏸ {told}"
    coming = coming_run(schedule) if schedule.is_active else None
    if coming is not None:
        told += f" · {schedule_words.day(coming.local.date())}"
    return shorten(told, MOST_NAME)


def require_own_channel(interaction: Interaction, channel: ChosenChannel | None) -> None:
    """See that rounds and assignments can stand in what was chosen, and that this person may post there himself.

    Raises:
        NoRoundsThere: no messages stand in it.
        NotYourChannel: he may not.
    """
    if channel is None:
        allowed, kind = interaction.permissions, getattr(interaction.channel, "type", None)
    else:
        allowed, kind = channel.permissions, channel.type
    if kind not in PLAYED_IN:
        raise NoRoundsThere
    may_post = allowed.send_messages or (allowed.send_messages_in_threads and "thread" in str(kind))
    if not (allowed.view_channel and may_post) and not allowed.administrator:
        raise NotYourChannel
