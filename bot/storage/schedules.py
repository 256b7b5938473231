"""Queries over schedules, and their rows read into values and back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from sqlalchemy import CursorResult, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.missed_runs import MissedPolicy, WhenMissed
from bot.domain.recurrence import Every, Recurrence, ShortMonth, Weekday
from bot.domain.round_choices import RoundChoices
from bot.domain.schedules import PauseReason, Schedule, SchedulePlan, ScheduleState
from bot.domain.scoring import ScoringRule
from bot.domain.shards import Shards
from bot.storage import guilds
from bot.storage.tables import ScheduleRow

# What a server sees of its schedules, and counts.
KEPT = (ScheduleState.ACTIVE, ScheduleState.PAUSED, ScheduleState.ENDED)


async def insert_draft(
    session: AsyncSession,
    plan: SchedulePlan,
    *,
    guild_id: int,
    owner_id: int,
    replaces: Schedule | None,
    now: datetime,
) -> int:
    """Keep what somebody has still to confirm.

    Returns:
        The schedule's number.
    """
    row = ScheduleRow(
        guild_id=guild_id,
        owner_id=owner_id,
        state=ScheduleState.DRAFT.value,
        # A draft that changes a schedule knows which revision of it was looked at.
        revision=0 if replaces is None else replaces.revision,
        created_at=now,
        replaces_id=None if replaces is None else replaces.id,
        **plan_columns(plan),
    )
    session.add(row)
    await session.flush()
    return row.id


async def get(session: AsyncSession, schedule_id: int, *, for_update: bool = False) -> Schedule | None:
    """The schedule, or None; with ``for_update`` nobody else changes it before this transaction ends."""
    query = select(ScheduleRow).where(ScheduleRow.id == schedule_id)
    if for_update:
        query = query.with_for_update()
    row = await session.scalar(query.execution_options(populate_existing=True))
    return None if row is None else _schedule(row)


async def of_guild(
    session: AsyncSession, guild_id: int, states: Iterable[ScheduleState] = KEPT
) -> list[Schedule]:
    """A server's schedules in these states, in the order in which they were made."""
    rows = await session.scalars(
        select(ScheduleRow)
        .where(ScheduleRow.guild_id == guild_id, ScheduleRow.state.in_([state.value for state in states]))
        .order_by(ScheduleRow.id)
    )
    return [_schedule(row) for row in rows]


async def at_work(session: AsyncSession, shards: Shards, now: datetime) -> Sequence[int]:
    """Every schedule in the shards' servers that may have something to do, by its number."""
    is_at_work = (
        (ScheduleRow.state == ScheduleState.ACTIVE.value)
        | ScheduleRow.event_id.is_not(None)
        | ScheduleRow.owes_notice
        | (ScheduleRow.announcement_id.is_not(None) & (ScheduleRow.announced_for > now))
    )
    is_in_them = guilds.in_shards(ScheduleRow.guild_id, shards)
    rows = await session.scalars(
        select(ScheduleRow.id).where(is_at_work, is_in_them).order_by(ScheduleRow.id)
    )
    return rows.all()


async def count(session: AsyncSession, guild_id: int) -> int:
    """How many schedules a server has that have not come to their end."""
    living = [ScheduleState.ACTIVE.value, ScheduleState.PAUSED.value]
    found = await session.scalar(
        select(func.count()).where(ScheduleRow.guild_id == guild_id, ScheduleRow.state.in_(living))
    )
    return found or 0


async def change(session: AsyncSession, schedule: Schedule, **values: object) -> bool:
    """Change columns of the schedule as it was seen; False where somebody else has changed it since."""
    changed = await session.execute(
        update(ScheduleRow)
        .where(ScheduleRow.id == schedule.id, ScheduleRow.revision == schedule.revision)
        .values(revision=schedule.revision + 1, **values)
    )
    return cast("CursorResult[object]", changed).rowcount == 1


async def forget_drafts(session: AsyncSession, before: datetime) -> None:
    """Give up what nobody confirmed in time."""
    await session.execute(
        update(ScheduleRow)
        .where(ScheduleRow.state == ScheduleState.DRAFT.value, ScheduleRow.created_at < before)
        .values(state=ScheduleState.DELETED.value)
    )


