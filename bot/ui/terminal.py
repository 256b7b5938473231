"""A question as a card in a terminal. Nothing is said by colour or weight alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from textwrap import wrap

from bot.domain.questions import Quotation
from bot.ui.i18n import gettext as _
from bot.ui.sheets import Sheet, reference

NARROWEST = 40
WIDEST = 100


def question_card(sheet: Sheet, heading: str, width: int, strong: Callable[[str], str] = str) -> str:
    """The card: stem, options, key, why each distractor is wrong, explanation and footnotes.

    ``heading`` says which question it is; ``width`` is in characters; ``strong`` may set a line in bold.
    """
    width = min(max(width, NARROWEST), WIDEST)
    question = sheet.question
    lines = [*wrap(heading, width), "─" * width, *map(strong, wrap(question.stem, width))]
    if question.passage is not None:
        lines += ["", *_quoted(question.passage, width, "  ")]
    lines += ["", *wrap(sheet.task, width)]
    lines += _hanging((f"{number}." for number in range(1, 99)), sheet.numbered, width)
    if sheet.numbered:
        lines.append("")
    lines += _options(sheet, width, strong)
    lines += ["", strong(_("Answer: {key}").format(key=sheet.key))]
    if not any(option.is_key for option in sheet.options):
        lines += _hanging(("-" for _line in sheet.key_lines), sheet.key_lines, width)
    for remark in sheet.remarks:
        lines += wrap(remark, width)
    lines += ["", *wrap(question.explanation, width), "", strong(_("Footnote"))]
    for quotation in question.footnotes:
        lines += _quoted(quotation, width, "  ")
    return "\n".join(lines)


def _options(sheet: Sheet, width: int, strong: Callable[[str], str]) -> Iterator[str]:
    for option in sheet.options:
        if option.is_key is None:
            yield from _hanging([option.letter], [option.text], width)
            continue
        mark = _("[right]") if option.is_key else _("[wrong]")
        lines = _hanging([f"{option.letter}  {mark}"], [option.text], width)
        yield from map(strong, lines) if option.is_key else lines
        indent = " " * (len(f"  {option.letter}  {mark}") + 2)
        if option.why_wrong:
            yield from wrap(option.why_wrong, width, initial_indent=indent, subsequent_indent=indent)
        # What the footnote says anyway is not said again under each option.
        if option.refutation is not None and option.refutation not in sheet.question.footnotes:
            yield from _quoted(option.refutation, width, indent)


def _hanging(marks: Iterator[str] | list[str], texts: tuple[str, ...] | list[str], width: int) -> list[str]:
    """Each text behind its mark, its further lines indented as the first."""
    lines: list[str] = []
    for mark, text in zip(marks, texts, strict=False):
        first = f"  {mark}  "
        lines += wrap(text, width, initial_indent=first, subsequent_indent=" " * len(first))
    return lines


def _quoted(quotation: Quotation, width: int, indent: str) -> list[str]:
    quote = wrap(f"“{quotation.text}”", width, initial_indent=indent, subsequent_indent=indent)
    cited = wrap(f"— {reference(quotation)}", width, initial_indent=indent, subsequent_indent=f"{indent}  ")
    return [*quote, *cited]
