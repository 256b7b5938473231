"""What a person is told when something about a schedule cannot be: one private sentence that says what to do."""

from __future__ import annotations

from collections.abc import Callable

from discord.utils import format_dt

from bot.domain import schedule_refusals as refusals
from bot.domain.recurrence import (
    FIRST_DATE,
    LAST_DATE,
    MAX_INTERVAL,
    MAX_NTH,
    Every,
    ImpossibleRecurrence,
    Misfit,
)
from bot.ui.i18n import gettext as _
from bot.ui.i18n import ngettext
from bot.ui.permission_names import named
from bot.ui.text import plain

Sentence = Callable[[], str]

_SENTENCES: dict[type[refusals.ScheduleRefusal], Sentence] = {
    refusals.NoSuchSchedule: lambda: _(
        "There is no such schedule on this server. Choose one from the list that opens while you type."
    ),
    refusals.DraftGone: lambda: _(
        "This preview was used already or is too old. Use /schedule create or /schedule edit again for a new one."
    ),
    refusals.ScheduleChanged: lambda: _(
        "The schedule has changed in the meantime, so nothing was done. Look at it with /schedule show, and try again."
    ),
    refusals.NothingToChange: lambda: _("That would change nothing. Say what should be different."),
    refusals.AlreadyPaused: lambda: _("This schedule is paused already. Go on with /schedule resume."),
    refusals.NotPaused: lambda: _("This schedule is not paused."),
    refusals.HasEnded: lambda: _(
        "This schedule has no further run. Give it a later end with /schedule edit."
    ),
    refusals.NeverRuns: lambda: _(
        "Such a schedule would never run: no date from now on fits. Check date, time, end and days."
    ),
    refusals.CalendarWithoutDates: lambda: _(
        "This calendar has no date that lies ahead and is not skipped already, so nothing was changed."
    ),
    refusals.NoDatesGiven: lambda: _(
        "Give dates such as 2026-12-24..2027-01-06, or a calendar file (.ics), or both."
    ),
    refusals.EveryoneAsRole: lambda: _("I do not call everyone. Choose a role of those who take part."),
    refusals.NotYourChannel: lambda: _(
        "You may not post in that channel yourself, so no round can be scheduled there. Choose another one."
    ),
    refusals.NoRoundsThere: lambda: _(
        "Rounds are played in text channels, threads and posts. Of a forum, choose one of its posts."
    ),
    refusals.PlaceGone: lambda: _("That channel or thread is gone. Choose another one."),
    refusals.LacksEvents: lambda: _(
        "I may not make events on this server. Please give me {names}, or leave the option “event” out."
    ).format(names=named(("create_events", "manage_events"))),
    refusals.ThreadInThread: lambda: _(
        "A thread for each round can be made in text channels only. Leave the option “thread” out, or choose a text "
        "channel."
    ),
}

_MISFITS: dict[Misfit, Sentence] = {
    Misfit.DATE_OUT_OF_RANGE: lambda: _("Dates must lie between {first} and {last}.").format(
        first=FIRST_DATE, last=LAST_DATE
    ),
    Misfit.UNTIL_BEFORE_START: lambda: _("The end lies before the start. Choose a later end."),
    Misfit.COUNT_BELOW_ONE: lambda: _("There must be at least 1 run."),
    Misfit.INTERVAL_OUT_OF_RANGE: lambda: _("The interval must be from 1 to {most}.").format(
        most=MAX_INTERVAL
    ),
    Misfit.INTERVAL_NEEDS_A_PERIOD: lambda: _("An interval goes with daily, weekly or monthly only."),
    Misfit.WEEKDAYS_NEED_WEEKLY: lambda: _(
        "Chosen days go with weekly, or with monthly as in “first monday”."
    ),
    Misfit.WEEKDAYS_NEED_NTH: lambda: _("Say which one of the month: “first monday” or “last friday”."),
    Misfit.MONTH_DAY_NEEDS_MONTHLY: lambda: _("A day of the month goes with monthly only."),
    Misfit.MONTH_DAY_OUT_OF_RANGE: lambda: _("A day of the month is 1 to 31, or last."),
    Misfit.MONTH_DAY_AND_WEEKDAY: lambda: _("Give a day of the month or a weekday of it, not both."),
    Misfit.NTH_NEEDS_MONTHLY: lambda: _("“First monday” and the like go with monthly only."),
    Misfit.NTH_OUT_OF_RANGE: lambda: _("Which weekday of the month is 1 to {most}, or last.").format(
        most=MAX_NTH
    ),
    Misfit.NTH_NEEDS_WEEKDAYS: lambda: _("Say of which weekday: “first monday”, for example."),
}


