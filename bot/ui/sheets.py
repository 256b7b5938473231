"""A question as it stands on paper or in a terminal: plain text, its options in a fixed order.

No markup here; `terminal` and `print_page` lay it out.
"""

from __future__ import annotations

from random import Random

from bot.domain.question_types import QUESTION_TYPES
from bot.domain.questions import NumericKey, Question, QuestionType, Quotation, TextKey
from bot.ui.citations import day
from bot.ui.i18n import gettext as _
from bot.ui.letters import LETTERS
from bot.ui.options import number_text
from bot.values import dataclass


@dataclass(frozen=True, slots=True)
class SheetOption:
    """What a letter stands for. ``is_key`` is None where the key is an order or pairs."""

    letter: str
    text: str
    is_key: bool | None = None
    why_wrong: str | None = None
    refutation: Quotation | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A question and its key in words.

    ``task`` says what to do; ``numbered`` are the left sides of a matching; ``key`` is the right answer as it
    would be written down, ``key_lines`` the same in full where letters alone do not tell it, and
    ``remarks`` what else counts.
    """

    question: Question
    task: str
    options: tuple[SheetOption, ...]
    key: str
    numbered: tuple[str, ...] = ()
    key_lines: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


def sheet(question: Question) -> Sheet:
    """Lay a question out; the same question always has its options in the same order."""
    # Seeded by the question, not by a round: a sheet that is printed again is the same sheet.
    order = QUESTION_TYPES[question.type].arrange(question, Random(question.id))
    if question.numeric_key is not None:
        return _number(question, question.numeric_key)
    if question.text_key is not None:
        return _words(question, question.text_key)
    if question.type is QuestionType.MATCHING:
        return _matching(question, order)
    if question.type is QuestionType.ORDERING:
        return _ordering(question, order)
    return _choice(question, order)


def reference(quotation: Quotation) -> str:
    """Where a quotation is from: author, “title”, publisher, date and place, as far as they are known."""
    source = quotation.source
    published = day(source.published) if source.published else _("undated")
    title = _("“{title}”").format(title=source.title)
    parts = [source.author, title, source.publisher, published, quotation.place]
    return ", ".join(part for part in parts if part)


def _choice(question: Question, order: tuple[int, ...]) -> Sheet:
    options = tuple(
        SheetOption(letter, option.text, option.is_key, option.why_wrong, option.refutation)
        for letter, option in zip(LETTERS, (question.options[at] for at in order), strict=False)
    )
    tasks = {
        QuestionType.MULTIPLE_ANSWER: _("Choose all that are right."),
        QuestionType.TRUE_FALSE: _("True or false?"),
    }
    keys = [option for option in options if option.is_key]
    return Sheet(
        question,
        tasks.get(question.type, _("Choose one.")),
        options,
        ", ".join(option.letter for option in keys),
        key_lines=tuple(option.text for option in keys),
    )


def _number(question: Question, key: NumericKey) -> Sheet:
    task = _("Write a number, in {unit}.").format(unit=key.unit) if key.unit else _("Write a number.")
    allowed = max(key.absolute, abs(key.value) * key.relative)
    remarks: tuple[str, ...] = ()
    if allowed:
        low, high = (number_text(NumericKey(value)) for value in (key.value - allowed, key.value + allowed))
        remarks = (_("Counts from {low} to {high}.").format(low=low, high=high),)
    return Sheet(question, task, (), number_text(key), remarks=remarks)


def _words(question: Question, key: TextKey) -> Sheet:
    first, *others = key.accepted
    task = _("Fill the gap.") if question.type is QuestionType.CLOZE else _("Write a few words.")
    remarks = (_("Also counts: {others}").format(others=", ".join(others)),) if others else ()
    return Sheet(question, task, (), first, remarks=remarks)


def _ordering(question: Question, order: tuple[int, ...]) -> Sheet:
    letters = dict(zip(order, LETTERS, strict=False))
    return Sheet(
        question,
        _("Write the letters in their right order."),
        tuple(SheetOption(letters[at], question.options[at].text) for at in order),
        ", ".join(letters[at] for at in range(len(order))),
        key_lines=tuple(option.text for option in question.options),
    )


def _matching(question: Question, order: tuple[int, ...]) -> Sheet:
    letters = dict(zip(order, LETTERS, strict=False))
    lefts = tuple(option.text for option in question.options)
    left_over = len(question.matches) > len(lefts)
    task = _("Write a letter for each number.")
    return Sheet(
        question,
        f"{task} {_('Not every letter is needed.')}" if left_over else task,
        tuple(SheetOption(letters[at], question.matches[at]) for at in order),
        ", ".join(f"{number} {letters[number - 1]}" for number in range(1, len(lefts) + 1)),
        numbered=lefts,
        key_lines=tuple(f"{left} → {right}" for left, right in zip(lefts, question.matches, strict=False)),
    )
