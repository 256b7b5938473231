"""What entries say of one another: ids are unique, and whatever is named exists.

An id whose entry could not be read counts as existing: its own problem is told, and not
again at each place that names it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from bot.bank.items import Item
from bot.bank.problems import Problem, Severity, nearest
from bot.bank.question_facts import named_besides
from bot.bank.question_schema import AnyQuestionEntry, SentencesEntry
from bot.bank.schema import CourseEntry, FactEntry, QuarantineEntry, SourceEntry
from bot.bank.texts import SENTENCE_MAXIMUM
from bot.bank.yaml_files import YamlFile
from bot.bank.yaml_values import Path

_Identified: TypeAlias = Item[SourceEntry] | Item[FactEntry] | Item[AnyQuestionEntry]

_Known: TypeAlias = Collection[str] | None  # None: it is not known which there are


@dataclass(slots=True)
class Entries:
    """The sound entries of a course's files, and the ids of those that could not be read.

    ``has_all_sources`` and ``has_all_facts`` are False where a whole file of them could not be
    read: then nobody knows which ids there are.
    """

    course: Item[CourseEntry] | None = None
    sources: list[Item[SourceEntry]] = field(default_factory=list)
    facts: list[Item[FactEntry]] = field(default_factory=list)
    questions: list[Item[AnyQuestionEntry]] = field(default_factory=list)
    quarantine: list[Item[QuarantineEntry]] = field(default_factory=list)
    has_all_sources: bool = True
    has_all_facts: bool = True
    unread_sources: set[str] = field(default_factory=set)
    unread_facts: set[str] = field(default_factory=set)
    unread_questions: set[str] = field(default_factory=set)
    read_files: list[YamlFile] = field(default_factory=list)


def reference_problems(entries: Entries) -> Iterator[Problem]:
    """All problems between entries."""
    yield from _topic_problems(entries.course)
    for items in (entries.sources, entries.facts, entries.questions):
        yield from _twice(items)
    facts = {item.entry.id: item.entry for item in entries.facts}
    sources = (
        {item.entry.id for item in entries.sources} | entries.unread_sources
        if entries.has_all_sources
        else None
    )
    fact_ids = facts.keys() | entries.unread_facts if entries.has_all_facts else None
    for source in entries.sources:
        yield from _source_problems(source, sources)
    for fact in entries.facts:
        yield from _fact_problems(fact, sources, facts, fact_ids)
    topics = None if entries.course is None else {topic.id for topic in entries.course.entry.topics}
    for question in entries.questions:
        yield from _question_problems(question, facts, fact_ids, topics)


def _twice(items: Iterable[_Identified]) -> Iterator[Problem]:
    first: dict[str, _Identified] = {}
    for item in items:
        earlier = first.setdefault(item.entry.id, item)
        if earlier is not item:
            line, column = earlier.place(("id",))
            where = f"{earlier.file.name}:{line}:{column}"
            yield item.problem(
                ("id",), f"the id “{item.entry.id}” is taken already, at {where}", "write another"
            )


def _topic_problems(course: Item[CourseEntry] | None) -> Iterator[Problem]:
    seen: set[str] = set()
    for position, topic in enumerate(course.entry.topics if course else ()):
        if course and topic.id in seen:
            yield course.problem(
                ("topics", position, "id"), f"the topic “{topic.id}” stands twice", "keep one"
            )
        seen.add(topic.id)


def _source_problems(item: Item[SourceEntry], sources: _Known) -> Iterator[Problem]:
    same = item.entry.same_work_as
    if same == item.entry.id:
        yield item.problem(
            ("same_work_as",), "names its own source", "name the other one, or remove the field"
        )
    elif same is not None:
        yield from _unknown(item, ("same_work_as",), same, "source", sources)


def _fact_problems(
    item: Item[FactEntry], sources: _Known, facts: dict[str, FactEntry], fact_ids: _Known
) -> Iterator[Problem]:
    for position, evidence in enumerate(item.entry.evidence):
        yield from _unknown(item, ("evidence", position, "source"), evidence.source, "source", sources)
    for position, other in enumerate(item.entry.conflicts_with):
        path: Path = ("conflicts_with", position)
        if other == item.entry.id:
            yield item.problem(path, "a fact cannot contradict itself", "remove it")
            continue
        yield from _unknown(item, path, other, "fact", fact_ids)
        if other in facts and item.entry.id not in facts[other].conflicts_with:
            message = f"“{other}” does not name this fact in its conflicts_with"
            yield item.problem(path, message, f"add {item.entry.id} there")


def _question_problems(
    item: Item[AnyQuestionEntry],
    facts: dict[str, FactEntry],
    fact_ids: _Known,
    topics: _Known,
) -> Iterator[Problem]:
    question = item.entry
    for position, name in enumerate(question.facts):
        yield from _unknown(item, ("facts", position), name, "fact", fact_ids)
        if question.status != "retired" and name in facts and not facts[name].usable:
            why = facts[name].why_not or "no reason is given"
            yield item.problem(("facts", position), f"“{name}” must not be asked: {why}", "ask another fact")
    for path, name in named_besides(question):
        yield from _unknown(item, path, name, "fact", fact_ids)
    if isinstance(question, SentencesEntry):
        yield from _sentence_problems(item, question, facts)
    for position, tag in enumerate(question.tags):
        yield from _unknown(item, ("tags", position), tag, "topic", topics)


def _sentence_problems(
    item: Item[AnyQuestionEntry], question: SentencesEntry, facts: dict[str, FactEntry]
) -> Iterator[Problem]:
    """Quotations that are shown as options are short enough to choose from, and differ."""
    named: list[tuple[Path, str]] = [
        (("answer",), question.answer),
        *((path, name) for path, name in named_besides(question)),
    ]
    seen: dict[str, str] = {}
    for path, name in named:
        quote = facts[name].evidence[0].quote if name in facts else None
        if quote is None:
            continue
        if len(quote) > SENTENCE_MAXIMUM:
            message = f"the first quotation of “{name}” has {len(quote)} characters"
            yield item.problem(
                path, message, f"name a fact whose first quotation has at most {SENTENCE_MAXIMUM}"
            )
        if (first := seen.setdefault(quote, name)) != name:
            yield item.problem(
                path, f"“{name}” and “{first}” have the same first quotation", "name another fact"
            )


def _unknown(item: _Identified, path: Path, name: str, kind: str, known: _Known) -> Iterator[Problem]:
    if known is not None and name not in known:
        where = {"topic": "course.yaml", "source": "sources.yaml", "fact": "facts/"}[kind]
        near = nearest(name, known)
        message = f"there is no {kind} “{name}” in {where}"
        yield item.problem(path, message, near or f"name a {kind} that is there, or add it", Severity.ERROR)
