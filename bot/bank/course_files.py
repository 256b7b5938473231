"""Which folders are courses, which files each is made of, and whether those changed. Reads none of what they say."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from bot.errors import BankError
from bot.paths import bundled_courses

COURSE_FILE = "course.yaml"
SOURCES_FILE = "sources.yaml"
QUARANTINE_FILE = "quarantine.yaml"
FOLDERS = ("facts", "questions")
SUFFIXES = (".yaml", ".yml")


class FileState(NamedTuple):
    """What the system knows of a file without reading it; times are in nanoseconds since 1970."""

    name: str
    size: int
    modified_at: int
    changed_at: int
    number: int

    def is_older(self, moment: int) -> bool:
        """Whether it was last written to, renamed or given other rights before a moment."""
        return max(self.modified_at, self.changed_at) < moment


def course_folders(extra: Sequence[Path] = ()) -> list[Path]:
    """The folders of all courses, the bundled ones first; one that is named twice may be there twice.

    Each of ``extra`` is a course's folder, or a folder of such folders.

    Raises:
        BankError: a folder of ``extra`` is missing or holds no course.
    """
    folders = _courses_in(bundled_courses())
    wrong: list[str] = []
    for folder in extra:
        found = [folder] if (folder / COURSE_FILE).is_file() else _courses_in(folder)
        if not found:
            what = f"holds no course (no {COURSE_FILE} in it or one level below)"
            wrong.append(f"{folder}: {what if folder.is_dir() else 'is not a folder'}")
        folders += found
    if wrong:
        raise BankError("The course folders cannot be used as they are:", wrong)
    return folders


def folders_by_id(found: Iterable[tuple[str, Path]]) -> dict[str, Path]:
    """The folder of each course, in the order given.

    Raises:
        BankError: two courses have one id.
    """
    courses: dict[str, Path] = {}
    wrong: list[str] = []
    for course_id, folder in found:
        first = courses.setdefault(course_id, folder)
        if first.resolve() != folder.resolve():
            wrong.append(f"the course id “{course_id}” is used twice: in {first} and in {folder}")
    if wrong:
        raise BankError("The course folders cannot be used as they are:", wrong)
    return courses


def file_names(folder: Path) -> list[str]:
    """The files that a course is read from, relative to its folder, in order.

    Raises:
        OSError: one of its folders cannot be read.
    """
    names = [name for name in (COURSE_FILE, SOURCES_FILE, QUARANTINE_FILE) if os.path.exists(folder / name)]  # noqa: PTH110 - half the time, for every course
    for kind in FOLDERS:
        names += [f"{kind}/{name}" for name in sorted(os.listdir(folder / kind)) if is_course_file(name)]  # noqa: PTH208 - the same
    return names


def is_course_file(name: str) -> bool:
    """Whether a file in one of the `FOLDERS` belongs to the course."""
    return name.endswith(SUFFIXES) and not name.startswith(".")


def file_states(folder: Path) -> tuple[FileState, ...]:
    """The state of each file of a course.

    Raises:
        OSError: a file went away, or cannot be looked at.
    """
    states = []
    for name in file_names(folder):
        found = os.stat(f"{folder}/{name}")  # noqa: PTH116 - the same
        states.append(FileState(name, found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino))
    return tuple(states)


def content_hash(folder: Path) -> str:
    """What tells the content of a course's files from any other: their names and every byte.

    Raises:
        OSError: a file cannot be read.
    """
    digest = hashlib.sha256()
    for name in file_names(folder):
        content = (folder / name).read_bytes()
        digest.update(f"{len(name)}:{name}:{len(content)}:".encode())
        digest.update(content)
    return digest.hexdigest()


def _courses_in(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return [path for path in sorted(folder.iterdir()) if (path / COURSE_FILE).is_file()]
