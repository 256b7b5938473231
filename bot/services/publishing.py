"""From loaded courses to the database that rounds are drawn from, and back where a course's files are broken."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime

from bot.domain.courses import Course
from bot.storage import courses
from bot.storage.database import Database

log = logging.getLogger(__name__)


async def publish_courses(database: Database, loaded: Iterable[Course], *, now: datetime) -> None:
    """Make the loaded questions the current ones; older versions stay with their answers."""
    for course in loaded:
        async with database.write() as session:
            publication = await courses.publish(session, course, now)
        log.info(
            "Course %s: %s questions (%s new, %s changed, %s withdrawn)",
            course.id,
            len(course.questions),
            publication.added,
            publication.changed,
            publication.withdrawn,
        )


async def last_published(database: Database, course_id: str) -> Course | None:
    """The course as it was before its files were broken, or None where it never ran."""
    async with database.read() as session:
        return await courses.published(session, course_id)
