"""Disputes on cards: the learner's own, the instructors' with everything to rule by, and their list."""

from __future__ import annotations

from collections.abc import Sequence

import discord
from discord import ui
from discord.utils import format_dt

from bot.domain.disputes import Dispute, DisputeFile, MarkNotice, Passage
from bot.domain.rulings import Ruling, RulingKind, possible_kinds
from bot.services.disputing import DisputeList, OwnDispute
from bot.services.ruling import RulingMade
from bot.ui import ids
from bot.ui.answer_notes import choice_text
from bot.ui.citations import footnote
from bot.ui.i18n import gettext as _
from bot.ui.i18n import ngettext
from bot.ui.layout import (
    ACCENT_CLOSED,
    ACCENT_OPEN,
    ACCENT_QUIET,
    Item,
    button,
    buttons,
    card,
    rule,
    select,
    text,
)
from bot.ui.options import key_lines
from bot.ui.ruling_words import KIND_NAMES, ruling_line, verdict_words
from bot.ui.text import plain, shorten

KINDS = tuple(RulingKind)
_MOST_TYPED = 6
_MOST_CASE = 1200
_MOST_LABEL = 100
_MOST_STEM = 80


def own_state(own: OwnDispute, *, is_new: bool = False) -> ui.LayoutView:
    """How a learner's own dispute stands."""
    lines = [f"### {_('Your dispute')}", plain(own.asked.question.stem), f"> {_case(own.dispute)}"]
    if is_new:
        lines.append(_("It is with the instructors. You are told privately what becomes of it."))
    elif own.ruling is None:
        lines.append(
            _("It was made {when} and waits for a ruling. You are told privately what becomes of it.").format(
                when=format_dt(own.dispute.opened_at, "R")
            )
        )
    else:
        lines.append(
            _("It was settled: {what}").format(what=verdict_words(own.asked.question, own.ruling.verdict))
        )
        lines.append(_("Why: {reason}").format(reason=plain(own.ruling.verdict.reason)))
    return card([text("\n".join(lines))], accent=ACCENT_QUIET)


def dispute_card(file: DisputeFile, passage: Passage | None = None) -> ui.LayoutView:
    """Everything to rule by, for instructors alone: version, key, passage, distribution, answer and case."""
    dispute, asked = file.dispute, file.asked
    heading = _("Dispute {number} · {course} · {question}, version {version}").format(
        number=dispute.id,
        course=plain(file.name.course_title),
        question=plain(file.name.key),
        version=file.name.version,
    )
    return card(
        [
            text(f"-# {heading}"),
            text(f"### {plain(asked.question.stem)}"),
            text("\n".join([*key_lines(asked, file.outcome), *_typed(file), _answered(file)])),
            text(_quotation(file, passage)),
            rule(),
            text(_claim(file)),
            *_state(file),
            _actions(file),
        ],
        accent=ACCENT_OPEN if dispute.is_open else ACCENT_CLOSED,
    )


def dispute_list(listed: DisputeList, *, channel_id: int | None) -> ui.LayoutView:
    """A server's disputes with a menu to look at one."""
    heading = _("Disputes that wait") if listed.is_open else _("Disputes that are settled")
    parts: list[Item] = [text(f"## {heading}\n-# {_where(channel_id)}")]
    if not listed.entries:
        nothing = (
            _("No dispute waits for a ruling.") if listed.is_open else _("No dispute has been ruled on yet.")
        )
        return card([*parts, text(nothing)], accent=ACCENT_QUIET)
    lines = [
        _("**{number}** · <@{learner}> · {course}: “{question}” · {when}").format(
            number=dispute.id,
            learner=dispute.learner_id,
            course=plain(name.course_title),
            question=plain(shorten(name.stem, _MOST_STEM)),
            when=format_dt(dispute.opened_at, "R"),
        )
        for dispute, name in listed.entries
    ]
    if listed.total > len(listed.entries):
        lines.append(_("and {count} more").format(count=listed.total - len(listed.entries)))
    options = [
        discord.SelectOption(label=shorten(f"{dispute.id} · {name.stem}", _MOST_LABEL), value=str(dispute.id))
        for dispute, name in listed.entries
    ]
    menu = select(_("Look at a dispute"), ids.make(ids.Act.DISPUTE_FILE), options, most=1)
    return card([*parts, text("\n".join(lines)), menu], accent=ACCENT_QUIET)


def ruling_made(file: DisputeFile, made: RulingMade) -> ui.LayoutView:
    """What a ruling did, for the instructor who made it."""
    lines = [ruling_line(file.asked.question, made.ruling), *_effects(made)]
    if made.ruling.verdict.kind is RulingKind.REJECT:
        return card([text("\n".join(lines))], accent=ACCENT_QUIET)
    return card([text("\n".join(lines)), _ruling_buttons(file.dispute, made.ruling)], accent=ACCENT_QUIET)


def ruling_undone(made: RulingMade) -> ui.LayoutView:
    """What undoing a ruling did, for the instructor who undid it."""
    said = _("Ruling {number} is undone: marks are as they would be without it.").format(
        number=made.ruling.id
    )
    return card([text("\n".join([said, *_effects(made)]))], accent=ACCENT_QUIET)


