"""Queries over courses and the versions of their questions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.courses import Course
from bot.storage import dialects, question_content
from bot.storage.tables import CourseRow, QuestionRow

# No server has this id: Discord's begin at about 2**50.
_PUBLISHING = 1


@dataclass(frozen=True, slots=True)
class Publication:
    """What publishing a course changed, in questions."""

    added: int
    changed: int
    withdrawn: int


async def publish(session: AsyncSession, course: Course, now: datetime) -> Publication:
    """Make the course's questions the current ones.

    A question whose content changed becomes a new version; one that is no longer in the course stays, with its
    answers, but is not current.
    """
    # Processes that start together publish together; one number for all courses, as it takes milliseconds.
    await dialects.lock(session, _PUBLISHING)
    row = await session.scalar(select(CourseRow).where(CourseRow.key == course.id))
    if row is None:
        row = CourseRow(key=course.id, title=course.title)
        session.add(row)
        await session.flush()
    row.title = course.title
    row.content = question_content.course_to_text(course)
    versions = (await session.scalars(select(QuestionRow).where(QuestionRow.course_id == row.id))).all()
    latest = {version.key: version for version in sorted(versions, key=lambda version: version.version)}
    current = {version.key: version for version in versions if version.is_current}
    by_hash = {(version.key, version.content_hash): version for version in versions}
    added = changed = 0
    for question in course.questions:
        text = question_content.to_text(question)
        digest = question_content.content_hash(text)
        before = current.pop(question.id, None)
        if before is not None and before.content_hash == digest:
            continue
        if before is not None:
            before.is_current = False
        again = by_hash.get((question.id, digest))
        if again is not None:
            again.is_current = True
        else:
            number = latest[question.id].version + 1 if question.id in latest else 1
            session.add(_version(row.id, question.id, number, digest, text, now))
        added += question.id not in latest
        changed += question.id in latest
    for withdrawn in current.values():
        withdrawn.is_current = False
    return Publication(added, changed, len(current))


def _version(course_id: int, key: str, number: int, digest: str, text: str, now: datetime) -> QuestionRow:
    return QuestionRow(
        course_id=course_id,
        key=key,
        version=number,
        content_hash=digest,
        is_current=True,
        content=text,
        published_at=now,
    )


async def published(session: AsyncSession, course_key: str) -> Course | None:
    """The course as it was last published, or None where it never was."""
    row = await session.scalar(select(CourseRow).where(CourseRow.key == course_key))
    if row is None or row.content is None:
        return None
    contents = await session.scalars(
        select(QuestionRow.content)
        .where(QuestionRow.course_id == row.id, QuestionRow.is_current.is_(True))
        .order_by(QuestionRow.key)
    )
    questions = tuple(question_content.from_text(content) for content in contents)
    return question_content.course_from_text(row.content, questions)


async def course_row_id(session: AsyncSession, course_key: str) -> int | None:
    """The database's number of a course, or None where it was never published."""
    return await session.scalar(select(CourseRow.id).where(CourseRow.key == course_key))


async def current_question_ids(session: AsyncSession, course_row: int) -> dict[str, int]:
    """The database's number of the current version of each question, by the question's id."""
    rows = await session.execute(
        select(QuestionRow.key, QuestionRow.id).where(
            QuestionRow.course_id == course_row, QuestionRow.is_current.is_(True)
        )
    )
    return {row.key: row.id for row in rows}
