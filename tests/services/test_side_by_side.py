"""Two processes' worth of connections on one database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import func, select, text

from bot.domain.refusals import AnswerNotSaved, ProposalGone, QuestionClosed, RoundRunning
from bot.domain.round_records import AnswerRecord, RoundRecord
from bot.services import conducting, guild_settings, proposing
from bot.services.answering import Receipt
from bot.services.publishing import publish_courses
from bot.storage import answer_insert, answers, guilds, rounds, standings
from bot.storage.database import Database
from bot.storage.tables import AnswerRow, BoardRow, QuestionRow, StandingRow
from tests.services.rounds import CHANNEL, GUILD, NOON, SECOND, TEACHER, Stage
from tests.services.test_answering import ADA, BEN, submit
from tests.services.test_rounds_and_boards import CHEN, standing_rows

on_a_server = pytest.mark.parametrize("backend", ["postgresql"])


@pytest.fixture
async def other(database: Database) -> AsyncIterator[Database]:
    """The same database, opened a second time."""
    opened = Database(database.url.render_as_string(hide_password=False))
    yield opened
    await opened.close()


async def two_stages(database: Database, other: Database) -> tuple[Stage, Stage, RoundRecord]:
    """One question, open in both processes."""
    stage, late = Stage(database), Stage(other)
    record = await stage.open(await stage.start())
    await conducting.load_live(other, late.live)
    return stage, late, record


def again(given: AnswerRecord, learner: int) -> AnswerRecord:
    """The answer as it goes to the writer, from this learner."""
    return AnswerRecord(
        round_question_id=given.round_question_id,
        learner_id=learner,
        revision=given.revision,
        response=given.response,
        answered_at=given.answered_at,
        elapsed_ms=given.elapsed_ms,
        fraction=given.fraction,
        points=given.points,
    )


async def break_connections(other: Database) -> None:
    """End every connection to the database but the one that this is asked over."""
    end = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    async with other.write() as session:
        await session.execute(end)


async def until_somebody_waits(database: Database) -> None:
    """Return when a connection waits for another one's lock."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    async with asyncio.timeout(20):
        while True:
            async with database.read() as session:
                if await session.scalar(waiting):
                    return


@on_a_server
async def test_an_answer_that_comes_while_the_sum_is_made_is_not_kept(
    database: Database, other: Database
) -> None:
    _, late, record = await two_stages(database, other)
    async with database.write() as session:
        current = await rounds.get(session, record.id, for_update=True)
        assert current is not None
        coming = asyncio.create_task(submit(late, record, ADA))
        await until_somebody_waits(database)
        assert await answers.of_question(session, record.questions[0].id) == []
        await rounds.set_question(session, record.questions[0].id, state="closed")
    with pytest.raises(QuestionClosed):
        await coming
    async with database.read() as session:
        assert await session.scalar(select(func.count()).select_from(AnswerRow)) == 0


@on_a_server
async def test_the_close_waits_for_an_answer_that_is_being_written(
    database: Database, other: Database
) -> None:
    stage, _, record = await two_stages(database, other)
    await submit(stage, record, BEN)
    async with other.write() as session:
        (given,) = await answers.of_question(session, record.questions[0].id)
        unfinished = again(given, CHEN)
        assert await answer_insert.insert(session, [unfinished]) == {unfinished.key}
        closing = asyncio.create_task(stage.close(record))
        await until_somebody_waits(database)
    assert (await closing).questions[0].answered == 2


@pytest.mark.parametrize("before", [20, 60, 120, 180])
async def test_whatever_comes_at_the_moment_of_the_close_is_counted_or_refused(
    database: Database, other: Database, before: int
) -> None:
    stage, late, record = await two_stages(database, other)
    clicked, clicks = asyncio.Event(), []

    async def click() -> None:
        for first in range(100, 300, 20):
            some = (submit(late, record, learner) for learner in range(first, first + 20))
            clicks.extend(await asyncio.gather(*some, return_exceptions=True))
            if len(clicks) >= before:
                clicked.set()

    async def close() -> RoundRecord:
        await clicked.wait()
        return await stage.close(record)

    closed, _ = await asyncio.gather(close(), click())
    receipts = sum(isinstance(each, Receipt) for each in clicks)
    assert receipts + sum(isinstance(each, QuestionClosed) for each in clicks) == 200
    async with database.read() as session:
        kept = await answers.of_question(session, record.questions[0].id)
        counted = (
            select(func.sum(StandingRow.answered))
            .join(BoardRow, BoardRow.id == StandingRow.board_id)
            .where(BoardRow.period == f"round:{record.id}")
        )
        assert len(kept) == closed.questions[0].answered == receipts
        assert await session.scalar(counted) == receipts


