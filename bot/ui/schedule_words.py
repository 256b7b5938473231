"""A calendar rule, a run and the rest of a schedule's plan in words. Cards stand elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from discord.utils import format_dt

from bot.domain.missed_runs import WhenMissed
from bot.domain.recurrence import LAST, SHORTEST_MONTH, Every, Recurrence, Run, ShortMonth, Weekday
from bot.domain.schedules import PauseReason, SchedulePlan
from bot.domain.wall_clock import Reading
from bot.ui.i18n import gettext as _
from bot.ui.i18n import lazy, ngettext
from bot.ui.text import plain

_WEEKDAYS = {
    Weekday.MONDAY: lazy("Monday"),
    Weekday.TUESDAY: lazy("Tuesday"),
    Weekday.WEDNESDAY: lazy("Wednesday"),
    Weekday.THURSDAY: lazy("Thursday"),
    Weekday.FRIDAY: lazy("Friday"),
    Weekday.SATURDAY: lazy("Saturday"),
    Weekday.SUNDAY: lazy("Sunday"),
}
_SHORT_WEEKDAYS = (
    lazy("Mon"),
    lazy("Tue"),
    lazy("Wed"),
    lazy("Thu"),
    lazy("Fri"),
    lazy("Sat"),
    lazy("Sun"),
)
_NTH = {
    1: lazy("first"),
    2: lazy("second"),
    3: lazy("third"),
    4: lazy("fourth"),
    5: lazy("fifth"),
    LAST: lazy("last"),
}
PAUSE_REASONS = {
    PauseReason.BY_HAND: lazy("by an instructor"),
    PauseReason.CHANNEL_GONE: lazy("its channel is gone"),
    PauseReason.MISSING_PERMISSION: lazy("I may not post in its channel"),
    PauseReason.REMOVED_FROM_SERVER: lazy("I had been removed from the server"),
    PauseReason.NOTHING_TO_ASK: lazy("its course or topic has nothing to ask"),
}


def rule(recurrence: Recurrence) -> str:
    """On which dates, at what time and where on earth, in one line."""
    return _("{dates} at **{time}** ({zone})").format(
        dates=_dates(recurrence),
        time=f"{recurrence.local_time:%H:%M}",
        zone=plain(recurrence.zone.key),
    )


def span(recurrence: Recurrence) -> str | None:
    """When it begins and ends, or None where it goes on from now for ever."""
    parts = []
    if recurrence.kind is Every.ONCE:
        return None
    parts.append(_("from {date}").format(date=day(recurrence.start_date)))
    if recurrence.until is not None:
        parts.append(_("until {date}").format(date=day(recurrence.until)))
    if recurrence.count is not None:
        parts.append(ngettext("{count} run", "{count} runs", recurrence.count).format(count=recurrence.count))
    return ", ".join(parts)


def run_line(run: Run, recurrence: Recurrence) -> str:
    """One run: on the wall of the zone, in the reader's own time, and why it is not at the time that was asked for."""
    line = f"{wall_clock(run.local)} · {format_dt(run.utc, 'f')}"
    wanted = f"{recurrence.local_time:%H:%M}"
    if run.reading is Reading.NEVER:
        line += " — " + _("{time} does not exist on {date}: the first moment after the gap").format(
            time=wanted, date=day(run.day)
        )
    elif run.reading is Reading.TWICE:
        line += " — " + _("{time} comes twice on {date}: the first of the two").format(
            time=wanted, date=day(run.day)
        )
    return line


def wall_clock(local: datetime) -> str:
    """A moment as the clocks of its zone show it, with their distance from UTC."""
    offset = local.strftime("%z")
    return _("**{date} {time}** (UTC{offset})").format(
        date=day(local.date()), time=f"{local:%H:%M}", offset=f"{offset[:3]}:{offset[3:5]}"
    )


def day(which: date) -> str:
    """A date with its day of the week."""
    return f"{_(_SHORT_WEEKDAYS[which.weekday()])} {which.isoformat()}"


def place(plan: SchedulePlan) -> str:
    """Where it is played."""
    channel = f"<#{plan.channel_id}>"
    return (
        _("{channel}, in a thread of its own each time").format(channel=channel)
        if (plan.choices.in_thread)
        else channel
    )


def announcement(plan: SchedulePlan) -> str:
    """What is said before a run."""
    if plan.announce_minutes is None:
        return _("no announcement ahead")
    ahead = ngettext(
        "announced {minutes} minute ahead", "announced {minutes} minutes ahead", plan.announce_minutes
    ).format(minutes=plan.announce_minutes)
    if plan.role_id is None:
        return ahead
    return _("{ahead}, calling {role} once").format(ahead=ahead, role=f"<@&{plan.role_id}>")


def missed(plan: SchedulePlan) -> str:
    """What becomes of a run that was missed."""
    if plan.missed.when_missed is WhenMissed.SKIP:
        return _("the round is skipped")
    minutes = plan.missed.grace // timedelta(minutes=1)
    return ngettext(
        "it begins up to {minutes} minute late, else it is skipped",
        "it begins up to {minutes} minutes late, else it is skipped",
        minutes,
    ).format(minutes=minutes)


def skipped(recurrence: Recurrence, today: date, *, most: int = 8) -> str | None:
    """The dates from today on that have no run, or None."""
    ahead = sorted(each for each in recurrence.skip_dates if each >= today)
    if not ahead:
        return None
    told = ", ".join(each.isoformat() for each in ahead[:most])
    if len(ahead) > most:
        told += " " + _("and {count} more").format(count=len(ahead) - most)
    return told


def _dates(recurrence: Recurrence) -> str:
    every = recurrence.interval
    match recurrence.kind:
        case Every.ONCE:
            return _("once, on {date}").format(date=day(recurrence.start_date))
        case Every.DAILY:
            return ngettext("every day", "every {count} days", every).format(count=every)
        case Every.WEEKDAYS:
            return _("Monday to Friday")
        case Every.WEEKLY:
            days = recurrence.weekdays or {Weekday(recurrence.start_date.weekday())}
            return ngettext("every {days}", "every {count} weeks on {days}", every).format(
                count=every, days=_listed(days)
            )
        case Every.MONTHLY:
            return _monthly(recurrence)


def _monthly(recurrence: Recurrence) -> str:
    every = recurrence.interval
    months = ngettext("every month", "every {count} months", every).format(count=every)
    if recurrence.nth_weekday is not None:
        return _("on the {nth} {days} of {months}").format(
            nth=_(_NTH[recurrence.nth_weekday]), days=_listed(recurrence.weekdays), months=months
        )
    number = recurrence.month_day or recurrence.start_date.day
    if number == LAST:
        return _("on the last day of {months}").format(months=months)
    told = _("on day {day} of {months}").format(day=number, months=months)
    if number <= SHORTEST_MONTH:
        return told
    if recurrence.short_month is ShortMonth.SKIP:
        return _("{dates}, where there is one,").format(dates=told)
    return _("{dates}, or its last day,").format(dates=told)


def _listed(days: Iterable[Weekday]) -> str:
    return ", ".join(_(_WEEKDAYS[each]) for each in sorted(days))
