"""A number to be typed: digits with or without separators, or with a word ("20 million")."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.domain.question_types.rules import Control, QuestionTypeRules
from bot.domain.question_types.typed import no_options, read_text, tell_text
from bot.domain.questions import Grade, Question, Response

_MAGNITUDES = {
    "hundred": 1e2,
    "thousand": 1e3,
    "k": 1e3,
    "million": 1e6,
    "m": 1e6,
    "mn": 1e6,
    "mio": 1e6,
    "mil": 1e6,
    "mln": 1e6,
    "billion": 1e9,
    "b": 1e9,
    "bn": 1e9,
    "bln": 1e9,
    "trillion": 1e12,
    "tn": 1e12,
    "万": 1e4,
    "亿": 1e8,
}
_WORDS = {
    word: number
    for number, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
            "twenty",
        ]
    )
}
# In a text that is casefolded. A sign counts only where nothing stands before it: the hyphen of "mid-1990" is none.
_NUMBER = re.compile(
    r"(?:(?<![\w.,])(?P<sign>[+\-−])\s?[$€£¥]?)?(?P<digits>\d(?:[\d,.'’]|[ \u00a0\u202f](?=\d{3}(?!\d)))*)"
    r"\s*(?P<word>[a-z]+|[万亿])?"
)
_SEPARATED = re.compile(r"^\d{1,3}(?P<separator>[,.'’ ])\d{3}(?:(?P=separator)\d{3})*$")


def grade(question: Question, response: Response) -> Grade:
    """Right within the tolerance, wrong outside it."""
    key = question.numeric_key
    typed = parse_number(response.text)
    if key is None or typed is None:
        return Grade(0.0)
    allowed = max(key.absolute, abs(key.value) * key.relative)
    # A hair's breadth more than allowed, for what binary fractions cannot hold.
    return Grade(1.0 if abs(typed - key.value) <= allowed + 1e-9 * max(1.0, abs(key.value)) else 0.0)


def rekey(question: Question, response: Response) -> Question | None:
    """The typed number is the key, in the same unit and with the same tolerance."""
    typed = parse_number(response.text)
    if question.numeric_key is None or typed is None:
        return None
    return replace(question, numeric_key=replace(question.numeric_key, value=typed))


def parse_number(text: str) -> float | None:
    """The first number in a typed text, or None where there is none.

    Thousands may be separated by commas, points, apostrophes or spaces; a single comma or point that is not
    followed by exactly three digits is a decimal sign. "1,500" is therefore fifteen hundred.
    """
    folded = " ".join(text.casefold().split())
    match = _NUMBER.search(folded)
    return _value(match) if match is not None else _spoken(folded)


def numbers_in(text: str) -> frozenset[float]:
    """Every number that is written in figures in a text, whatever way it is written."""
    values = (_value(match) for match in _NUMBER.finditer(" ".join(text.casefold().split())))
    return frozenset(value for value in values if value is not None)


def _value(match: re.Match[str]) -> float | None:
    value = _digits(match["digits"].strip(" .,'’"))
    if value is None:
        return None
    value *= _MAGNITUDES.get(match["word"] or "", 1.0)
    return -value if match["sign"] in ("-", "−") else value


def _digits(written: str) -> float | None:
    compact = re.sub(r"\s+", " ", written)
    if _SEPARATED.match(compact):
        return float(re.sub(r"[^\d]", "", compact))
    marks = re.findall(r"[,.]", compact)
    if len(set(marks)) == 2:  # noqa: PLR2004 - a mark of thousands and a decimal sign
        thousands, decimal = (",", ".") if compact.rindex(".") > compact.rindex(",") else (".", ",")
        compact = compact.replace(thousands, "").replace(decimal, ".")
    else:
        compact = compact.replace(",", ".")
    try:
        return float(re.sub(r"[ '’]", "", compact))
    except ValueError:
        return None


def _spoken(text: str) -> float | None:
    """Read “twenty million”, “a billion”, “half a million”: a small number in words, with or without a magnitude."""
    words = [word for word in re.findall(r"[a-z]+", text) if word in _WORDS or word in _MAGNITUDES]
    if not words:
        return None
    value = float(_WORDS[words[0]]) if words[0] in _WORDS else 1.0
    if "half" in text.split():
        value /= 2
    for word in words[words[0] in _WORDS :]:
        value *= _MAGNITUDES.get(word, 1.0)
    return value


RULES = QuestionTypeRules(
    grade=grade,
    arrange=no_options,
    control=Control.FORM,
    read=read_text,
    tell=tell_text,
    rekey=rekey,
    time_factor=1.5,
)