async def test_of_two_starts_in_one_channel_one_wins(database: Database, other: Database) -> None:
    stage = Stage(database)
    first, second = await stage.propose(), await stage.propose(seed=8)
    results = await asyncio.gather(
        *(
            proposing.start_round(each, record.id, starter_id=TEACHER, now=NOON)
            for each in (database, other)
            for record in (first, second)
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(result, RoundRecord) for result in results) == 1
    assert sum(isinstance(result, RoundRunning | ProposalGone) for result in results) == 3


@on_a_server
async def test_a_start_that_another_process_was_quicker_with_is_refused(
    database: Database, other: Database
) -> None:
    stage = Stage(database)
    first, second = await stage.propose(), await stage.propose(seed=8)
    async with database.write() as session:
        assert await rounds.run(session, first.id, NOON)
        starting = asyncio.create_task(
            proposing.start_round(other, second.id, starter_id=TEACHER, now=NOON + SECOND)
        )
        await until_somebody_waits(database)
    with pytest.raises(RoundRunning):
        await starting


async def test_processes_that_start_together_publish_a_course_once(
    database: Database, other: Database
) -> None:
    course = Stage(database).courses.values()
    await asyncio.gather(*(publish_courses(each, course, now=NOON) for each in (database, other) * 3))
    async with database.read() as session:
        versions = (await session.scalars(select(QuestionRow.version))).all()
    assert set(versions) == {1}


async def test_boards_agree_with_the_answers_whatever_happens_at_once(
    database: Database, other: Database
) -> None:
    stages = [Stage(database), Stage(other), Stage(database), Stage(other)]
    records = []
    for number, stage in enumerate(stages):
        record = await stage.open(await stage.start(channel_id=CHANNEL + number))
        learners = range(100, 120) if number % 2 else range(119, 99, -1)
        for learner in learners:
            await submit(stage, record, learner)
        records.append(record)
    await asyncio.gather(
        *(stage.close(record) for stage, record in zip(stages, records, strict=True)),
        *(
            guild_settings.set_timezone(each, GUILD, zone, default_timezone="UTC")
            for each in (database, other)
            for zone in ("Asia/Shanghai", "Europe/Berlin")
        ),
    )
    kept = await standing_rows(database)
    async with database.write() as session:
        settings = await guilds.get_settings(session, GUILD, default_timezone="UTC")
        await standings.rebuild(session, GUILD, settings.zone)
    assert await standing_rows(database) == kept
    assert sum(row[-1] for row in kept if row[2] == "all") == 2 * 4 * 20


async def test_two_settings_changed_at_once_are_both_kept(database: Database, other: Database) -> None:
    await asyncio.gather(
        guild_settings.set_instructor_role(database, GUILD, 5, default_timezone="UTC"),
        guild_settings.set_timezone(other, GUILD, "Asia/Shanghai", default_timezone="UTC"),
    )
    settings = await guild_settings.get_settings(database, GUILD, default_timezone="UTC")
    assert (settings.instructor_role_id, settings.timezone) == (5, "Asia/Shanghai")


@on_a_server
async def test_a_connection_that_broke_costs_nobody_an_answer(database: Database, other: Database) -> None:
    stage = Stage(database)
    record = await stage.open(await stage.start())
    await break_connections(other)
    results = await asyncio.gather(*(submit(stage, record, learner) for learner in range(100, 120)))
    assert all(isinstance(result, Receipt) for result in results)


@on_a_server
async def test_an_answer_that_was_committed_as_the_connection_broke_is_kept(
    database: Database, other: Database
) -> None:
    stage = Stage(database)
    record = await stage.open(await stage.start())
    await submit(stage, record, ADA)
    async with database.read() as session:
        (given,) = await answers.of_question(session, record.questions[0].id)
    await break_connections(other)
    assert await stage.writer.write(again(given, ADA))


@on_a_server
async def test_while_the_server_is_gone_learners_are_told_so(database: Database) -> None:
    stage = Stage(database)
    record = await stage.open(await stage.start())
    gone = Database(database.url.set(port=1).render_as_string(hide_password=False))
    stage.writer._database = gone
    results = await asyncio.gather(
        *(submit(stage, record, learner) for learner in range(100, 120)), return_exceptions=True
    )
    assert all(isinstance(result, AnswerNotSaved) for result in results)
    await gone.close()
