"""From what an instructor typed to a schedule's plan: what is left out has a default, or stays as it was.

No database: what a server has already is looked at in `services/schedules`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from bot.domain.courses import Course
from bot.domain.guilds import GuildSettings
from bot.domain.missed_runs import MissedPolicy, WhenMissed
from bot.domain.recurrence import Every, Recurrence, ShortMonth, Weekday, next_run
from bot.domain.refusals import NoQuestions, UnknownTopic
from bot.domain.round_choices import (
    DEFAULT_PAUSE_SECONDS,
    DEFAULT_QUESTIONS,
    DEFAULT_SECONDS,
    MOST_QUESTIONS,
    RoundChoices,
)
from bot.domain.schedule_refusals import NeverRuns, PastDate, QuestionsOutOfRange, TooManyQuestions
from bot.domain.schedule_words import Days, read_date, read_days, read_time
from bot.domain.schedules import DEFAULT_ANNOUNCE_MINUTES, MOST_NAME, SchedulePlan
from bot.domain.scoring import ScoringRule
from bot.domain.zones import find_timezone
from bot.services.proposing import find_course
from bot.values import dataclass

T = TypeVar("T")

ALL_TOPICS = "*"
NEVER = "never"
DEFAULT_GRACE_MINUTES = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleRequest:
    """What somebody typed; None where he said nothing.

    ``topic`` ALL_TOPICS and ``end`` NEVER take back what was said before; so do 0 minutes in ``announce``. ``late`` is
    within how many minutes a run that was missed still begins; 0 skips it.
    """

    every: Every | None = None
    at: str | None = None
    name: str | None = None
    channel_id: int | None = None
    course: str | None = None
    topic: str | None = None
    days: str | None = None
    interval: int | None = None
    short_month: ShortMonth | None = None
    start: str | None = None
    end: str | None = None
    runs: int | None = None
    zone: str | None = None
    questions: int | None = None
    seconds: int | None = None
    pause: int | None = None
    scoring: ScoringRule | None = None
    thread: bool | None = None
    announce: int | None = None
    role_id: int | None = None
    event: bool | None = None
    digest: bool | None = None
    late: int | None = None


def make_plan(
    request: ScheduleRequest,
    before: SchedulePlan | None,
    *,
    available: Mapping[str, Course],
    settings: GuildSettings,
    now: datetime,
) -> SchedulePlan:
    """The plan of a new schedule, or the changed one of a schedule that was there ``before``.

    Raises:
        ScheduleRefusal: a time, date, day or number that cannot be; or there would be no run from now on.
        ImpossibleRecurrence: the parts of the calendar rule do not fit together.
        UnknownTimezone: not an IANA name.
        UnknownCourse: see `find_course`.
        UnknownTopic: the course has no such topic.
        NoQuestions: nothing can be asked with these choices.
    """
    recurrence = _recurrence(request, None if before is None else before.recurrence, settings, now)
    choices = _choices(request, before, available)
    channel_id = request.channel_id or (before.channel_id if before else None)
    assert channel_id is not None
    announce, role_id = _announcement(request, before)
    if next_run(recurrence, now) is None:
        raise NeverRuns
    return SchedulePlan(
        name=_name(request, before, choices, available),
        channel_id=channel_id,
        choices=choices,
        recurrence=recurrence,
        missed=_missed(request, before),
        announce_minutes=announce,
        role_id=role_id,
        wants_event=_first(request.event, before.wants_event if before else False),
        wants_digest=_first(request.digest, before.wants_digest if before else False),
    )


def _first(given: T | None, otherwise: T) -> T:
    return otherwise if given is None else given


def _recurrence(
    request: ScheduleRequest, before: Recurrence | None, settings: GuildSettings, now: datetime
) -> Recurrence:
    kind = request.every or (before.kind if before else Every.ONCE)
    is_same_kind = before is not None and before.kind is kind
    zone = find_timezone(request.zone) if request.zone else (before.zone if before else settings.zone)
    local_time = read_time(request.at) if request.at else (before.local_time if before else time())
    days = _days(request, before if is_same_kind else None, kind)
    until, count = _end(request, before, now.astimezone(zone).date())
    rule = Recurrence(
        kind=kind,
        local_time=local_time,
        zone=zone,
        start_date=_start(request, before, kind, local_time, now.astimezone(zone)),
        until=until,
        count=count,
        interval=_first(request.interval, before.interval if before and is_same_kind else 1),
        weekdays=days.weekdays,
        month_day=days.month_day,
        nth_weekday=days.nth_weekday,
        short_month=_first(request.short_month, before.short_month if before else ShortMonth.LAST),
        skip_dates=before.skip_dates if before else frozenset(),
    )
    return rule if before is not None and request.start is None else _from_tomorrow_if_passed(rule, now)


def _from_tomorrow_if_passed(rule: Recurrence, now: datetime) -> Recurrence:
    """The same rule, begun a day later where today's run has passed: it is none of the runs that were asked for."""
    first = next_run(replace(rule, count=None), None)
    following = rule.start_date + timedelta(days=1)
    if first is None or first.utc > now or rule.kind is Every.ONCE or (rule.until or following) < following:
        return rule
    weekdays, month_day = rule.weekdays, rule.month_day
    # What the start's own day said is said of its own now.
    if rule.kind is Every.WEEKLY and not weekdays:
        weekdays = frozenset({Weekday(rule.start_date.weekday())})
    elif rule.kind is Every.MONTHLY and month_day is None and rule.nth_weekday is None:
        month_day = rule.start_date.day
    return replace(rule, start_date=following, weekdays=weekdays, month_day=month_day)


