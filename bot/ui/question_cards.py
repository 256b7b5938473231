"""A question while it is open, and after its close."""

from __future__ import annotations

from datetime import datetime

import discord
from discord import ui
from discord.utils import format_dt

from bot.domain.item_stats import Outcome
from bot.domain.question_types import QUESTION_TYPES
from bot.domain.question_types.rules import Control
from bot.domain.round_records import AskedQuestion, RoundRecord
from bot.domain.scoring import ScoringRule
from bot.ui import ids
from bot.ui.citations import footnote
from bot.ui.i18n import gettext as _
from bot.ui.i18n import ngettext
from bot.ui.layout import ACCENT_CLOSED, ACCENT_OPEN, Item, button, buttons, card, rule, select, text
from bot.ui.text import clean, plain, shorten

LETTERS = "ABCDEFGHIJ"
_BAR_WIDTH = 10
_MOST_OPTION_LABEL = 100


def open_question(record: RoundRecord, asked: AskedQuestion, *, topic: str, answered: int) -> ui.LayoutView:
    """The card that is answered: number, topic, stem, options, the end, and how many have answered."""
    assert asked.closes_at is not None
    options = "\n".join(
        f"**{LETTERS[shown]}**\u2003{plain(option.text)}" for shown, option in enumerate(asked.shown_options)
    )
    ends = _("Closes {when}").format(when=format_dt(asked.closes_at, "R"))
    return card(
        [
            text(_heading(record, asked, topic)),
            text(f"### {plain(asked.question.stem)}"),
            text(options),
            text(f"{ends} · {_answered(answered)}"),
            _control(asked),
        ],
        accent=ACCENT_OPEN,
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
    return card(
        [
            text(_heading(record, asked, topic)),
            text(f"### {plain(asked.question.stem)}"),
            text(_shares(asked, outcome)),
            text(_summary(record, outcome, next_opens_at)),
            rule(),
            text(plain(asked.question.explanation)),
            text("\n".join([f"**{_('Footnote')}**", footnote(asked.question.footnotes[0])])),
            buttons(button(_("Why was mine wrong?"), ids.make(ids.Act.WHY, asked.id))),
        ],
        accent=ACCENT_CLOSED,
    )


def option_line(shown: int, option_text: str, *, is_key: bool) -> str:
    """An option as it is named once its key is known."""
    mark = "✅" if is_key else "▫️"
    told = f" — **{_('right answer')}**" if is_key else ""
    return f"{mark} **{LETTERS[shown]}**\u2003{plain(option_text)}{told}"


def _heading(record: RoundRecord, asked: AskedQuestion, topic: str) -> str:
    place = _("Question {number} of {total}").format(number=asked.position + 1, total=len(record.questions))
    return f"-# {place} · {plain(topic)}"


def _answered(count: int) -> str:
    return ngettext("{count} has answered", "{count} have answered", count).format(count=count)


def _control(asked: AskedQuestion) -> Item:
    if QUESTION_TYPES[asked.question.type].control is Control.SELECT:
        return select(
            _("Choose all that apply"),
            ids.make(ids.Act.ANSWER_SELECT, asked.id),
            [
                discord.SelectOption(
                    label=shorten(f"{LETTERS[shown]}  {clean(option.text)}", _MOST_OPTION_LABEL),
                    value=str(shown),
                )
                for shown, option in enumerate(asked.shown_options)
            ],
            most=len(asked.shown_options),
        )
    # Letters only: every button has the same size, however long its option is.
    return buttons(
        *[
            button(LETTERS[shown], ids.make(ids.Act.ANSWER, asked.id, shown), discord.ButtonStyle.primary)
            for shown in range(len(asked.shown_options))
        ]
    )


def _shares(asked: AskedQuestion, outcome: Outcome) -> str:
    lines: list[str] = []
    for shown, option in enumerate(asked.shown_options):
        share = outcome.shares[shown]
        filled = round(share * _BAR_WIDTH)
        bar = "█" * filled + "░" * (_BAR_WIDTH - filled)
        lines.append(option_line(shown, option.text, is_key=option.is_key))
        lines.append(f"-# {bar}  {share:.0%} ({outcome.counts[shown]})")
    return "\n".join(lines)


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
