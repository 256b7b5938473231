"""A run is begun once, however many processes ask for it at once; on both kinds of database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from bot.domain.missed_runs import MissedPolicy, WhenMissed
from bot.domain.recurrence import LAST, Every, Recurrence, ShortMonth, Weekday, next_run
from bot.domain.refusals import RoundRunning
from bot.domain.round_choices import RoundChoices
from bot.domain.round_records import RoundRecord
from bot.domain.rounds import RoundState
from bot.domain.schedule_refusals import DraftGone, SchedulesClash
from bot.domain.schedules import PauseReason, Schedule, SchedulePlan, ScheduleState
from bot.domain.scoring import ScoringRule
from bot.services import proposing, schedule_runs, schedules
from bot.services.publishing import publish_courses
from bot.services.schedules import Limits
from bot.storage.database import Database
from bot.storage.tables import RoundRow
from tests.services.rounds import CHANNEL, GUILD, NOON, SECOND, TEACHER, Stage

PLAN = SchedulePlan(
    name="Morning quiz",
    channel_id=CHANNEL,
    choices=RoundChoices(course="rivers", questions=3),
    recurrence=Recurrence(Every.DAILY, time(13), ZoneInfo("UTC"), date(2026, 3, 1)),
    missed=MissedPolicy(WhenMissed.SKIP),
)
LIMITS = Limits(25)


@pytest.fixture
async def other(database: Database) -> AsyncIterator[Database]:
    """The same database, opened a second time."""
    opened = Database(database.url.render_as_string(hide_password=False))
    yield opened
    await opened.close()


async def make(database: Database, plan: SchedulePlan = PLAN) -> Schedule:
    drafted = await schedules.draft(
        database, plan, guild_id=GUILD, owner_id=TEACHER, replaces=None, limits=LIMITS, now=NOON
    )
    return await confirm(database, drafted)


async def confirm(database: Database, drafted: Schedule) -> Schedule:
    return await schedules.confirm(
        database, drafted.id, guild_id=GUILD, owner_id=TEACHER, limits=LIMITS, now=NOON
    )


async def begin(database: Database, schedule: Schedule, stage: Stage) -> RoundRecord | None:
    run = next_run(schedule.plan.recurrence, NOON)
    assert run is not None
    return await schedule_runs.begin_run(
        database, stage.courses, schedule, run, settings=stage.settings, seed=7, now=run.utc
    )


async def rounds_kept(database: Database) -> int:
    async with database.read() as session:
        return await session.scalar(select(func.count()).select_from(RoundRow)) or 0


async def test_of_many_processes_that_begin_a_run_at_once_one_does(
    database: Database, other: Database
) -> None:
    stage = Stage(database)
    await publish_courses(database, stage.courses.values(), now=NOON)
    schedule = await make(database)
    results = await asyncio.gather(*(begin(each, schedule, stage) for each in (database, other) * 5))
    (record,) = [result for result in results if result is not None]
    assert record.state is RoundState.RUNNING
    assert (record.schedule_id, record.planned_at, record.starter_id) == (
        schedule.id,
        NOON + timedelta(hours=1),
        TEACHER,
    )
    assert record.questions[0].opens_at == NOON + timedelta(hours=1) + proposing.LEAD
    assert await rounds_kept(database) == 1
    after = await schedules.load(database, schedule.id)
    assert after is not None
    assert (after.last_run_at, after.last_day) == (NOON + timedelta(hours=1), date(2026, 3, 1))


async def test_where_a_round_is_in_the_way_the_run_is_not_taken(database: Database) -> None:
    stage = Stage(database)
    schedule = await make(database)
    await stage.start()
    with pytest.raises(RoundRunning):
        await begin(database, schedule, stage)
    assert await schedules.load(database, schedule.id) == schedule
    assert await rounds_kept(database) == 1


async def test_a_run_is_not_begun_by_who_looked_before_somebody_paused(database: Database) -> None:
    stage = Stage(database)
    await publish_courses(database, stage.courses.values(), now=NOON)
    schedule = await make(database)
    await schedules.pause(database, schedule, PauseReason.BY_HAND)
    assert await begin(database, schedule, stage) is None
    assert await rounds_kept(database) == 0


async def test_a_draft_confirmed_twice_at_once_is_confirmed_once(database: Database, other: Database) -> None:
    drafted = await schedules.draft(
        database, PLAN, guild_id=GUILD, owner_id=TEACHER, replaces=None, limits=LIMITS, now=NOON
    )
    results = await asyncio.gather(
        *(confirm(each, drafted) for each in (database, other) * 3), return_exceptions=True
    )
    assert sum(isinstance(result, Schedule) for result in results) == 1
    assert sum(isinstance(result, DraftGone) for result in results) == 5


async def test_of_two_drafts_that_clash_confirmed_at_once_one_is(database: Database, other: Database) -> None:
    drafts = [
        await schedules.draft(
            database, PLAN, guild_id=GUILD, owner_id=TEACHER, replaces=None, limits=LIMITS, now=NOON
        )
        for _ in range(2)
    ]
    results = await asyncio.gather(
        *(confirm(each, drafted) for each, drafted in zip((database, other), drafts, strict=True)),
        return_exceptions=True,
    )
    assert sorted(type(result).__name__ for result in results) == ["Schedule", SchedulesClash.__name__]


async def test_an_old_draft_is_gone_and_forgotten(database: Database) -> None:
    drafted = await schedules.draft(
        database, PLAN, guild_id=GUILD, owner_id=TEACHER, replaces=None, limits=LIMITS, now=NOON
    )
    late = NOON + schedules.DRAFT_LIFETIME + SECOND
    with pytest.raises(DraftGone):
        await schedules.confirm(
            database, drafted.id, guild_id=GUILD, owner_id=TEACHER, limits=LIMITS, now=late
        )
    again = await schedules.draft(
        database, PLAN, guild_id=GUILD, owner_id=TEACHER, replaces=None, limits=LIMITS, now=late
    )
    assert again.id != drafted.id, "a button of the old one must not be one of the new one"
    old = await schedules.load(database, drafted.id)
    assert old is not None
    assert old.state is ScheduleState.DELETED


@pytest.mark.parametrize(
    "plan",
    [
        PLAN,
        replace(
            PLAN,
            choices=RoundChoices("rivers", "towns", 5, 30, 6, ScoringRule.SPEED, in_thread=True),
            recurrence=Recurrence(
                Every.MONTHLY,
                time(2, 30),
                ZoneInfo("America/New_York"),
                date(2026, 3, 1),
                until=date(2030, 1, 1),
                count=12,
                interval=2,
                weekdays=frozenset({Weekday.MONDAY, Weekday.FRIDAY}),
                nth_weekday=LAST,
                short_month=ShortMonth.SKIP,
                skip_dates=frozenset({date(2026, 12, 25), date(2027, 1, 1)}),
            ),
            missed=MissedPolicy(WhenMissed.RUN_LATE, timedelta(minutes=45)),
            announce_minutes=10,
            role_id=2**60,
            wants_event=True,
        ),
    ],
)
async def test_a_plan_comes_back_from_the_database_as_it_was(database: Database, plan: SchedulePlan) -> None:
    made = await make(database, plan)
    assert made.plan == plan
    assert made.state is ScheduleState.ACTIVE
    assert await schedules.of_guild(database, GUILD) == [made]