def _days(request: ScheduleRequest, before: Recurrence | None, kind: Every) -> Days:
    if request.days is not None:
        return read_days(request.days, kind)
    return Days(before.weekdays, before.month_day, before.nth_weekday) if before else Days()


def _start(
    request: ScheduleRequest, before: Recurrence | None, kind: Every, local_time: time, local_now: datetime
) -> date:
    today = local_now.date()
    if request.start is not None:
        return _not_past(read_date(request.start), today)
    if before is not None:
        return before.start_date
    # "Once, at 09:30", said at ten, is tomorrow.
    is_over = kind is Every.ONCE and local_time <= local_now.time()
    return today + timedelta(days=1) if is_over else today


def _end(request: ScheduleRequest, before: Recurrence | None, today: date) -> tuple[date | None, int | None]:
    until, count = (before.until, before.count) if before else (None, None)
    if request.end is not None and request.end.strip().casefold() == NEVER:
        until, count = None, None
    elif request.end is not None:
        until = _not_past(read_date(request.end), today)
    return until, _first(request.runs, count)


def _not_past(day: date, today: date) -> date:
    if day < today:
        raise PastDate(day, today)
    return day


def _choices(
    request: ScheduleRequest, before: SchedulePlan | None, available: Mapping[str, Course]
) -> RoundChoices:
    old = before.choices if before else RoundChoices()
    course = find_course(available, request.course or old.course)
    topic = old.topic if request.course in (None, old.course) else None
    if request.topic is not None:
        topic = None if request.topic == ALL_TOPICS else request.topic
    if topic is not None and course.topic(topic) is None:
        raise UnknownTopic(topic, tuple(each.id for each in course.topics))
    return RoundChoices(
        course=course.id,
        topic=topic,
        questions=_questions(request, before, course, topic),
        limit_seconds=_first(request.seconds, old.limit_seconds if before else DEFAULT_SECONDS),
        pause_seconds=_first(request.pause, old.pause_seconds if before else DEFAULT_PAUSE_SECONDS),
        scoring=_first(request.scoring, old.scoring),
        in_thread=_first(request.thread, old.in_thread),
    )


def _questions(
    request: ScheduleRequest, before: SchedulePlan | None, course: Course, topic: str | None
) -> int:
    there = len(course.question_ids()) if topic is None else course.count_questions(topic)
    if there == 0:
        raise NoQuestions(course.title)
    if request.questions is None:
        return min(before.choices.questions if before else DEFAULT_QUESTIONS, there)
    if not 1 <= request.questions <= MOST_QUESTIONS:
        raise QuestionsOutOfRange(request.questions, MOST_QUESTIONS)
    if request.questions > there:
        raise TooManyQuestions(request.questions, there)
    return request.questions


def _announcement(request: ScheduleRequest, before: SchedulePlan | None) -> tuple[int | None, int | None]:
    minutes = _first(request.announce, before.announce_minutes if before else None)
    role_id = _first(request.role_id, before.role_id if before else None)
    if request.announce is None and request.role_id is not None and minutes is None:
        minutes = DEFAULT_ANNOUNCE_MINUTES
    return (minutes, role_id) if minutes else (None, None)


def _missed(request: ScheduleRequest, before: SchedulePlan | None) -> MissedPolicy:
    if request.late is None and before is not None:
        return before.missed
    minutes = _first(request.late, DEFAULT_GRACE_MINUTES)
    if minutes == 0:
        return MissedPolicy(WhenMissed.SKIP)
    return MissedPolicy(WhenMissed.RUN_LATE, timedelta(minutes=minutes))


def _name(
    request: ScheduleRequest,
    before: SchedulePlan | None,
    choices: RoundChoices,
    available: Mapping[str, Course],
) -> str:
    typed = " ".join((request.name or "").split())
    if typed:
        return typed[:MOST_NAME]
    if before is not None:
        return before.name
    course = available[choices.course or ""]
    topic = course.topic(choices.topic) if choices.topic else None
    return (f"{course.title}: {topic.title}" if topic else course.title)[:MOST_NAME]
