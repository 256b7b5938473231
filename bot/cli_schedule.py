"""`footnote schedule …`: when a schedule would run, seen from the command line; no database is opened.

It reads the options and prints the runs; the calendar's rules live in `bot.domain.recurrence`.
"""

from __future__ import annotations

import contextlib
import json
import re
from datetime import date, time
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from bot.domain import recurrence as rules
from bot.domain.recurrence import Every, ImpossibleRecurrence, Misfit, Recurrence, Run, ShortMonth, Weekday
from bot.domain.refusals import UnknownTimezone
from bot.domain.wall_clock import Reading
from bot.domain.zones import find_timezone

MOST_RUNS = 1000

_DATES = f"from {rules.FIRST_DATE} to {rules.LAST_DATE}"
MISFITS = {
    Misfit.DATE_OUT_OF_RANGE: ("--from", f"Dates must lie {_DATES}."),
    Misfit.UNTIL_BEFORE_START: ("--until", "The end lies before the start (--from)."),
    Misfit.COUNT_BELOW_ONE: ("--count", "There must be at least 1 run."),
    Misfit.INTERVAL_OUT_OF_RANGE: ("--interval", f"The interval must be from 1 to {rules.MAX_INTERVAL}."),
    Misfit.INTERVAL_NEEDS_A_PERIOD: ("--interval", "An interval goes with daily, weekly or monthly only."),
    Misfit.WEEKDAYS_NEED_WEEKLY: (
        "--days",
        "Chosen days go with --every weekly, or with --every monthly and --nth.",
    ),
    Misfit.WEEKDAYS_NEED_NTH: (
        "--days",
        "With --every monthly, say which one of the month: --nth 1 … 5 or last.",
    ),
    Misfit.MONTH_DAY_NEEDS_MONTHLY: ("--month-day", "A day of the month goes with --every monthly only."),
    Misfit.MONTH_DAY_OUT_OF_RANGE: ("--month-day", "A day of the month is 1 to 31, or last."),
    Misfit.MONTH_DAY_AND_WEEKDAY: ("--nth", "Give either --month-day or --nth with --days, not both."),
    Misfit.NTH_NEEDS_MONTHLY: ("--nth", "The n-th weekday goes with --every monthly only."),
    Misfit.NTH_OUT_OF_RANGE: ("--nth", f"Which weekday of the month is 1 to {rules.MAX_NTH}, or last."),
    Misfit.NTH_NEEDS_WEEKDAYS: ("--nth", "Say of which weekday: --days mon, for example."),
}
_NOTES = {
    Reading.ONCE: "",
    Reading.NEVER: "   {day} {time:%H:%M} does not exist: the first moment after the gap",
    Reading.TWICE: "   {day} {time:%H:%M} comes twice: the first of the two",
}

schedule = typer.Typer(
    name="schedule", help="Scheduled rounds: see when they would run.", no_args_is_help=True
)


@schedule.callback()
def _schedule() -> None:
    """Scheduled rounds: see when they would run."""


