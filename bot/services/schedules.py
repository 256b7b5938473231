"""Schedules as people make and change them; what they do by themselves is `services/schedule_runs`."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from bot.domain.recurrence import Run, next_run
from bot.domain.schedule_clashes import first_clash
from bot.domain.schedule_refusals import (
    AlreadyPaused,
    DraftGone,
    HasEnded,
    NeverRuns,
    NoSuchSchedule,
    NothingToChange,
    NotPaused,
    ScheduleChanged,
    SchedulesClash,
    TooManySchedules,
    TooManySkipDates,
)
from bot.domain.schedules import (
    MOST_SKIP_DATES,
    PauseReason,
    Schedule,
    SchedulePlan,
    ScheduleState,
    run_ahead,
)
from bot.storage import guilds, schedules
from bot.storage.database import Database, Session
from bot.values import dataclass

# A preview lives as long as the private message that shows it can be acted on.
DRAFT_LIFETIME = timedelta(minutes=15)
# Begins anew from now: what passed before was missed by nobody.
_ANEW = {"last_day": None, "waiting_for": None, "owes_notice": False}


@dataclass(frozen=True, slots=True)
class Limits:
    """What a server may have: so many schedules that have not come to their end."""

    most_schedules: int


async def draft(
    database: Database,
    plan: SchedulePlan,
    *,
    guild_id: int,
    owner_id: int,
    replaces: Schedule | None,
    limits: Limits,
    now: datetime,
) -> Schedule:
    """Keep a plan until its maker confirms it; with ``replaces`` it is a change of that schedule.

    Raises:
        NothingToChange: the plan is what it was.
        TooManySchedules: the server has no room for another one.
        SchedulesClash: its rounds would meet another schedule's.
    """
    if replaces is not None and plan == replaces.plan:
        raise NothingToChange
    async with database.read() as session:
        others = await schedules.of_guild(session, guild_id)
    await _check(plan, others, replaces, limits, now)
    async with database.write() as session:
        await schedules.forget_drafts(session, now - DRAFT_LIFETIME)
        number = await schedules.insert_draft(
            session, plan, guild_id=guild_id, owner_id=owner_id, replaces=replaces, now=now
        )
        made = await schedules.get(session, number)
    assert made is not None
    return made


async def confirm(
    database: Database,
    draft_id: int,
    *,
    guild_id: int,
    owner_id: int,
    limits: Limits,
    now: datetime,
) -> Schedule:
    """Let a drafted schedule run, or change the one that it replaces.

    Raises:
        DraftGone: it was confirmed or cancelled before, too late, or by somebody else.
        NoSuchSchedule: what it changes has been deleted.
        ScheduleChanged: what it changes is not what it was any more.
        NeverRuns: its last run has passed meanwhile.
        TooManySchedules: see `draft`.
        SchedulesClash: see `draft`.
    """
    async with database.write() as session:
        # Two who confirm at once are looked at one after the other.
        await guilds.lock(session, guild_id)
        made = _own_draft(await schedules.get(session, draft_id, for_update=True), guild_id, owner_id, now)
        if next_run(made.plan.recurrence, now) is None:
            raise NeverRuns
        others = await schedules.of_guild(session, guild_id)
        replaced = next((other for other in others if other.id == made.replaces_id), None)
        if made.replaces_id is not None and replaced is None:
            raise NoSuchSchedule
        await _check(made.plan, others, replaced, limits, now)
        if replaced is None:
            changed = await schedules.change(
                session, made, state=ScheduleState.ACTIVE.value, last_run_at=now, **_ANEW
            )
        else:
            changed = replaced.revision == made.revision and await schedules.change(
                session,
                replaced,
                **schedules.plan_columns(made.plan),
                **_ANEW,
                state=(
                    ScheduleState.PAUSED if replaced.state is ScheduleState.PAUSED else ScheduleState.ACTIVE
                ).value,
                last_run_at=now,
                # Brings Discord's event into line, even where the moment stays.
                event_for=None,
            )
            await schedules.give_up_draft(session, draft_id)
        if not changed:
            raise ScheduleChanged
        confirmed = await schedules.get(session, made.replaces_id or draft_id)
    assert confirmed is not None
    return confirmed


async def cancel_draft(
    database: Database, draft_id: int, *, guild_id: int, owner_id: int, now: datetime
) -> None:
    """Give a drafted schedule up.

    Raises:
        DraftGone: see `confirm`.
    """
    async with database.write() as session:
        _own_draft(await schedules.get(session, draft_id, for_update=True), guild_id, owner_id, now)
        await schedules.give_up_draft(session, draft_id)


async def load(database: Database, schedule_id: int) -> Schedule | None:
    """The schedule as it stands, or None."""
    async with database.read() as session:
        return await schedules.get(session, schedule_id)


async def of_guild(database: Database, guild_id: int) -> list[Schedule]:
    """A server's schedules, in the order in which they were made."""
    async with database.read() as session:
        return await schedules.of_guild(session, guild_id)


async def find(database: Database, asked: str, *, guild_id: int) -> Schedule:
    """The schedule of that number or name on this server.

    Raises:
        NoSuchSchedule: there is none, or it belongs to another server.
    """
    wanted = asked.strip().casefold()
    kept = await of_guild(database, guild_id)
    by_number = (each for each in kept if str(each.id) == wanted)
    by_name = (each for each in kept if each.plan.name.casefold() == wanted)
    found = next(by_number, None) or next(by_name, None)
    if found is None:
        raise NoSuchSchedule
    return found


