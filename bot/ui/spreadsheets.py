"""Tables as .csv files that Excel, LibreOffice, Moodle and Canvas open as they are, and that open no formula.

UTF-8 with a byte order mark, by which Excel knows it; lines end as RFC 4180 says.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from bot.ui.text import clean

Cell = str | int | float | None

# OWASP, "CSV Injection": a cell that begins with one of these is run as a formula.
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
_DECIMALS = 2


def csv_file(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """The whole file; an empty cell stands for None."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([defused(each) for each in header])
    writer.writerows([[_written(cell) for cell in row] for row in rows])
    return text.getvalue().encode("utf-8-sig")


def defused(text: str) -> str:
    """A text that a spreadsheet takes for one: an apostrophe stands before whatever could begin a formula.

    Spaces before the sign do not protect, since some programs drop them.
    """
    one_line = " ".join(clean(text).split("\n"))
    starts = text.startswith(_FORMULA_SIGNS) or one_line.lstrip().startswith(_FORMULA_SIGNS)
    return f"'{one_line}" if starts else one_line


def _written(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        # Numbers are ours, and never negative: nothing in them can begin a formula, but they are checked all the same.
        return defused(f"{cell:.{_DECIMALS}f}".rstrip("0").rstrip("."))
    return defused(str(cell))
