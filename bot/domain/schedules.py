"""A schedule: what it starts and when, how it stands, and the one thing that it does next.

`next_duty` is the whole of what a schedule does by itself: a function of its row and the time. What has been done
changes the row, so that a process which dies goes on where it was. The calendar is `recurrence`; posting stands in
the cogs.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.missed_runs import MissedPolicy, WhenMissed, due_run
from bot.domain.recurrence import Recurrence, Run, next_run
from bot.domain.round_choices import RoundChoices
from bot.values import dataclass

MOST_NAME = 100
DEFAULT_MOST_SCHEDULES = 25
MOST_SKIP_DATES = 1000
MOST_ANNOUNCE_MINUTES = 24 * 60
MOST_GRACE_MINUTES = 24 * 60
DEFAULT_ANNOUNCE_MINUTES = 10
# So long a run waits for another round in its channel to end.
WAIT_FOR_PLACE = timedelta(minutes=15)
# Whoever finds a post of somebody else's that was begun and not recorded leaves him so long to finish it.
CLAIM_LIFETIME = timedelta(minutes=1)
# Discord takes events that lie ahead only, and its clock is not ours.
SHORTEST_EVENT_NOTICE = timedelta(minutes=1)


class ScheduleState(StrEnum):
    """Where a schedule stands. DRAFTs wait for their maker's word; nothing is ever removed by itself."""

    DRAFT = "draft"
    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"
    DELETED = "deleted"


class PauseReason(StrEnum):
    """Why a schedule is paused."""

    BY_HAND = "by_hand"
    CHANNEL_GONE = "channel_gone"
    MISSING_PERMISSION = "missing_permission"
    REMOVED_FROM_SERVER = "removed_from_server"
    NOTHING_TO_ASK = "nothing_to_ask"


class DropReason(StrEnum):
    """Why a run that had come due was given up."""

    MISSED = "missed"
    PLACE_TAKEN = "place_taken"
    QUESTIONS_HELD = "questions_held"


class DutyKind(StrEnum):
    """What a schedule does next."""

    BEGIN = "begin"
    DROP = "drop"
    TELL = "tell"
    RETRACT = "retract"
    SET_EVENT = "set_event"
    ANNOUNCE = "announce"
    END = "end"


