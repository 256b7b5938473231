"""An assignment as its channel and its instructors see it. What one learner sees stands in `attempt_cards`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import discord
from discord import ui
from discord.utils import format_dt

from bot.domain.assignments import Assignment, AssignmentState, Explain
from bot.domain.marking import AttemptPolicy, AttemptScore
from bot.domain.scoring import ScoringRule
from bot.services.assignment_marks import AssignmentMarks, LearnerMark
from bot.ui import ids
from bot.ui.i18n import gettext as _
from bot.ui.i18n import ngettext
from bot.ui.layout import (
    ACCENT_CLOSED,
    ACCENT_OPEN,
    ACCENT_QUIET,
    MOST_TEXT,
    as_many_as_fit,
    button,
    buttons,
    card,
    text,
)
from bot.ui.text import plain

_ROOM_FOR_HEADING = 600
_MOST_ATTEMPTS_SHOWN = 4


def preview(
    assignment: Assignment, *, topic: str | None, asked_for: int, zone: ZoneInfo, warning: str | None
) -> ui.LayoutView:
    """What will happen, for the instructor alone, with a button to confirm."""
    lines = [f"### {plain(assignment.course_title)}", *_what(assignment, topic)]
    if assignment.opens_at > assignment.proposed_at:
        lines.append(_("Opens {when}").format(when=moment(assignment.opens_at, zone)))
    else:
        lines.append(_("Opens at once, in this channel"))
    lines.append(_("Closes {when}").format(when=moment(assignment.closes_at, zone)))
    if assignment.questions < asked_for:
        lines.append(
            _("You asked for {wanted} questions; {found} can be asked together.").format(
                wanted=asked_for, found=assignment.questions
            )
        )
    if assignment.attempts_allowed > 1 and assignment.explain is not Explain.AFTER_CLOSE:
        lines.append(_("⚠️ Explanations are read before the next attempt at the same questions."))
    return card(
        [
            text(f"-# {_('Only you see this. Nothing has been posted yet.')}"),
            text("\n".join(lines)),
            text(warning) if warning else None,
            buttons(
                button(_("Confirm"), ids.make(ids.Act.ASSIGN, assignment.id), discord.ButtonStyle.success),
                button(_("Cancel"), ids.make(ids.Act.ASSIGN_NOT, assignment.id)),
            ),
        ],
        accent=ACCENT_QUIET,
    )


def confirmed(assignment: Assignment, *, now: datetime) -> str:
    """What the instructor is told once an assignment stands."""
    if assignment.opens_at > now:
        return _("Assignment {number} is kept. It is posted here {when}.").format(
            number=assignment.id, when=format_dt(assignment.opens_at, "R")
        )
    return _("Assignment {number} is being posted.").format(number=assignment.id)


def cancelled() -> str:
    """What the instructor is told who has given the preview up."""
    return _("Cancelled. Nothing was posted.")


def is_closed(assignment: Assignment) -> str:
    """What the instructor is told who has closed an assignment."""
    return _("Assignment {number} is closed.").format(number=assignment.id)


def left_open() -> str:
    """What the instructor is told who did not mean to close an assignment."""
    return _("It stays open.")


def posted(assignment: Assignment, *, topic: str | None) -> ui.LayoutView:
    """The assignment in its channel, while it is open."""
    lines = [_title(assignment), *_what(assignment, topic)]
    lines.append(
        _("Closes {when} ({left})").format(
            when=format_dt(assignment.closes_at, "F"), left=format_dt(assignment.closes_at, "R")
        )
    )
    lines.append(f"-# {_('Your answers are seen by nobody here. You can leave and come back.')}")
    return card(
        [
            text("\n".join(lines)),
            buttons(
                button(_("Start"), ids.make(ids.Act.DESK, assignment.id), discord.ButtonStyle.success),
                button(_("Remind me"), ids.make(ids.Act.REMIND, assignment.id)),
            ),
        ],
        accent=ACCENT_OPEN,
    )


def closed(assignment: Assignment, *, topic: str | None) -> ui.LayoutView:
    """The assignment in its channel, once it is closed."""
    lines = [_title(assignment), *_subject(assignment, topic)]
    lines.append(_("Closed {when}.").format(when=format_dt(assignment.closes_at, "F")))
    return card(
        [
            text("\n".join(lines)),
            buttons(
                button(_("How I did"), ids.make(ids.Act.DESK, assignment.id), discord.ButtonStyle.primary)
            ),
        ],
        accent=ACCENT_CLOSED,
    )


def listed(assignments: Sequence[Assignment], zone: ZoneInfo) -> ui.LayoutView:
    """A server's assignments, for instructors."""
    if not assignments:
        return card(
            [text(_("There is no assignment yet. Make one with /assignment create."))], accent=ACCENT_QUIET
        )
    lines = as_many_as_fit(
        assignments,
        lambda each: _line(each, zone),
        room=MOST_TEXT - _ROOM_FOR_HEADING,
        more=lambda left: _("and {count} more: /assignment results finds them by what you type").format(
            count=left
        ),
    )
    return card([text("\n".join([f"## {_('Assignments')}", *lines]))], accent=ACCENT_QUIET)


