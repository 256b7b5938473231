"""What a learner touches to answer: one control for each kind of control that the rules know."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import discord
from discord import ui

from bot.domain.question_types import QUESTION_TYPES
from bot.domain.question_types.rules import Control
from bot.domain.question_types.typed import LONGEST_TEXT
from bot.domain.questions import Question
from bot.domain.round_records import AskedQuestion
from bot.ui import ids
from bot.ui.i18n import gettext as _
from bot.ui.layout import ACCENT_QUIET, Item, button, buttons, card, select, text
from bot.ui.letters import LETTERS
from bot.ui.text import clean, plain, shorten

MOST_OPTION_LABEL = 100
MOST_FORM_LABEL = 45
MOST_FORM_FIELDS = 5
_TEXT_FIELD = "text"


def control(asked: AskedQuestion) -> Item:
    """The control below an open question."""
    return CONTROLS[QUESTION_TYPES[asked.question.type].control](asked)


def _letter_buttons(asked: AskedQuestion) -> Item:
    # Letters only: every button has the same size, however long its option is.
    return buttons(
        *[
            button(LETTERS[shown], ids.make(ids.Act.ANSWER, asked.id, shown), discord.ButtonStyle.primary)
            for shown in range(len(asked.shown_options))
        ]
    )


def _menu(asked: AskedQuestion) -> Item:
    return select(
        _("Choose all that apply"),
        ids.make(ids.Act.ANSWER_SELECT, asked.id),
        _lettered([option.text for option in asked.shown_options]),
        most=len(asked.shown_options),
    )


def _form_button(asked: AskedQuestion) -> Item:
    return buttons(
        button(_("Type your answer"), ids.make(ids.Act.TYPE, asked.id), discord.ButtonStyle.primary)
    )


def _order_button(asked: AskedQuestion) -> Item:
    return buttons(button(_("Put in order"), ids.make(ids.Act.ORDER, asked.id), discord.ButtonStyle.primary))


def _match_button(asked: AskedQuestion) -> Item:
    return buttons(button(_("Match"), ids.make(ids.Act.MATCH, asked.id), discord.ButtonStyle.primary))


CONTROLS: Mapping[Control, Callable[[AskedQuestion], Item]] = MappingProxyType(
    {
        Control.BUTTONS: _letter_buttons,
        Control.SELECT: _menu,
        Control.FORM: _form_button,
        Control.TAPS: _order_button,
        Control.MATCH_FORM: _match_button,
    }
)


def answer_form(round_question_id: int, question: Question) -> ui.Modal:
    """The form in which an answer is typed."""
    key = question.numeric_key
    hint = _("in {unit}").format(unit=clean(key.unit)) if key is not None and key.unit else None
    field: ui.TextInput[Any] = ui.TextInput(custom_id=_TEXT_FIELD, max_length=LONGEST_TEXT)
    return _form(
        question,
        ids.make(ids.Act.TYPED, round_question_id),
        [ui.Label(text=_("Your answer"), description=hint, component=field)],
    )


def match_form(round_question_id: int, question: Question, option_order: tuple[int, ...]) -> ui.Modal:
    """The form in which each left side is given its right side."""
    rights = [question.matches[position] for position in option_order]
    return _form(
        question,
        ids.make(ids.Act.MATCHED, round_question_id),
        [
            ui.Label(
                text=shorten(clean(left.text), MOST_FORM_LABEL),
                component=ui.Select(
                    custom_id=str(number),
                    options=_lettered(rights),
                    placeholder=_("Choose what goes with it"),
                ),
            )
            for number, left in enumerate(question.options)
        ],
    )


def order_card(
    round_question_id: int, items: list[str], taps: tuple[int, ...], *, stem: str | None = None
) -> ui.LayoutView:
    """The private card on which items are tapped in order.

    ``taps`` are those tapped so far; ``stem`` is the question, where this card takes its place.
    """
    tapped = [f"{rank}\\. {plain(items[shown])}" for rank, shown in enumerate(taps, start=1)]
    left = [shown for shown in range(len(items)) if shown not in taps]
    listed = [f"**{LETTERS[shown]}**\u2003{plain(items[shown])}" for shown in left]
    asks = _("Tap what comes first.") if not taps else _("Tap what comes next.")
    sequence = "".join(map(str, taps))
    row = buttons(
        *[
            button(
                LETTERS[shown],
                f"{ids.make(ids.Act.ORDER, round_question_id)}:{sequence}{shown}",
                discord.ButtonStyle.primary,
            )
            for shown in left
        ]
    )
    again = (
        buttons(button(_("Start over"), f"{ids.make(ids.Act.ORDER, round_question_id)}:")) if taps else None
    )
    parts = [text(f"### {plain(stem)}")] if stem is not None else []
    parts += [text("\n".join(tapped))] if tapped else []
    return card([*parts, text("\n".join([f"**{asks}**", *listed])), row, again], accent=ACCENT_QUIET)


def _form(question: Question, custom_id: str, fields: list[ui.Label[Any]]) -> ui.Modal:
    """A form that covers the card, so it bears the question: in its title, and whole where there is room."""
    form = ui.Modal(title=shorten(clean(question.stem), MOST_FORM_LABEL), custom_id=custom_id, timeout=None)
    if len(fields) < MOST_FORM_FIELDS:
        form.add_item(ui.TextDisplay(plain(question.stem)))
    for field in fields:
        form.add_item(field)
    # As with cards: what is sent in comes by its name, so no copy is kept.
    form.stop()
    return form


def _lettered(texts: list[str]) -> list[discord.SelectOption]:
    return [
        discord.SelectOption(
            label=shorten(f"{LETTERS[shown]}  {clean(content)}", MOST_OPTION_LABEL), value=str(shown)
        )
        for shown, content in enumerate(texts)
    ]
