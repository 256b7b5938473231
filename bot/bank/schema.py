"""The format of a course's files: which fields there are and what each holds.

One model a kind of entry; what a field may not say alone (a view needs its holder, a fact
must exist) is checked in ``entry_rules`` and ``references``.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from bot.bank.texts import (
    CourseTitle,
    DateText,
    Description,
    Explanation,
    FileName,
    Id,
    Language,
    Name,
    Note,
    OptionText,
    Place,
    Quote,
    Sha256,
    SourceTitle,
    Statement,
    Stem,
    TopicTitle,
    Url,
    Value,
    WhyWrong,
)
from bot.domain.questions import CognitiveLevel, FactKind, QuestionType


class Entry(BaseModel):
    """What all entries share: no field beyond the known ones, no type made from another."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class TopicEntry(Entry):
    """A topic in course.yaml."""

    id: Id
    title: TopicTitle
    description: Description = ""


class CourseEntry(Entry):
    """The whole of course.yaml."""

    id: Id
    title: CourseTitle
    description: Description = ""
    language: Language = "en"
    topics: Annotated[list[TopicEntry], Field(min_length=1)]


class SourceEntry(Entry):
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


class FactEntry(Entry):
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


class DistractorEntry(Entry):
    """A wrong option, why it is wrong, and the fact that shows it."""

    text: OptionText
    why_wrong: WhyWrong
    refuted_by: Id


class QuestionEntry(Entry):
    """What every question has, whatever its type."""

    id: Id
    type: Annotated[QuestionType, Field(strict=False)]
    facts: Annotated[list[Id], Field(min_length=1)]
    stem: Stem
    explanation: Explanation
    difficulty: Annotated[int, Field(ge=1, le=5)]
    cognitive: Annotated[CognitiveLevel, Field(strict=False)]
    tags: Annotated[list[Id], Field(min_length=1)]
    origin: Literal["written", "composed", "model"] = "written"
    status: Literal["draft", "approved", "retired"]
    language: Language | None = None


class SingleChoiceEntry(QuestionEntry):
    """One option is right."""

    answer: OptionText
    distractors: Annotated[list[DistractorEntry], Field(min_length=2, max_length=4)]


class MultipleAnswerEntry(QuestionEntry):
    """Several options are right."""

    answer: Annotated[list[OptionText], Field(min_length=2, max_length=4)]
    distractors: Annotated[list[DistractorEntry], Field(min_length=1, max_length=3)]


class TrueFalseEntry(QuestionEntry):
    """The stem is a statement. ``correction`` is for a false one, ``why_wrong`` for a true one."""

    answer: bool
    correction: WhyWrong | None = None
    why_wrong: WhyWrong | None = None
    refuted_by: Id | None = None


AnyQuestionEntry: TypeAlias = SingleChoiceEntry | MultipleAnswerEntry | TrueFalseEntry

QUESTION_ENTRIES: dict[QuestionType, type[AnyQuestionEntry]] = {
    QuestionType.SINGLE_CHOICE: SingleChoiceEntry,
    QuestionType.MULTIPLE_ANSWER: MultipleAnswerEntry,
    QuestionType.TRUE_FALSE: TrueFalseEntry,
}
"""The format of each type of question: a new type needs its line here."""
