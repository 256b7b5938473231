"""Numbers of a course that may have a fraction, read without YAML's guesses."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BeforeValidator

from bot.bank.texts import wrong_text
from bot.bank.yaml_values import Misread

_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_MOST_DIGITS = 30
_EXPECTED = (
    "write a plain number without separators, unit and quotation marks, such as 63, 0.05 or 790000000000"
)


def _amount(written: object) -> float:
    """A whole number, or one with a decimal point; nothing else that YAML takes for a number."""
    if isinstance(written, int) and not isinstance(written, bool):
        return float(written)
    if isinstance(written, float):
        return written
    text = written.written if isinstance(written, Misread) else None
    if text is not None and len(text) <= _MOST_DIGITS and _DECIMAL.fullmatch(text):
        return float(text)
    said = text if text is not None else str(written).lower() if isinstance(written, bool) else written
    if isinstance(said, str):
        raise wrong_text(f"“{said[:60]}” is not a plain number", _EXPECTED)
    raise wrong_text("has no value" if said is None else "is not a number", _EXPECTED)


Amount = Annotated[float, BeforeValidator(_amount)]
"""A finite number."""
