"""Schedules as people see them: preview, list, details, and what is said in the channel before a run."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import discord
from discord import ui
from discord.utils import format_dt

from bot.domain.recurrence import Run
from bot.domain.schedules import Schedule, SchedulePlan, ScheduleState
from bot.ui import ids, schedule_words
from bot.ui.command_choices import SCORING_NAMES
from bot.ui.i18n import gettext as _
from bot.ui.i18n import ngettext
from bot.ui.layout import ACCENT_OPEN, ACCENT_QUIET, MOST_TEXT, as_many_as_fit, button, buttons, card, text
from bot.ui.text import plain

_MOST_LIST_TEXT = MOST_TEXT - 300


def preview(
    schedule: Schedule,
    runs: Sequence[Run],
    *,
    course: str,
    topic: str | None,
    now: datetime,
    notes: Sequence[str] = (),
) -> ui.LayoutView:
    """What would happen, for its maker alone, with a button to make it so."""
    is_change = schedule.replaces_id is not None
    told = (
        _("Only you see this. Nothing has changed yet.")
        if is_change
        else _("Only you see this. Nothing is scheduled yet.")
    )
    confirm = _("Change it") if is_change else _("Confirm")
    return card(
        [
            text(f"-# {told}"),
            text(_body(schedule.plan, runs, course, topic, now)),
            text("\n".join(f"⚠️ {note}" for note in notes)) if notes else None,
            buttons(
                button(confirm, ids.make(ids.Act.SCHEDULE_CONFIRM, schedule.id), discord.ButtonStyle.success),
                button(_("Cancel"), ids.make(ids.Act.SCHEDULE_CANCEL, schedule.id)),
            ),
        ],
        accent=ACCENT_QUIET,
    )


def details(
    schedule: Schedule, runs: Sequence[Run], *, course: str, topic: str | None, now: datetime
) -> ui.LayoutView:
    """One schedule, whole, for an instructor."""
    return card(
        [
            text(_body(schedule.plan, runs, course, topic, now)),
            text(f"{_standing(schedule)}\n-# {_made_by(schedule)}"),
        ],
        accent=ACCENT_QUIET,
    )


def confirmed(schedule: Schedule, coming: Run | None) -> ui.LayoutView:
    """In place of the preview, once it was confirmed."""
    name = plain(schedule.plan.name)
    if schedule.state is ScheduleState.PAUSED or coming is None:
        return _note(_("“{name}” is changed. It is still paused.").format(name=name))
    return _note(
        _("“{name}” is scheduled. Next run {when}.").format(name=name, when=format_dt(coming.utc, "F"))
    )


def cancelled() -> ui.LayoutView:
    """In place of the preview, once it was given up."""
    return _note(_("Cancelled. Nothing was scheduled or changed."))


def listed(kept: Sequence[tuple[Schedule, Run | None]]) -> ui.LayoutView:
    """All schedules of a server, each with its next run."""
    if not kept:
        return _note(_("There is no schedule here yet. Make one with /schedule create."))
    lines = as_many_as_fit(
        kept,
        lambda each: _list_line(*each),
        room=_MOST_LIST_TEXT,
        more=lambda left: _("and {count} more: /schedule show finds them by name").format(count=left),
    )
    return card([text("\n".join([f"## {_('Schedules of this server')}", *lines]))], accent=ACCENT_QUIET)


def confirm_delete(schedule: Schedule) -> ui.LayoutView:
    """Whether a schedule is really to be deleted."""
    asked = _("Delete “{name}”? Rounds that it has begun, and their points, stay.").format(
        name=plain(schedule.plan.name)
    )
    return card(
        [
            text(asked),
            buttons(
                button(
                    _("Delete"), ids.make(ids.Act.SCHEDULE_DELETE, schedule.id), discord.ButtonStyle.danger
                ),
                button(_("Keep"), ids.make(ids.Act.SCHEDULE_KEEP, schedule.id)),
            ),
        ],
        accent=ACCENT_QUIET,
    )


def deleted(schedule: Schedule) -> ui.LayoutView:
    """In place of the question, once it was answered with yes."""
    return _note(_("“{name}” is deleted.").format(name=plain(schedule.plan.name)))


def kept() -> ui.LayoutView:
    """In place of the question, once it was answered with no."""
    return _note(_("The schedule stays."))


def paused(schedule: Schedule) -> ui.LayoutView:
    """After `/schedule pause`."""
    return _note(
        _(
            "“{name}” is paused. Go on with /schedule resume; what passes meanwhile is not made up for."
        ).format(name=plain(schedule.plan.name))
    )


def resumed(schedule: Schedule, coming: Run) -> ui.LayoutView:
    """After `/schedule resume`."""
    return _note(
        _("“{name}” goes on. Next run {when}.").format(
            name=plain(schedule.plan.name), when=format_dt(coming.utc, "F")
        )
    )


def skipped(schedule: Schedule, run: Run, coming: Run | None) -> ui.LayoutView:
    """After `/schedule skip`."""
    told = _("“{name}” has no run on {date}.").format(
        name=plain(schedule.plan.name), date=schedule_words.day(run.day)
    )
    then = _("No further run.")
    if coming is not None:
        then = _("Next run {when}.").format(when=format_dt(coming.utc, "f"))
    return _note(f"{told} {then}")


def dates_skipped(
    changed: Sequence[tuple[Schedule, Run | None]], days: int, *, take_back: bool
) -> ui.LayoutView:
    """After `/schedule skip-dates`."""
    given = (
        ngettext("{count} date is no longer skipped:", "{count} dates are no longer skipped:", days)
        if take_back
        else ngettext("{count} date is skipped:", "{count} dates are skipped:", days)
    ).format(count=days)
    lines = [f"{plain(schedule.plan.name)} — {_coming(coming)}" for schedule, coming in changed]
    return _note("\n".join([given, *lines]))


def begun(channel_id: int) -> ui.LayoutView:
    """After `/schedule run-now`."""
    return _note(
        _("The round begins in {channel}. The schedule goes on as before.").format(channel=f"<#{channel_id}>")
    )


def announcement(schedule: Schedule, run: Run, *, course: str, topic: str | None) -> ui.LayoutView:
    """In the channel, some minutes before a run; calls the role, if there is one."""
    plan = schedule.plan
    lines = [f"## {_('Quiz: {course}').format(course=plain(course))}"]
    if topic is not None:
        lines.append(_("Topic: {topic}").format(topic=plain(topic)))
    lines.append(
        _("A round with {questions} begins here {when}, at {time}.").format(
            questions=_question_count(plan),
            when=format_dt(run.utc, "R"),
            time=format_dt(run.utc, "t"),
        )
    )
    if plan.role_id is not None:
        lines.append(f"<@&{plan.role_id}>")
    return card([text("\n".join(lines))], accent=ACCENT_OPEN)


def event_description(plan: SchedulePlan, *, course: str) -> str:
    """What Discord's list of events says of a round; no markup."""
    return _("A quiz round by Footnote: {course}, {questions}.").format(
        course=course, questions=_question_count(plan)
    )


