"""Which courses there are: the bundled ones and those in the folders that an operator names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.bank.course_files import COURSE_FILE, course_folders, folders_by_id
from bot.bank.load import LoadedCourse, load_course
from bot.bank.yaml_files import read_yaml
from bot.bank.yaml_values import value_at
from bot.errors import BankError

_ID_LINE = re.compile(r"^id:[ \t]*[\"']?([a-z0-9-]+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Shelf:
    """The courses by id: those that can be taught, and the errors of those that cannot."""

    courses: dict[str, LoadedCourse]
    broken: dict[str, BankError]


def find_courses(extra: Sequence[Path] = ()) -> dict[str, Path]:
    """The folders of all courses by the id of each, the bundled ones first.

    Each of ``extra`` is a course's folder, or a folder of such folders. A course whose id
    cannot be read goes by the name of its folder.

    Raises:
        BankError: a folder of ``extra`` is missing or holds no course, or two courses have one id.
    """
    return folders_by_id((course_id_of(folder), folder) for folder in course_folders(extra))


def load_courses(extra: Sequence[Path] = ()) -> Shelf:
    """Load every course; one that is broken keeps none of the others away.

    Raises:
        BankError: see `find_courses`.
    """
    shelf = Shelf({}, {})
    for course_id, folder in find_courses(extra).items():
        try:
            shelf.courses[course_id] = load_course(folder)
        except BankError as error:
            shelf.broken[course_id] = error
    return shelf


def course_id_of(folder: Path) -> str:
    """The id that a course's file gives it; the folder's name where none can be read.

    A file that is not YAML may still have a line that tells the id: then the course can be named by it, and go on
    in the version that ran before.
    """
    file = read_yaml(folder / COURSE_FILE, COURSE_FILE)
    written = value_at(file.root, ("id",))
    if isinstance(written, str) and written:
        return written
    line = _ID_LINE.search(file.text)
    return line[1] if line else folder.resolve().name
