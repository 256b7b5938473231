"""What one learner is told privately: the receipt, why his answer was wrong, his review."""

from __future__ import annotations

from discord import ui
from discord.utils import format_dt

from bot.domain.round_records import AnswerRecord, AskedQuestion, ShownChoice
from bot.services.answering import Receipt
from bot.services.reviewing import ReviewPage
from bot.ui import ids
from bot.ui.citations import footnote
from bot.ui.i18n import gettext as _
from bot.ui.layout import ACCENT_QUIET, button, buttons, card, rule, text
from bot.ui.question_cards import LETTERS, option_line
from bot.ui.text import plain


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
    return card([text(part) for part in _verdict(asked, answer)], accent=ACCENT_QUIET)


def review(page: ReviewPage) -> ui.LayoutView:
    """One question of a round: the learner's answer, the key, the footnote, and buttons to turn the page."""
    asked, round_id = page.asked, page.record.id
    options = "\n".join(
        option_line(shown, option.text, is_key=option.is_key)
        for shown, option in enumerate(asked.shown_options)
    )
    heading = _("Review · question {number} of {total}").format(number=page.page + 1, total=page.pages)
    return card(
        [
            text(f"-# {heading}"),
            text(f"### {plain(asked.question.stem)}"),
            text(options),
            rule(),
            *[text(part) for part in _verdict(asked, page.answer)],
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
            ),
        ],
        accent=ACCENT_QUIET,
    )


def _verdict(asked: AskedQuestion, answer: AnswerRecord | None) -> list[str]:
    question = asked.question
    own = [f"{plain(question.explanation)}", footnote(question.footnotes[0])]
    if answer is None:
        return [_("You did not answer this one."), *own]
    choice = choice_text(asked.choice(answer.response))
    if answer.is_right:
        return [_("You answered {choice}. That was right.").format(choice=choice), *own]
    parts = [_("You answered {choice}.").format(choice=choice)]
    wrong = [question.options[position] for position in sorted(answer.response.choices - question.key)]
    for option in wrong:
        reason = plain(option.why_wrong or "")
        parts.append(_("**{option}** is wrong: {reason}").format(option=plain(option.text), reason=reason))
        if option.refutation is not None and option.refutation != question.footnotes[0]:
            parts.append(footnote(option.refutation))
    missed = [question.options[position].text for position in sorted(question.key - answer.response.choices)]
    if missed and question.key & answer.response.choices:
        parts.append(_("Also right: {options}").format(options="; ".join(map(plain, missed))))
    elif missed:
        parts.append(_("Right: {options}").format(options="; ".join(map(plain, missed))))
    return [*parts, *own]
