"""The format of a course's files but for its questions: which fields there are and what each holds.

One model a kind of entry; what a field may not say alone (a view needs its holder, a fact
must exist) is checked in ``fact_rules`` and ``references``. Questions are in ``question_schema``.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.bank.texts import (
    CourseTitle,
    DateText,
    Description,
    FileName,
    Id,
    Language,
    Name,
    Note,
    Place,
    Quote,
    Sha256,
    SourceTitle,
    Statement,
    TopicTitle,
    Url,
    Value,
)
from bot.domain.questions import FactKind


class Entry(BaseModel):
    """What all entries share: no field beyond the known ones, no type made from another."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class WaivableEntry(Entry):
    """An entry that may waive rules of the linter: the reason by the id of each rule."""

    waive: dict[Id, Note] = {}


class TopicEntry(Entry):
    """A topic in course.yaml."""

    id: Id
    title: TopicTitle
    description: Description = ""


class CourseEntry(WaivableEntry):
    """The whole of course.yaml."""

    id: Id
    title: CourseTitle
    description: Description = ""
    language: Language = "en"
    topics: Annotated[list[TopicEntry], Field(min_length=1)]


class SourceEntry(WaivableEntry):
    """A document in sources.yaml. ``sections`` are its own headings, verbatim."""

    id: Id
    title: SourceTitle
    author: Name | None = None
    publisher: Name | None = None
    published: DateText | None = None
    url: Url | None = None
    file: FileName
    sha256: Sha256 | None = None
    same_work_as: Id | None = None
    sections: list[Name] = []


class EvidenceEntry(Entry):
    """A quotation that shows a fact. ``at`` and ``place`` are computed."""

    source: Id
    quote: Quote
    at: Annotated[int, Field(ge=0)] | None = None
    place: Place | None = None


class SlipEntry(Entry):
    """A misspelling in a quotation, with the right form."""

    written: Name
    right: Name


class FactEntry(WaivableEntry):
    """A fact in facts/*.yaml."""

    id: Id
    statement: Statement
    kind: Annotated[FactKind, Field(strict=False)]
    subject: Name | None = None
    relation: Name | None = None
    value: Value | None = None
    status: Literal["fact", "reported"] = "fact"
    said_by: Name | None = None
    as_of: DateText | None = None
    importance: Literal["core", "detail"] = "detail"
    evidence: Annotated[list[EvidenceEntry], Field(min_length=1)]
    conflicts_with: list[Id] = []
    source_slips: list[SlipEntry] = []
    usable: bool = True
    why_not: Note | None = None


class QuarantineEntry(Entry):
    """A quotation of a fact that its document lacks. ``missed_in`` is the sha256 of the document looked in."""

    fact: Id
    source: Id
    quote: Quote
    missed_in: Sha256
