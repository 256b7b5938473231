"""The options of a question as text: while it is open, and once its key is known."""

from __future__ import annotations

from bot.domain.item_stats import Outcome
from bot.domain.question_types import QUESTION_TYPES
from bot.domain.questions import NumericKey, Question, QuestionType
from bot.domain.round_records import LETTERED, AskedQuestion
from bot.ui.citations import footnote
from bot.ui.i18n import gettext as _
from bot.ui.letters import LETTERS
from bot.ui.ruling_words import FIXED_OPTIONS, lines_under_key
from bot.ui.text import plain

_BAR_WIDTH = 10

_HAS_FIXED_OPTIONS = frozenset({QuestionType.TRUE_FALSE, QuestionType.EVIDENCE})


def option_text(question: Question, text: str) -> str:
    """An option's text, escaped; True and False and the judgements are in the reader's language."""
    if question.type in _HAS_FIXED_OPTIONS and text in FIXED_OPTIONS:
        return _(FIXED_OPTIONS[text])
    return plain(text)


def offered(asked: AskedQuestion) -> list[str]:
    """What is shown between the stem and the control, one text a paragraph."""
    question = asked.question
    parts = [] if question.passage is None else [footnote(question.passage)]
    if question.matches:
        lefts = [f"{number}\\. {plain(left.text)}" for number, left in enumerate(question.options, start=1)]
        rights = [
            _lettered(shown, plain(question.matches[at])) for shown, at in enumerate(asked.option_order)
        ]
        return [*parts, "\n".join(lefts), "\n".join(rights)]
    if asked.shown_options:
        options = [option_text(question, option.text) for option in asked.shown_options]
        return [*parts, "\n".join(_lettered(shown, text) for shown, text in enumerate(options))]
    if question.numeric_key is not None and question.numeric_key.unit:
        parts.append(_("Answer in {unit}.").format(unit=plain(question.numeric_key.unit)))
    return parts


def key_lines(asked: AskedQuestion, outcome: Outcome | None = None) -> list[str]:
    """The key, with the share of each option where an outcome is given."""
    ruled = lines_under_key(asked.question)
    if QUESTION_TYPES[asked.question.type].control in LETTERED:
        return [*_key_among_options(asked, outcome), *ruled]
    lines = [*key_in_words(asked.question), *ruled]
    if outcome is not None and outcome.answered:
        lines.append(f"-# {_bar(outcome.right / outcome.answered)}  {_right_and_partly(outcome)}")
    return lines


def key_in_words(question: Question) -> list[str]:
    """The key of a question whose answer is typed, ordered or matched."""
    if question.numeric_key is not None:
        return [f"✅ **{plain(number_text(question.numeric_key))}**"]
    if question.text_key is not None:
        first, *others = question.text_key.accepted
        also = (
            [f"-# {_('Also counts: {others}').format(others=', '.join(map(plain, others)))}"]
            if others
            else []
        )
        return [f"✅ **{plain(first)}**", *also]
    if question.matches:
        key = question.arrangement or range(len(question.options))
        rights = [question.matches[match] for match in key]
        pairs = zip(question.options, rights, strict=True)
        return [f"✅ {plain(left.text)} → **{plain(right)}**" for left, right in pairs]
    items = [question.options[item] for item in question.arrangement] or question.options
    return [f"✅ {rank}\\. {plain(item.text)}" for rank, item in enumerate(items, start=1)]


def number_text(key: NumericKey) -> str:
    """A number with its unit; years and other plain whole numbers under 10,000 without separators."""
    is_whole = key.value == int(key.value)
    digits = f"{int(key.value)}" if is_whole and abs(key.value) < _FIRST_SEPARATED else f"{key.value:,.10g}"
    if abs(key.value) >= _FIRST_IN_WORDS:
        digits = _in_words(key.value)
    return f"{digits} {key.unit}" if key.unit else digits


_FIRST_SEPARATED = 10_000
_FIRST_IN_WORDS = 1_000_000


def _in_words(value: float) -> str:
    for size, word in ((1e12, _("trillion")), (1e9, _("billion")), (1e6, _("million"))):
        if abs(value) >= size:
            return f"{value / size:.10g} {word}"
    return f"{value:,.10g}"


def _key_among_options(asked: AskedQuestion, outcome: Outcome | None) -> list[str]:
    lines: list[str] = []
    for shown, option in enumerate(asked.shown_options):
        mark = "✅" if option.is_key else "▫️"
        told = f" — **{_('right answer')}**" if option.is_key else ""
        lines.append(f"{mark} {_lettered(shown, option_text(asked.question, option.text))}{told}")
        if outcome is not None:
            share = outcome.shares[shown]
            lines.append(f"-# {_bar(share)}  {share:.0%} ({outcome.counts[shown]})")
    return lines


def _right_and_partly(outcome: Outcome) -> str:
    share = f"{outcome.right / outcome.answered:.0%} ({outcome.right})"
    if outcome.partly:
        return _("right: {share}; partly right: {partly}").format(share=share, partly=outcome.partly)
    return _("right: {share}").format(share=share)


def _bar(share: float) -> str:
    filled = round(share * _BAR_WIDTH)
    return "█" * filled + "░" * (_BAR_WIDTH - filled)


def _lettered(shown: int, escaped: str) -> str:
    return f"**{LETTERS[shown]}**\u2003{escaped}"
