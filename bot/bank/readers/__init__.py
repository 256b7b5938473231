"""One file per kind of document: its text, and where each part of it stands in the raw file.

A new kind is a module with one function and a line in `READERS`.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.bank.folding import FoldedText
from bot.bank.readers.text import read_text

READERS: dict[str, Callable[[bytes], FoldedText]] = {
    ".txt": read_text,
    ".md": read_text,
}
"""The reader of each kind of document, by the suffix of its name in lower case. A reader raises
`UnicodeDecodeError` for a document that it cannot decode."""
