"""A course's files made into the course that is taught.

Only what was read without an error is built; a text that is in the course has passed every
check of `reading`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.bank.facts import Document, Evidence, Fact, FilePlace
from bot.bank.items import Item, field_name
from bot.bank.problems import Problem, Severity, errors_in
from bot.bank.quarantine import gone_quotations
from bot.bank.question_facts import facts_behind
from bot.bank.questions import QuestionBuilder
from bot.bank.reading import CourseFiles, read_course
from bot.bank.references import Entries
from bot.bank.schema import CourseEntry, FactEntry, SourceEntry
from bot.bank.yaml_values import Path as FieldPath
from bot.domain.courses import Course, Topic
from bot.domain.questions import Question, Source
from bot.errors import BankError


@dataclass(frozen=True, slots=True)
class LoadedCourse:
    """A course with what stands behind it.

    ``course`` holds the approved questions, but for those ``quarantined`` because a quotation that
    they rest on is gone from its document; ``drafts`` are those that nobody approved yet.
    ``warnings`` are the problems that did not keep it from being loaded.
    """

    course: Course
    facts: tuple[Fact, ...]
    documents: tuple[Document, ...]
    drafts: tuple[Question, ...]
    folder: Path
    warnings: tuple[Problem, ...] = ()
    quarantined: tuple[Question, ...] = ()
    retired: tuple[Question, ...] = ()


def load_course(folder: Path) -> LoadedCourse:
    """Load the course in a folder.

    Raises:
        BankError: something is wrong with it; ``problems`` holds everything that is.
    """
    return build_course(read_course(folder))


def build_course(read: CourseFiles) -> LoadedCourse:
    """Make the course of files that were read.

    Raises:
        BankError: the files have errors.
    """
    errors = errors_in(read.problems)
    course = read.entries.course
    if errors or course is None:
        count = "1 error" if len(errors) == 1 else f"{len(errors)} errors"
        raise BankError(f"The course in {read.folder} cannot be loaded: {count}.", read.problems)
    documents = build_documents(read.entries)
    builder = QuestionBuilder(
        {item.entry.id: item.entry for item in read.entries.facts},
        {document.source.id: document.source for document in documents},
        course.entry.language,
    )
    gone = gone_quotations(read.entries).keys()
    by_status: dict[str, list[Question]] = {"approved": [], "quarantined": [], "draft": [], "retired": []}
    for item in read.entries.questions:
        is_held = item.entry.status == "approved" and not gone.isdisjoint(facts_behind(item.entry))
        by_status["quarantined" if is_held else item.entry.status].append(builder.build(item.entry))
    return LoadedCourse(
        course=_course(course.entry, documents, tuple(by_status["approved"])),
        facts=build_facts(read.entries),
        documents=documents,
        drafts=tuple(by_status["draft"]),
        folder=read.folder,
        warnings=tuple(problem for problem in read.problems if problem.severity is Severity.WARNING),
        quarantined=tuple(by_status["quarantined"]),
        retired=tuple(by_status["retired"]),
    )


def build_documents(entries: Entries) -> tuple[Document, ...]:
    """The documents of the sound entries of sources.yaml."""
    return tuple(_document(item) for item in entries.sources)


def build_facts(entries: Entries) -> tuple[Fact, ...]:
    """The facts of the sound entries of facts/."""
    return tuple(_fact(item) for item in entries.facts)


def _course(entry: CourseEntry, documents: tuple[Document, ...], approved: tuple[Question, ...]) -> Course:
    return Course(
        id=entry.id,
        title=entry.title,
        description=entry.description,
        language=entry.language,
        topics=tuple(Topic(topic.id, topic.title, topic.description) for topic in entry.topics),
        sources=tuple(document.source for document in documents),
        questions=approved,
    )


def _document(item: Item[SourceEntry]) -> Document:
    entry = item.entry
    source = Source(entry.id, entry.title, entry.author, entry.publisher, entry.published, entry.url)
    written = _written(item, ("sha256",))
    return Document(source, entry.file, entry.sha256, tuple(entry.sections), entry.same_work_as, written)


def _fact(item: Item[FactEntry]) -> Fact:
    entry = item.entry
    return Fact(
        id=entry.id,
        statement=entry.statement,
        kind=entry.kind,
        subject=entry.subject,
        relation=entry.relation,
        value=entry.value,
        said_by=entry.said_by,
        as_of=entry.as_of,
        is_core=entry.importance == "core",
        evidence=tuple(
            Evidence(
                shown.source, shown.quote, shown.at, shown.place, _written(item, ("evidence", i, "quote"))
            )
            for i, shown in enumerate(entry.evidence)
        ),
        conflicts_with=tuple(entry.conflicts_with),
        source_slips=tuple((slip.written, slip.right) for slip in entry.source_slips),
        is_usable=entry.usable,
        why_not=entry.why_not,
    )


def _written(item: Item[SourceEntry] | Item[FactEntry], path: FieldPath) -> FilePlace:
    return FilePlace(item.file.name, *item.place(path), field_name(item.label, path))
