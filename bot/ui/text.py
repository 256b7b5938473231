"""Text of others made harmless: what a bank or a person wrote is shown as it was written.

Nothing in it becomes a heading, a link, a mention or a hidden word, and nothing in it reorders the line.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_MARKDOWN = re.compile(r"([\\*_~`|<>\[\]()#:@-])")
_LIST_NUMBER = re.compile(r"^(\s*\d+)([.)])", re.MULTILINE)
_ZERO_WIDTH_SPACE = "\u200b"
_MOST_COMBINING_MARKS = 3
_COMBINING_RUN = re.compile(
    r"([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{3})[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)
_INVISIBLE = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")


# A thousand learners are told the same four options within a second.
@lru_cache(maxsize=1024)
def plain(text: str) -> str:
    """The text on one line, escaped for Discord: its words are seen, its markup is not obeyed."""
    return escape(" ".join(clean(text).split()))


def clean(text: str) -> str:
    """The text without control characters, direction overrides and piles of combining marks."""
    kept = "".join(
        character
        for character in text
        if character in "\n\t" or (unicodedata.category(character) != "Cc" and character not in _INVISIBLE)
    )
    return _COMBINING_RUN.sub(r"\1", kept)


def escape(text: str) -> str:
    """Backslashes before everything that Discord reads as markup; a mention is broken for good."""
    escaped = _LIST_NUMBER.sub(r"\1\\\2", _MARKDOWN.sub(r"\\\1", text))
    return escaped.replace("\\@", f"@{_ZERO_WIDTH_SPACE}")


def shorten(text: str, most: int) -> str:
    """The text in at most ``most`` characters, cut at a word where that is possible."""
    if len(text) <= most:
        return text
    cut = text[: most - 1].rstrip()
    at_word = cut.rpartition(" ")[0]
    return (at_word if len(at_word) > most // 2 else cut) + "…"