def called_off(planned_for: datetime, coming: Run | None, *, place_id: int | None = None) -> ui.LayoutView:
    """In place of an announcement whose round does not come at its time, or comes in the other place that is given."""
    if coming is not None and coming.utc == planned_for and place_id is not None:
        moved = _("The round of {when} takes place in {channel}.").format(
            when=format_dt(planned_for, "F"), channel=f"<#{place_id}>"
        )
        return card([text(moved)], accent=ACCENT_QUIET)
    told = _("The round that was announced for {when} does not take place then.").format(
        when=format_dt(planned_for, "F")
    )
    if coming is not None:
        told += " " + _("The next one is {when}.").format(when=format_dt(coming.utc, "F"))
    return card([text(told)], accent=ACCENT_QUIET)


def _body(plan: SchedulePlan, runs: Sequence[Run], course: str, topic: str | None, now: datetime) -> str:
    rule = plan.recurrence
    told = "\n".join([f"### {plain(plan.name)}", *_rows(plan, course, topic, now)])
    if not runs:
        return told
    heading = ngettext(
        "Next run, there and on your own clock", "Next {count} runs, there and on your own clock", len(runs)
    ).format(count=len(runs))
    numbered = [
        f"{number}\\. {schedule_words.run_line(run, rule)}" for number, run in enumerate(runs, start=1)
    ]
    return "\n".join([told, "", f"**{heading}**", *numbered])


def _rows(plan: SchedulePlan, course: str, topic: str | None, now: datetime) -> list[str]:
    """A line for each thing that was chosen, with what it is about in front."""
    rule, choices = plan.recurrence, plan.choices
    about = plain(course) if topic is None else f"{plain(course)} · {plain(topic)}"
    how = _("{questions}, {seconds} seconds each, {pause} seconds to read").format(
        questions=_question_count(plan), seconds=choices.limit_seconds, pause=choices.pause_seconds
    )
    rows = {
        _("When"): ", ".join(filter(None, [schedule_words.rule(rule), schedule_words.span(rule)])),
        _("Skipped"): schedule_words.skipped(rule, now.astimezone(rule.zone).date()),
        _("Where"): schedule_words.place(plan),
        _("What"): f"{about} · {how}",
        _("Points"): _(SCORING_NAMES[choices.scoring]),
        _("Ahead"): schedule_words.announcement(plan),
        _("Event"): _("in the server's list of events") if plan.wants_event else None,
        _("Digest"): _("for instructors, after each round") if plan.wants_digest else None,
        _("If I am away then"): schedule_words.missed(plan),
    }
    return [f"**{name}:** {told}" for name, told in rows.items() if told]


def _list_line(schedule: Schedule, coming: Run | None) -> str:
    head = f"**{plain(schedule.plan.name)}** · {schedule_words.rule(schedule.plan.recurrence)}"
    if schedule.is_active:
        return f"{head} · <#{schedule.plan.channel_id}> · {_coming(coming)}"
    return f"{head} · {_standing(schedule)}"


def _standing(schedule: Schedule) -> str:
    match schedule.state:
        case ScheduleState.PAUSED:
            why = schedule.pause_reason
            reason = _(schedule_words.PAUSE_REASONS[why]) if why is not None else ""
            return "⏸️ " + _("paused: {reason}").format(reason=reason)
        case ScheduleState.ENDED:
            return "🏁 " + _("ended")
        case _other:
            return "▶️ " + _("active")


def _made_by(schedule: Schedule) -> str:
    return _("Made by {owner} {when}").format(
        owner=f"<@{schedule.owner_id}>", when=format_dt(schedule.created_at, "D")
    )


def _coming(coming: Run | None) -> str:
    if coming is None:
        return _("no further run")
    return _("next run {when}").format(when=format_dt(coming.utc, "f"))


def _question_count(plan: SchedulePlan) -> str:
    count = plan.choices.questions
    return ngettext("{count} question", "{count} questions", count).format(count=count)


def _note(sentence: str) -> ui.LayoutView:
    return card([text(sentence)], accent=ACCENT_QUIET)
