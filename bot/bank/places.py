"""The place of a quotation, said as a reader would look it up: heading and paragraph.

Paragraphs are counted from the nearest heading above, the first being 1. What a paragraph is
depends on the document: where lines are broken by hand, a block between blank lines; else
each line that is not blank.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*\s*$")
_LINES_A_BLOCK = 2  # from this mean on, lines were broken by hand


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that is not blank; ``is_first`` where a blank line, or nothing, stands above it."""

    start: int
    text: str
    is_first: bool


@dataclass(frozen=True, slots=True)
class Places:
    """The places in one document: where each begins (offsets in the raw text), and its name."""

    starts: tuple[int, ...]
    names: tuple[str, ...]

    def at(self, offset: int) -> str:
        """The place of an offset in the raw text."""
        position = bisect_right(self.starts, offset) - 1
        return self.names[max(position, 0)] if self.names else "paragraph 1"


def find_places(raw: str, headings: Sequence[str]) -> Places:
    """Read the places of a document. A heading is looked for as a whole line, or several lines."""
    lines = list(_lines_of(raw))
    blocks = sum(line.is_first for line in lines)
    is_wrapped = blocks > 1 and len(lines) >= _LINES_A_BLOCK * blocks
    wanted = {" ".join(heading.split()): heading for heading in headings}
    starts: list[int] = []
    names: list[str] = []
    heading, paragraph, rest_of_heading = "", 0, 0
    for number, line in enumerate(lines):
        if rest_of_heading:
            rest_of_heading -= 1
            continue
        if found := _heading_at(lines, number, wanted):
            heading, paragraph = wanted[found[0]], 0
            rest_of_heading = found[1] - 1
            names.append(f"in the heading “{heading}”")
        elif paragraph and is_wrapped and _goes_on(line, lines[number - 1]):
            continue
        elif paragraph and not is_wrapped and line.text.lstrip()[:1].islower():
            continue  # the rest of a paragraph that a page's end divided
        else:
            paragraph += 1
            names.append(f"in “{heading}”, paragraph {paragraph}" if heading else f"paragraph {paragraph}")
        starts.append(line.start)
    return Places(tuple(starts), tuple(names))


def _lines_of(raw: str) -> Iterator[_Line]:
    offset, is_first = 0, True
    for text in raw.split("\n"):
        if text.strip():
            yield _Line(offset, text, is_first)
            is_first = False
        else:
            is_first = True
        offset += len(text) + 1


def _goes_on(line: _Line, before: _Line) -> bool:
    """Whether a line belongs to the paragraph of the line before it, in a document wrapped by hand.

    At the end of a page no blank line is left: the next page's first line is indented, and
    begins a paragraph where the last one ended a sentence.
    """
    if line.is_first:
        return False
    return not (line.text[:1].isspace() and _SENTENCE_END.search(before.text))


def _heading_at(lines: list[_Line], number: int, wanted: dict[str, str]) -> tuple[str, int] | None:
    """The heading that begins at a line, and how many lines it takes."""
    joined = ""
    longest = max(map(len, wanted), default=0)
    for count, line in enumerate(lines[number : number + 5], start=1):
        words = line.text.lstrip("# ") if count == 1 else line.text  # a heading of Markdown
        joined = f"{joined} {' '.join(words.split())}".strip()
        if joined in wanted:
            return joined, count
        if len(joined) > longest:
            break
    return None
