"""What schedules do by themselves, each one transaction: of two processes at one schedule, one does it.

Every change names the revision of the schedule that was looked at. Where somebody else was quicker, nothing is
changed, and whoever asked looks again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.domain.courses import Course
from bot.domain.digests import DigestState
from bot.domain.guilds import GuildSettings
from bot.domain.recurrence import Run
from bot.domain.refusals import RoundRunning
from bot.domain.round_records import RoundRecord
from bot.domain.schedules import PauseReason, Schedule, ScheduleState
from bot.domain.shards import Shards
from bot.services import proposing
from bot.storage import rounds, schedules
from bot.storage.database import Database


async def begin_run(
    database: Database,
    available: Mapping[str, Course],
    schedule: Schedule,
    run: Run,
    *,
    settings: GuildSettings,
    seed: int,
    now: datetime,
) -> RoundRecord | None:
    """Begin the round of a run: in one transaction the run is taken and the round is there, or neither.

    Returns:
        The round, which is running; None where somebody else has changed the schedule, or taken the run.

    Raises:
        RoundRunning: another round is in its channel; nothing was changed.
        UnknownCourse: the course is gone.
        UnknownTopic: its topic is gone.
        NoQuestions: there is nothing to ask.
    """
    return await _begin(database, available, schedule, run, settings, seed, now)


async def begin_now(
    database: Database,
    available: Mapping[str, Course],
    schedule: Schedule,
    *,
    settings: GuildSettings,
    seed: int,
    now: datetime,
) -> RoundRecord:
    """Begin a round of a schedule beside its runs, at somebody's word; the schedule goes on as it was.

    Raises:
        RoundRunning: see `begin_run`; the same for what there is to ask.
    """
    record = await _begin(database, available, schedule, None, settings, seed, now)
    assert record is not None
    return record


async def _begin(
    database: Database,
    available: Mapping[str, Course],
    schedule: Schedule,
    run: Run | None,
    settings: GuildSettings,
    seed: int,
    now: datetime,
) -> RoundRecord | None:
    plan = schedule.plan
    drawn = await proposing.draw_round(
        database,
        available,
        plan.choices,
        guild_id=schedule.guild_id,
        channel_id=plan.channel_id,
        seed=seed,
    )
    row = proposing.round_row(
        plan.choices, settings, drawn, channel_id=plan.channel_id, starter_id=schedule.owner_id, now=now
    )
    row.schedule_id, row.planned_at = schedule.id, now if run is None else run.utc
    row.digest = DigestState.DUE.value if plan.wants_digest else None
    async with database.write() as session:
        if run is not None and not await schedules.change(
            session, schedule, **_held(run), event_for=None, event_id=None
        ):
            return None
        if not plan.choices.in_thread and await rounds.running_in_place(session, plan.channel_id) is not None:
            raise RoundRunning
        number = await rounds.insert(session, row, proposing.question_rows(drawn))
        if not await rounds.run(session, number, now):
            raise RoundRunning
        record = await rounds.get(session, number)
        assert record is not None
        await rounds.set_question(session, record.questions[0].id, opens_at=now + proposing.LEAD)
        return await rounds.get(session, number)


async def drop_run(database: Database, schedule: Schedule, run: Run) -> bool:
    """Give up a run that has come due, and all before it; False where somebody else was quicker."""
    return await _change(database, schedule, **_held(run))


async def wait_for_place(database: Database, schedule: Schedule, run: Run) -> bool:
    """Note that a run waits for another round in its channel; False where somebody else was quicker."""
    if schedule.waiting_for == run.utc:
        return True
    return await _change(database, schedule, waiting_for=run.utc)


async def end(database: Database, schedule: Schedule) -> bool:
    """No run lies ahead any more; False where somebody else was quicker."""
    return await _change(database, schedule, state=ScheduleState.ENDED.value)


async def pause(database: Database, schedule: Schedule, reason: PauseReason) -> bool:
    """Start nothing more until somebody resumes it; False where somebody else was quicker."""
    return await _change(
        database,
        schedule,
        state=ScheduleState.PAUSED.value,
        pause_reason=reason.value,
        waiting_for=None,
        owes_notice=True,
    )


async def record_notice(database: Database, schedule: Schedule) -> bool:
    """The owner has been told that it is paused, or cannot be told."""
    return await _change(database, schedule, owes_notice=False)


async def claim_announcement(
    database: Database, schedule: Schedule, run: Run, *, now: datetime
) -> Schedule | None:
    """Take it upon oneself to announce a run; None where somebody else was quicker."""
    claimed = await _change(
        database,
        schedule,
        announced_for=run.utc,
        announcing_at=now,
        announced_in=schedule.plan.channel_id,
        announcement_id=None,
    )
    if not claimed:
        return None
    async with database.read() as session:
        return await schedules.get(session, schedule.id)


async def record_announcement(database: Database, schedule: Schedule, message_id: int) -> bool:
    """The announcement stands in the channel."""
    return await _change(database, schedule, announcement_id=message_id)


async def forget_announcement(database: Database, schedule: Schedule) -> bool:
    """What was announced does not come, and the channel has been told."""
    return await _change(database, schedule, announced_for=None, announcing_at=None, announcement_id=None)


async def record_event(
    database: Database, schedule: Schedule, event_for: datetime | None, event_id: int | None
) -> bool:
    """Discord's event is for that run, or there is none."""
    return await _change(database, schedule, event_for=event_for, event_id=event_id)


async def give_up_events(database: Database, schedule: Schedule) -> bool:
    """Discord takes no events for this schedule; it goes on without."""
    return await _change(database, schedule, wants_event=False, event_for=None, event_id=None)


async def at_work(database: Database, shards: Shards, *, now: datetime) -> list[int]:
    """Every schedule in the shards' servers that may have something to do, by its number."""
    async with database.read() as session:
        return list(await schedules.at_work(session, shards, now))


async def in_place(database: Database, guild_id: int, place_id: int) -> list[Schedule]:
    """The active schedules of a channel or thread."""
    async with database.read() as session:
        found = await schedules.of_guild(session, guild_id, [ScheduleState.ACTIVE])
    return [schedule for schedule in found if schedule.plan.channel_id == place_id]


async def active_in_guild(database: Database, guild_id: int) -> list[Schedule]:
    """The active schedules of a server."""
    async with database.read() as session:
        return await schedules.of_guild(session, guild_id, [ScheduleState.ACTIVE])


def _held(run: Run) -> dict[str, object]:
    """What a schedule remembers of a run that was begun or given up."""
    return {"last_run_at": run.utc, "last_day": run.day.isoformat(), "waiting_for": None}


async def _change(database: Database, schedule: Schedule, **values: object) -> bool:
    async with database.write() as session:
        return await schedules.change(session, schedule, **values)