@schedule.command()
def preview(
    every: Annotated[Every, typer.Option(help="The kind of calendar rule.")],
    at: Annotated[str, typer.Option(help="The wall-clock time, such as 09:30.", metavar="HH:MM")],
    zone: Annotated[str, typer.Option(help="The time zone, such as Europe/Berlin.", metavar="ZONE")],
    start: Annotated[str, typer.Option("--from", help="The first date that may have a run.", metavar="DATE")],
    count: Annotated[int, typer.Option(help=f"How many runs, at most; 1 to {MOST_RUNS}.", metavar="N")] = 5,
    days: Annotated[str, typer.Option(help="Days of the week, such as mon,wed.", metavar="DAYS")] = "",
    interval: Annotated[int, typer.Option(help="Every n days, weeks or months.", metavar="N")] = 1,
    month_day: Annotated[
        str | None, typer.Option(help="The day of the month: 1 to 31, or last.", metavar="DAY")
    ] = None,
    nth: Annotated[
        str | None, typer.Option(help="Which of the --days in the month: 1 to 5, or last.", metavar="N")
    ] = None,
    short_month: Annotated[
        ShortMonth | None,
        typer.Option(help="Where a month has no such day: its last day (so by default), or no run."),
    ] = None,
    until: Annotated[
        str | None, typer.Option(help="The last date that may have a run.", metavar="DATE")
    ] = None,
    skip: Annotated[
        list[str] | None, typer.Option(help="A date without a run; can be given again.", metavar="DATE")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON list.")] = False,
) -> None:
    """Print the runs of a schedule, in its own wall-clock time and in UTC.

    Exits with 0, or with 2 where the options make no schedule.
    """
    if short_month is not None and (every is not Every.MONTHLY or nth is not None):
        raise _wrong("--short-month", "Short months matter with --every monthly and a day of the month only.")
    if count > MOST_RUNS:
        raise _wrong("--count", f"At most {MOST_RUNS} runs can be shown.")
    try:
        rule = Recurrence(
            kind=every,
            local_time=_time(at),
            zone=_zone(zone),
            start_date=_date(start, "--from"),
            until=None if until is None else _date(until, "--until"),
            count=count,
            interval=interval,
            weekdays=_weekdays(days),
            month_day=_number_or_last(month_day, Misfit.MONTH_DAY_OUT_OF_RANGE),
            nth_weekday=_number_or_last(nth, Misfit.NTH_OUT_OF_RANGE),
            short_month=short_month or ShortMonth.LAST,
            skip_dates=frozenset(_date(each, "--skip") for each in skip or ()),
        )
    except ImpossibleRecurrence as error:
        raise _wrong(*MISFITS[error.misfit]) from error
    found = list(rules.runs(rule))
    if not found:
        raise _wrong("--until" if until else "--skip", "Such a schedule never runs: no date fits.")
    typer.echo(json.dumps([_as_object(run) for run in found], indent=2) if as_json else _as_text(found, rule))


def _as_object(run: Run) -> dict[str, str]:
    return {"utc": f"{run.utc:%Y-%m-%dT%H:%M:%SZ}", "local": run.local.isoformat()}


def _as_text(found: list[Run], rule: Recurrence) -> str:
    width = len(str(len(found)))
    return "\n".join(
        f"{number:{width}}  {_short(Weekday(run.local.weekday()))} "
        f"{run.local.replace(tzinfo=None).isoformat(' ', 'minutes')} {run.local.isoformat()[19:]}   "
        f"{run.utc:%Y-%m-%d %H:%M} UTC{_NOTES[run.reading].format(day=run.day, time=rule.local_time)}"
        for number, run in enumerate(found, 1)
    )


def _time(text: str) -> time:
    if not re.fullmatch(r"([01]?[0-9]|2[0-3]):[0-5][0-9]", text):
        raise _wrong("--at", f"“{text}” is not a time of day. Write it as HH:MM, from 00:00 to 23:59.")
    hour, minute = text.split(":")
    return time(int(hour), int(minute))


def _date(text: str, option: str) -> date:
    # By itself date.fromisoformat also takes weeks, and dates without hyphens.
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        with contextlib.suppress(ValueError):
            return date.fromisoformat(text)
    raise _wrong(
        option, f"“{text}” is not a date of the calendar. Write it as YYYY-MM-DD, such as 2026-03-01."
    )


def _weekdays(text: str) -> frozenset[Weekday]:
    return frozenset(_weekday(each) for each in text.split(",")) if text else frozenset()


def _weekday(text: str) -> Weekday:
    word = text.strip().lower()
    for day in Weekday:
        if word in {day.name.lower(), _short(day).lower()}:
            return day
    short = ", ".join(_short(day).lower() for day in Weekday)
    raise _wrong(
        "--days",
        f"“{text.strip()}” is not a day of the week. The days are {short}, with commas between them.",
    )


def _short(day: Weekday) -> str:
    return day.name[:3].capitalize()


def _number_or_last(text: str | None, misfit: Misfit) -> int | None:
    if text is None:
        return None
    if text.lower() == "last":
        return rules.LAST
    if not re.fullmatch(r"[0-9]{1,3}", text):
        raise ImpossibleRecurrence(misfit)
    return int(text)


def _zone(name: str) -> ZoneInfo:
    try:
        return find_timezone(name)
    except UnknownTimezone as error:
        hint = (
            f"Did you mean {' or '.join(error.near)}?"
            if error.near
            else "Names are such as Europe/Berlin or Asia/Shanghai."
        )
        raise _wrong("--zone", f"There is no time zone “{name}”. {hint}") from error


def _wrong(option: str, sentence: str) -> typer.BadParameter:
    return typer.BadParameter(sentence, param_hint=option)
