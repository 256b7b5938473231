"""What the fields of one entry say about one another. Other entries are not looked at."""

from __future__ import annotations

from collections.abc import Iterator

from bot.bank.folding import is_in
from bot.bank.items import Item
from bot.bank.problems import Problem, Severity
from bot.bank.schema import (
    AnyQuestionEntry,
    FactEntry,
    MultipleAnswerEntry,
    QuestionEntry,
    SingleChoiceEntry,
    TrueFalseEntry,
)
from bot.bank.yaml_values import Path
from bot.domain.questions import FactKind

OPTIONS_MINIMUM = 3
OPTIONS_MAXIMUM = 5

_WITHOUT_VALUE = frozenset({FactKind.CAUSE, FactKind.COMPARISON, FactKind.EVENT_ORDER})


def fact_problems(item: Item[FactEntry]) -> Iterator[Problem]:
    """A view has its holder, an unusable fact its reason, and a value stands in a quotation."""
    fact = item.entry
    if fact.status == "reported" and fact.said_by is None:
        yield item.problem(("said_by",), "is missing", "a reported fact names who holds the view")
    if not fact.usable and fact.why_not is None:
        yield item.problem(("why_not",), "is missing", "say why the fact must not be asked")
    if fact.kind not in _WITHOUT_VALUE:
        for name in ("subject", "relation", "value"):
            if getattr(fact, name) is None:
                yield item.problem((name,), "is missing", f"a fact of kind {fact.kind} needs it")
    quotes = [evidence.quote for evidence in fact.evidence]
    if fact.value is not None and not any(is_in(fact.value, quote) for quote in quotes):
        yield item.problem(
            ("value",),
            f"“{fact.value}” does not stand in a quotation of the fact",
            "write the words of the quotation that hold the answer",
        )
    for position, slip in enumerate(fact.source_slips):
        if not any(is_in(slip.written, quote) for quote in quotes):
            yield item.problem(
                ("source_slips", position, "written"),
                f"“{slip.written}” does not stand in a quotation of the fact",
                "remove the slip, or write it as the document does",
                Severity.WARNING,
            )
    yield from _repeated(item, ("conflicts_with",), fact.conflicts_with)


def question_problems(item: Item[AnyQuestionEntry]) -> Iterator[Problem]:
    """Options are of a right number and distinct; a statement has the remark that its truth needs."""
    question: QuestionEntry = item.entry
    yield from _repeated(item, ("facts",), question.facts)
    yield from _repeated(item, ("tags",), question.tags)
    if isinstance(question, TrueFalseEntry):
        yield from _true_false_problems(item, question)
    elif isinstance(question, SingleChoiceEntry | MultipleAnswerEntry):
        yield from _option_problems(item, question)


def _option_problems(
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
    seen: dict[str, Path] = {}
    for path, text in options:
        first = seen.setdefault(text.casefold(), path)
        if first != path:
            line, _ = item.place(first)
            yield item.problem(
                path, f"the option “{text}” stands twice (first at line {line})", "write another"
            )


def _true_false_problems(item: Item[AnyQuestionEntry], question: TrueFalseEntry) -> Iterator[Problem]:
    needed, needless = ("why_wrong", "correction") if question.answer else ("correction", "why_wrong")
    truth = "true" if question.answer else "false"
    if getattr(question, needed) is None:
        what = "why “False” is wrong" if question.answer else "the true statement"
        yield item.problem((needed,), "is missing", f"a statement whose answer is {truth} needs it: {what}")
    if getattr(question, needless) is not None:
        yield item.problem((needless,), f"does not go with answer: {truth}", f"use {needed} instead")


def _repeated(
    item: Item[FactEntry] | Item[AnyQuestionEntry], path: Path, ids: list[str]
) -> Iterator[Problem]:
    for position, name in enumerate(ids):
        if name in ids[:position]:
            yield item.problem((*path, position), f"“{name}” stands twice", "keep one")