async def pause(database: Database, schedule: Schedule, reason: PauseReason) -> Schedule:
    """Let it start nothing until somebody resumes it.

    Raises:
        AlreadyPaused: it does not.
        HasEnded: it has no further run.
        ScheduleChanged: it was changed meanwhile.
    """
    if schedule.state is ScheduleState.PAUSED:
        raise AlreadyPaused
    if schedule.state is not ScheduleState.ACTIVE:
        raise HasEnded
    return await _change(
        database, schedule, state=ScheduleState.PAUSED.value, pause_reason=reason.value, waiting_for=None
    )


async def resume(database: Database, schedule: Schedule, *, now: datetime) -> Schedule:
    """Let it start rounds again; what passed meanwhile is not made up for.

    Raises:
        NotPaused: it does.
        HasEnded: no run lies ahead.
        SchedulesClash: another schedule has taken its place meanwhile.
        ScheduleChanged: it was changed meanwhile.
    """
    if schedule.state is not ScheduleState.PAUSED:
        raise NotPaused
    if next_run(schedule.plan.recurrence, now) is None:
        raise HasEnded
    others = await of_guild(database, schedule.guild_id)
    await _check_clash(schedule.plan, [other for other in others if other.id != schedule.id], now)
    return await _change(
        database, schedule, state=ScheduleState.ACTIVE.value, pause_reason=None, last_run_at=now, **_ANEW
    )


async def delete(database: Database, schedule_id: int, *, guild_id: int) -> Schedule:
    """Remove it from all lists; the rounds that it began stay as they are.

    Raises:
        NoSuchSchedule: it is gone already, or belongs to another server.
    """
    async with database.write() as session:
        schedule = await schedules.get(session, schedule_id, for_update=True)
        if schedule is None or schedule.guild_id != guild_id or schedule.state not in schedules.KEPT:
            raise NoSuchSchedule
        await schedules.change(
            session, schedule, state=ScheduleState.DELETED.value, waiting_for=None, owes_notice=False
        )
        deleted = await schedules.get(session, schedule_id)
    assert deleted is not None
    return deleted


async def skip_next(database: Database, schedule: Schedule, *, now: datetime) -> tuple[Schedule, Run]:
    """Add the date of the next run to those that are skipped.

    Raises:
        HasEnded: there is no further run.
        ScheduleChanged: it was changed meanwhile.
        TooManySkipDates: it has as many already as it may have.
    """
    skipped = run_ahead(schedule, now)
    if skipped is None or schedule.state is ScheduleState.ENDED:
        raise HasEnded
    return await skip_dates(database, schedule, [skipped.day]), skipped


async def skip_dates(
    database: Database, schedule: Schedule, dates: Iterable[date], *, take_back: bool = False
) -> Schedule:
    """Skip further dates, or no longer skip them.

    Raises:
        ScheduleChanged: it was changed meanwhile.
        TooManySkipDates: they would be more than a schedule keeps.
    """
    async with database.write() as session:
        return await _skip(session, schedule, frozenset(dates), take_back=take_back)


async def skip_dates_of_all(
    database: Database, guild_id: int, dates: Iterable[date], *, take_back: bool = False
) -> list[Schedule]:
    """The same for every schedule of a server that has not come to its end: for all of them, or for none.

    Raises:
        ScheduleChanged: one of them is being changed.
        TooManySkipDates: they would be more than one of them keeps.
    """
    given = frozenset(dates)
    async with database.write() as session:
        return [
            await _skip(session, schedule, given, take_back=take_back)
            for schedule in await schedules.of_guild(session, guild_id)
            if schedule.state is not ScheduleState.ENDED
        ]


async def _skip(session: Session, schedule: Schedule, given: frozenset[date], *, take_back: bool) -> Schedule:
    before = schedule.plan.recurrence.skip_dates
    after = before - given if take_back else before | given
    if len(after) > MOST_SKIP_DATES:
        raise TooManySkipDates(MOST_SKIP_DATES)
    if after == before:
        return schedule
    return await _change_in(session, schedule, skip_dates=schedules.skip_text(after))


async def _change(database: Database, schedule: Schedule, **values: object) -> Schedule:
    async with database.write() as session:
        return await _change_in(session, schedule, **values)


async def _change_in(session: Session, schedule: Schedule, **values: object) -> Schedule:
    if not await schedules.change(session, schedule, **values):
        raise ScheduleChanged
    changed = await schedules.get(session, schedule.id)
    assert changed is not None
    return changed


def _own_draft(found: Schedule | None, guild_id: int, owner_id: int, now: datetime) -> Schedule:
    """The draft, if it is one that this person may still act on."""
    if found is None or found.state is not ScheduleState.DRAFT or found.guild_id != guild_id:
        raise DraftGone
    if found.owner_id != owner_id or now - found.created_at > DRAFT_LIFETIME:
        raise DraftGone
    return found


async def _check(
    plan: SchedulePlan,
    others: list[Schedule],
    replaced: Schedule | None,
    limits: Limits,
    now: datetime,
) -> None:
    kept = [other for other in others if replaced is None or other.id != replaced.id]
    living = [other for other in kept if other.state is not ScheduleState.ENDED]
    if len(living) >= limits.most_schedules:
        raise TooManySchedules(limits.most_schedules)
    await _check_clash(plan, living, now)


async def _check_clash(plan: SchedulePlan, others: list[Schedule], now: datetime) -> None:
    # Many runs of many schedules: clicks must not wait for it.
    clash = await asyncio.to_thread(first_clash, plan, [other for other in others if other.is_active], now)
    if clash is not None:
        other, at = clash
        raise SchedulesClash(other.plan.name, at)
