"""The courses of all folders, without the event loop waiting: unchanged ones as they were kept, others parsed elsewhere."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import field
from pathlib import Path

from bot.bank.course_files import course_folders, folders_by_id
from bot.domain.courses import Course
from bot.errors import BankError
from bot.services import kept_courses
from bot.services.course_wire import ReadCourse, Request, received
from bot.values import dataclass

log = logging.getLogger(__name__)

_PROGRAM = (
    "import sys, json; line = sys.stdin.buffer.readline(); sys.path[:] = json.loads(line)['path']; "
    "from bot.services.course_reader import main; main(line)"
)
# A course of ten thousand questions takes eight seconds.
_LONGEST_SECONDS = 600


@dataclass(frozen=True, slots=True)
class CourseFolders:
    """Where courses come from: the bundled ones and those of ``extra``.

    ``cache_folder`` is where parsed courses are kept between starts, or None; with ``only``, no other course counts.
    """

    extra: tuple[Path, ...] = ()
    cache_folder: Path | None = None
    only: str | None = None


@dataclass(slots=True)
class LoadedCourses:
    """By id: the courses that can be taught, what their authors are warned of, and the errors of the broken ones.

    ``known`` are the ids of all that were found, those too that do not count.
    """

    courses: dict[str, Course] = field(default_factory=dict)
    warnings: dict[str, tuple[str, ...]] = field(default_factory=dict)
    broken: dict[str, BankError] = field(default_factory=dict)
    known: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Found:
    """What came of one course."""

    course_id: str
    course: Course | None = None
    warnings: tuple[str, ...] = ()
    error: BankError | None = None


async def load_courses(source: CourseFolders) -> LoadedCourses:
    """Load every course; one that is broken keeps none of the others away.

    Raises:
        BankError: a folder is missing or holds no course, or two courses have one id.
    """
    reading = _Reading()
    try:
        return await asyncio.to_thread(_load, source, reading)
    finally:
        # A thread cannot be cancelled, but what it waits for can be ended.
        reading.give_up()


def _load(source: CourseFolders, reading: _Reading) -> LoadedCourses:
    folders = course_folders(source.extra)
    found: dict[Path, _Found] = {}
    if source.cache_folder is not None:
        for folder in folders:
            kept = kept_courses.find(source.cache_folder, folder)
            if kept is not None:
                found[folder] = _Found(kept.course.id, kept.course, kept.warnings)
    changed = tuple(folder for folder in dict.fromkeys(folders) if folder not in found)
    if changed:
        for read in reading.read(Request(changed, source.cache_folder)):
            found[read.folder] = _decoded(read)
    by_id = folders_by_id((found[folder].course_id, folder) for folder in folders)
    loaded = LoadedCourses(known=tuple(by_id))
    for course_id, folder in by_id.items():
        _put(loaded, course_id, found[folder], source.only)
    return loaded


def _put(loaded: LoadedCourses, course_id: str, found: _Found, only: str | None) -> None:
    if only is not None and course_id != only:
        return
    if found.course is not None:
        loaded.courses[course_id] = found.course
        loaded.warnings[course_id] = found.warnings
    elif found.error is not None:
        loaded.broken[course_id] = found.error


def _decoded(read: ReadCourse) -> _Found:
    if not read.data:
        return _Found(read.course_id, error=BankError(read.message, read.problems))
    kept = kept_courses.decode(read.data)
    return _Found(read.course_id, kept.course, kept.warnings)


class _Reading:
    """One reading of changed courses in another process, which can be given up from another thread."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._is_given_up = False

    def give_up(self) -> None:
        """End the process, where it still runs."""
        self._is_given_up = True
        if self._process is not None and self._process.poll() is None:
            self._process.kill()

    def read(self, request: Request) -> Iterator[ReadCourse]:
        """What becomes of each folder; one that ends the process costs none of the others."""
        left, unkept = list(request.folders), set[str]()
        while left and not self._is_given_up:
            try:
                come, ending = self._run(Request(tuple(left), request.cache_folder))
            except OSError as error:
                log.warning("No other process can be started (%s): courses are parsed in this one", error)
                come, ending = _read_here(left, request.cache_folder), ""
            unkept |= {read.unkept for read in come if read.unkept}
            yield from come
            left = left[len(come) :]
            if left and not self._is_given_up:
                yield ReadCourse(left[0], left[0].resolve().name, message=_sudden_end(left[0], ending))
                del left[0]
        for why in unkept:
            log.warning("Parsed courses cannot be kept for the next start: %s", why)

    def _run(self, request: Request) -> tuple[list[ReadCourse], str]:
        """What came from the process, and its last words."""
        if not sys.executable:
            raise FileNotFoundError("Python's own program is not known")
        with subprocess.Popen(  # noqa: S603 - ourselves
            # Not from the folder that somebody happens to be in.
            [sys.executable, "-P", "-c", _PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        ) as process:
            self._process = process
            if self._is_given_up:
                process.kill()
            try:
                output, errors = process.communicate(request.to_line(sys.path), _LONGEST_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                output, errors = process.communicate()
        said = errors.decode("utf-8", "replace").strip().splitlines()
        ending = f"it ended with {process.returncode}" + (f": {said[-1]}" if said else "")
        return list(received(output)), ending


def _read_here(folders: Sequence[Path], cache_folder: Path | None) -> list[ReadCourse]:
    from bot.services import course_reader

    return [course_reader.read(folder, cache_folder) for folder in folders]


def _sudden_end(folder: Path, ending: str) -> str:
    return f"The course in {folder} could not be read: the process that parses it stopped ({ending})."
