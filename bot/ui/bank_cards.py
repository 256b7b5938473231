"""The bank as instructors see it in Discord: what a search found, a question with its key, reports of mistakes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui
from discord.utils import format_dt

from bot.domain.questions import CognitiveLevel, Question, QuestionType
from bot.domain.round_records import AskedQuestion
from bot.domain.rounds import QuestionState
from bot.services.course_shelf import Reload
from bot.services.question_desk import Examined, Hit, ReportPage, SearchPage
from bot.ui import ids
from bot.ui.citations import footnote
from bot.ui.i18n import gettext as _
from bot.ui.i18n import lazy, ngettext
from bot.ui.info_cards import course_fault
from bot.ui.layout import ACCENT_QUIET, button, buttons, card, rule, text
from bot.ui.options import key_lines, offered
from bot.ui.text import clean, plain, shorten

LONGEST_PROBLEM = 500
LONGEST_WORDS = 40
MOST_CUSTOM_ID = 100
_MOST_COURSES = 10
_MOST_WARNINGS = 3
_MOST_FAULT = 900
_MOST_STEM = 120
_MOST_FORM_TITLE = 45

KIND_NAMES = {
    QuestionType.SINGLE_CHOICE: lazy("single choice"),
    QuestionType.MULTIPLE_ANSWER: lazy("multiple answer"),
    QuestionType.TRUE_FALSE: lazy("true or false"),
    QuestionType.NUMERIC: lazy("numeric"),
    QuestionType.SHORT_TEXT: lazy("short text"),
    QuestionType.CLOZE: lazy("cloze"),
    QuestionType.ORDERING: lazy("ordering"),
    QuestionType.MATCHING: lazy("matching"),
    QuestionType.EVIDENCE: lazy("evidence"),
}
LEVEL_NAMES = {
    CognitiveLevel.REMEMBER: lazy("remember"),
    CognitiveLevel.UNDERSTAND: lazy("understand"),
    CognitiveLevel.APPLY: lazy("apply"),
    CognitiveLevel.ANALYSE: lazy("analyse"),
}


def found(page: SearchPage) -> ui.LayoutView:
    """A page of what a search found, and buttons to turn it."""
    title = plain(page.course.title)
    if not page.hits:
        said = _("No question of {course} holds these words. Try fewer, or other ones.").format(course=title)
        return card([text(said)], accent=ACCENT_QUIET)
    count = ngettext("{count} question", "{count} questions", page.total).format(count=page.total)
    parts = [text(f"## {title}\n-# {count}")]
    parts += [text(_hit_lines(hit)) for hit in page.hits]
    more = _("See one whole with {command}.").format(command="`/bank preview`")
    return card([*parts, text(f"-# {more}"), _pages(page)], accent=ACCENT_QUIET)


def question(examined: Examined) -> ui.LayoutView:
    """A question as learners see it, and below the line all that they see after its close, and more."""
    version = examined.version
    asked = as_asked(version.question)
    return card(
        [
            text(f"-# {plain(examined.course_title)} · {plain(examined.topic_title)}"),
            text(f"### {plain(version.question.stem)}"),
            *[text(part) for part in offered(asked)],
            rule(),
            text("\n".join(key_lines(asked))),
            text(plain(version.question.explanation)),
            text("\n".join([f"**{_('Footnote')}**", *map(footnote, version.question.footnotes)])),
            text(_particulars(examined)),
        ],
        accent=ACCENT_QUIET,
    )


def report(page: ReportPage | None) -> ui.LayoutView:
    """One of the reports that wait, with buttons to settle it and to see the others."""
    if page is None:
        return card([text(_("No report waits."))], accent=ACCENT_QUIET)
    waiting = page.report
    heading = _("Report {number} of {total}").format(number=page.page + 1, total=page.waiting)
    who = _("<@{reporter}>, {when}").format(
        reporter=waiting.reporter_id, when=format_dt(waiting.reported_at, "R")
    )
    version = waiting.reported
    named = _("`{id}`, version {version}").format(id=version.question.id, version=version.version)
    advice = _("Ask it no more with {disable}; see it whole with {preview}.").format(
        disable="`/bank disable`", preview="`/bank preview`"
    )
    return card(
        [
            text(f"-# {heading} · {who}"),
            text(f"### {plain(version.question.stem)}\n-# {named}"),
            text(f"> {plain(waiting.problem)}"),
            text(f"-# {advice}"),
            buttons(
                button(_("Settled"), ids.make(ids.Act.SETTLE, waiting.id, page.page)),
                button(_("Previous"), ids.make(ids.Act.REPORTS, page.page - 1), disabled=page.page == 0),
                button(
                    _("Next"),
                    ids.make(ids.Act.REPORTS, page.page + 1),
                    disabled=page.page + 1 == page.waiting,
                ),
            ),
        ],
        accent=ACCENT_QUIET,
    )


def report_form(round_question_id: int, asked: Question) -> ui.Modal:
    """The form in which a learner says what is wrong with a question."""
    form = ui.Modal(
        title=shorten(clean(asked.stem), _MOST_FORM_TITLE),
        custom_id=ids.make(ids.Act.REPORTED, round_question_id),
        timeout=None,
    )
    field: ui.TextInput[Any] = ui.TextInput(
        custom_id="problem", max_length=LONGEST_PROBLEM, style=discord.TextStyle.paragraph
    )
    form.add_item(
        ui.Label(
            text=_("What is wrong with this question?"),
            description=_("A misprint, a dead link, an unclear word … Instructors read it."),
            component=field,
        )
    )
    form.stop()
    return form


def disabled(examined: Examined, *, before: bool) -> str:
    """That a question is asked no more."""
    named = f"`{examined.version.question.id}`"
    if before:
        return _("{question} was disabled before.").format(question=named)
    return _(
        "{question} is asked no more on this server, from the next round on. Undo with {command}."
    ).format(question=named, command="`/bank enable`")


def enabled(examined: Examined, *, before: bool) -> str:
    """That a question is asked again."""
    named = f"`{examined.version.question.id}`"
    if before:
        return _("{question} was not disabled.").format(question=named)
    return _("{question} can be asked again, from the next round on.").format(question=named)


def reported() -> str:
    """Thanks for a report."""
    return _("Thank you. Your report waits for the instructors of this server.")


def read_again(courses: Sequence[Reload]) -> ui.LayoutView:
    """What became of each course whose files were read again."""
    return card([text(_read(read)) for read in courses[:_MOST_COURSES]], accent=ACCENT_QUIET)


def not_read(fault: str) -> ui.LayoutView:
    """That nothing was changed, and where the fault is."""
    heading = _("The courses could not be read; they stay as they were.")
    return card([text(f"⚠️ **{heading}**\n{shorten(plain(fault), _MOST_FAULT)}")], accent=ACCENT_QUIET)


def as_asked(shown: Question) -> AskedQuestion:
    """A question as a round would ask it, its options in the file's order."""
    order = tuple(range(len(shown.matches or shown.options)))
    return AskedQuestion(0, 0, shown, order, QuestionState.PENDING, None, None, None, 0)


