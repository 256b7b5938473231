"""The statements that write a batch of answers, for each kind of database. When they run is the writer's business."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

from sqlalchemy import any_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.dml import ReturningInsert

from bot.domain.round_records import AnswerRecord
from bot.domain.rounds import QuestionState
from bot.storage import dialects
from bot.storage.answers import chosen_text
from bot.storage.tables import AnswerRow, Base, RoundQuestionRow

_TABLE = Base.metadata.tables[AnswerRow.__tablename__]
_KEY = (AnswerRow.round_question_id, AnswerRow.learner_id, AnswerRow.revision)


async def insert(session: AsyncSession, answers: Sequence[AnswerRecord]) -> set[tuple[int, int, int]]:
    """Insert the answers to questions that are open; returns the keys of the rows that are new."""
    rows = [_row(answer) for answer in answers]
    if not dialects.is_sqlite(session):
        arrays = {name: [row[name] for row in rows] for name in _TABLE.columns.keys()}  # noqa: SIM118 - not a dict
        return _keys((await session.execute(_where_open(), arrays)).all())
    asked = {answer.round_question_id for answer in answers}
    is_open = RoundQuestionRow.state == QuestionState.OPEN.value
    still_open = set(
        await session.scalars(select(RoundQuestionRow.id).where(RoundQuestionRow.id.in_(asked), is_open))
    )
    rows = [row for row in rows if row["round_question_id"] in still_open]
    if not rows:
        return set()
    new = dialects.insert(session, AnswerRow).on_conflict_do_nothing().returning(*_KEY)
    return _keys((await session.execute(new, rows)).all())


async def among(session: AsyncSession, answers: Iterable[AnswerRecord]) -> set[tuple[int, int, int]]:
    """The keys of those answers that are in the database just as they are given."""
    wanted = {answer.key: _row(answer) for answer in answers}
    found = await session.scalars(
        select(AnswerRow).where(
            AnswerRow.round_question_id.in_({question for question, _, _ in wanted}),
            AnswerRow.learner_id.in_({learner for _, learner, _ in wanted}),
        )
    )
    kept = {(row.round_question_id, row.learner_id, row.revision): row for row in found}
    return {
        key
        for key, row in wanted.items()
        if key in kept and all(getattr(kept[key], name) == value for name, value in row.items())
    }


def _row(answer: AnswerRecord) -> dict[str, object]:
    return {
        "round_question_id": answer.round_question_id,
        "learner_id": answer.learner_id,
        "revision": answer.revision,
        "chosen": chosen_text(answer.response),
        "typed": answer.response.text or None,
        "answered_at": answer.answered_at,
        "elapsed_ms": answer.elapsed_ms,
        "fraction": answer.fraction,
        "points": answer.points,
    }


def _keys(rows: Iterable[Sequence[int]]) -> set[tuple[int, int, int]]:
    return {(question, learner, revision) for question, learner, revision in rows}


@cache
def _where_open() -> ReturningInsert[int, int, int]:
    """PostgreSQL's statement; its parameters are arrays, named as the columns.

    It locks the questions in share mode: whoever closes one waits until the answers are in, or they wait for him and
    then find it closed.
    """
    # Only who speaks to PostgreSQL waits for its dialect to be imported.
    from sqlalchemy.dialects import postgresql

    arrays, given = dialects.given_as_arrays(_TABLE)
    still_open = (
        select(RoundQuestionRow.id)
        .where(
            RoundQuestionRow.id == any_(arrays["round_question_id"]),
            RoundQuestionRow.state == QuestionState.OPEN.value,
        )
        .with_for_update(read=True)
        .cte("still_open")
    )
    accepted = select(*(given.c[name] for name in arrays)).join_from(
        given, still_open, still_open.c.id == given.c.round_question_id
    )
    return (
        # The table and not its class: the arrays are not a row, as SQLAlchemy would take them then.
        postgresql.insert(_TABLE)
        .from_select(list(arrays), accepted)
        .on_conflict_do_nothing()
        .returning(*_KEY)
    )
