"""From loaded courses to the database that rounds are drawn from, and back where a course's files are broken."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime

from bot.domain.courses import Course
from bot.storage import courses
from bot.storage.courses import Publication
from bot.storage.database import Database

log = logging.getLogger(__name__)


async def publish_courses(
    database: Database, loaded: Iterable[Course], *, now: datetime
) -> dict[str, Publication]:
    """Make the loaded questions the current ones; older versions stay with their answers.

    Returns:
        What that changed, by the course's id. A course that is as it was before costs a look and no write.
    """
    changes = {}
    for course in loaded:
        publication = Publication(0, 0, 0)
        async with database.read() as session:
            is_current = await courses.is_current(session, course)
        if not is_current:
            async with database.write() as session:
                publication = await courses.publish(session, course, now)
        changes[course.id] = publication
        log.info(
            "Course %s: %s questions (%s new, %s changed, %s withdrawn)",
            course.id,
            len(course.questions),
            publication.added,
            publication.changed,
            publication.withdrawn,
        )
    return changes


async def last_published(database: Database, course_id: str) -> Course | None:
    """The course as it was before its files were broken, or None where it never ran."""
    async with database.read() as session:
        return await courses.published(session, course_id)
