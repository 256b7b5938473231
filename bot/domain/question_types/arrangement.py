"""The order in which options are shown: shuffled, unless an order carries meaning."""

from __future__ import annotations

import re
from random import Random

from bot.domain.questions import Question

_MAGNITUDES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_NUMBER = re.compile(
    r"^(?:about |around |over |more than |nearly |almost )?[$€£¥]?\s*(\d[\d,]*(?:\.\d+)?)\s*"
    r"(thousand|million|billion|trillion)?\b\s*([^\d]*)$",
    re.IGNORECASE,
)


def file_order(question: Question, random: Random) -> tuple[int, ...]:
    """The options as the file has them: True before False."""
    return tuple(range(len(question.options)))


def shuffled(question: Question, random: Random) -> tuple[int, ...]:
    """A random order, but numbers in ascending order.

    Numeric options stand in order: Haladyna, Downing and Rodriguez (2002), guideline 21.
    """
    values = [numeric_value(option.text) for option in question.options]
    positions = list(range(len(question.options)))
    if all(value is not None for value in values):
        return tuple(sorted(positions, key=lambda position: values[position] or 0.0))
    random.shuffle(positions)
    return tuple(positions)


def numeric_value(text: str) -> float | None:
    """The number that an option is ("1999", "$790 billion", "63 percent"), or None where it is not one."""
    match = _NUMBER.match(text.strip())
    if match is None:
        return None
    number, magnitude, _unit = match.groups()
    return float(number.replace(",", "")) * _MAGNITUDES.get((magnitude or "").lower(), 1.0)
