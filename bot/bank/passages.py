"""A quotation within the paragraph of its document, for those who must judge it. Only what surrounds it is given.

Nothing is kept: the documents are other people's texts.
"""

from __future__ import annotations

from bisect import bisect_right
from pathlib import Path

from bot.bank.course_files import SOURCES_FILE
from bot.bank.folding import FoldedText, fold
from bot.bank.places import find_places
from bot.bank.readers import READERS
from bot.bank.yaml_files import read_yaml
from bot.bank.yaml_values import YamlList, YamlMapping
from bot.domain.disputes import Passage
from bot.domain.questions import Quotation

_MOST_AROUND = 220


def passage_of(course: Path, documents: Path, quotation: Quotation) -> Passage | None:
    """Look a quotation up in its document; None where that is not at hand, or does not hold it any more."""
    source = _source(course, quotation.source.id)
    name = source.get("file") if source else None
    path = documents / name if isinstance(name, str) and "/" not in name else None
    reader = READERS.get(path.suffix.lower()) if path is not None else None
    if path is None or reader is None or not path.is_file():
        return None
    try:
        text = reader(path.read_bytes())
    except (OSError, UnicodeDecodeError):
        return None
    sections = source.get("sections") if source else None
    return _around(text, quotation, [str(each) for each in sections] if isinstance(sections, list) else [])


def _source(course: Path, source_id: str) -> YamlMapping | None:
    root = read_yaml(course / SOURCES_FILE, SOURCES_FILE).root
    entries = root if isinstance(root, YamlList) else []
    return next((e for e in entries if isinstance(e, YamlMapping) and e.get("id") == source_id), None)


def _around(text: FoldedText, quotation: Quotation, sections: list[str]) -> Passage | None:
    offsets = list(text.find(quotation.text))
    if not offsets:
        return None
    recorded = offsets[0] if quotation.at is None else quotation.at
    at = min(offsets, key=lambda offset: abs(offset - recorded))
    starts = find_places(text.raw, sections).starts
    number = bisect_right(starts, at)
    begin = starts[number - 1] if number else 0
    end = starts[number] if number < len(starts) else len(text.raw)
    first = text.position(at)
    last = first + len(fold(quotation.text).text.strip())
    before = text.text[text.position(begin) : first].strip()
    after = text.text[last : max(last, text.position(end))].strip()
    return Passage(_end_of(before), text.text[first:last].strip(), _start_of(after))


def _end_of(words: str) -> str:
    if len(words) <= _MOST_AROUND:
        return words
    return "…" + words[-_MOST_AROUND:].partition(" ")[2]


def _start_of(words: str) -> str:
    if len(words) <= _MOST_AROUND:
        return words
    return words[:_MOST_AROUND].rpartition(" ")[0] + "…"
