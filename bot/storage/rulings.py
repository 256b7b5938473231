"""Queries over rulings. Those in force lie over a question wherever it is read to be shown or graded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.questions import Response
from bot.domain.rulings import Ruling, RulingKind, Verdict
from bot.storage.answers import chosen_text, response_of
from bot.storage.tables import RoundQuestionRow, RoundRow, RulingRow


async def insert(
    session: AsyncSession,
    verdict: Verdict,
    *,
    guild_id: int,
    question_id: int,
    instructor_id: int,
    made_at: datetime,
    changed: int,
) -> Ruling:
    """Keep a ruling."""
    response = verdict.response or Response()
    row = RulingRow(
        guild_id=guild_id,
        question_id=question_id,
        kind=verdict.kind.value,
        chosen=chosen_text(response),
        typed=response.text or None,
        reason=verdict.reason,
        instructor_id=instructor_id,
        made_at=made_at,
        changed=changed,
    )
    session.add(row)
    await session.flush()
    return _ruling(row)


async def get(session: AsyncSession, ruling_id: int) -> Ruling | None:
    """The ruling of that number, or None."""
    row = await session.get(RulingRow, ruling_id)
    return None if row is None else _ruling(row)


async def of_versions(
    session: AsyncSession, guild_id: int, question_ids: Iterable[int]
) -> dict[int, list[Ruling]]:
    """The rulings in force on these versions, oldest first; versions without one are left out."""
    return await _in_force(session, guild_id, RulingRow.question_id.in_(set(question_ids)))


async def of_guild(session: AsyncSession, guild_id: int) -> dict[int, list[Ruling]]:
    """The rulings in force on a server, by version, oldest first."""
    return await _in_force(session, guild_id, true())


async def _in_force(
    session: AsyncSession, guild_id: int, which: ColumnElement[bool]
) -> dict[int, list[Ruling]]:
    rows = await session.scalars(
        select(RulingRow)
        .where(RulingRow.guild_id == guild_id, which, RulingRow.undone_at.is_(None))
        .order_by(RulingRow.id)
    )
    found: dict[int, list[Ruling]] = {}
    for row in rows:
        found.setdefault(row.question_id, []).append(_ruling(row))
    return found


async def history(session: AsyncSession, guild_id: int, question_id: int) -> Sequence[Ruling]:
    """Every ruling that a server made on a version, those that were undone too, oldest first."""
    rows = await session.scalars(
        select(RulingRow)
        .where(RulingRow.guild_id == guild_id, RulingRow.question_id == question_id)
        .order_by(RulingRow.id)
    )
    return [_ruling(row) for row in rows]


async def ruled_among(session: AsyncSession, round_question_ids: Iterable[int]) -> Sequence[int]:
    """Those questions of rounds whose version the round's server has ever ruled on."""
    found = await session.scalars(
        select(RoundQuestionRow.id)
        .join(RoundRow, RoundRow.id == RoundQuestionRow.round_id)
        .where(
            RoundQuestionRow.id.in_(list(round_question_ids)),
            exists().where(
                RulingRow.question_id == RoundQuestionRow.question_id,
                RulingRow.guild_id == RoundRow.guild_id,
            ),
        )
        .order_by(RoundQuestionRow.id)
    )
    return found.all()


async def undo(
    session: AsyncSession, ruling_id: int, *, instructor_id: int, reason: str, undone_at: datetime
) -> None:
    """Let a ruling hold no longer; it stays on record."""
    await session.execute(
        update(RulingRow)
        .where(RulingRow.id == ruling_id)
        .values(undone_at=undone_at, undone_by=instructor_id, undone_reason=reason)
    )


def _ruling(row: RulingRow) -> Ruling:
    kind = RulingKind(row.kind)
    has_response = kind in (RulingKind.ACCEPT, RulingKind.REKEY)
    response = response_of(row.chosen, row.typed) if has_response else None
    return Ruling(
        id=row.id,
        guild_id=row.guild_id,
        question_id=row.question_id,
        verdict=Verdict(kind, row.reason, response),
        instructor_id=row.instructor_id,
        made_at=row.made_at,
        changed=row.changed,
        undone_at=row.undone_at,
        undone_by=row.undone_by,
        undone_reason=row.undone_reason,
    )