def sentence(refusal: refusals.ScheduleRefusal | ImpossibleRecurrence) -> str:
    """The sentence for a refusal about a schedule."""
    if isinstance(refusal, ImpossibleRecurrence):
        return _MISFITS[refusal.misfit]()
    return _of_words(refusal) or _of_amounts(refusal) or _of_discord(refusal) or _SENTENCES[type(refusal)]()


def _of_words(refusal: refusals.ScheduleRefusal) -> str | None:
    match refusal:
        case refusals.NotATime():
            return _("“{asked}” is not a time of day. Write it like 09:30, 18:00 or 6:30 pm.").format(
                asked=plain(refusal.asked)
            )
        case refusals.NotADate():
            return _(
                "“{asked}” is not a date of the calendar. Write it as YYYY-MM-DD, such as 2026-03-01."
            ).format(asked=plain(refusal.asked))
        case refusals.PastDate():
            return _("{asked} is in the past; today is {today} there. Choose a later date.").format(
                asked=refusal.asked.isoformat(), today=refusal.today.isoformat()
            )
        case refusals.NotDays():
            return _not_days(refusal)
        case refusals.UnreadableCalendar():
            return _(
                "{name} cannot be read as a calendar. Export it again as an iCalendar file (.ics); nothing was changed."
            ).format(name=plain(refusal.name))
        case _other:
            return None


def _of_amounts(refusal: refusals.ScheduleRefusal) -> str | None:
    match refusal:
        case refusals.QuestionsOutOfRange():
            return _("A round has 1 to {most} questions, not {asked}.").format(
                most=refusal.most, asked=refusal.asked
            )
        case refusals.TooManyQuestions():
            return ngettext(
                "There is {there} question to ask with these choices, not {asked}. Ask for fewer, or choose another "
                "topic.",
                "There are {there} questions to ask with these choices, not {asked}. Ask for fewer, or choose another "
                "topic.",
                refusal.there,
            ).format(there=refusal.there, asked=refusal.asked)
        case refusals.TooManySchedules():
            return ngettext(
                "This server may have {most} schedule at once. Delete one that is no longer needed.",
                "This server may have {most} schedules at once. Delete one that is no longer needed.",
                refusal.most,
            ).format(most=refusal.most)
        case refusals.TooManySkipDates():
            return _("A schedule keeps at most {most} dates to skip. Leave some out.").format(
                most=refusal.most
            )
        case refusals.CalendarTooLarge():
            return _("The file is too large: at most {size} KB are read. Export the holidays alone.").format(
                size=refusal.most_bytes // 1024
            )
        case _other:
            return None


def _of_discord(refusal: refusals.ScheduleRefusal) -> str | None:
    match refusal:
        case refusals.SchedulesClash():
            return _(
                "On {when} a round of “{name}” would be in the same channel. Choose another time or channel, or the "
                "option “thread”."
            ).format(when=format_dt(refusal.at, "F"), name=plain(refusal.name))
        case refusals.RoleNotMentionable():
            told = _("I cannot call {role}: it may not be mentioned by everyone.").format(
                role=f"<@&{refusal.role_id}>"
            )
            if refusal.is_above:
                told += " " + _("It also stands above my own role.")
            advice = _("Allow that in the role's settings, or give me “{permission}”.").format(
                permission=named(("mention_everyone",))
            )
            return f"{told} {advice}"
        case refusals.LacksPermissions():
            return _("I may not do this in {channel} yet. Please give me there: {names}.").format(
                channel=f"<#{refusal.channel_id}>", names=named(refusal.names)
            )
        case _other:
            return None


def _not_days(refusal: refusals.NotDays) -> str:
    asked = plain(refusal.asked)
    if refusal.every is Every.WEEKLY:
        return _("“{asked}” are not days of the week. Write them as mon, wed, fri.").format(asked=asked)
    if refusal.every is Every.MONTHLY:
        return _(
            "“{asked}” is not a day of a month. Write a number from 1 to 31, or “last”, “first monday”, “last friday”."
        ).format(asked=asked)
    return _("Days go with weekly and monthly only. Leave “{asked}” out.").format(asked=asked)
