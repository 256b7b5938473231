"""`/schedule`: rounds that start by themselves. For instructors; what starts them is `scheduler`."""

from __future__ import annotations

from datetime import date

import discord
from discord import app_commands
from discord.ext import commands

from bot.cogs import replies
from bot.cogs.access import Interaction
from bot.cogs.conductor import Conductor
from bot.cogs.schedule_desk import ScheduleDesk, with_next_run
from bot.cogs.schedule_forms import Choice, ScheduleForms
from bot.cogs.scheduler import Scheduler
from bot.domain.schedule_refusals import CalendarTooLarge, CalendarWithoutDates, NoDatesGiven
from bot.domain.schedule_words import read_dates
from bot.domain.schedules import PauseReason, coming_run, run_ahead
from bot.services import holidays, schedule_runs, schedules
from bot.services.context import ServiceContext
from bot.ui import schedule_cards


@app_commands.guild_only()
class Schedules(
    ScheduleForms,
    commands.GroupCog,
    group_name="schedule",
    group_description="Rounds that start by themselves",
):
    """Scheduled rounds."""

    def __init__(self, context: ServiceContext, conductor: Conductor, scheduler: Scheduler) -> None:
        self.desk = ScheduleDesk(context)
        self._context = context
        self._conductor = conductor
        self._scheduler = scheduler

    @app_commands.command(name="list")
    async def list_all(self, interaction: Interaction) -> None:
        """List this server's schedules and when each runs next."""
        settings = await self.desk.allowed(interaction)
        kept = await schedules.of_guild(self._context.database, settings.guild_id)
        await replies.show(interaction, schedule_cards.listed(with_next_run(kept)))

    @app_commands.command()
    async def show(self, interaction: Interaction, schedule: str) -> None:
        """Show one schedule with its next five runs.

        Args:
            interaction: the command.
            schedule: which schedule
        """
        found = await self.desk.meant(interaction, schedule)
        course, topic = self.desk.titles(found.plan)
        card = schedule_cards.details(
            found, self.desk.next_runs(found), course=course, topic=topic, now=self._context.clock()
        )
        await replies.show(interaction, card)

    @app_commands.command()
    async def pause(self, interaction: Interaction, schedule: str) -> None:
        """Let a schedule start nothing until it is resumed.

        Args:
            interaction: the command.
            schedule: which schedule
        """
        found = await self.desk.meant(interaction, schedule)
        paused = await schedules.pause(self._context.database, found, PauseReason.BY_HAND)
        self._scheduler.clockwork.wake(paused.id)
        await replies.show(interaction, schedule_cards.paused(paused))

    @app_commands.command()
    async def resume(self, interaction: Interaction, schedule: str) -> None:
        """Let a paused schedule go on; what passed meanwhile is not made up for.

        Args:
            interaction: the command.
            schedule: which schedule
        """
        found = await self.desk.meant(interaction, schedule)
        await self.desk.require_place(interaction, found.plan)
        resumed = await schedules.resume(self._context.database, found, now=self._context.clock())
        self._scheduler.clockwork.wake(resumed.id)
        coming = coming_run(resumed)
        assert coming is not None
        await replies.show(interaction, schedule_cards.resumed(resumed, coming))

    @app_commands.command()
    async def skip(self, interaction: Interaction, schedule: str) -> None:
        """Leave out the next run of a schedule.

        Args:
            interaction: the command.
            schedule: which schedule
        """
        found = await self.desk.meant(interaction, schedule)
        now = self._context.clock()
        changed, left_out = await schedules.skip_next(self._context.database, found, now=now)
        self._scheduler.clockwork.wake(changed.id)
        await replies.show(interaction, schedule_cards.skipped(changed, left_out, run_ahead(changed, now)))

    @app_commands.command(name="run-now")
    async def run_now(self, interaction: Interaction, schedule: str) -> None:
        """Start a round of a schedule now; the schedule goes on as before.

        Args:
            interaction: the command.
            schedule: which schedule
        """
        found = await self.desk.meant(interaction, schedule)
        await self.desk.require_place(interaction, found.plan)
        await replies.think(interaction)
        record = await schedule_runs.begin_now(
            self._context.database_for(found.guild_id),
            self._context.courses,
            found,
            settings=await self._context.guild_settings(found.guild_id),
            seed=self._context.new_seed(),
            now=self._context.clock(),
        )
        # First the round, then the reply: a reply that fails must not leave a round that nobody plays.
        self._conductor.begin(record.id)
        await replies.show(interaction, schedule_cards.begun(found.plan.channel_id))

    @app_commands.command()
    async def delete(self, interaction: Interaction, schedule: str) -> None:
        """Delete a schedule; you are asked once more.

        Args:
            interaction: the command.
            schedule: which schedule
        """
        found = await self.desk.meant(interaction, schedule)
        await replies.show(interaction, schedule_cards.confirm_delete(found))

    @app_commands.command(name="skip-dates")
    async def skip_dates(
        self,
        interaction: Interaction,
        schedule: str | None = None,
        dates: str | None = None,
        calendar: discord.Attachment | None = None,
        take_back: bool = False,
    ) -> None:
        """Leave out holidays, typed or from a calendar file.

        Args:
            interaction: the command.
            schedule: which schedule; all of this server's if you say nothing
            dates: dates and ranges, such as 2026-12-24..2027-01-06, 2027-05-01
            calendar: an .ics file of holidays
            take_back: no longer skip these dates
        """
        settings = await self.desk.allowed(interaction)
        meant = None if schedule is None else await self.desk.meant(interaction, schedule)
        if dates is None and calendar is None:
            raise NoDatesGiven
        given = set(read_dates(dates)) if dates is not None else set()
        if calendar is not None:
            await replies.think(interaction)
            given |= await self._read(calendar, settings.zone.key)
        database = self._context.database
        if meant is None:
            changed = await schedules.skip_dates_of_all(
                database, settings.guild_id, given, take_back=take_back
            )
        else:
            changed = [await schedules.skip_dates(database, meant, given, take_back=take_back)]
        for each in changed:
            self._scheduler.clockwork.wake(each.id)
        card = (
            schedule_cards.dates_skipped(with_next_run(changed), len(given), take_back=take_back)
            if changed
            else schedule_cards.listed([])
        )
        await replies.show(interaction, card)

    async def _read(self, calendar: discord.Attachment, zone: str) -> frozenset[date]:
        """The dates of a calendar file, from today on, for two years.

        Raises:
            CalendarTooLarge: it is larger than any calendar of holidays.
            UnreadableCalendar: it is none.
            CalendarWithoutDates: it has none that lies ahead.
        """
        if calendar.size > holidays.MOST_BYTES:
            raise CalendarTooLarge(holidays.MOST_BYTES)
        found = await holidays.read_calendar(
            await calendar.read(), calendar.filename, zone=zone, now=self._context.clock()
        )
        if not found:
            raise CalendarWithoutDates
        return found

    @show.autocomplete("schedule")
    @pause.autocomplete("schedule")
    @resume.autocomplete("schedule")
    @skip.autocomplete("schedule")
    @run_now.autocomplete("schedule")
    @delete.autocomplete("schedule")
    @skip_dates.autocomplete("schedule")
    async def _all_kept(self, interaction: Interaction, typed: str) -> list[Choice]:
        return await self.desk.choices(interaction, typed)