@dataclass(frozen=True, slots=True, kw_only=True)
class SchedulePlan:
    """What a person chose: what is played where and when, and what is said of it before.

    ``announce_minutes`` is None where nothing is; ``role_id`` is who is called by the announcement, once.
    With ``wants_digest`` instructors get a digest after each round.
    """

    name: str
    channel_id: int
    choices: RoundChoices
    recurrence: Recurrence
    missed: MissedPolicy
    announce_minutes: int | None = None
    role_id: int | None = None
    wants_event: bool = False
    wants_digest: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A schedule as it is kept.

    ``revision`` counts its changes: whoever changes it says which one he saw, and of two at once one wins.
    ``last_run_at`` and ``last_day`` are those of the last run that was begun or dropped; after it was made, changed or
    resumed, the moment of that, and None. ``waiting_for`` is the moment of the run that waits for its channel;
    ``announced_for`` that of the run whose announcement was begun, at ``announcing_at``, and stands in the channel
    ``announced_in`` as ``announcement_id`` once it was posted; ``event_for`` that of the run of Discord's event
    ``event_id``. With ``owes_notice`` it was paused by itself, and its owner has not been told yet.
    ``replaces_id`` is what a DRAFT changes.
    """

    id: int
    guild_id: int
    owner_id: int
    plan: SchedulePlan
    state: ScheduleState
    pause_reason: PauseReason | None
    revision: int
    created_at: datetime
    replaces_id: int | None
    last_run_at: datetime | None
    last_day: date | None
    waiting_for: datetime | None
    announced_for: datetime | None
    announcing_at: datetime | None
    announced_in: int | None
    announcement_id: int | None
    owes_notice: bool
    event_for: datetime | None
    event_id: int | None

    @property
    def is_active(self) -> bool:
        """Whether it starts rounds by itself."""
        return self.state is ScheduleState.ACTIVE

    @property
    def has_moved(self) -> bool:
        """Whether its announcement stands in another channel than its rounds will."""
        return self.announced_in not in (None, self.plan.channel_id)


@dataclass(frozen=True, slots=True)
class Duty:
    """What to do, from when on, and for which run.

    ``missed`` counts the runs before ``run`` that are given up with it; with ``is_claimed`` somebody has begun it.
    """

    kind: DutyKind
    due_at: datetime
    run: Run | None = None
    missed: int = 0
    is_claimed: bool = False


def coming_run(schedule: Schedule) -> Run | None:
    """The run after the last one, or None where there is no further one; where it is paused, what it would be."""
    return next_run(schedule.plan.recurrence, schedule.last_run_at, after_day=schedule.last_day)


def run_ahead(schedule: Schedule, now: datetime) -> Run | None:
    """The run that comes next; of a schedule that rests, the one that would if it were resumed now."""
    if not schedule.is_active:
        # What passed while it rested does not come any more.
        schedule = replace(schedule, last_run_at=now, last_day=None)
    return coming_run(schedule)


def next_duty(schedule: Schedule, now: datetime) -> Duty | None:
    """The one thing that this schedule does next, now or later; None where it rests until somebody changes it."""
    coming = None
    if schedule.owes_notice:
        return Duty(DutyKind.TELL, now)
    if schedule.is_active:
        due = due_run(
            schedule.plan.recurrence,
            schedule.last_run_at,
            now,
            policy(schedule),
            last_day=schedule.last_day,
        )
        if due is not None:
            return Duty(
                DutyKind.DROP if due.run is None else DutyKind.BEGIN, now, due.latest, missed=due.missed
            )
        coming = coming_run(schedule)
    if _is_called_off(schedule, coming, now):
        return Duty(DutyKind.RETRACT, now)
    if _event_differs(schedule, coming, now):
        return Duty(DutyKind.SET_EVENT, now, coming)
    if coming is None:
        return Duty(DutyKind.END, now) if schedule.is_active else None
    return _announcement(schedule, coming) or Duty(DutyKind.BEGIN, coming.utc, coming)


def policy(schedule: Schedule) -> MissedPolicy:
    """How late the next run may begin: longer where it waits for its channel, and has not simply been missed."""
    missed = schedule.plan.missed
    if schedule.waiting_for is None:
        return missed
    return MissedPolicy(WhenMissed.RUN_LATE, max(missed.allowed, WAIT_FOR_PLACE))


def drop_reason(schedule: Schedule, run: Run) -> DropReason:
    """Why a run whose time is over is given up: it waited for its channel in vain, or nobody was there to begin it."""
    return DropReason.PLACE_TAKEN if schedule.waiting_for == run.utc else DropReason.MISSED


def waits_until(schedule: Schedule, run: Run) -> datetime:
    """Until when a run waits for its channel before it is given up."""
    return run.utc + max(schedule.plan.missed.allowed, WAIT_FOR_PLACE)


def _is_called_off(schedule: Schedule, coming: Run | None, now: datetime) -> bool:
    announced = schedule.announced_for
    if announced is None or schedule.announcement_id is None or announced <= now:
        return False
    return coming is None or coming.utc != announced or schedule.has_moved


def _event_differs(schedule: Schedule, coming: Run | None, now: datetime) -> bool:
    """Whether Discord's event is another one than it should be, and can be brought into line."""
    wanted = coming.utc if coming is not None and schedule.plan.wants_event else None
    if wanted is not None and wanted - now < SHORTEST_EVENT_NOTICE:
        return False
    return wanted != schedule.event_for or (wanted is None) != (schedule.event_id is None)


def _announcement(schedule: Schedule, coming: Run) -> Duty | None:
    minutes = schedule.plan.announce_minutes
    if minutes is None:
        return None
    if schedule.announced_for != coming.utc:
        return Duty(DutyKind.ANNOUNCE, coming.utc - timedelta(minutes=minutes), coming)
    if schedule.announcement_id is not None or schedule.announcing_at is None:
        return None
    patience = schedule.announcing_at + CLAIM_LIFETIME
    # Near the run itself an announcement that was lost is not worth saying any more.
    return Duty(DutyKind.ANNOUNCE, patience, coming, is_claimed=True) if patience < coming.utc else None
