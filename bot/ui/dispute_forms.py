"""The forms of disputes: a learner's case, and an instructor's ruling or its undoing."""

from __future__ import annotations

from typing import Any

import discord
from discord import ui

from bot.domain.disputes import LONGEST_CASE, DisputeFile
from bot.domain.question_types import QUESTION_TYPES
from bot.domain.question_types.rules import Control
from bot.domain.question_types.typed import LONGEST_TEXT
from bot.domain.questions import QuestionType, Response
from bot.domain.round_records import LETTERED, AskedQuestion
from bot.domain.rulings import LONGEST_REASON, RulingKind
from bot.ui import ids
from bot.ui.dispute_cards import KINDS
from bot.ui.i18n import gettext as _
from bot.ui.letters import LETTERS
from bot.ui.ruling_words import KIND_NAMES
from bot.ui.text import clean, plain, shorten

_MOST_TITLE = 45
_MOST_OPTION = 100
_WITH_ANSWER = (RulingKind.ACCEPT, RulingKind.REKEY)


def case_form(asked: AskedQuestion) -> ui.Modal:
    """The form in which a learner writes why his answer should count."""
    form = _form(_("Dispute this"), ids.make(ids.Act.DISPUTED, asked.id), plain(asked.question.stem))
    label = _("Why should your answer count?")
    return _with_text(form, label, _("Instructors read it; others do not."), LONGEST_CASE)


def ruling_form(file: DisputeFile, kind: RulingKind) -> ui.Modal:
    """The form of a ruling: the answer where one is ruled, and the reason."""
    number = ids.make(ids.Act.RULED, file.dispute.id, KINDS.index(kind))
    form = _form(_(KIND_NAMES[kind]), number, plain(file.asked.question.stem))
    if kind in _WITH_ANSWER:
        form.add_item(_answer_field(file, kind))
    hint = _("Everyone whose marks change is told this.")
    if kind is RulingKind.REJECT:
        hint = _("The learner is told this.")
    return _with_text(form, _("Why?"), hint, LONGEST_REASON)


def undo_form(dispute_id: int, ruling_id: int) -> ui.Modal:
    """The form in which a ruling is undone."""
    warning = _("All marks become as they would be without the ruling, and its disputes wait again.")
    form = _form(_("Undo the ruling"), ids.make(ids.Act.UNDONE, dispute_id, ruling_id), warning)
    return _with_text(form, _("Why?"), _("Everyone whose marks change is told this."), LONGEST_REASON)


def _answer_field(file: DisputeFile, kind: RulingKind) -> ui.Label[Any]:
    """Where an instructor names the answer; for accepting, the learner's own stands there."""
    question, order = file.asked.question, file.asked.option_order
    control = QUESTION_TYPES[question.type].control
    own = file.answer.response if kind is RulingKind.ACCEPT else Response()
    label = _("The answer that counts as well") if kind is RulingKind.ACCEPT else _("The right answer")
    if control in LETTERED:
        most = len(order) if question.type is QuestionType.MULTIPLE_ANSWER else 1
        options = [
            discord.SelectOption(
                label=shorten(f"{LETTERS[shown]}  {clean(question.options[at].text)}", _MOST_OPTION),
                value=str(shown),
                default=at in own.choices,
            )
            for shown, at in enumerate(order)
        ]
        menu: ui.Select[Any] = ui.Select(custom_id="answer", options=options, min_values=1, max_values=most)
        return ui.Label(text=label, component=menu)
    field: ui.TextInput[Any] = ui.TextInput(custom_id="answer", max_length=LONGEST_TEXT)
    if control is Control.FORM:
        field.default = own.text or None
        return ui.Label(text=label, component=field)
    field.default = ", ".join(LETTERS[order.index(at)] for at in own.chosen) or None
    shown = question.matches or tuple(option.text for option in question.options)
    listed = "; ".join(f"{LETTERS[place]} {clean(shown[at])}" for place, at in enumerate(order))
    return ui.Label(
        text=label, description=shorten(_("Letters: {listed}").format(listed=listed), 100), component=field
    )


def _form(title: str, custom_id: str, said: str) -> ui.Modal:
    form = ui.Modal(title=shorten(title, _MOST_TITLE), custom_id=custom_id, timeout=None)
    form.add_item(ui.TextDisplay(said))
    return form


def _with_text(form: ui.Modal, label: str, hint: str, most: int) -> ui.Modal:
    field: ui.TextInput[Any] = ui.TextInput(
        custom_id="text", style=discord.TextStyle.paragraph, max_length=most, required=True
    )
    form.add_item(ui.Label(text=label, description=hint, component=field))
    # As with cards: what is sent in comes by its name, so no copy is kept.
    form.stop()
    return form
