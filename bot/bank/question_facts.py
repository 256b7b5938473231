"""Which facts a question names, and what each of them is to it."""

from __future__ import annotations

from collections.abc import Iterator

from bot.bank.question_schema import (
    AnyQuestionEntry,
    MultipleAnswerEntry,
    SentencesEntry,
    SingleChoiceEntry,
    TrueFalseEntry,
)
from bot.bank.yaml_values import Path


def named_besides(question: AnyQuestionEntry) -> Iterator[tuple[Path, str]]:
    """The facts that a question names besides those that it asks, each with its place."""
    match question:
        case TrueFalseEntry() if question.refuted_by is not None:
            yield ("refuted_by",), question.refuted_by
        case SingleChoiceEntry() | MultipleAnswerEntry():
            for position, distractor in enumerate(question.distractors):
                yield ("distractors", position, "refuted_by"), distractor.refuted_by
        case SentencesEntry():
            for position, sentence in enumerate(question.distractors):
                yield ("distractors", position, "fact"), sentence.fact


def facts_shown(question: AnyQuestionEntry) -> tuple[str, ...]:
    """The facts that are on the card: those that are asked, and those whose words are among the options."""
    shown = [each.fact for each in question.distractors] if isinstance(question, SentencesEntry) else []
    return tuple(dict.fromkeys([*question.facts, *shown]))


def facts_behind(question: AnyQuestionEntry) -> tuple[str, ...]:
    """All facts whose quotations a learner is shown with a question, before or after he answers."""
    return tuple(dict.fromkeys([*question.facts, *(name for _, name in named_besides(question))]))
