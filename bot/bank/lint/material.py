"""What the rules look at: the sound entries of a course, sorted once.

Retired questions are nobody's business any more. No rule lives here.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from bot.bank.items import Item
from bot.bank.lint.wording import sounding_words
from bot.bank.question_schema import (
    AnyQuestionEntry,
    MatchingEntry,
    MultipleAnswerEntry,
    OrderingEntry,
    PassageEntry,
    SentencesEntry,
    ShortTextEntry,
    SingleChoiceEntry,
    TrueFalseEntry,
)
from bot.bank.references import Entries
from bot.bank.schema import CourseEntry, FactEntry, SourceEntry
from bot.bank.yaml_values import Path

SUBJECT_SHARE = 0.03
FEWEST_STEMS = 5
"""A word in three of a hundred stems, but in no fewer than five, belongs to the course's subject."""

QuestionItem: TypeAlias = Item[AnyQuestionEntry]
AnyItem: TypeAlias = Item[CourseEntry] | Item[SourceEntry] | Item[FactEntry] | QuestionItem


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a question with options, and where it stands in the entry."""

    path: Path
    text: str
    is_key: bool


@dataclass(frozen=True)
class Material:
    """A course's entries for the rules."""

    entries: Entries

    @cached_property
    def questions(self) -> list[QuestionItem]:
        """The questions that are or may be asked: approved ones and drafts."""
        return [item for item in self.entries.questions if item.entry.status != "retired"]

    @cached_property
    def approved(self) -> list[QuestionItem]:
        """The questions that are asked."""
        return [item for item in self.entries.questions if item.entry.status == "approved"]

    @cached_property
    def english(self) -> list[QuestionItem]:
        """The questions in English: rules that know words look at no other."""
        course = self.entries.course.entry.language if self.entries.course else "en"
        return [item for item in self.questions if (item.entry.language or course).startswith("en")]

    @cached_property
    def subject_words(self) -> frozenset[str]:
        """Words of so many stems that they point to no option: what the whole course is about."""
        counted = Counter(word for item in self.questions for word in sounding_words(item.entry.stem))
        enough = max(FEWEST_STEMS, SUBJECT_SHARE * len(self.questions))
        return frozenset(word for word, count in counted.items() if count >= enough)

    @cached_property
    def facts(self) -> dict[str, FactEntry]:
        """The facts by id."""
        return {item.entry.id: item.entry for item in self.entries.facts}

    @cached_property
    def sources(self) -> dict[str, SourceEntry]:
        """The documents by id."""
        return {item.entry.id: item.entry for item in self.entries.sources}

    def first_fact(self, question: AnyQuestionEntry) -> FactEntry | None:
        """The fact that proves a question's key; None where it could not be read."""
        return self.facts.get(question.facts[0])


def choices(question: AnyQuestionEntry) -> list[Choice]:
    """The options of a question whose options are its own words; none for other questions."""
    if isinstance(question, SingleChoiceEntry):
        keys = [Choice(("answer",), question.answer, is_key=True)]
    elif isinstance(question, MultipleAnswerEntry):
        keys = [Choice(("answer", i), text, is_key=True) for i, text in enumerate(question.answer)]
    else:
        return []
    return keys + [
        Choice(("distractors", i, "text"), distractor.text, is_key=False)
        for i, distractor in enumerate(question.distractors)
    ]


def key_texts(question: AnyQuestionEntry) -> tuple[str, ...]:
    """The words that are the key: of options the right ones, of a typed answer every form that counts."""
    if isinstance(question, ShortTextEntry):
        return (question.answer, *question.aliases)
    return tuple(choice.text for choice in choices(question) if choice.is_key)


def names_and_items(question: AnyQuestionEntry) -> str:
    """What stands on the card beside the stem and is no option: pairs and items to be put in order."""
    if isinstance(question, OrderingEntry):
        return " / ".join(question.items)
    if isinstance(question, MatchingEntry):
        return " / ".join(f"{pair.left} / {pair.right}" for pair in question.pairs)
    return ""


def shows_its_quotation(question: AnyQuestionEntry) -> bool:
    """Whether the card itself quotes the documents, so that the stem need not say whose words they are."""
    return isinstance(question, SentencesEntry | PassageEntry)


def remarks(question: AnyQuestionEntry) -> list[tuple[Path, str]]:
    """What a learner who chose wrongly is told, and where it stands."""
    match question:
        case TrueFalseEntry():
            told: list[tuple[Path, str | None]] = [
                (("why_wrong",), question.why_wrong),
                (("correction",), question.correction),
            ]
        case SingleChoiceEntry() | MultipleAnswerEntry():
            told = [
                (("distractors", i, "why_wrong"), distractor.why_wrong)
                for i, distractor in enumerate(question.distractors)
            ]
        case SentencesEntry():
            told = [
                (("distractors", i, "why_wrong"), sentence.why_wrong)
                for i, sentence in enumerate(question.distractors)
            ]
        case PassageEntry(why_wrong=wrong):
            told = [(("why_wrong", name), getattr(wrong, name)) for name in type(wrong).model_fields]
        case _:
            told = []
    return [(path, text) for path, text in told if text is not None]
