"""What a course's documents state, and which documents those are: the values that checks work on.

Questions are ways to ask facts; what learners see of them is in ``bot.domain``.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.questions import FactKind, Source


@dataclass(frozen=True, slots=True)
class FilePlace:
    """A place in a course's files; ``field`` is the way to it, as problems tell it."""

    file: str
    line: int
    column: int
    field: str


@dataclass(frozen=True, slots=True)
class Document:
    """A source with what identifies its file. ``sections`` are its headings, verbatim, in order.

    ``sha256`` is None where nobody recorded it; ``same_work_as`` names the source of whose
    work this file is another copy.
    """

    source: Source
    file: str
    sha256: str | None
    sections: tuple[str, ...]
    same_work_as: str | None
    written: FilePlace


@dataclass(frozen=True, slots=True)
class Evidence:
    """A quotation that shows a fact. ``at`` and ``place`` are as recorded: see `verify`."""

    source_id: str
    quote: str
    at: int | None
    place: str | None
    written: FilePlace


@dataclass(frozen=True, slots=True)
class Fact:
    """One statement of the documents.

    ``value`` holds the words of the quotation that answer "``subject`` ``relation`` …?".
    ``said_by`` is the holder of the view where the fact is only reported. ``as_of`` is the
    year or date that the fact is bound to. ``is_core`` marks what a teacher wants known.
    ``source_slips`` are pairs of a misspelling in the quotations and its right form.
    """

    id: str
    statement: str
    kind: FactKind
    subject: str | None
    relation: str | None
    value: str | None
    said_by: str | None
    as_of: str | None
    is_core: bool
    evidence: tuple[Evidence, ...]
    conflicts_with: tuple[str, ...]
    source_slips: tuple[tuple[str, str], ...]
    is_usable: bool
    why_not: str | None
