"""Queries over what a server has said of questions: which it does not want asked, and what is reported of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.questions import Question
from bot.domain.rounds import QuestionState
from bot.storage import dialects, question_content
from bot.storage.tables import (
    CourseRow,
    DisabledQuestionRow,
    QuestionReportRow,
    QuestionRow,
    RoundQuestionRow,
    RoundRow,
)
from bot.values import dataclass


@dataclass(frozen=True, slots=True)
class QuestionVersion:
    """A version of a question with its numbers in the database; ``version`` counts from 1."""

    row_id: int
    course_row: int
    course_key: str
    version: int
    question: Question


@dataclass(frozen=True, slots=True)
class QuestionReport:
    """What somebody finds wrong with a version of a question."""

    id: int
    reported: QuestionVersion
    reporter_id: int
    problem: str
    reported_at: datetime


async def disabled_keys(session: AsyncSession, guild_id: int, course_row: int) -> frozenset[str]:
    """The ids of the course's questions that the server does not want asked."""
    keys = await session.scalars(
        select(DisabledQuestionRow.question_key).where(
            DisabledQuestionRow.guild_id == guild_id, DisabledQuestionRow.course_id == course_row
        )
    )
    return frozenset(keys)


async def disable(
    session: AsyncSession,
    guild_id: int,
    version: QuestionVersion,
    *,
    reason: str | None,
    disabled_by: int,
    now: datetime,
) -> bool:
    """Do not ask a question on a server any more; False where it was disabled before."""
    values = {
        "guild_id": guild_id,
        "course_id": version.course_row,
        "question_key": version.question.id,
        "reason": reason,
        "disabled_by": disabled_by,
        "disabled_at": now,
    }
    statement = dialects.insert(session, DisabledQuestionRow).values(values).on_conflict_do_nothing()
    added = await session.execute(statement.returning(DisabledQuestionRow.question_key))
    return added.first() is not None


async def enable(session: AsyncSession, guild_id: int, version: QuestionVersion) -> bool:
    """Ask a question on a server again; False where it was not disabled."""
    removed = await session.execute(
        delete(DisabledQuestionRow)
        .where(
            DisabledQuestionRow.guild_id == guild_id,
            DisabledQuestionRow.course_id == version.course_row,
            DisabledQuestionRow.question_key == version.question.id,
        )
        .returning(DisabledQuestionRow.question_key)
    )
    return removed.first() is not None


async def current_versions(
    session: AsyncSession, question_key: str, courses: Iterable[str]
) -> list[QuestionVersion]:
    """The version that is asked now of the question with that id, in each of these courses that has one."""
    rows = await session.execute(
        select(QuestionRow, CourseRow.key)
        .join(CourseRow, CourseRow.id == QuestionRow.course_id)
        .where(
            QuestionRow.key == question_key,
            QuestionRow.is_current.is_(True),
            CourseRow.key.in_(list(courses)),
        )
        .order_by(CourseRow.key)
    )
    return [_version(row, course_key) for row, course_key in rows]


async def version_asked(session: AsyncSession, round_question_id: int) -> int:
    """The number of the version that a round asked."""
    rows = await session.scalars(
        select(RoundQuestionRow.question_id).where(RoundQuestionRow.id == round_question_id)
    )
    return rows.one()


async def times_asked(
    session: AsyncSession, guild_id: int, course_row: int, question_keys: Iterable[str]
) -> dict[str, int]:
    """How often a server was asked each of these questions, in whatever version; those never asked are left out."""
    rows = await session.execute(
        select(QuestionRow.key, func.count().label("times"))
        .join(RoundQuestionRow, RoundQuestionRow.question_id == QuestionRow.id)
        .join(RoundRow, RoundRow.id == RoundQuestionRow.round_id)
        .where(
            RoundRow.guild_id == guild_id,
            RoundRow.course_id == course_row,
            QuestionRow.key.in_(list(question_keys)),
            RoundQuestionRow.state.not_in([QuestionState.PENDING.value, QuestionState.SKIPPED.value]),
        )
        .group_by(QuestionRow.key)
    )
    return {row.key: row.times for row in rows}


async def insert_report(
    session: AsyncSession, guild_id: int, question_row: int, *, reporter_id: int, problem: str, now: datetime
) -> None:
    """Keep what somebody finds wrong with a version of a question."""
    session.add(
        QuestionReportRow(
            guild_id=guild_id,
            question_id=question_row,
            reporter_id=reporter_id,
            problem=problem,
            reported_at=now,
        )
    )


async def waiting_by(session: AsyncSession, guild_id: int, question_row: int, reporter_id: int) -> bool:
    """Whether a report of this person on this version waits already."""
    found = await session.scalar(
        select(QuestionReportRow.id)
        .where(
            QuestionReportRow.guild_id == guild_id,
            QuestionReportRow.question_id == question_row,
            QuestionReportRow.reporter_id == reporter_id,
            QuestionReportRow.settled_at.is_(None),
        )
        .limit(1)
    )
    return found is not None


async def count_waiting(session: AsyncSession, guild_id: int) -> int:
    """How many reports wait on a server."""
    counted = await session.scalar(
        select(func.count())
        .select_from(QuestionReportRow)
        .where(QuestionReportRow.guild_id == guild_id, QuestionReportRow.settled_at.is_(None))
    )
    return counted or 0


async def waiting(session: AsyncSession, guild_id: int, *, offset: int, size: int) -> list[QuestionReport]:
    """Reports that wait on a server, the oldest first."""
    rows = await session.execute(
        select(QuestionReportRow, QuestionRow, CourseRow.key)
        .join(QuestionRow, QuestionRow.id == QuestionReportRow.question_id)
        .join(CourseRow, CourseRow.id == QuestionRow.course_id)
        .where(QuestionReportRow.guild_id == guild_id, QuestionReportRow.settled_at.is_(None))
        .order_by(QuestionReportRow.id)
        .offset(offset)
        .limit(size)
    )
    return [
        QuestionReport(
            report.id, _version(version, course_key), report.reporter_id, report.problem, report.reported_at
        )
        for report, version, course_key in rows
    ]


async def settle(
    session: AsyncSession, guild_id: int, report_id: int, *, settled_by: int, now: datetime
) -> bool:
    """Put a report aside; False where it is none of this server's, or was put aside before."""
    settled = await session.execute(
        update(QuestionReportRow)
        .where(
            QuestionReportRow.id == report_id,
            QuestionReportRow.guild_id == guild_id,
            QuestionReportRow.settled_at.is_(None),
        )
        .values(settled_at=now, settled_by=settled_by)
        .returning(QuestionReportRow.id)
    )
    return settled.first() is not None


def _version(row: QuestionRow, course_key: str) -> QuestionVersion:
    return QuestionVersion(
        row.id, row.course_id, course_key, row.version, question_content.from_text(row.content)
    )
