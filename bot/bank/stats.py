"""A course in numbers: what is asked of what, and what its keys have in common.

Only approved questions count. Nothing here is good or bad; where a number must be, a rule of the linter holds it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from bot.bank.lint.keys import OPTIONS, key_lengths
from bot.bank.lint.material import QuestionItem
from bot.bank.question_schema import SingleChoiceEntry, TrueFalseEntry
from bot.bank.references import Entries
from bot.bank.schema import FactEntry
from bot.domain.question_types.arrangement import numeric_value
from bot.domain.questions import CognitiveLevel, FactKind, QuestionType

KeyT = TypeVar("KeyT")

ENOUGH = 2
"""How many questions a core fact should have, so that repetition drills the fact and not one stem."""


@dataclass(frozen=True, slots=True)
class Share:
    """``count`` of ``total``; the share is 1.0 of nothing at all."""

    count: int
    total: int

    @property
    def value(self) -> float:
        """From 0.0 to 1.0."""
        return self.count / self.total if self.total else 1.0


@dataclass(frozen=True, slots=True)
class Coverage:
    """Which facts are asked.

    ``core`` counts usable core facts with at least two questions, ``core_one`` those with at least one, ``usable``
    all usable facts with at least one. ``core_missing`` and ``usable_missing`` name the others.
    """

    core: Share
    core_one: Share
    usable: Share
    by_document: Mapping[str, Share]
    by_kind: Mapping[FactKind, Share]
    core_missing: tuple[str, ...]
    usable_missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeyHabits:
    """What a guesser could learn of the questions of four options, one of them right.

    ``positions`` are the expected shares of keys at the first to the fourth place: amounts stand in ascending order,
    all others are shuffled. By chance each share is 0.25.
    """

    items: int
    longest: Share
    shortest: Share
    positions: tuple[float, ...]
    true_statements: Share


@dataclass(frozen=True, slots=True)
class FactCount:
    """Facts of one kind: ``core`` and ``detail`` may be asked, ``unusable`` ones may not."""

    core: int
    detail: int
    unusable: int


@dataclass(frozen=True, slots=True)
class CourseStats:
    """A course in numbers. ``by_document`` counts each question at the document of its footnote."""

    course: str
    questions: int
    drafts: int
    by_type: Mapping[QuestionType, int]
    by_document: Mapping[str, int]
    by_topic: Mapping[str, int]
    by_cognitive: Mapping[CognitiveLevel, int]
    by_difficulty: Mapping[int, int]
    above_remember: Share
    coverage: Coverage
    keys: KeyHabits
    facts: Mapping[FactKind, FactCount]


def course_stats(entries: Entries, course: str) -> CourseStats:
    """Count what the sound entries of a course hold."""
    approved = [item for item in entries.questions if item.entry.status == "approved"]
    facts = {item.entry.id: item.entry for item in entries.facts}
    topics = [topic.id for topic in entries.course.entry.topics] if entries.course else []
    questions = [item.entry for item in approved]
    proofs = (facts[question.facts[0]] for question in questions if question.facts[0] in facts)
    levels = _counted(CognitiveLevel, (question.cognitive for question in questions))
    return CourseStats(
        course=course,
        questions=len(questions),
        drafts=sum(item.entry.status == "draft" for item in entries.questions),
        by_type=_counted(QuestionType, (question.type for question in questions)),
        by_document=_counted(
            [item.entry.id for item in entries.sources], (fact.evidence[0].source for fact in proofs)
        ),
        by_topic=_counted(topics, (question.tags[0] for question in questions)),
        by_cognitive=levels,
        by_difficulty=_counted(range(1, 6), (question.difficulty for question in questions)),
        above_remember=Share(len(questions) - levels[CognitiveLevel.REMEMBER], len(questions)),
        coverage=_coverage(
            facts.values(), Counter(name for question in questions for name in set(question.facts))
        ),
        keys=_key_habits(approved),
        facts={kind: _fact_count(fact for fact in facts.values() if fact.kind is kind) for kind in FactKind},
    )


def _counted(known: Iterable[KeyT], found: Iterable[KeyT]) -> dict[KeyT, int]:
    """How often each was found, those that were never found too, in the order in which they are known."""
    counts = Counter(found)
    return {key: counts[key] for key in dict.fromkeys([*known, *counts])}


def _coverage(facts: Iterable[FactEntry], asked: Mapping[str, int]) -> Coverage:
    usable = [fact for fact in facts if fact.usable]
    core = [fact for fact in usable if fact.importance == "core"]
    documents = dict.fromkeys(fact.evidence[0].source for fact in usable)
    return Coverage(
        core=_share(core, asked, ENOUGH),
        core_one=_share(core, asked),
        usable=_share(usable, asked),
        by_document={
            name: _share([fact for fact in usable if fact.evidence[0].source == name], asked)
            for name in documents
        },
        by_kind={kind: _share([fact for fact in usable if fact.kind is kind], asked) for kind in FactKind},
        core_missing=tuple(fact.id for fact in core if asked.get(fact.id, 0) < ENOUGH),
        usable_missing=tuple(fact.id for fact in usable if fact.id not in asked),
    )


def _share(facts: list[FactEntry], asked: Mapping[str, int], least: int = 1) -> Share:
    return Share(sum(asked.get(fact.id, 0) >= least for fact in facts), len(facts))


def _key_habits(approved: list[QuestionItem]) -> KeyHabits:
    lengths = key_lengths(approved)
    statements = [item.entry.answer for item in approved if isinstance(item.entry, TrueFalseEntry)]
    expected = [0.0] * OPTIONS
    for length in lengths:
        for place, chance in enumerate(_chances(length.item)):
            expected[place] += chance / len(lengths)
    return KeyHabits(
        items=len(lengths),
        longest=Share(sum(length.longer_by > 0 for length in lengths), len(lengths)),
        shortest=Share(sum(length.shorter_by > 0 for length in lengths), len(lengths)),
        positions=tuple(expected),
        true_statements=Share(sum(statements), len(statements)),
    )


def _chances(item: QuestionItem) -> list[float]:
    """How likely the key of a question of four options stands at each place."""
    assert isinstance(item.entry, SingleChoiceEntry)
    amounts = [
        numeric_value(text) for text in (item.entry.answer, *(each.text for each in item.entry.distractors))
    ]
    if any(amount is None for amount in amounts):
        return [1 / OPTIONS] * OPTIONS
    place = sorted(amounts, key=lambda amount: amount or 0.0).index(amounts[0])
    return [float(each == place) for each in range(OPTIONS)]


def _fact_count(facts: Iterable[FactEntry]) -> FactCount:
    counts = Counter(fact.importance if fact.usable else "unusable" for fact in facts)
    return FactCount(counts["core"], counts["detail"], counts["unusable"])
