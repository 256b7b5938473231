"""`/schedule create` and `/schedule edit`: the same choices, once with defaults and once as they were."""

from __future__ import annotations

from collections.abc import Iterable

import discord
from discord import app_commands
from discord.app_commands import Range
from discord.ext import commands

from bot.cogs.access import Interaction
from bot.cogs.choices import MOST_CHOICES, course_choices, topic_choices
from bot.cogs.schedule_desk import Channel, ScheduleDesk
from bot.domain import round_choices
from bot.domain.recurrence import MAX_INTERVAL, Every, ShortMonth
from bot.domain.schedules import MOST_ANNOUNCE_MINUTES, MOST_GRACE_MINUTES, MOST_NAME
from bot.domain.scoring import ScoringRule
from bot.domain.zones import search_timezones
from bot.services.planning import ALL_TOPICS, NEVER, ScheduleRequest
from bot.ui.command_choices import EVERY_NAMES, SCORING_NAMES, SHORT_MONTH_NAMES
from bot.ui.i18n import gettext as _

MOST_RUNS = 1000
MOST_SHORT_TEXT = 60
Choice = app_commands.Choice[str]

Name = Range[str, 1, MOST_NAME]
Text = Range[str, 1, MOST_SHORT_TEXT]
Interval = Range[int, 1, MAX_INTERVAL]
Runs = Range[int, 1, MOST_RUNS]
Questions = Range[int, 1, round_choices.MOST_QUESTIONS]
Seconds = Range[int, round_choices.SHORTEST_SECONDS, round_choices.LONGEST_SECONDS]
Pause = Range[int, round_choices.SHORTEST_PAUSE_SECONDS, round_choices.LONGEST_PAUSE_SECONDS]
Announce = Range[int, 0, MOST_ANNOUNCE_MINUTES]
Late = Range[int, 0, MOST_GRACE_MINUTES]

CHOICES: dict[str, list[Choice]] = {
    "every": [app_commands.Choice(name=name, value=every.value) for every, name in EVERY_NAMES.items()],
    "short_month": [
        app_commands.Choice(name=name, value=value.value) for value, name in SHORT_MONTH_NAMES.items()
    ],
    "scoring": [app_commands.Choice(name=name, value=rule.value) for rule, name in SCORING_NAMES.items()],
}
_EXAMPLES = {
    Every.WEEKLY: ("mon", "mon, wed", "mon, wed, fri", "tue, thu", "sat, sun"),
    Every.MONTHLY: ("1", "15", "last", "first monday", "third wednesday", "last friday"),
}


