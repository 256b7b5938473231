"""What the fields of one question say about one another. Other entries are not looked at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from bot.bank.items import Item
from bot.bank.problems import Problem
from bot.bank.question_schema import (
    AnyQuestionEntry,
    ClozeEntry,
    MatchingEntry,
    MultipleAnswerEntry,
    NumericEntry,
    OrderingEntry,
    PassageEntry,
    SentencesEntry,
    ShortTextEntry,
    SingleChoiceEntry,
    TrueFalseEntry,
)
from bot.bank.repetition import repeated_ids, repeated_texts
from bot.bank.yaml_values import Path
from bot.domain.question_types.cloze import GAP
from bot.domain.question_types.short_text import fold

OPTIONS_MINIMUM = 3
OPTIONS_MAXIMUM = 5


def question_problems(item: Item[AnyQuestionEntry]) -> Iterator[Problem]:
    """Nothing stands twice, and what its type asks of a question is there."""
    yield from repeated_ids(item, "facts", item.entry.facts)
    yield from repeated_ids(item, "tags", item.entry.tags)
    yield from _problems_of_its_type(item)


def _problems_of_its_type(item: Item[AnyQuestionEntry]) -> Iterator[Problem]:
    question = item.entry
    match question:
        case SingleChoiceEntry() | MultipleAnswerEntry():
            yield from _choice_problems(item, question)
        case TrueFalseEntry():
            yield from _true_false_problems(item, question)
        case NumericEntry():
            yield from _tolerance_problems(item, question)
        case ShortTextEntry():
            yield from _text_problems(item, question)
        case OrderingEntry():
            yield from repeated_texts(
                item, "item", ((("items", i), text) for i, text in enumerate(question.items))
            )
        case MatchingEntry():
            yield from _matching_problems(item, question)
        case SentencesEntry():
            yield from _sentences_problems(item, question)
        case PassageEntry():
            yield from _passage_problems(item, question)


def _choice_problems(
    item: Item[AnyQuestionEntry], question: SingleChoiceEntry | MultipleAnswerEntry
) -> Iterator[Problem]:
    options: list[tuple[Path, str]] = []
    if isinstance(question, SingleChoiceEntry):
        options.append((("answer",), question.answer))
    else:
        options += [(("answer", position), text) for position, text in enumerate(question.answer)]
    options += [
        (("distractors", position, "text"), distractor.text)
        for position, distractor in enumerate(question.distractors)
    ]
    if not OPTIONS_MINIMUM <= len(options) <= OPTIONS_MAXIMUM:
        yield item.problem(
            ("distractors",),
            f"the question has {len(options)} options",
            f"write {OPTIONS_MINIMUM} to {OPTIONS_MAXIMUM}, keys and distractors together",
        )
    yield from repeated_texts(item, "option", options)


def _true_false_problems(item: Item[AnyQuestionEntry], question: TrueFalseEntry) -> Iterator[Problem]:
    needed, needless = ("why_wrong", "correction") if question.answer else ("correction", "why_wrong")
    truth = "true" if question.answer else "false"
    if getattr(question, needed) is None:
        what = "why “False” is wrong" if question.answer else "the true statement"
        yield item.problem((needed,), "is missing", f"a statement whose answer is {truth} needs it: {what}")
    if getattr(question, needless) is not None:
        yield item.problem((needless,), f"does not go with answer: {truth}", f"use {needed} instead")


def _tolerance_problems(item: Item[AnyQuestionEntry], question: NumericEntry) -> Iterator[Problem]:
    absolute, relative = question.tolerance.absolute, question.tolerance.relative
    if (absolute is None) == (relative is None):
        said = "is empty" if absolute is None else "has both an absolute and a relative part"
        yield item.problem(
            ("tolerance",), said, "write {absolute: …} in the unit, or {relative: 0.05} for 5 %"
        )
    if absolute is not None and absolute < 0:
        yield item.problem(("tolerance", "absolute"), f"is {absolute:g}", "write 0 or more")
    if relative is not None and not 0 <= relative < 1:
        yield item.problem(
            ("tolerance", "relative"),
            f"is {relative:g}",
            "write a share of the answer, under 1: 0.05 for 5 %",
        )


def _text_problems(item: Item[AnyQuestionEntry], question: ShortTextEntry) -> Iterator[Problem]:
    accepted: list[tuple[Path, str]] = [(("answer",), question.answer)]
    accepted += [(("aliases", position), text) for position, text in enumerate(question.aliases)]
    yield from repeated_texts(item, "answer", accepted)
    for path, text in accepted:
        if not fold(text):
            yield item.problem(
                path, f"nothing in “{text}” counts", "write letters or figures: signs are forgiven"
            )
    if isinstance(question, ClozeEntry) and re.findall("_{2,}", question.stem) != [GAP]:
        gaps = len(re.findall("_{2,}", question.stem))
        said = f"the sentence has {gaps} gaps" if gaps != 1 else "the gap has not four underscores"
        yield item.problem(("stem",), said, f"write exactly one gap: {GAP}")


def _matching_problems(item: Item[AnyQuestionEntry], question: MatchingEntry) -> Iterator[Problem]:
    pairs = list(enumerate(question.pairs))
    yield from repeated_texts(item, "left side", ((("pairs", i, "left"), pair.left) for i, pair in pairs))
    rights: Iterable[tuple[Path, str]] = ((("pairs", i, "right"), pair.right) for i, pair in pairs)
    extra: Iterable[tuple[Path, str]] = ((("extra", i), text) for i, text in enumerate(question.extra))
    yield from repeated_texts(item, "right side", chain(rights, extra))


def _sentences_problems(item: Item[AnyQuestionEntry], question: SentencesEntry) -> Iterator[Problem]:
    yield from _not_first(item, "answer", question.answer)
    shown: list[tuple[Path, str]] = [(("answer",), question.answer)]
    shown += [(("distractors", i, "fact"), each.fact) for i, each in enumerate(question.distractors)]
    yield from repeated_texts(item, "fact", shown)


def _passage_problems(item: Item[AnyQuestionEntry], question: PassageEntry) -> Iterator[Problem]:
    yield from _not_first(item, "passage", question.passage)
    for name in type(question.why_wrong).model_fields:
        path: Path = ("why_wrong", name)
        is_there = getattr(question.why_wrong, name) is not None
        if name == question.answer and is_there:
            yield item.problem(path, f"does not go with answer: {name}", "remove it, or mend the answer")
        elif name != question.answer and not is_there:
            yield item.problem(path, "is missing", f"say why “{name}” is wrong")


def _not_first(item: Item[AnyQuestionEntry], field: str, fact: str) -> Iterator[Problem]:
    """The footnote is the first fact's quotation, and must be the one that decides."""
    if item.entry.facts[0] != fact:
        yield item.problem(("facts", 0), f"the first fact is not the {field}'s", f"write {fact} first")