def confirm_close(assignment: Assignment, *, later: int) -> ui.LayoutView:
    """Whether an assignment is really to be closed."""
    lines = [
        f"### {_('Close assignment {number}?').format(number=assignment.id)}",
        plain(assignment.course_title),
    ]
    if assignment.state is AssignmentState.PLANNED:
        lines.append(_("It has not opened yet, and is given up."))
    else:
        lines.append(_("Attempts under way end now with what was answered, and explanations are told."))
    if later:
        lines.append(
            ngettext(
                "{count} learner has a later close of his own and keeps it.",
                "{count} learners have a later close of their own and keep it.",
                later,
            ).format(count=later)
        )
    return card(
        [
            text("\n".join(lines)),
            buttons(
                button(
                    _("Close it"), ids.make(ids.Act.ASSIGN_CLOSE, assignment.id), discord.ButtonStyle.danger
                ),
                button(_("Leave it open"), ids.make(ids.Act.ASSIGN_KEEP, assignment.id)),
            ),
        ],
        accent=ACCENT_QUIET,
    )


def extended(assignment: Assignment, zone: ZoneInfo) -> str:
    """What the instructor is told once the close was moved."""
    return _("Assignment {number} closes {when}.").format(
        number=assignment.id, when=moment(assignment.closes_at, zone)
    )


def results(marks: AssignmentMarks) -> ui.LayoutView:
    """Every learner's mark, for instructors."""
    assignment = marks.assignment
    title = _("Results of assignment {number}: {course}").format(
        number=assignment.id, course=plain(assignment.course_title)
    )
    counts = _("{policy} counts").format(policy=_policy(assignment.attempt_policy))
    state = _state(assignment.state)
    heading = f"## {title}\n-# {state} · {counts}"
    if not marks.learners:
        return card([text(heading), text(_("Nobody has begun yet."))], accent=ACCENT_QUIET)
    lines = as_many_as_fit(
        marks.learners,
        _mark_line,
        room=MOST_TEXT - _ROOM_FOR_HEADING,
        more=lambda left: _("and {count} more").format(count=left),
    )
    return card([text(heading), text("\n".join(lines))], accent=ACCENT_QUIET)


def reminder(assignment: Assignment, closes_at: datetime, *, has_begun: bool) -> str:
    """What a learner is told before the close, privately."""
    begun = _("You have begun, and not handed in yet.") if has_begun else _("You have not begun yet.")
    heading = _("The assignment “{course}” closes {when}.").format(
        course=plain(assignment.course_title), when=format_dt(closes_at, "R")
    )
    return f"{heading} {begun} {link(assignment)}"


def lost(assignment: Assignment) -> str:
    """What the creator is told where an assignment could not be posted."""
    return _(
        "Your assignment “{course}” could not be posted in <#{channel}>: I may not post there, or it is gone. It is "
        "given up; make it again with /assignment create in a channel where I may."
    ).format(course=plain(assignment.course_title), channel=assignment.channel_id)


def link(assignment: Assignment) -> str:
    """The address of the assignment's message, or of its channel."""
    place = f"https://discord.com/channels/{assignment.guild_id}/{assignment.channel_id}"
    return place if assignment.message_id is None else f"{place}/{assignment.message_id}"


def choice_name(assignment: Assignment, zone: ZoneInfo) -> str:
    """An assignment in a list of choices; plain words, since Discord shows no markup there."""
    closes = f"{assignment.closes_at.astimezone(zone):%Y-%m-%d %H:%M}"
    return _("{number}: {course}, {state}, close {when}").format(
        number=assignment.id, course=assignment.course_title, state=_state(assignment.state), when=closes
    )