class ScheduleForms(commands.Cog):
    """Making and changing a schedule; its group is `Schedules`."""

    desk: ScheduleDesk

    @app_commands.command()
    @app_commands.choices(**CHOICES)
    async def create(
        self,
        interaction: Interaction,
        every: str,
        at: Text,
        days: Text | None = None,
        course: str | None = None,
        topic: str | None = None,
        questions: Questions | None = None,
        channel: Channel | None = None,
        start: Text | None = None,
        end: Text | None = None,
        runs: Runs | None = None,
        zone: Text | None = None,
        interval: Interval | None = None,
        short_month: str | None = None,
        seconds: Seconds | None = None,
        pause: Pause | None = None,
        scoring: str | None = None,
        thread: bool | None = None,
        announce: Announce | None = None,
        role: discord.Role | None = None,
        event: bool | None = None,
        digest: bool | None = None,
        late: Late | None = None,
        name: Name | None = None,
    ) -> None:
        """Plan rounds that start by themselves; you see a preview first.

        Args:
            interaction: the command.
            every: how often
            at: the time on the clock there, such as 09:30
            days: weekly: mon, wed; monthly: 15, last, or first monday
            course: what the questions are about
            topic: one topic of the course only; all topics if you say nothing
            questions: how many questions; 10 if you say nothing
            channel: where; this channel, thread or post if you say nothing
            start: the first date that may have a round, such as 2026-03-01; today if you say nothing
            end: the last date that may have a round
            runs: how many rounds in all
            zone: the time zone; the server's if you say nothing
            interval: every how many days, weeks or months; 1 if you say nothing
            short_month: monthly on the 29th to 31st: what to do in a month that has none
            seconds: how many seconds each question is open; 20 if you say nothing
            pause: how many seconds to read each explanation; 12 if you say nothing
            scoring: how answers earn points; accuracy if you say nothing
            thread: play each round in a thread of its own
            announce: how many minutes ahead to announce each round; not at all if you say nothing
            role: a role to call with the announcement
            event: also put the next round into the server's list of events
            digest: tell instructors after each round who took part and what was hardest
            late: how many minutes late a missed round may still begin; 0 skips it, 15 if you say nothing
            name: what to call it; the course's title if you say nothing
        """
        request = ScheduleRequest(
            every=Every(every),
            at=at,
            name=name,
            channel_id=channel.id if channel else interaction.channel_id,
            course=course,
            topic=topic,
            days=days,
            interval=interval,
            short_month=ShortMonth(short_month) if short_month else None,
            start=start,
            end=end,
            runs=runs,
            zone=zone,
            questions=questions,
            seconds=seconds,
            pause=pause,
            scoring=ScoringRule(scoring) if scoring else None,
            thread=thread,
            announce=announce,
            role_id=role.id if role else None,
            event=event,
            digest=digest,
            late=late,
        )
        await self.desk.preview(interaction, request, None, channel=channel, role=role)

    @app_commands.command()
    @app_commands.choices(**CHOICES)
    async def edit(
        self,
        interaction: Interaction,
        schedule: str,
        every: str | None = None,
        at: Text | None = None,
        days: Text | None = None,
        course: str | None = None,
        topic: str | None = None,
        questions: Questions | None = None,
        channel: Channel | None = None,
        start: Text | None = None,
        end: Text | None = None,
        runs: Runs | None = None,
        zone: Text | None = None,
        interval: Interval | None = None,
        short_month: str | None = None,
        seconds: Seconds | None = None,
        pause: Pause | None = None,
        scoring: str | None = None,
        thread: bool | None = None,
        announce: Announce | None = None,
        role: discord.Role | None = None,
        event: bool | None = None,
        digest: bool | None = None,
        late: Late | None = None,
        name: Name | None = None,
    ) -> None:
        """Change a schedule; what you leave out stays, and you see a preview first.

        Args:
            interaction: the command.
            schedule: which schedule
            every: how often
            at: the time on the clock there, such as 09:30
            days: weekly: mon, wed; monthly: 15, last, or first monday
            course: what the questions are about
            topic: one topic of the course only
            questions: how many questions
            channel: where
            start: the first date that may have a round, such as 2026-03-01
            end: the last date that may have a round; never takes the end back
            runs: how many rounds in all
            zone: the time zone
            interval: every how many days, weeks or months
            short_month: monthly on the 29th to 31st: what to do in a month that has none
            seconds: how many seconds each question is open
            pause: how many seconds to read each explanation
            scoring: how answers earn points
            thread: play each round in a thread of its own
            announce: how many minutes ahead to announce each round; 0 for not at all
            role: a role to call with the announcement
            event: also put the next round into the server's list of events
            digest: tell instructors after each round who took part and what was hardest
            late: how many minutes late a missed round may still begin; 0 skips it
            name: what to call it
        """
        before = await self.desk.meant(interaction, schedule)
        request = ScheduleRequest(
            every=Every(every) if every else None,
            at=at,
            name=name,
            channel_id=channel.id if channel else None,
            course=course,
            topic=topic,
            days=days,
            interval=interval,
            short_month=ShortMonth(short_month) if short_month else None,
            start=start,
            end=end,
            runs=runs,
            zone=zone,
            questions=questions,
            seconds=seconds,
            pause=pause,
            scoring=ScoringRule(scoring) if scoring else None,
            thread=thread,
            announce=announce,
            role_id=role.id if role else None,
            event=event,
            digest=digest,
            late=late,
        )
        await self.desk.preview(interaction, request, before, channel=channel, role=role)

    @create.autocomplete("course")
    @edit.autocomplete("course")
    async def _courses(self, _interaction: Interaction, typed: str) -> list[Choice]:
        return course_choices(self.desk.context.courses, typed)

    @create.autocomplete("topic")
    @edit.autocomplete("topic")
    async def _topics(self, interaction: Interaction, typed: str) -> list[Choice]:
        chosen = getattr(interaction.namespace, "course", None)
        courses = self.desk.context.courses
        course = courses.get(chosen) if chosen else next(iter(courses.values()), None)
        every = app_commands.Choice(name=_("all topics"), value=ALL_TOPICS)
        return [every, *topic_choices(course, typed)][:MOST_CHOICES]

    @create.autocomplete("zone")
    @edit.autocomplete("zone")
    async def _zones(self, _interaction: Interaction, typed: str) -> list[Choice]:
        return _as_typed(search_timezones(typed, MOST_CHOICES))

    @create.autocomplete("days")
    @edit.autocomplete("days")
    async def _days(self, interaction: Interaction, typed: str) -> list[Choice]:
        every = getattr(interaction.namespace, "every", None)
        kinds = [Every(every)] if every in set(Every) else list(_EXAMPLES)
        examples = [example for kind in kinds for example in _EXAMPLES.get(kind, ())]
        begun = [example for example in examples if example.startswith(typed.strip().casefold())]
        return _as_typed([*([typed] if typed.strip() and typed not in begun else []), *begun])

    @edit.autocomplete("end")
    async def _end(self, _interaction: Interaction, typed: str) -> list[Choice]:
        return _as_typed([*([typed] if typed.strip() else []), NEVER])

    @edit.autocomplete("schedule")
    async def _kept(self, interaction: Interaction, typed: str) -> list[Choice]:
        return await self.desk.choices(interaction, typed)


def _as_typed(texts: Iterable[str]) -> list[Choice]:
    return [app_commands.Choice(name=text[:100], value=text[:100]) for text in texts]