def _read(read: Reload) -> str:
    if read.fault is not None:
        return course_fault(read.course_id, read.fault)
    name = f"**{plain(read.course_id)}**"
    if read.publication is None:
        return _("{course} is gone from its folder, and is played no more.").format(course=name)
    count = ngettext("{count} question", "{count} questions", read.questions).format(count=read.questions)
    changes = _("{new} new, {changed} changed, {withdrawn} withdrawn").format(
        new=read.publication.added, changed=read.publication.changed, withdrawn=read.publication.withdrawn
    )
    warnings = "".join(f"\n-# ⚠️ {plain(each)}" for each in read.warnings[:_MOST_WARNINGS])
    return f"{name} · {count}: {changes}{warnings}"


def _hit_lines(hit: Hit) -> str:
    facts = [_(KIND_NAMES[hit.question.type]), _asked(hit)]
    if hit.is_disabled:
        facts.append(f"**{_('disabled here')}**")
    return f"{plain(shorten(hit.question.stem, _MOST_STEM))}\n-# `{hit.question.id}` · {' · '.join(facts)}"


def _asked(hit: Hit) -> str:
    if not hit.times_asked:
        return _("never asked here")
    return ngettext("asked {count} time here", "asked {count} times here", hit.times_asked).format(
        count=hit.times_asked
    )


def _particulars(examined: Examined) -> str:
    shown = examined.version.question
    facts = [
        f"`{shown.id}`",
        _("version {version}").format(version=examined.version.version),
        _(KIND_NAMES[shown.type]),
        _("difficulty {level} of 5").format(level=shown.difficulty),
        _(LEVEL_NAMES[shown.cognitive]),
        _asked(examined.status),
    ]
    if examined.status.is_disabled:
        facts.append(f"**{_('disabled here')}**")
    return f"-# {' · '.join(facts)}"


def _pages(page: SearchPage) -> ui.ActionRow[ui.LayoutView] | None:
    def to(number: int) -> str:
        return ids.bank_search(page.course.id, number, page.words)

    # A course whose id is very long has no pages: one has to search more narrowly.
    if page.pages == 1 or len(to(page.pages)) > MOST_CUSTOM_ID:
        return None

    return buttons(
        button(_("Previous"), to(page.page - 1), disabled=page.page == 0),
        button(
            _("Page {page} of {pages}").format(page=page.page + 1, pages=page.pages),
            f"{ids.make(ids.Act.BANK_PAGE)}:here",
            disabled=True,
        ),
        button(_("Next"), to(page.page + 1), disabled=page.page + 1 == page.pages),
    )
