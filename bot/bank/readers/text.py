"""Plain text and Markdown: the file's characters as they are, folded for searching."""

from __future__ import annotations

from bot.bank.folding import FoldedText, fold


def read_text(raw: bytes) -> FoldedText:
    """Read a document in UTF-8; a byte order mark does not count as a character.

    Line ends stay as they are, so that an offset is the same on every machine.

    Raises:
        UnicodeDecodeError: the document is in another encoding.
    """
    return fold(raw.decode("utf-8").removeprefix("\ufeff"))
