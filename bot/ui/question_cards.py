"""A question while it is open, and after its close."""

from __future__ import annotations

from datetime import datetime

from discord import ui
from discord.utils import format_dt

from bot.domain.item_stats import Outcome
from bot.domain.question_types import QUESTION_TYPES
from bot.domain.question_types.rules import Control
from bot.domain.round_records import AskedQuestion, RoundRecord
from bot.domain.scoring import ScoringRule
from bot.ui import ids
from bot.ui.answer_notes import dispute_button
from bot.ui.citations import footnote
from bot.ui.controls import control
from bot.ui.i18n import gettext as _
from bot.ui.i18n import ngettext
from bot.ui.layout import ACCENT_CLOSED, ACCENT_OPEN, button, buttons, card, rule, text
from bot.ui.options import key_lines, offered
from bot.ui.text import plain


def open_question(record: RoundRecord, asked: AskedQuestion, *, topic: str, answered: int) -> ui.LayoutView:
    """The card that is answered: number, topic, stem, options, the end, and how many have answered."""
    assert asked.closes_at is not None
    ends = _("Closes {when}").format(when=format_dt(asked.closes_at, "R"))
    have_answered = ngettext("{count} has answered", "{count} have answered", answered).format(count=answered)
    return card(
        [
            text(_heading(record, asked, topic)),
            text(f"### {plain(asked.question.stem)}"),
            *[text(part) for part in offered(asked)],
            text(f"{ends} · {have_answered}"),
            control(asked),
        ],
        accent=ACCENT_OPEN,
    )


def withheld_question(
    record: RoundRecord, asked: AskedQuestion, *, topic: str, next_opens_at: datetime | None
) -> ui.LayoutView:
    """The same card after the close of a round that stays open: its key is told later."""
    have_answered = ngettext("{count} has answered", "{count} have answered", asked.answered)
    lines = [_("Closed. {answered}.").format(answered=have_answered.format(count=asked.answered))]
    lines.append(_("The answer and its footnote come here when those who were absent have had their time."))
    if next_opens_at is not None:
        lines.append(_("Next question {when}").format(when=format_dt(next_opens_at, "R")))
    return card(
        [
            text(_heading(record, asked, topic)),
            text(f"### {plain(asked.question.stem)}"),
            *[text(part) for part in offered(asked)],
            text("\n".join(lines)),
        ],
        accent=ACCENT_CLOSED,
    )


def revealed_question(
    record: RoundRecord,
    asked: AskedQuestion,
    outcome: Outcome,
    *,
    topic: str,
    next_opens_at: datetime | None,
) -> ui.LayoutView:
    """The same card after the close: the key, the shares, the explanation and the footnote."""
    why = button(_("Why was mine wrong?"), ids.make(ids.Act.WHY, asked.id))
    dispute = dispute_button(asked.id)
    typed = button(_("Typed answers"), ids.make(ids.Act.REFUSED, asked.id))
    is_typed = QUESTION_TYPES[asked.question.type].control is Control.FORM
    return card(
        [
            text(_heading(record, asked, topic)),
            text(f"### {plain(asked.question.stem)}"),
            text("\n".join(key_lines(asked, outcome))),
            text(_summary(record, outcome, next_opens_at)),
            rule(),
            text(plain(asked.question.explanation)),
            text("\n".join([f"**{_('Footnote')}**", footnote(asked.question.footnotes[0])])),
            buttons(why, dispute, typed) if is_typed else buttons(why, dispute),
        ],
        accent=ACCENT_CLOSED,
    )


def _heading(record: RoundRecord, asked: AskedQuestion, topic: str) -> str:
    place = _("Question {number} of {total}").format(number=asked.position + 1, total=len(record.questions))
    return f"-# {place} · {plain(topic)}"


def _summary(record: RoundRecord, outcome: Outcome, next_opens_at: datetime | None) -> str:
    if outcome.answered == 0:
        lines = [_("Nobody answered.")]
    else:
        lines = [_("{right} of {answered} right").format(right=outcome.right, answered=outcome.answered)]
    if record.scoring is ScoringRule.SPEED and outcome.fastest:
        named = ", ".join(
            _("<@{learner}> in {seconds} s").format(
                learner=answer.learner_id, seconds=f"{answer.elapsed_ms / 1000:.1f}"
            )
            for answer in outcome.fastest
        )
        lines.append(_("Fastest: {named}").format(named=named))
    if next_opens_at is not None:
        lines.append(_("Next question {when}").format(when=format_dt(next_opens_at, "R")))
    return "\n".join(lines)
