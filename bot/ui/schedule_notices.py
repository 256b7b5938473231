"""What the owner of a schedule is told in private, when it could not do what it should."""

from __future__ import annotations

from datetime import datetime

from discord.utils import format_dt

from bot.domain.schedules import DropReason, PauseReason, Schedule
from bot.ui.i18n import gettext as _
from bot.ui.i18n import ngettext
from bot.ui.permission_names import named
from bot.ui.text import plain


def paused(schedule: Schedule, reason: PauseReason, *, channel: str, missing: tuple[str, ...] = ()) -> str:
    """That it was paused, why, and what to do."""
    heading = _("Your schedule “{name}” is paused; nothing of it is lost.").format(
        name=plain(schedule.plan.name)
    )
    advice = _("Then use /schedule resume.")
    match reason:
        case PauseReason.CHANNEL_GONE:
            cause = _(
                "Its channel or thread {channel} is gone. Choose another one with /schedule edit."
            ).format(channel=channel)
        case PauseReason.MISSING_PERMISSION:
            cause = _("I may not post in {channel}. Please give me there: {names}.").format(
                channel=channel, names=named(missing or ("view_channel", "send_messages"))
            )
        case PauseReason.REMOVED_FROM_SERVER:
            cause = _("I was removed from the server. Invite me again.")
        case _other:
            cause = _("Its course or topic has nothing to ask any more. Change it with /schedule edit.")
    return f"{heading} {cause} {advice}"


def dropped(schedule: Schedule, reason: DropReason, *, planned_at: datetime, channel: str, runs: int) -> str:
    """That one or more runs did not take place."""
    name, when = plain(schedule.plan.name), format_dt(planned_at, "F")
    if reason is DropReason.PLACE_TAKEN:
        return _(
            "“{name}” could not begin its round of {when}: another round was running in {channel} for too long. "
            "The schedule goes on with its next run."
        ).format(name=name, when=when, channel=channel)
    if reason is DropReason.QUESTIONS_HELD:
        return _(
            "“{name}” skipped its round of {when}: all that it may ask is held back for assignments that are still "
            "open. It goes on with its next run; for other questions, choose another topic with /schedule edit."
        ).format(name=name, when=when)
    return ngettext(
        "“{name}” missed its run of {when}, because I was not running then. It goes on with its next run.",
        "“{name}” missed {count} runs, the last one of {when}, because I was not running then. It goes on with its "
        "next run.",
        runs,
    ).format(name=name, when=when, count=runs)


def waiting(schedule: Schedule, *, until: datetime, channel: str) -> str:
    """That a run waits for the end of another round."""
    return _(
        "“{name}” waits: another round is running in {channel}. It begins when that ends, or is skipped {until}."
    ).format(name=plain(schedule.plan.name), channel=channel, until=format_dt(until, "R"))


def no_events(schedule: Schedule) -> str:
    """That Discord's events are given up."""
    return _(
        "“{name}” goes on without an event in Discord's list: I may not make one. Please give me {names}, then use "
        "/schedule edit with the option “event”."
    ).format(name=plain(schedule.plan.name), names=named(("create_events", "manage_events")))
