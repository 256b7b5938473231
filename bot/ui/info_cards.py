"""What the bot knows and can do: documents, commands, settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from discord import ui

from bot.domain.courses import Course
from bot.domain.guilds import AnswerPolicy, GuildSettings, WhoMayStart
from bot.ui.citations import citation
from bot.ui.i18n import gettext as _
from bot.ui.i18n import ngettext
from bot.ui.layout import ACCENT_QUIET, MOST_TEXT, card, text
from bot.ui.text import plain, shorten

_MOST_FAULT_LINES = 6
_MOST_FAULT_TEXT = 900


def sources(course: Course) -> ui.LayoutView:
    """The documents that a course is made from."""
    count = len(course.questions)
    questions = ngettext("{count} question", "{count} questions", count).format(count=count)
    lines = [f"## {plain(course.title)}", plain(course.description), f"-# {questions}", ""]
    for number, source in enumerate(course.sources, start=1):
        link = f" <{source.url}>" if source.url else ""
        lines.append(f"{number}\\. {citation(source)}{link}")
    return card([text(shorten("\n".join(lines), MOST_TEXT))], accent=ACCENT_QUIET)


def commands(everyone: Sequence[tuple[str, str]], instructors: Sequence[tuple[str, str]]) -> ui.LayoutView:
    """The commands by role: pairs of a mention or name, and what it does."""
    parts = [text(f"## {_('Footnote')}\n{_('Quizzes whose every answer comes with its footnote.')}")]
    parts.append(text(_group(_("For everyone"), everyone)))
    if instructors:
        parts.append(text(_group(_("For instructors"), instructors)))
    return card(parts, accent=ACCENT_QUIET)


def settings(current: GuildSettings, faults: Mapping[str, str]) -> ui.LayoutView:
    """What the server has set, and how to change each; and what is wrong with the files of courses."""
    role = f"<@&{current.instructor_role_id}>" if current.instructor_role_id else _("none")
    own = current.instructors_channel_id
    channel = f"<#{own}>" if own else _("none")
    starters = {
        WhoMayStart.EVERYONE: _("everyone"),
        WhoMayStart.INSTRUCTORS: _("instructors only"),
    }[current.who_may_start]
    policy = {
        AnswerPolicy.FINAL: _("final"),
        AnswerPolicy.CHANGEABLE: _("changeable until the question closes"),
    }[current.answer_policy]
    lines = [
        f"## {_('Settings of this server')}",
        _("Time zone: **{zone}** — change with /settings timezone").format(zone=plain(current.timezone)),
        _("Instructors: Manage Server, and the role {role} — change with /settings instructors").format(
            role=role
        ),
        _("Rounds are started by: **{who}** — change with /settings starters").format(who=starters),
        _("Answers are: **{policy}** — change with /settings answers").format(policy=policy),
        _("The instructors' own channel: {channel} — change with /settings channel").format(channel=channel),
    ]
    parts = [text("\n".join(lines)), *(text(course_fault(course, fault)) for course, fault in faults.items())]
    return card(parts, accent=ACCENT_QUIET)


def course_fault(course_id: str, fault: str) -> str:
    """For instructors: that a course's files are broken, where, and what to do."""
    heading = _("The files of the course “{course}” have errors; it stays as it was before.").format(
        course=plain(course_id)
    )
    shown = "\n".join(plain(line) for line in fault.splitlines()[:_MOST_FAULT_LINES])
    advice = _("Mend them, check with {command}, and then use {reload} here.").format(
        command=f"`footnote bank check {course_id}`", reload="`/bank reload`"
    )
    return f"⚠️ **{heading}**\n{shorten(shown, _MOST_FAULT_TEXT)}\n{advice}"


def _group(heading: str, entries: Sequence[tuple[str, str]]) -> str:
    return "\n".join([f"**{heading}**", *[f"{name} — {meaning}" for name, meaning in entries]])
