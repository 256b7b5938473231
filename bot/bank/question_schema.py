"""The format of questions: one model a type, with the fields that this type has.

What a field may not say alone (options are distinct, a fact must exist) is checked in
``question_rules`` and ``references``.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from bot.bank.amounts import Amount
from bot.bank.schema import Entry, WaivableEntry
from bot.bank.texts import (
    Explanation,
    Id,
    Language,
    OptionText,
    Stem,
    TypedText,
    Unit,
    WhyWrong,
)
from bot.domain.questions import CognitiveLevel, QuestionType


class QuestionEntry(WaivableEntry):
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


class DistractorEntry(Entry):
    """A wrong option, why it is wrong, and the fact that shows it."""

    text: OptionText
    why_wrong: WhyWrong
    refuted_by: Id


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


class ToleranceEntry(Entry):
    """How far from a number still counts: in its unit, or as a share of it (0.05 is 5 %); one of both."""

    absolute: Amount | None = None
    relative: Amount | None = None


class NumericEntry(QuestionEntry):
    """A number is typed."""

    answer: Amount
    unit: Unit | None = None
    tolerance: ToleranceEntry = ToleranceEntry(absolute=0.0)


class ShortTextEntry(QuestionEntry):
    """A few words are typed; ``aliases`` count like the answer. ``threshold`` is the least similarity, in percent."""

    answer: TypedText
    aliases: list[TypedText] = Field(default_factory=list, max_length=20)
    threshold: Annotated[int, Field(ge=50, le=100)] = 88


class ClozeEntry(ShortTextEntry):
    """The stem is a sentence with one gap, which is filled with a few words."""


class OrderingEntry(QuestionEntry):
    """``items`` stand in their right order."""

    items: Annotated[list[OptionText], Field(min_length=3, max_length=5)]


class PairEntry(Entry):
    """What goes with what."""

    left: OptionText
    right: OptionText


class MatchingEntry(QuestionEntry):
    """Each left goes with its right; ``extra`` are rights that go with nothing."""

    pairs: Annotated[list[PairEntry], Field(min_length=3, max_length=5)]
    extra: list[OptionText] = Field(default_factory=list, max_length=2)


class SentenceEntry(Entry):
    """A sentence that does not support the claim: the first quotation of a fact."""

    fact: Id
    why_wrong: WhyWrong


class SentencesEntry(QuestionEntry):
    """Evidence: which of these sentences supports the claim in the stem? ``answer`` is the fact that is quoted."""

    answer: Id
    distractors: Annotated[list[SentenceEntry], Field(min_length=2, max_length=3)]


Judgement: TypeAlias = Literal["supported", "contradicted", "not_stated"]


class WrongJudgementsEntry(Entry):
    """Why each of the other two judgements is wrong."""

    supported: WhyWrong | None = None
    contradicted: WhyWrong | None = None
    not_stated: WhyWrong | None = None


class PassageEntry(QuestionEntry):
    """Evidence: what does the passage, the first quotation of a fact, do to the claim in the stem?"""

    passage: Id
    answer: Judgement
    why_wrong: WrongJudgementsEntry


AnyQuestionEntry: TypeAlias = (
    SingleChoiceEntry
    | MultipleAnswerEntry
    | TrueFalseEntry
    | NumericEntry
    | ShortTextEntry
    | ClozeEntry
    | OrderingEntry
    | MatchingEntry
    | SentencesEntry
    | PassageEntry
)

QUESTION_ENTRIES: dict[QuestionType, type[AnyQuestionEntry]] = {
    QuestionType.SINGLE_CHOICE: SingleChoiceEntry,
    QuestionType.MULTIPLE_ANSWER: MultipleAnswerEntry,
    QuestionType.TRUE_FALSE: TrueFalseEntry,
    QuestionType.NUMERIC: NumericEntry,
    QuestionType.SHORT_TEXT: ShortTextEntry,
    QuestionType.CLOZE: ClozeEntry,
    QuestionType.ORDERING: OrderingEntry,
    QuestionType.MATCHING: MatchingEntry,
    QuestionType.EVIDENCE: SentencesEntry,
}
"""The format of each type of question: a new type needs its line here."""


def entry_model(kind: QuestionType, fields: Collection[str]) -> type[AnyQuestionEntry]:
    """The format of a question that has these fields: evidence has two formats."""
    if kind is QuestionType.EVIDENCE and "passage" in fields:
        return PassageEntry
    return QUESTION_ENTRIES[kind]