def _title(assignment: Assignment) -> str:
    return f"## {_('Assignment: {course}').format(course=plain(assignment.course_title))}"


def _subject(assignment: Assignment, topic: str | None) -> list[str]:
    lines = [] if topic is None else [_("Topic: {topic}").format(topic=plain(topic))]
    if assignment.is_live_round:
        lines.append(_("For those who were absent: the same questions as in the live round."))
    count = assignment.questions
    questions = ngettext("{count} question", "{count} questions", count).format(count=count)
    return [*lines, questions]


def _what(assignment: Assignment, topic: str | None) -> list[str]:
    *lines, questions = _subject(assignment, topic)
    pace = (
        _("at your own pace")
        if assignment.question_seconds is None
        else _("{seconds} seconds each once shown").format(seconds=assignment.question_seconds)
    )
    lines.append(f"{questions}, {pace}")
    if assignment.limit_minutes is not None:
        lines.append(
            ngettext(
                "An attempt takes {minutes} minute at most, from its beginning.",
                "An attempt takes {minutes} minutes at most, from its beginning.",
                assignment.limit_minutes,
            ).format(minutes=assignment.limit_minutes)
        )
    lines.append(_attempts(assignment))
    if assignment.scoring is ScoringRule.SPEED:
        lines.append(_("Everyone who is right scores, and more the sooner the answer comes."))
    lines.append(_explained(assignment.explain))
    return lines


def _attempts(assignment: Assignment) -> str:
    if assignment.attempts_allowed == 1:
        return _("One attempt.")
    return _("{count} attempts; {policy} counts.").format(
        count=assignment.attempts_allowed, policy=_policy(assignment.attempt_policy)
    )


def _policy(policy: AttemptPolicy) -> str:
    return {
        AttemptPolicy.BEST: _("the best attempt"),
        AttemptPolicy.LAST: _("the last attempt"),
        AttemptPolicy.FIRST: _("the first attempt"),
        AttemptPolicy.MEAN: _("the mean of all attempts"),
    }[policy]


def _explained(explain: Explain) -> str:
    return {
        Explain.AT_ONCE: _("Each answer is explained at once."),
        Explain.AFTER_ATTEMPT: _("Answers are explained once you have handed in."),
        Explain.AFTER_CLOSE: _("Answers are explained after the close."),
    }[explain]


def _state(state: AssignmentState) -> str:
    return {
        AssignmentState.PLANNED: _("planned"),
        AssignmentState.OPEN: _("open"),
        AssignmentState.CLOSED: _("closed"),
    }.get(state, state.value)


def _line(assignment: Assignment, zone: ZoneInfo) -> str:
    when = (
        _("opens {when}").format(when=moment(assignment.opens_at, zone))
        if assignment.state is AssignmentState.PLANNED
        else _("close {when}").format(when=moment(assignment.closes_at, zone))
    )
    name = plain(assignment.course_title)
    named = name if assignment.message_id is None else f"[{name}]({link(assignment)})"
    return f"**{assignment.id}.** {named} · <#{assignment.channel_id}> · {_state(assignment.state)} · {when}"


def moment(at: datetime, zone: ZoneInfo) -> str:
    """A moment in the reader's own time, and on the wall of the zone that was meant."""
    wall = f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
    return f"{format_dt(at, 'F')} ({wall} {plain(zone.key)})"


def _mark_line(learner: LearnerMark) -> str:
    tried = [_attempt(score) for score in learner.attempts[-_MOST_ATTEMPTS_SHOWN:]]
    told = _("no mark yet") if learner.mark is None else f"**{share(learner.mark.share)}**"
    return f"<@{learner.learner_id}> — {told} · {', '.join(tried)}"


def _attempt(score: AttemptScore) -> str:
    right = _("{right} of {asked} right").format(right=score.right, asked=score.questions)
    if score.number == 0:
        return _("live: {right}").format(right=right)
    if score.submitted_at is None:
        return _("{number}: under way").format(number=score.number)
    return f"{score.number}: {right}"


def share(part: float) -> str:
    """A mark as a person reads it: at most one decimal, and 100 % only for what is right in full."""
    percent = min(round(part * 100, 1), 99.9) if part < 1 else 100.0
    return f"{percent:g} %"
