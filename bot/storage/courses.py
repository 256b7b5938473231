"""Queries over courses and the versions of their questions."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.courses import Course
from bot.storage import dialects, question_content
from bot.storage.parts import in_parts
from bot.storage.tables import CourseRow, QuestionRow
from bot.values import dataclass

# No server has this id: Discord's begin at about 2**50.
_PUBLISHING = 1
_IN_A_PORTION = 100


@dataclass(frozen=True, slots=True)
class Publication:
    """What publishing a course changed, in questions."""

    added: int
    changed: int
    withdrawn: int


async def is_current(session: AsyncSession, course: Course) -> bool:
    """Whether the database has the course just as it is; reads no question's content."""
    row = await session.scalar(select(CourseRow).where(CourseRow.key == course.id))
    if row is None or row.title != course.title or row.content != question_content.course_to_text(course):
        return False
    versions = await session.execute(
        select(QuestionRow.key, QuestionRow.content_hash).where(
            QuestionRow.course_id == row.id, QuestionRow.is_current.is_(True)
        )
    )
    return {(key, digest) for key, digest in versions} == set(question_content.digests(course.questions))


async def publish(session: AsyncSession, course: Course, now: datetime) -> Publication:
    """Make the course's questions the current ones.

    A question whose content changed becomes a new version; one that is no longer in the course stays, with its
    answers, but is not current. Of stored questions only those are read that the database does not have, in a thread.
    """
    # Processes that start together publish together; one number for all courses, as it takes milliseconds.
    await dialects.lock(session, _PUBLISHING)
    course_id = await _keep_course(session, course)
    versions = await _versions(session, course_id)
    latest = {version.key: version.version for version in versions}
    current = {version.key: version for version in versions if version.is_current}
    by_hash = {(version.key, version.content_hash): version.id for version in versions}
    again: list[int] = []
    replaced: list[int] = []
    new: list[int] = []
    added = changed = 0
    for position, (key, digest) in enumerate(question_content.digests(course.questions)):
        before = current.pop(key, None)
        if before is not None and before.content_hash == digest:
            continue
        if before is not None:
            replaced.append(before.id)
        if (key, digest) in by_hash:
            again.append(by_hash[key, digest])
        else:
            new.append(position)
        added += key not in latest
        changed += key in latest
    for some in in_parts(new, _IN_A_PORTION):
        rows = await asyncio.to_thread(_rows, course, some, course_id, latest, now)
        await session.execute(insert(QuestionRow), rows)
    await _set_current(session, [*replaced, *(version.id for version in current.values())], is_current=False)
    await _set_current(session, again, is_current=True)
    return Publication(added, changed, len(current))


async def _keep_course(session: AsyncSession, course: Course) -> int:
    row = await session.scalar(select(CourseRow).where(CourseRow.key == course.id))
    if row is None:
        row = CourseRow(key=course.id, title=course.title)
        session.add(row)
    row.title = course.title
    row.content = question_content.course_to_text(course)
    await session.flush()
    return row.id


async def _versions(session: AsyncSession, course_id: int) -> Sequence[Row[int, str, int, str, bool]]:
    """Every version of a course's questions, the earlier ones first, without what it says."""
    found = await session.execute(
        select(
            QuestionRow.id,
            QuestionRow.key,
            QuestionRow.version,
            QuestionRow.content_hash,
            QuestionRow.is_current,
        )
        .where(QuestionRow.course_id == course_id)
        .order_by(QuestionRow.version)
    )
    return found.all()


async def _set_current(session: AsyncSession, numbers: Sequence[int], *, is_current: bool) -> None:
    for some in in_parts(numbers, _IN_A_PORTION):
        await session.execute(
            update(QuestionRow).where(QuestionRow.id.in_(some)).values(is_current=is_current)
        )


def _rows(
    course: Course, positions: Iterable[int], course_id: int, latest: Mapping[str, int], now: datetime
) -> list[dict[str, object]]:
    rows = []
    for question in (course.questions[position] for position in positions):
        text = question_content.to_text(question)
        rows.append(
            {
                "course_id": course_id,
                "key": question.id,
                "version": latest.get(question.id, 0) + 1,
                "content_hash": question_content.content_hash(text),
                "is_current": True,
                "content": text,
                "published_at": now,
            }
        )
    return rows


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