def notice(told: MarkNotice) -> ui.LayoutView:
    """What a learner is told of a ruling that changed his marks, or settled his dispute."""
    heading = _("Your dispute was settled") if told.is_dispute else _("Your marks have changed")
    if told.is_undoing:
        heading = _("A ruling was undone")
    what = verdict_words(told.question, told.ruling.verdict)
    lines = [f"### {heading}", f"{plain(told.course_title)}: {plain(told.question.stem)}"]
    if told.is_undoing:
        lines.append(
            _("Ruling {number} holds no longer: {what}").format(number=told.ruling.id, what=f"~~{what}~~")
        )
        lines.append(_("Why: {reason}").format(reason=plain(told.ruling.undone_reason or "")))
        if told.is_dispute:
            lines.append(_("Your dispute waits for a ruling again."))
    else:
        lines.append(_("Ruling {number}: {what}").format(number=told.ruling.id, what=what))
        lines.append(_("Why: {reason}").format(reason=plain(told.ruling.verdict.reason)))
    if told.before == told.after:
        lines.append(
            _("Your points for this question stay as they were: {points}.").format(points=f"{told.after:,}")
        )
    else:
        lines.append(
            _("Your points for this question: {before} before, **{after}** now.").format(
                before=f"{told.before:,}", after=f"{told.after:,}"
            )
        )
    return card([text("\n".join(lines))], accent=ACCENT_QUIET)


def patch_note(patch: str | None) -> str:
    """What is said beside the change of the course's files, or why there is none."""
    if patch is None:
        return _(
            "There is no change to offer: the course's files are not at hand here, follow the ruling already, or have "
            "another version of the question now."
        )
    return _(
        "Here is the ruling as a change of the course's files. In the course's folder: git apply, then footnote bank check."
    )


def _quotation(file: DisputeFile, passage: Passage | None) -> str:
    """The quotation that proves the key; within its paragraph where the document is at hand."""
    quotation = file.asked.question.footnotes[0]
    if passage is None:
        return footnote(quotation)
    within = " ".join(
        part for part in (plain(passage.before), f"**{plain(passage.quote)}**", plain(passage.after)) if part
    )
    return footnote(quotation, within=within)


def _case(dispute: Dispute) -> str:
    return shorten(plain(dispute.case), _MOST_CASE)


def _answered(file: DisputeFile) -> str:
    return "-# " + _("{right} of {answered} right, over all rounds of this server").format(
        right=f"{file.outcome.right:,}", answered=f"{file.outcome.answered:,}"
    )


def _typed(file: DisputeFile) -> list[str]:
    """The typed answers that did not count, the most frequent first."""
    if not file.outcome.refused:
        return []
    listed = [f"{plain(typed)} ({count})" for typed, count in file.outcome.refused[:_MOST_TYPED]]
    return [_("Did not count: {typed}").format(typed=" · ".join(listed))]


def _claim(file: DisputeFile) -> str:
    answered = _("<@{learner}> answered {choice} ({share} right) and says:").format(
        learner=file.dispute.learner_id,
        choice=choice_text(file.asked.choice(file.answer.response)),
        share=f"{file.answer.fraction:.0%}",
    )
    lines = [answered, f"> {_case(file.dispute)}"]
    if file.others:
        others = ngettext(
            "{count} other learner disputes it too", "{count} other learners dispute it too", file.others
        ).format(count=file.others)
        same = ngettext("{count} gave the same answer", "{count} gave the same answer", file.same).format(
            count=file.same
        )
        lines.append(f"-# {others} · {same}")
    else:
        lines.append(f"-# {_('Nobody else disputes it at the moment.')}")
    return "\n".join(lines)


def _state(file: DisputeFile) -> Sequence[Item]:
    rulings = [ruling for ruling in file.in_force if file.ruling is None or ruling.id != file.ruling.id]
    if file.ruling is not None:
        rulings.append(file.ruling)
    return (
        [text("\n".join(ruling_line(file.asked.question, ruling) for ruling in rulings))] if rulings else []
    )


def _actions(file: DisputeFile) -> Item:
    number = file.dispute.id
    if file.ruling is not None:
        return _ruling_buttons(file.dispute, file.ruling)
    styles = {
        RulingKind.ACCEPT: discord.ButtonStyle.success,
        RulingKind.REJECT: discord.ButtonStyle.danger,
    }
    return buttons(
        *[
            button(
                _(KIND_NAMES[kind]),
                ids.make(ids.Act.RULE, number, KINDS.index(kind)),
                styles.get(kind, discord.ButtonStyle.secondary),
            )
            for kind in possible_kinds(file.asked.question)
        ]
    )


def _ruling_buttons(dispute: Dispute, ruling: Ruling) -> Item:
    undo = button(_("Undo the ruling"), ids.make(ids.Act.UNDO, dispute.id, ruling.id))
    if ruling.verdict.kind is RulingKind.REJECT:
        return buttons(undo)
    return buttons(undo, button(_("Change for the files"), ids.make(ids.Act.PATCH, dispute.id, ruling.id)))


def _effects(made: RulingMade) -> list[str]:
    learners = ngettext(
        "The points of {count} learner change.", "The points of {count} learners change.", made.learners
    ).format(count=f"{made.learners:,}")
    disputes = ngettext(
        "It concerns {count} dispute; everyone concerned is told privately.",
        "It concerns {count} disputes; everyone concerned is told privately.",
        made.disputes,
    ).format(count=made.disputes)
    return [learners, disputes]


def _where(channel_id: int | None) -> str:
    if channel_id is None:
        return _("They come to a channel of yours too, once it is named with /settings channel.")
    return _("Each comes to <#{channel}> too.").format(channel=channel_id)
