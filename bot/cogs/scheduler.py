"""A schedule by itself: the domain says what it does next, a service takes it, this tells Discord."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import discord
from discord import ui

from bot.cogs import schedule_events
from bot.cogs.clockwork import Clockwork
from bot.cogs.conductor import NO_MENTIONS, Conductor
from bot.cogs.patience import TROUBLE, may_pass
from bot.cogs.posting import find_own, says
from bot.cogs.schedule_places import Obstacle, obstacle
from bot.cogs.servers import locale_of
from bot.domain.recurrence import Run
from bot.domain.refusals import (
    NoQuestions,
    NotServedHere,
    QuestionsHeld,
    RoundRunning,
    UnknownCourse,
    UnknownTopic,
)
from bot.domain.round_records import RoundRecord
from bot.domain.schedules import (
    DropReason,
    Duty,
    DutyKind,
    PauseReason,
    Schedule,
    coming_run,
    drop_reason,
    next_duty,
    waits_until,
)
from bot.domain.shards import Shards
from bot.services import schedule_runs, schedules
from bot.services.context import ServiceContext
from bot.storage.database import Database
from bot.ui import schedule_cards, schedule_notices
from bot.ui.i18n import speaking
from bot.ui.text import plain

log = logging.getLogger(__name__)

# So far back an owner's messages are looked through for what a process that died may have told him.
LONGEST_TELLING = timedelta(hours=1)


class Scheduler:
    """Does what is due for one schedule; what it posts, it finds again before it posts it a second time."""

    def __init__(self, client: discord.Client, context: ServiceContext, conductor: Conductor) -> None:
        self._client = client
        self._context = context
        self._conductor = conductor
        self.clockwork = Clockwork(self.attend, context.clock, "Schedule")
        # Announcements that this process has begun: it need not leave them to anybody else.
        self._claims: set[tuple[int, datetime]] = set()
        # What stood against schedules that this process has paused, until their owners are told.
        self._paused_here: dict[int, Obstacle] = {}
        conductor.when_over.append(self._place_is_free)
        context.ownership.subscribe(self.resume, self.drop)

    async def resume(self, shards: Shards) -> None:
        """Look at every schedule in the shards' servers, as after a restart."""
        for schedule_id in await schedule_runs.at_work(
            self._context.database, shards, now=self._context.clock()
        ):
            self.clockwork.wake(schedule_id)

    def drop(self, shards: Shards) -> None:
        """Leave the schedules in the shards' servers to another process."""
        self.clockwork.leave(shards)

    async def attend(self, schedule_id: int) -> datetime | None:
        """Do everything that is due now.

        Returns:
            When to look again, or None where the schedule rests.

        Raises:
            NotServedHere: it is another process's.
        """
        while (schedule := await schedules.load(self._context.database, schedule_id)) is not None:
            duty = next_duty(schedule, self._context.clock())
            if duty is None:
                return None
            self.clockwork.belongs(schedule_id, schedule.guild_id)
            self._context.ownership.require(schedule.guild_id)
            if duty.due_at > self._context.clock() and not self._is_mine(schedule, duty):
                return duty.due_at
            with speaking(locale_of(self._client, schedule.guild_id)):
                again_at = await self._do(schedule, duty)
            if again_at is not None:
                return again_at
        return None

    async def _do(self, schedule: Schedule, duty: Duty) -> datetime | None:
        """Do one thing; returns a moment where it has to wait for something, else None."""
        database = self._context.database_for(schedule.guild_id)
        match duty.kind:
            case DutyKind.BEGIN:
                return await self._begin(database, schedule, _run(duty))
            case DutyKind.DROP:
                run = _run(duty)
                await self._give_up(database, schedule, run, drop_reason(schedule, run), duty.missed)
            case DutyKind.ANNOUNCE:
                await self._announce(database, schedule, _run(duty), is_claimed=duty.is_claimed)
            case DutyKind.TELL:
                await self._tell_paused(database, schedule)
            case DutyKind.RETRACT:
                await self._retract(database, schedule)
            case DutyKind.SET_EVENT:
                await self._set_event(database, schedule, duty.run)
            case DutyKind.END:
                await schedule_runs.end(database, schedule)
        return None

    async def _begin(self, database: Database, schedule: Schedule, run: Run) -> datetime | None:
        against = await self._obstacle(schedule)
        if against is not None:
            await self._pause(database, schedule, against)
            return None
        try:
            record = await schedule_runs.begin_run(
                database,
                self._context.courses,
                schedule,
                run,
                settings=await self._context.guild_settings(schedule.guild_id),
                seed=self._context.new_seed(),
                now=self._context.clock(),
            )
        except RoundRunning:
            return await self._wait(database, schedule, run)
        except QuestionsHeld:
            await self._give_up(database, schedule, run, DropReason.QUESTIONS_HELD, 1)
            return None
        except (UnknownCourse, UnknownTopic, NoQuestions):
            await self._pause(database, schedule, Obstacle(PauseReason.NOTHING_TO_ASK))
            return None
        if record is not None:
            log.info("Schedule %s begins round %s, planned for %s", schedule.id, record.id, run.utc)
            self._conductor.begin(record.id)
            if schedule.event_id is not None and schedule.event_for == run.utc:
                await schedule_events.begin(self._client, schedule.guild_id, schedule.event_id)
        return None

    async def _wait(self, database: Database, schedule: Schedule, run: Run) -> datetime | None:
        """Another round is in the channel: wait for its end, but not for ever."""
        until = waits_until(schedule, run)
        if self._context.clock() >= until:
            await self._give_up(database, schedule, run, DropReason.PLACE_TAKEN, 1)
            return None
        if schedule.waiting_for != run.utc:
            if not await schedule_runs.wait_for_place(database, schedule, run):
                return None
            channel = self._label(schedule)
            await self._tell(schedule, schedule_notices.waiting(schedule, until=until, channel=channel))
        return until

    async def _place_is_free(self, record: RoundRecord) -> None:
        for schedule in await schedule_runs.in_place(
            self._context.database, record.guild_id, record.channel_id
        ):
            if schedule.waiting_for is not None:
                self.clockwork.wake(schedule.id)

    async def _give_up(
        self, database: Database, schedule: Schedule, run: Run, reason: DropReason, runs: int
    ) -> None:
        if await schedule_runs.drop_run(database, schedule, run):
            log.warning("Schedule %s: its run of %s is dropped: %s", schedule.id, run.utc, reason.value)
            channel = self._label(schedule)
            await self._tell(
                schedule,
                schedule_notices.dropped(schedule, reason, planned_at=run.utc, channel=channel, runs=runs),
            )

    async def _announce(self, database: Database, schedule: Schedule, run: Run, *, is_claimed: bool) -> None:
        against = await self._obstacle(schedule)
        if against is not None:
            await self._pause(database, schedule, against)
            return
        claimed = await schedule_runs.claim_announcement(database, schedule, run, now=self._context.clock())
        if claimed is None:
            return
        self._claims.add((schedule.id, run.utc))
        card = schedule_cards.announcement(
            claimed, run, course=self._course(claimed), topic=self._topic(claimed)
        )
        place = self._client.get_partial_messageable(claimed.plan.channel_id, guild_id=claimed.guild_id)
        message = None
        if is_claimed:
            # Begun by a process that died, or by this one, and perhaps posted.
            message = await self._announced_before(claimed, run, card)
        if message is None:
            message = await place.send(
                view=card, allowed_mentions=_calling(claimed.plan.role_id), nonce=_nonce(claimed, run)
            )
        await schedule_runs.record_announcement(database, claimed, message.id)
        self._claims.discard((schedule.id, run.utc))

    async def _announced_before(
        self, schedule: Schedule, run: Run, card: ui.LayoutView
    ) -> discord.Message | None:
        assert self._client.user is not None
        place = self._client.get_partial_messageable(schedule.plan.channel_id, guild_id=schedule.guild_id)
        since = run.utc - timedelta(minutes=schedule.plan.announce_minutes or 0)
        return await find_own(place, self._client.user.id, says(card), since=since)

    async def _retract(self, database: Database, schedule: Schedule) -> None:
        """The channel was told of a run that does not come: say so there."""
        assert schedule.announcement_id is not None
        assert schedule.announced_for is not None
        coming = coming_run(schedule) if schedule.is_active else None
        moved_to = schedule.plan.channel_id if schedule.has_moved else None
        card = schedule_cards.called_off(schedule.announced_for, coming, place_id=moved_to)
        channel_id = schedule.announced_in or schedule.plan.channel_id
        place = self._client.get_partial_messageable(channel_id, guild_id=schedule.guild_id)
        try:
            message = place.get_partial_message(schedule.announcement_id)
            await message.edit(view=card, allowed_mentions=NO_MENTIONS)
        except discord.HTTPException as error:
            if may_pass(error):
                raise
            log.info("Schedule %s: its announcement could not be taken back: %s", schedule.id, error)
        await schedule_runs.forget_announcement(database, schedule)

    async def _set_event(self, database: Database, schedule: Schedule, coming: Run | None) -> None:
        if coming is not None and self._client.get_guild(schedule.guild_id) is None:
            # Removed while nobody was there to hear of it: no event would ever be the one that should be.
            await self._pause(database, schedule, Obstacle(PauseReason.REMOVED_FROM_SERVER))
            return
        try:
            event_id = await schedule_events.bring_into_line(
                self._client, schedule, coming, course=self._course(schedule)
            )
        except discord.HTTPException as error:
            if may_pass(error):
                raise
            log.warning("Schedule %s goes on without an event: %s", schedule.id, error)
            if await schedule_runs.give_up_events(database, schedule) and schedule.is_active:
                await self._tell(schedule, schedule_notices.no_events(schedule))
            return
        event_for = coming.utc if event_id is not None and coming is not None else None
        await schedule_runs.record_event(database, schedule, event_for, event_id)

    async def _obstacle(self, schedule: Schedule) -> Obstacle | None:
        return await obstacle(
            self._client,
            schedule.guild_id,
            schedule.plan.channel_id,
            in_thread=schedule.plan.choices.in_thread,
        )

    async def pause_all(self, guild_id: int, channel_ids: set[int] | None, against: Obstacle) -> None:
        """Pause the schedules of these channels, or of the whole server, and tell their owners."""
        database = self._context.database_for(guild_id)
        with speaking(locale_of(self._client, guild_id)), contextlib.suppress(NotServedHere):
            for schedule in await schedule_runs.active_in_guild(database, guild_id):
                if channel_ids is None or schedule.plan.channel_id in channel_ids:
                    await self._pause(database, schedule, against)

    async def _pause(self, database: Database, schedule: Schedule, against: Obstacle) -> None:
        if await schedule_runs.pause(database, schedule, against.reason):
            log.warning("Schedule %s is paused: %s", schedule.id, against.reason.value)
            self._paused_here[schedule.id] = against
            self.clockwork.wake(schedule.id)

    async def _tell_paused(self, database: Database, schedule: Schedule) -> None:
        """Tell the owner, once, even where another process has paused it and died."""
        assert schedule.pause_reason is not None
        against = self._paused_here.get(schedule.id) or await self._obstacle(schedule)
        told = schedule_notices.paused(
            schedule,
            schedule.pause_reason,
            channel=self._label(schedule),
            missing=against.missing if against is not None else (),
        )
        try:
            private = await self._client.create_dm(discord.Object(schedule.owner_id))
            if schedule.id in self._paused_here or not await self._told_before(private, told):
                await private.send(told)
        except discord.HTTPException as error:
            if may_pass(error):
                raise
            log.info("Owner %s of schedule %s could not be told: %s", schedule.owner_id, schedule.id, error)
        await schedule_runs.record_notice(database, schedule)
        self._paused_here.pop(schedule.id, None)

    async def _told_before(self, private: discord.DMChannel, told: str) -> bool:
        assert self._client.user is not None
        since = self._context.clock() - LONGEST_TELLING
        return await find_own(private, self._client.user.id, _reads(told), since=since) is not None

    async def _tell(self, schedule: Schedule, told: str) -> None:
        try:
            private = await self._client.create_dm(discord.Object(schedule.owner_id))
            await private.send(told)
        except TROUBLE as error:
            log.info("Owner %s of schedule %s could not be told: %s", schedule.owner_id, schedule.id, error)

    def _is_mine(self, schedule: Schedule, duty: Duty) -> bool:
        """Whether a post that was begun, and failed, was begun here."""
        return duty.is_claimed and duty.run is not None and (schedule.id, duty.run.utc) in self._claims

    def _course(self, schedule: Schedule) -> str:
        key = schedule.plan.choices.course or ""
        course = self._context.courses.get(key)
        return course.title if course is not None else key

    def _topic(self, schedule: Schedule) -> str | None:
        key = schedule.plan.choices.topic
        if key is None:
            return None
        course = self._context.courses.get(schedule.plan.choices.course or "")
        topic = course.topic(key) if course is not None else None
        return topic.title if topic is not None else key

    def _label(self, schedule: Schedule) -> str:
        channel = self._client.get_channel(schedule.plan.channel_id)
        return f"#{plain(str(channel))}" if channel is not None else f"<#{schedule.plan.channel_id}>"


def _reads(told: str) -> Callable[[discord.Message], bool]:
    return lambda message: message.content == told


def _run(duty: Duty) -> Run:
    assert duty.run is not None
    return duty.run


def _calling(role_id: int | None) -> discord.AllowedMentions:
    """Exactly that role, and nobody else."""
    roles: Any = False if role_id is None else [discord.Object(role_id)]
    return discord.AllowedMentions(everyone=False, users=False, roles=roles, replied_user=False)


def _nonce(schedule: Schedule, run: Run) -> str:
    return f"s{schedule.id}-{int(run.utc.timestamp())}"
