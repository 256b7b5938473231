"""Is every quotation really in its document, and where?

The documents are other people's texts and need not be at hand: what could not be verified is
said, never passed over. Nothing is written here; see `mend`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Protocol

from bot.bank.facts import Document, Evidence, Fact
from bot.bank.folding import FoldedText
from bot.bank.places import Places, find_places
from bot.bank.readers import READERS


class Finding(StrEnum):
    """What became of looking for a quotation.

    ``VERIFIED``: it stands in the document, at its recorded offset if one is recorded.
    ``MOVED``: it stands in the document, but not at its recorded offset.
    ``MISSING``: it does not stand in the document.
    ``UNVERIFIED``: the document is not at hand or cannot be read.
    """

    VERIFIED = "verified"
    MOVED = "moved"
    MISSING = "missing"
    UNVERIFIED = "unverified"


class Verifiable(Protocol):
    """What has quotations and documents: a loaded course."""

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The facts with their quotations."""

    @property
    def documents(self) -> tuple[Document, ...]:
        """The documents that they are from."""


@dataclass(frozen=True, slots=True)
class CheckedQuotation:
    """One quotation with what was found. ``at`` and ``place`` are as computed from the document."""

    fact: Fact
    position: int
    evidence: Evidence
    finding: Finding
    at: int | None = None
    place: str | None = None

    @property
    def is_recorded(self) -> bool:
        """Whether the course's files have the offset and the place as computed."""
        return self.evidence.at == self.at and self.evidence.place == self.place


@dataclass(frozen=True)
class CheckedDocument:
    """A document as it was found.

    ``sha256`` is None where it is not at hand; ``trouble`` says why it could not be read.
    """

    document: Document
    sha256: str | None = None
    text: FoldedText | None = None
    trouble: str = ""

    @property
    def is_found(self) -> bool:
        """Whether the file is at hand."""
        return self.sha256 is not None

    @property
    def is_same(self) -> bool | None:
        """Whether it is the recorded file, byte for byte; None where that cannot be said."""
        if self.sha256 is None or self.document.sha256 is None:
            return None
        return self.sha256 == self.document.sha256

    @cached_property
    def places(self) -> Places:
        """The places in the text."""
        return find_places(self.text.raw if self.text else "", self.document.sections)


@dataclass(frozen=True, slots=True)
class Verification:
    """All quotations and documents of a course, in the files' order."""

    quotations: tuple[CheckedQuotation, ...]
    documents: tuple[CheckedDocument, ...]

    def count(self, finding: Finding) -> int:
        """How many quotations ended so."""
        return sum(checked.finding is finding for checked in self.quotations)


def verify(course: Verifiable, folder: Path | None) -> Verification:
    """Look for each quotation in its document in ``folder``; None where no documents are at hand."""
    return verify_facts(course.facts, course.documents, folder)


def verify_facts(facts: Iterable[Fact], documents: Iterable[Document], folder: Path | None) -> Verification:
    """`verify` for facts and documents that are not, or not yet, a course."""
    checked = [_check_document(document, folder) for document in documents]
    by_id = {found.document.source.id: found for found in checked}
    quotations = tuple(
        _check_quotation(fact, position, evidence, by_id.get(evidence.source_id))
        for fact in facts
        for position, evidence in enumerate(fact.evidence)
    )
    return Verification(quotations, tuple(checked))


def _check_document(document: Document, folder: Path | None) -> CheckedDocument:
    path = folder / document.file if folder is not None else None
    if path is None or not path.is_file():
        return CheckedDocument(document)
    try:
        raw = path.read_bytes()
    except OSError as error:
        return CheckedDocument(document, trouble=f"it cannot be read: {error.strerror}")
    digest = hashlib.sha256(raw).hexdigest()
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        known = ", ".join(READERS)
        return CheckedDocument(
            document, digest, trouble=f"documents of the kind “{path.suffix}” cannot be read (but {known})"
        )
    try:
        return CheckedDocument(document, digest, reader(raw))
    except UnicodeDecodeError as error:
        return CheckedDocument(
            document, digest, trouble=f"it is not UTF-8 at byte {error.start}; save it as UTF-8"
        )


def _check_quotation(
    fact: Fact, position: int, evidence: Evidence, found: CheckedDocument | None
) -> CheckedQuotation:
    if found is None or found.text is None:
        return CheckedQuotation(fact, position, evidence, Finding.UNVERIFIED)
    offsets = list(found.text.find(evidence.quote))
    if not offsets:
        return CheckedQuotation(fact, position, evidence, Finding.MISSING)
    recorded = evidence.at
    if recorded is None:
        at, finding = offsets[0], Finding.VERIFIED
    else:
        at = min(offsets, key=lambda offset: abs(offset - recorded))
        finding = Finding.VERIFIED if at == recorded else Finding.MOVED
    return CheckedQuotation(fact, position, evidence, finding, at, found.places.at(at))
