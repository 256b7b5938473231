"""What instructors do with the questions of the bank from Discord: find, look at, disable, and reports of mistakes.

Disabling and reports belong to a server; the courses themselves are files, which nothing here changes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from bot.domain.courses import Course
from bot.domain.question_search import nearest_ids
from bot.domain.question_search import search as find
from bot.domain.questions import Question
from bot.domain.refusals import AlreadyReported, AlreadySettled, ProblemMissing, UnknownQuestion
from bot.domain.rulings import ruled
from bot.services import reviewing
from bot.services.proposing import find_course
from bot.storage import courses, question_status, rulings
from bot.storage.database import Database
from bot.storage.question_status import QuestionReport, QuestionVersion
from bot.values import dataclass

PAGE_SIZE = 5


@dataclass(frozen=True, slots=True)
class Hit:
    """A question that was found, and how it stands on a server."""

    question: Question
    is_disabled: bool
    times_asked: int


@dataclass(frozen=True, slots=True)
class SearchPage:
    """Some of what a search found; pages count from 0. ``total`` is the number of all questions found."""

    course: Course
    words: str
    hits: tuple[Hit, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Examined:
    """A question as it is asked now; ``status`` tells whether, and how often, on one server."""

    version: QuestionVersion
    course_title: str
    topic_title: str
    status: Hit


@dataclass(frozen=True, slots=True)
class ReportPage:
    """One of the reports that wait; pages count from 0."""

    report: QuestionReport
    page: int
    waiting: int


async def search(
    database: Database,
    available: Mapping[str, Course],
    guild_id: int,
    words: str,
    *,
    course: str | None,
    page: int,
) -> SearchPage:
    """A page of the questions of a course that hold each of the words.

    Raises:
        UnknownCourse: there is no such course.
    """
    chosen = find_course(available, course)
    found = await asyncio.to_thread(find, chosen.questions, words)
    pages = max(1, -(-len(found) // PAGE_SIZE))
    page = min(max(page, 0), pages - 1)
    shown = found[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
    hits = await _hits(database, guild_id, chosen.id, shown)
    return SearchPage(chosen, words, hits, len(found), page, pages)


async def look_at(
    database: Database, available: Mapping[str, Course], guild_id: int, question_id: str
) -> Examined:
    """A question by its id, as the server's instructors have ruled on it.

    Raises:
        UnknownQuestion: no course has one of that id.
    """
    version = await _version(database, available, question_id)
    async with database.read() as session:
        in_force = await rulings.of_versions(session, guild_id, [version.row_id])
    verdicts = [ruling.verdict for ruling in in_force.get(version.row_id, ())]
    version = replace(version, question=ruled(version.question, verdicts))
    (status,) = await _hits(database, guild_id, version.course_key, [version.question])
    course = available[version.course_key]
    topic = course.topic(version.question.topic)
    return Examined(version, course.title, topic.title if topic else version.question.topic, status)


async def disable(
    database: Database,
    available: Mapping[str, Course],
    guild_id: int,
    question_id: str,
    *,
    reason: str | None,
    by: int,
    now: datetime,
) -> bool:
    """Ask a question no more on this server, from the next draw on; False where it was disabled before.

    Raises:
        UnknownQuestion: no course has one of that id.
    """
    version = await _version(database, available, question_id)
    async with database.write() as session:
        return await question_status.disable(
            session, guild_id, version, reason=reason, disabled_by=by, now=now
        )


async def enable(
    database: Database, available: Mapping[str, Course], guild_id: int, question_id: str
) -> bool:
    """Ask a question again on this server; False where it was not disabled.

    Raises:
        UnknownQuestion: no course has one of that id.
    """
    version = await _version(database, available, question_id)
    async with database.write() as session:
        return await question_status.enable(session, guild_id, version)


async def report(
    database: Database,
    available: Mapping[str, Course],
    guild_id: int,
    question_id: str,
    *,
    reporter_id: int,
    problem: str,
    now: datetime,
) -> None:
    """Keep what an instructor finds wrong with a question.

    Raises:
        UnknownQuestion: no course has one of that id.
        AlreadyReported: a report of this person on it waits.
        ProblemMissing: it says nothing.
    """
    version = await _version(database, available, question_id)
    await _keep_report(database, guild_id, version.row_id, reporter_id=reporter_id, problem=problem, now=now)


async def report_asked(
    database: Database,
    guild_id: int,
    round_question_id: int,
    *,
    reporter_id: int,
    problem: str,
    now: datetime,
) -> None:
    """Keep what a learner finds wrong with a question that he was shown.

    Raises:
        NotThisServer: it was asked elsewhere, or nowhere.
        QuestionStillOpen: its key is not told yet.
        AlreadyReported: a report of this person on it waits.
        ProblemMissing: it says nothing.
    """
    await reviewing.explain(database, round_question_id, guild_id=guild_id, learner_id=reporter_id)
    async with database.read() as session:
        number = await question_status.version_asked(session, round_question_id)
    await _keep_report(database, guild_id, number, reporter_id=reporter_id, problem=problem, now=now)


async def waiting_report(database: Database, guild_id: int, page: int) -> ReportPage | None:
    """One of the reports that wait on a server, the oldest first; None where none waits."""
    async with database.read() as session:
        waiting = await question_status.count_waiting(session, guild_id)
        if not waiting:
            return None
        page = min(max(page, 0), waiting - 1)
        (shown,) = await question_status.waiting(session, guild_id, offset=page, size=1)
    return ReportPage(shown, page, waiting)


async def settle(database: Database, guild_id: int, report_id: int, *, by: int, now: datetime) -> None:
    """Put a report aside.

    Raises:
        AlreadySettled: somebody did so before, or it is none of this server's.
    """
    async with database.write() as session:
        if not await question_status.settle(session, guild_id, report_id, settled_by=by, now=now):
            raise AlreadySettled


async def _keep_report(
    database: Database, guild_id: int, question_row: int, *, reporter_id: int, problem: str, now: datetime
) -> None:
    if not problem.strip():
        raise ProblemMissing
    async with database.write() as session:
        if await question_status.waiting_by(session, guild_id, question_row, reporter_id):
            raise AlreadyReported
        await question_status.insert_report(
            session, guild_id, question_row, reporter_id=reporter_id, problem=problem, now=now
        )


async def _version(database: Database, available: Mapping[str, Course], question_id: str) -> QuestionVersion:
    asked = question_id.strip()
    async with database.read() as session:
        versions = await question_status.current_versions(session, asked, available)
    if not versions:
        known = (question_id for course in available.values() for question_id in course.question_ids())
        raise UnknownQuestion(asked, nearest_ids(known, asked))
    return versions[0]


async def _hits(
    database: Database, guild_id: int, course_id: str, questions: Iterable[Question]
) -> tuple[Hit, ...]:
    shown = list(questions)
    async with database.read() as session:
        course_row = await courses.course_row_id(session, course_id)
        if course_row is None:
            return tuple(Hit(question, is_disabled=False, times_asked=0) for question in shown)
        disabled = await question_status.disabled_keys(session, guild_id, course_row)
        asked = await question_status.times_asked(
            session, guild_id, course_row, [question.id for question in shown]
        )
    return tuple(
        Hit(question, is_disabled=question.id in disabled, times_asked=asked.get(question.id, 0))
        for question in shown
    )
