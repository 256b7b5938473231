"""A course's folder, read and checked as far as it goes: every problem of every file at once.

Nothing here raises for what an author wrote, and one bad entry hides neither its neighbours
nor their problems. `load` makes a course of what was read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from bot.bank.course_files import COURSE_FILE, QUARANTINE_FILE, SOURCES_FILE, is_course_file
from bot.bank.fact_rules import fact_problems
from bot.bank.items import Item, check_item, field_name
from bot.bank.problems import Problem, Severity, nearest
from bot.bank.quarantine import quarantine_problems
from bot.bank.question_rules import question_problems
from bot.bank.question_schema import QUESTION_ENTRIES, AnyQuestionEntry, entry_model
from bot.bank.references import Entries, reference_problems
from bot.bank.schema import CourseEntry, FactEntry, QuarantineEntry, SourceEntry
from bot.bank.yaml_files import YamlFile, read_yaml
from bot.bank.yaml_text import line_and_column
from bot.bank.yaml_values import YamlList, YamlMapping, offset_of
from bot.domain.questions import QuestionType

EntryT = TypeVar("EntryT", bound=BaseModel)


@dataclass(slots=True)
class CourseFiles:
    """What was read of a course: its sound entries, and the problems of all."""

    folder: Path
    entries: Entries
    files: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def course_id(self) -> str:
        """The id, as far as it could be read; else the folder's name."""
        item = self.entries.course
        return item.entry.id if item is not None else self.folder.resolve().name


def read_course(folder: Path) -> CourseFiles:
    """Read and check every file of a course.

    Raises:
        BankError: PyYAML was installed without its C parser.
    """
    entries = Entries()
    read = CourseFiles(folder, entries)
    if course := _read(read, folder / COURSE_FILE, COURSE_FILE):
        entries.course = _course_item(course)
    sources = _read(read, folder / SOURCES_FILE, SOURCES_FILE)
    entries.has_all_sources = sources is not None and isinstance(sources.root, YamlList)
    if sources:
        entries.sources = list(_items(sources, "source", entries.unread_sources, _as(SourceEntry)))
    for name in _yaml_names(read, "facts"):
        if facts := _read(read, folder / name, name):
            entries.has_all_facts &= isinstance(facts.root, YamlList)
            entries.facts += _ruled(
                _items(facts, "fact", entries.unread_facts, _as(FactEntry)), fact_problems
            )
    for name in _yaml_names(read, "questions"):
        if questions := _read(read, folder / name, name):
            entries.questions += _ruled(
                _items(questions, "question", entries.unread_questions, _question_item), question_problems
            )
    if (folder / QUARANTINE_FILE).exists() and (
        gone := _read(read, folder / QUARANTINE_FILE, QUARANTINE_FILE)
    ):
        entries.quarantine = list(_items(gone, "quotation", set(), _as(QuarantineEntry)))
    read.problems += reference_problems(entries)
    read.problems += quarantine_problems(entries)
    read.problems += [problem for file in entries.read_files for problem in file.problems]
    read.problems.sort()
    return read


def _read(read: CourseFiles, path: Path, name: str) -> YamlFile | None:
    if not path.is_file():
        what = "is a folder, not a file" if path.is_dir() else "the file is missing; every course has one"
        read.problems.append(Problem(name, 1, 1, "", what, "see docs/bank.md for an example"))
        return None
    read.files += 1
    file = read_yaml(path, name)
    read.entries.read_files.append(file)
    return file


def _yaml_names(read: CourseFiles, kind: str) -> list[str]:
    """The files of a kind, relative to the course's folder, in the order of their names."""
    try:
        paths = sorted((read.folder / kind).iterdir())
    except OSError as error:
        is_missing = isinstance(error, FileNotFoundError | NotADirectoryError)
        what = "the folder is missing" if is_missing else f"the folder cannot be read: {error.strerror}"
        expected = f"make it and put a file {kind}/….yaml into it" if is_missing else ""
        read.problems.append(Problem(kind, 1, 1, "", what, expected))
        return []
    return [f"{kind}/{path.name}" for path in paths if is_course_file(path.name)]


def _course_item(file: YamlFile) -> Item[CourseEntry] | None:
    if isinstance(file.root, YamlMapping):
        return check_item(file, file.root, "", CourseEntry)
    if not file.problems:
        file.note(0, "fields are expected here", "write lines such as “id: my-course” and “title: My course”")
    return None


def _items(
    file: YamlFile,
    kind: str,
    unread: set[str],
    check: Callable[[YamlFile, YamlMapping, str], Item[EntryT] | None],
) -> Iterator[Item[EntryT]]:
    """The sound entries of a file that is a list; the ids of the others go to ``unread``."""
    unread |= file.unread_ids
    if not isinstance(file.root, YamlList):
        if not file.problems:
            file.note(
                0, f"a list of {kind}s is expected here", "begin each with “- id: …” at the line's beginning"
            )
        return
    for position, node in enumerate(file.root):
        label = f"{kind} {position + 1}"
        if not isinstance(node, YamlMapping):
            offset = file.root.values_at[position].start
            file.note(
                offset, f"is not a {kind} with fields", "write “- id: …” and the other fields under it", label
            )
            continue
        named = node.get("id")
        item = check(file, node, named if isinstance(named, str) else label)
        if item is not None:
            yield item
        elif isinstance(named, str):
            unread.add(named)


def _as(model: type[EntryT]) -> Callable[[YamlFile, YamlMapping, str], Item[EntryT] | None]:
    def check(file: YamlFile, node: YamlMapping, label: str) -> Item[EntryT] | None:
        return check_item(file, node, label, model)

    return check


def _question_item(file: YamlFile, node: YamlMapping, label: str) -> Item[AnyQuestionEntry] | None:
    """A question, checked against the model of its type."""
    written = node.get("type")
    known = [str(kind) for kind in QUESTION_ENTRIES]
    if isinstance(written, str) and written in known:
        return check_item(file, node, label, entry_model(QuestionType(written), node))
    said = f"“{written}” is not known here" if "type" in node else "is missing"
    near = nearest(str(written), known)
    expected = f"{near + ' ' if near else ''}write one of: {', '.join(known)}"
    line, column = line_and_column(file.text, offset_of(node, ("type",)))
    file.problems.append(Problem(file.name, line, column, field_name(label, ("type",)), said, expected))
    return None


def _ruled(
    items: Iterable[Item[EntryT]], rules: Callable[[Item[EntryT]], Iterable[Problem]]
) -> Iterator[Item[EntryT]]:
    """Note what the rules find; an entry that breaks one stays known, so that none refers to it in vain."""
    for item in items:
        item.file.problems += rules(item)
        yield item


def has_errors(read: CourseFiles) -> bool:
    """Whether the course cannot be loaded."""
    return any(problem.severity is Severity.ERROR for problem in read.problems)
