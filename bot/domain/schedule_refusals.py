"""What `/schedule` refuses, and with which values; the sentences are made in `ui/schedule_errors`."""

from __future__ import annotations

from datetime import date, datetime

from bot.domain.recurrence import Every
from bot.errors import Refusal
from bot.values import dataclass


class ScheduleRefusal(Refusal):
    """Something about a schedule cannot be."""


class NoSuchSchedule(ScheduleRefusal):
    """A schedule that is not there, or belongs to another server."""


class DraftGone(ScheduleRefusal):
    """A preview of a schedule was confirmed too late, twice, or by somebody else."""


class ScheduleChanged(ScheduleRefusal):
    """Somebody else has changed the schedule since it was looked at."""


class NothingToChange(ScheduleRefusal):
    """A change that changes nothing."""


class AlreadyPaused(ScheduleRefusal):
    """Pausing what is paused."""


class NotPaused(ScheduleRefusal):
    """Resuming what runs."""


class HasEnded(ScheduleRefusal):
    """Something that only a schedule with further runs can do."""


class NeverRuns(ScheduleRefusal):
    """No date fits from now on."""


@dataclass(eq=False)
class NotATime(ScheduleRefusal):
    """Not a time of day."""

    asked: str


@dataclass(eq=False)
class NotADate(ScheduleRefusal):
    """Not a date of the calendar."""

    asked: str


@dataclass(eq=False)
class PastDate(ScheduleRefusal):
    """A date that is over; ``today`` is the zone's."""

    asked: date
    today: date


@dataclass(eq=False)
class NotDays(ScheduleRefusal):
    """Words that are no days of this kind of calendar rule."""

    asked: str
    every: Every


@dataclass(eq=False)
class QuestionsOutOfRange(ScheduleRefusal):
    """A number of questions that no round can have."""

    asked: int
    most: int


@dataclass(eq=False)
class TooManyQuestions(ScheduleRefusal):
    """More questions than the course, or its topic, has."""

    asked: int
    there: int


@dataclass(eq=False)
class TooManySchedules(ScheduleRefusal):
    """The server has as many schedules as it may have."""

    most: int


@dataclass(eq=False)
class SchedulesClash(ScheduleRefusal):
    """Two rounds would be in one channel at once; ``name`` is the other schedule's."""

    name: str
    at: datetime


@dataclass(eq=False)
class TooManySkipDates(ScheduleRefusal):
    """More dates to skip than a schedule keeps."""

    most: int


@dataclass(eq=False)
class UnreadableCalendar(ScheduleRefusal):
    """A file that is no iCalendar file."""

    name: str


@dataclass(eq=False)
class CalendarTooLarge(ScheduleRefusal):
    """A calendar file of more bytes than are read."""

    most_bytes: int


class CalendarWithoutDates(ScheduleRefusal):
    """A calendar file in which no date lies ahead."""


class NoDatesGiven(ScheduleRefusal):
    """Neither dates nor a file."""


class EveryoneAsRole(ScheduleRefusal):
    """The role to call is everyone."""


@dataclass(eq=False)
class RoleNotMentionable(ScheduleRefusal):
    """A role that the bot may not call; ``is_above`` where it also stands above the bot's own."""

    role_id: int
    is_above: bool


class NotYourChannel(ScheduleRefusal):
    """A channel in which the person himself may not post."""


@dataclass(eq=False)
class LacksPermissions(ScheduleRefusal):
    """What the bot may not do in the channel of a schedule; names as discord.py has them."""

    channel_id: int
    names: tuple[str, ...]


class ThreadInThread(ScheduleRefusal):
    """A thread for each round where the channel takes none."""


class NoRoundsThere(ScheduleRefusal):
    """A kind of channel in which no messages stand, such as a category or a forum itself."""


class PlaceGone(ScheduleRefusal):
    """A channel or thread that is not there any more."""


class LacksEvents(ScheduleRefusal):
    """The bot may not make events on this server."""
