"""Text folded so that a quotation can be found in it, with the way back to the raw file.

Documents break lines where their pages end: white space runs to one space, a soft hyphen is
dropped, and a word divided at a line's end is joined. Whether such a hyphen belonged to the
word ("market-driven") or not ("political") cannot be known, so a quotation may have it or not.
Any other hyphen, every letter and every sign counts.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

# In this order: a soft hyphen, with the line end that it divides a word at; other invisible
# characters; a word divided at a line's end with a hyphen; white space (form feeds too).
_FOLDED = re.compile(
    r"(?<=\w)\u00ad[^\S\n]*\n\s*(?=\w)|[\u00ad\u200b\ufeff]+|(?<=\w)[-\u2010]\u00ad*(?=[^\S\n]*\n)\s+(?=\w)|\s+"
)
_HYPHENS = "-\u2010"


@dataclass(frozen=True, eq=False)
class FoldedText:
    """``text`` is ``raw`` folded; character i of it stands at ``offsets[i]`` in ``raw``.

    ``offsets`` has one entry more than ``text``: the length of ``raw``. ``breaks`` holds the
    positions in ``text`` before which a hyphen at a line's end was dropped.
    """

    raw: str
    text: str
    offsets: array[int]
    breaks: frozenset[int]

    def raw_offset(self, position: int) -> int:
        """Where a character of ``text`` stands in ``raw``."""
        return self.offsets[position]

    def position(self, raw_offset: int) -> int:
        """The character of ``text`` at an offset of ``raw``, or the next one where that was folded away."""
        return bisect_left(self.offsets, raw_offset, 0, len(self.text))

    def find(self, quotation: str) -> Iterator[int]:
        """The offsets in ``raw`` at which the quotation begins, first to last."""
        wanted = fold(quotation).text.strip()
        if not wanted:
            return
        plain, places = self._searched
        key, _ = _without_hyphens(wanted)
        start = plain.find(key) if key else -1
        while start >= 0:
            # The key has no hyphens, so it begins after those that the quotation begins with.
            begin = places[start] - (len(wanted) - len(wanted.lstrip(_HYPHENS)))
            if begin >= 0 and self._matches(wanted, begin):
                yield self.offsets[begin]
            start = plain.find(key, start + 1)

    @cached_property
    def _searched(self) -> tuple[str, list[int]]:
        return _without_hyphens(self.text)

    def _matches(self, wanted: str, begin: int) -> bool:
        """Whether ``wanted`` stands at a position of ``text``, hyphens at line ends being free."""
        here = begin
        for character in wanted:
            if here < len(self.text) and self.text[here] == character:
                here += 1
            elif character not in _HYPHENS or here not in self.breaks:
                return False
        return True


def fold(raw: str) -> FoldedText:
    """Fold a text."""
    pieces: list[str] = []
    offsets = array("I")
    breaks: set[int] = set()
    length = end = 0
    for match in _FOLDED.finditer(raw):
        start = match.start()
        pieces.append(raw[end:start])
        offsets.extend(range(end, start))
        length += start - end
        end = match.end()
        first = match[0][0]
        if first in _HYPHENS:
            breaks.add(length)
        elif first.isspace():
            # Space, invisible character, space: the second space is no second space.
            if length and offsets and _ends_with_space(pieces):
                continue
            pieces.append(" ")
            offsets.append(start)
            length += 1
    pieces.append(raw[end:])
    offsets.extend(range(end, len(raw) + 1))
    return FoldedText(raw, "".join(pieces), offsets, frozenset(breaks))


def is_in(words: str, quotation: str) -> bool:
    """Whether the words stand in the quotation, both folded."""
    return next(fold(quotation).find(words), None) is not None


def _ends_with_space(pieces: list[str]) -> bool:
    last = next((piece for piece in reversed(pieces) if piece), "")
    return last.endswith(" ")


def _without_hyphens(text: str) -> tuple[str, list[int]]:
    """The text without any hyphen, and the place of each character that is left."""
    places = [place for place, character in enumerate(text) if character not in _HYPHENS]
    return "".join(text[place] for place in places), places