async def give_up_draft(session: AsyncSession, schedule_id: int) -> None:
    """End a draft that was confirmed as a change, or cancelled."""
    # Its row stays: SQLite would give its number to the next one, and an old button would be another's.
    await session.execute(
        update(ScheduleRow)
        .where(ScheduleRow.id == schedule_id, ScheduleRow.state == ScheduleState.DRAFT.value)
        .values(state=ScheduleState.DELETED.value)
    )


def plan_columns(plan: SchedulePlan) -> dict[str, object]:
    """What a person chose, as the columns that hold it."""
    rule, choices = plan.recurrence, plan.choices
    return {
        "name": plan.name,
        "channel_id": plan.channel_id,
        "course": choices.course,
        "topic": choices.topic,
        "questions": choices.questions,
        "limit_seconds": choices.limit_seconds,
        "pause_seconds": choices.pause_seconds,
        "scoring": choices.scoring.value,
        "in_thread": choices.in_thread,
        "every": rule.kind.value,
        "local_time": f"{rule.local_time:%H:%M}",
        "zone": rule.zone.key,
        "start_date": rule.start_date.isoformat(),
        "until": None if rule.until is None else rule.until.isoformat(),
        "run_count": rule.count,
        "run_interval": rule.interval,
        "weekdays": ",".join(str(int(day)) for day in sorted(rule.weekdays)),
        "month_day": rule.month_day,
        "nth_weekday": rule.nth_weekday,
        "short_month": rule.short_month.value,
        "skip_dates": skip_text(rule.skip_dates),
        "when_missed": plan.missed.when_missed.value,
        "grace_minutes": plan.missed.grace // timedelta(minutes=1),
        "announce_minutes": plan.announce_minutes,
        "role_id": plan.role_id,
        "wants_event": plan.wants_event,
        "wants_digest": plan.wants_digest,
    }


def skip_text(dates: Iterable[date]) -> str:
    """Dates as their column holds them."""
    return ",".join(each.isoformat() for each in sorted(dates))


def _schedule(row: ScheduleRow) -> Schedule:
    return Schedule(
        id=row.id,
        guild_id=row.guild_id,
        owner_id=row.owner_id,
        plan=_plan(row),
        state=ScheduleState(row.state),
        pause_reason=PauseReason(row.pause_reason) if row.pause_reason else None,
        revision=row.revision,
        created_at=row.created_at,
        replaces_id=row.replaces_id,
        last_run_at=row.last_run_at,
        last_day=_date(row.last_day),
        waiting_for=row.waiting_for,
        announced_for=row.announced_for,
        announcing_at=row.announcing_at,
        announced_in=row.announced_in,
        announcement_id=row.announcement_id,
        owes_notice=row.owes_notice,
        event_for=row.event_for,
        event_id=row.event_id,
    )


def _plan(row: ScheduleRow) -> SchedulePlan:
    return SchedulePlan(
        name=row.name,
        channel_id=row.channel_id,
        choices=RoundChoices(
            course=row.course,
            topic=row.topic,
            questions=row.questions,
            limit_seconds=row.limit_seconds,
            pause_seconds=row.pause_seconds,
            scoring=ScoringRule(row.scoring),
            in_thread=row.in_thread,
        ),
        recurrence=_recurrence(row),
        missed=MissedPolicy(WhenMissed(row.when_missed), timedelta(minutes=row.grace_minutes)),
        announce_minutes=row.announce_minutes,
        role_id=row.role_id,
        wants_event=row.wants_event,
        wants_digest=row.wants_digest,
    )


def _recurrence(row: ScheduleRow) -> Recurrence:
    return Recurrence(
        kind=Every(row.every),
        local_time=time.fromisoformat(row.local_time),
        zone=ZoneInfo(row.zone),
        start_date=date.fromisoformat(row.start_date),
        until=_date(row.until),
        count=row.run_count,
        interval=row.run_interval,
        weekdays=frozenset(Weekday(int(day)) for day in row.weekdays.split(",") if day),
        month_day=row.month_day,
        nth_weekday=row.nth_weekday,
        short_month=ShortMonth(row.short_month),
        skip_dates=frozenset(date.fromisoformat(day) for day in row.skip_dates.split(",") if day),
    )


def _date(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
