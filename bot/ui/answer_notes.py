"""What one learner is told privately: the receipt, why his answer was wrong, his review."""

from __future__ import annotations

from typing import Any

from discord import ui
from discord.utils import format_dt

from bot.domain.item_stats import Outcome
from bot.domain.question_types import QUESTION_TYPES
from bot.domain.questions import Question, Response
from bot.domain.round_records import LETTERED, AnswerRecord, AskedQuestion, ShownChoice
from bot.services.answering import Receipt
from bot.services.reviewing import ReviewPage
from bot.ui import ids
from bot.ui.citations import footnote
from bot.ui.i18n import gettext as _
from bot.ui.layout import ACCENT_QUIET, MOST_TEXT, Button, Item, button, buttons, card, rule, text
from bot.ui.letters import LETTERS
from bot.ui.options import key_in_words, key_lines, option_text
from bot.ui.ruling_words import lines_under_key
from bot.ui.text import plain

_MOST_REFUSED = 25
# Stem and options at their longest, escaped.
_ROOM_FOR_QUESTION = 1400


def choice_text(choice: ShownChoice) -> str:
    """A choice as its learner saw it: letter and text, or what he typed or put together."""
    if not choice.positions:
        return "; ".join(f"**{plain(part)}**" for part in choice.texts)
    return ", ".join(
        f"**{LETTERS[position]}**\u2002{plain(option)}"
        for position, option in zip(choice.positions, choice.texts, strict=True)
    )


def receipt(given: Receipt) -> str:
    """Proof that the answer counts."""
    choice = choice_text(given.choice)
    if given.replaces is not None:
        saved = _("Changed to {choice}. Saved.").format(choice=choice)
    else:
        saved = _("Your answer: {choice}. Saved.").format(choice=choice)
    if given.can_change:
        change = _("You can change it until the question closes {when}.").format(
            when=format_dt(given.closes_at, "R")
        )
        return f"{saved}\n-# {change}"
    return saved


def why(asked: AskedQuestion, answer: AnswerRecord | None) -> ui.LayoutView:
    """Why this learner's answer was wrong, with the quotation that refutes it."""
    parts = [text(part) for part in _fitting([*_verdict(asked, answer), *lines_under_key(asked.question)])]
    dispute = [] if answer is None else [dispute_button(asked.id)]
    return card([*parts, buttons(*dispute, _report(asked))], accent=ACCENT_QUIET)


def dispute_button(round_question_id: int) -> Button:
    """The way to dispute the mark of one's answer, or to see what became of that."""
    return button(_("Dispute this"), ids.make(ids.Act.DISPUTE, round_question_id))


def review(page: ReviewPage) -> ui.LayoutView:
    """One question of a round: the learner's answer, the key, the footnote, and buttons to turn the page."""
    asked, round_id = page.asked, page.record.id
    heading = _("Review · question {number} of {total}").format(number=page.page + 1, total=page.pages)
    return card(
        [
            text(f"-# {heading}"),
            text(f"### {plain(asked.question.stem)}"),
            *told(asked, page.answer),
            buttons(
                button(
                    _("Previous"),
                    ids.make(ids.Act.REVIEW, round_id, page.page - 1),
                    disabled=page.page == 0,
                ),
                button(
                    _("Next"),
                    ids.make(ids.Act.REVIEW, round_id, page.page + 1),
                    disabled=page.page + 1 == page.pages,
                ),
                *([] if page.answer is None else [dispute_button(asked.id)]),
                _report(asked),
            ),
        ],
        accent=ACCENT_QUIET,
    )


def told(asked: AskedQuestion, answer: AnswerRecord | None) -> list[Item]:
    """The key, what this learner answered, and why it was right or wrong."""
    return [
        text("\n".join(key_lines(asked))),
        rule(),
        *[text(part) for part in _fitting(_verdict(asked, answer))],
    ]


def refused_answers(asked: AskedQuestion, outcome: Outcome) -> ui.LayoutView:
    """The typed answers that did not count, for an instructor."""
    if not outcome.refused:
        return card([text(_("Every typed answer to this question counted."))], accent=ACCENT_QUIET)
    lines = [f"{plain(typed)} · {count}" for typed, count in outcome.refused[:_MOST_REFUSED]]
    if len(outcome.refused) > _MOST_REFUSED:
        lines.append(_("and {count} more").format(count=len(outcome.refused) - _MOST_REFUSED))
    heading = _("Typed answers that did not count")
    return card([text(f"### {heading}\n" + "\n".join(lines))], accent=ACCENT_QUIET)


def _report(asked: AskedQuestion) -> ui.Button[Any]:
    return button(_("Report a mistake"), ids.make(ids.Act.REPORT, asked.id))


def _verdict(asked: AskedQuestion, answer: AnswerRecord | None) -> list[str]:
    """What is said of one learner's answer; what matters most comes first."""
    question = asked.question
    notes = [footnote(quotation) for quotation in question.footnotes]
    own = [plain(question.explanation), *notes]
    if answer is None:
        return [_("You did not answer this one."), *own]
    choice = choice_text(asked.choice(answer.response))
    if answer.is_right:
        return [_("You answered {choice}. That was right.").format(choice=choice), *own]
    parts = [_("You answered {choice}.").format(choice=choice)]
    if QUESTION_TYPES[question.type].control in LETTERED:
        return [*parts, *_wrong_choices(question, answer.response), *own]
    if answer.fraction:
        parts.append(_("That was partly right: {share}.").format(share=f"{answer.fraction:.0%}"))
    return [*parts, "\n".join([_("Right:"), *key_in_words(question)]), *own]


def _wrong_choices(question: Question, response: Response) -> list[str]:
    parts: list[str] = []
    for position in sorted(response.choices - question.key):
        option = question.options[position]
        named = option_text(question, option.text)
        reason = plain(option.why_wrong or "")
        parts.append(_("**{option}** is wrong: {reason}").format(option=named, reason=reason))
        if option.refutation is not None and option.refutation not in question.footnotes:
            parts.append(footnote(option.refutation))
    missed = sorted(question.key - response.choices)
    named = "; ".join(option_text(question, question.options[position].text) for position in missed)
    if missed and question.key & response.choices:
        parts.append(_("Also right: {options}").format(options=named))
    elif missed:
        parts.append(_("Right: {options}").format(options=named))
    return parts


def _fitting(parts: list[str]) -> list[str]:
    """As many of the parts as a card has room for beside the question itself."""
    room = MOST_TEXT - _ROOM_FOR_QUESTION
    kept: list[str] = []
    for part in parts:
        if len(part) <= room:
            kept.append(part)
            room -= len(part)
    return kept
