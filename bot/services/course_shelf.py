"""The courses that are played: put on the shelf at the start, and read again while the bot runs."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime

from bot.domain.courses import Course
from bot.domain.refusals import UnknownCourse
from bot.errors import BankError
from bot.services.context import ServiceContext
from bot.services.course_loading import CourseFolders, LoadedCourses, load_courses
from bot.services.publishing import last_published, publish_courses
from bot.storage.courses import Publication
from bot.storage.database import Database
from bot.values import dataclass

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Shelf:
    """The courses by id, and by id what is wrong with those whose files are broken."""

    courses: dict[str, Course]
    faults: dict[str, str]


@dataclass(frozen=True, slots=True)
class Reload:
    """What became of one course whose files were read again.

    Attributes:
        course_id: which course.
        publication: what changed in it, in questions; None where its files are broken or gone.
        questions: how many it has now; 0 where it cannot be played.
        fault: what is wrong with its files, as text of several lines; it goes on as it was before. None: nothing.
        warnings: what its author should look at all the same.
    """

    course_id: str
    publication: Publication | None
    questions: int
    fault: str | None = None
    warnings: tuple[str, ...] = ()


async def open_shelf(source: CourseFolders, database: Database, *, now: datetime) -> Shelf:
    """Load and publish the courses; one whose files are broken goes on in the version that ran before.

    Raises:
        BankError: there is not one course to play, or not the one that was asked for.
    """
    loaded = await load_courses(source)
    _log_warnings(loaded)
    await publish_courses(database, loaded.courses.values(), now=now)
    courses = dict(loaded.courses)
    for course_id, error in loaded.broken.items():
        log.error("The files of course %s are broken; it stays as it was before. %s", course_id, error)
        before = await last_published(database, course_id)
        if before is not None:
            courses[course_id] = before
    if not courses and source.only is not None and not loaded.broken:
        raise BankError(f"There is no course {source.only!r}; there are: {', '.join(loaded.known)}.")
    if not courses:
        raise BankError("No course can be played.", list(loaded.broken.values()))
    return Shelf(courses, _faults(loaded))


async def reload_courses(context: ServiceContext, course_id: str | None = None) -> tuple[Reload, ...]:
    """Read one course's files again, or all, and play what they say from the next round on.

    The event loop does not wait for the parser. Rounds that run go on with the questions they were drawn with.

    Raises:
        UnknownCourse: there is no such course, on the shelf or in the folders.
        BankError: a folder is missing or holds no course, or two courses have one id; nothing was changed.
    """
    loaded = await load_courses(context.course_folders)
    known = [*dict.fromkeys([*context.courses, *loaded.courses, *loaded.broken, *context.course_faults])]
    if course_id is not None and course_id not in known:
        raise UnknownCourse(course_id, tuple(known))
    asked = known if course_id is None else [course_id]
    _log_warnings(loaded)
    changes = await publish_courses(
        context.database,
        [loaded.courses[name] for name in asked if name in loaded.courses],
        now=context.clock(),
    )
    return tuple([await _put(context, name, loaded, changes) for name in asked])


async def _put(
    context: ServiceContext, course_id: str, loaded: LoadedCourses, changes: Mapping[str, Publication]
) -> Reload:
    """Let the shelf hold one course as it was loaded."""
    if (course := loaded.courses.get(course_id)) is not None:
        context.courses[course_id] = course
        context.course_faults.pop(course_id, None)
        return Reload(
            course_id, changes[course_id], len(course.questions), warnings=loaded.warnings[course_id]
        )
    if (error := loaded.broken.get(course_id)) is None:
        context.courses.pop(course_id, None)
        context.course_faults.pop(course_id, None)
        return Reload(course_id, None, 0)
    context.course_faults[course_id] = str(error)
    if course_id not in context.courses:
        before = await last_published(context.database, course_id)
        if before is not None:
            context.courses[course_id] = before
    on_shelf = context.courses.get(course_id)
    return Reload(course_id, None, len(on_shelf.questions) if on_shelf else 0, fault=str(error))


def _faults(loaded: LoadedCourses) -> dict[str, str]:
    return {course_id: str(error) for course_id, error in loaded.broken.items()}


def _log_warnings(loaded: LoadedCourses) -> None:
    for course_id, warnings in loaded.warnings.items():
        for warning in warnings:
            log.warning("Course %s: %s", course_id, warning)
