"""The texts of a course: how long each may be, and what may not stand in them.

The limits are Discord's, with room to spare: the longest possible reveal (stem, five options
or four sentences twice, explanation, quotation and its citation) stays under 3500 of the 4000
characters that all texts of a message may have together, and titles fit menus and autocomplete (100).
White space runs to one space: a text is one line, wherever the file breaks it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from bot.bank.yaml_text import FORBIDDEN_CHARACTERS, name_of

STEM_MAXIMUM = 300
OPTION_MAXIMUM = 100
SENTENCE_MAXIMUM = 200
TYPED_MAXIMUM = 120
UNIT_MAXIMUM = 30
WHY_WRONG_MAXIMUM = 300
EXPLANATION_MAXIMUM = 600
QUOTE_MINIMUM = 15
QUOTE_MAXIMUM = 300
STATEMENT_MAXIMUM = 400
COURSE_TITLE_MAXIMUM = 80
TOPIC_TITLE_MAXIMUM = 60
DESCRIPTION_MAXIMUM = 400
SOURCE_TITLE_MAXIMUM = 200
NAME_MAXIMUM = 120
PLACE_MAXIMUM = 200
ID_MAXIMUM = 64
MARKS_MAXIMUM = 3

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z]{2})?")
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_FILE_NAME = re.compile(r"[^/\\:.][^/\\:]*")

TEXT_ERROR = "text"
"""The type of the errors that this module raises; ``ctx`` holds ``message`` and ``expected``."""


def wrong_text(message: str, expected: str) -> PydanticCustomError:
    """The error of a field that holds something that it must not."""
    return PydanticCustomError(TEXT_ERROR, "{message}", {"message": message, "expected": expected})


def _of_length(maximum: int, minimum: int = 1) -> Callable[[str], str]:
    """One line of ``minimum`` to ``maximum`` characters, white space run to one space."""

    def checked(text: str) -> str:
        found = FORBIDDEN_CHARACTERS.search(text)
        if found is not None:
            raise wrong_text(f"{name_of(found[0])} stands in the text", "remove it")
        if pile := _pile_of_marks(text):
            raise wrong_text(
                f"“{pile}” has more than {MARKS_MAXIMUM} accents on one letter",
                "remove those that are too many",
            )
        folded = " ".join(text.split())
        if not folded:
            raise wrong_text("is empty", "write the text, or remove the field where it is optional")
        if not minimum <= len(folded) <= maximum:
            allowed = f"{minimum} to {maximum}" if minimum > 1 else f"at most {maximum}"
            raise wrong_text(f"has {len(folded)} characters", f"write {allowed}")
        return folded

    return checked


def _pile_of_marks(text: str) -> str:
    """A letter with so many marks on it that they run over the lines around it; empty where there is none."""
    if text.isascii():
        return ""
    marks = 0
    for position, character in enumerate(text):
        marks = marks + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        if marks > MARKS_MAXIMUM:
            return text[max(position - marks, 0) : position]
    return ""


def _of_form(pattern: re.Pattern[str], expected: str, maximum: int = 200) -> Callable[[str], str]:
    """A text that is ``pattern`` from its first to its last character."""

    def checked(text: str) -> str:
        if len(text) > maximum or pattern.fullmatch(text) is None:
            raise wrong_text(f"“{text[:80]}” has another form than this field's", expected)
        return text

    return checked


def _is_date(text: str) -> str:
    match = _DATE.fullmatch(text)
    expected = 'write a year or a date in quotation marks: "2013" or "2013-10" or "2013-10-25"'
    if match is None:
        raise wrong_text(f"“{text[:80]}” is not a date", expected)
    year, month, day = (int(part) if part else 1 for part in match.groups())
    try:
        date(year, month, day)
    except ValueError as error:
        raise wrong_text(f"“{text}” is not in the calendar", expected) from error
    return text


Stem = Annotated[str, AfterValidator(_of_length(STEM_MAXIMUM))]
OptionText = Annotated[str, AfterValidator(_of_length(OPTION_MAXIMUM))]
TypedText = Annotated[str, AfterValidator(_of_length(TYPED_MAXIMUM))]
Unit = Annotated[str, AfterValidator(_of_length(UNIT_MAXIMUM))]
WhyWrong = Annotated[str, AfterValidator(_of_length(WHY_WRONG_MAXIMUM))]
Explanation = Annotated[str, AfterValidator(_of_length(EXPLANATION_MAXIMUM))]
Quote = Annotated[str, AfterValidator(_of_length(QUOTE_MAXIMUM, QUOTE_MINIMUM))]
Statement = Annotated[str, AfterValidator(_of_length(STATEMENT_MAXIMUM))]
CourseTitle = Annotated[str, AfterValidator(_of_length(COURSE_TITLE_MAXIMUM))]
TopicTitle = Annotated[str, AfterValidator(_of_length(TOPIC_TITLE_MAXIMUM))]
Description = Annotated[str, AfterValidator(_of_length(DESCRIPTION_MAXIMUM))]
SourceTitle = Annotated[str, AfterValidator(_of_length(SOURCE_TITLE_MAXIMUM))]
Name = Annotated[str, AfterValidator(_of_length(NAME_MAXIMUM))]
Place = Annotated[str, AfterValidator(_of_length(PLACE_MAXIMUM))]
Note = Annotated[str, AfterValidator(_of_length(STATEMENT_MAXIMUM))]
Value = Annotated[str, AfterValidator(_of_length(QUOTE_MAXIMUM))]

Id = Annotated[
    str,
    AfterValidator(
        _of_form(_ID, f"write lower-case letters, digits and hyphens, at most {ID_MAXIMUM}", ID_MAXIMUM)
    ),
]
Language = Annotated[str, AfterValidator(_of_form(_LANGUAGE, "write a language's code: en, de, pt-BR"))]
DateText = Annotated[str, AfterValidator(_is_date)]
Sha256 = Annotated[str, AfterValidator(_of_form(_SHA256, "write the 64 hexadecimal digits in lower case"))]
FileName = Annotated[str, AfterValidator(_of_form(_FILE_NAME, "write the name of a file, without a folder"))]
Url = Annotated[
    str, AfterValidator(_of_form(re.compile(r"https?://[^\s<>]+"), "write an address: https://…", 500))
]
