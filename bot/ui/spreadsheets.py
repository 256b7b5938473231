"""Tables as .csv files that Excel, LibreOffice, Moodle and Canvas open as they are, and that open no formula.

UTF-8 with a byte order mark, by which Excel knows it; lines end as RFC 4180 says.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

from bot.ui.text import clean

Cell = str | int | float | None

# OWASP, "CSV Injection": a cell that begins with one of these is run as a formula.
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
# Where a comma is the decimal sign, Excel cuts a file's lines at semicolons instead of commas.
_FORMULA_IN_ANOTHER_CELL = re.compile(r";(?=\s*[=+\-@＝＋－＠])")
_BETWEEN_CELLS = re.compile(r"[\n\t]")
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

    Spaces before the sign do not protect, since some programs drop them; nor does what stands before a semicolon, since
    some programs begin a cell there.
    """
    one_line = _FORMULA_IN_ANOTHER_CELL.sub(";'", _BETWEEN_CELLS.sub(" ", clean(text)))
    starts = text.startswith(_FORMULA_SIGNS) or one_line.lstrip().startswith(_FORMULA_SIGNS)
    return f"'{one_line}" if starts else one_line


def _written(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return defused(cell)
    # Numbers are ours: a minus begins no formula, and an apostrophe before it would make a text of them.
    if isinstance(cell, int):
        return str(cell)
    # Nothing added, and nothing is left of a minus before a zero.
    return f"{round(cell, _DECIMALS) + 0.0:.{_DECIMALS}f}".rstrip("0").rstrip(".")
