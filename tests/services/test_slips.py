"""What happens between the choice of a step and the step itself: a stop, a loss, a close."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.domain.round_records import RoundRecord
from bot.domain.rounds import EndReason, QuestionState, RoundState
from bot.domain.scoring import ScoringRule
from bot.services import conducting, guild_settings, reviewing
from bot.storage import standings
from bot.storage.database import Database
from tests.services.rounds import GUILD, NOON, SECOND, Stage
from tests.services.test_answering import ADA, BEN, submit
from tests.services.test_rounds_and_boards import right, standing_rows

PATIENCE = 20.0  # seconds; only a test that fails waits so long


async def stop(stage: Stage, record: RoundRecord, at: Any = NOON) -> RoundRecord:
    return await conducting.stop_round(stage.database, stage.live, record.id, now=at)


async def abandon(stage: Stage, record: RoundRecord) -> RoundRecord | None:
    return await conducting.abandon_round(
        stage.database,
        stage.live,
        stage.writer,
        record.id,
        EndReason.CHANNEL_GONE,
        now=NOON + SECOND,
        default_timezone="UTC",
    )


async def states(stage: Stage, record: RoundRecord) -> list[QuestionState]:
    now = await conducting.load_round(stage.database, record.id)
    assert now is not None
    return [asked.state for asked in now.questions]


async def test_a_step_chosen_before_a_stop_opens_no_question_after_it(database: Database) -> None:
    stage = Stage(database)
    chosen = await stage.start()
    await stop(stage, chosen)
    opened = await conducting.open_question(database, stage.live, chosen, 0, now=NOON + SECOND)
    assert opened.open_question is None
    assert stage.live.open_questions() == ()
    assert await states(stage, chosen) == [QuestionState.SKIPPED] * 3


async def test_a_step_chosen_before_a_loss_opens_no_question_after_it(database: Database) -> None:
    stage = Stage(database)
    chosen = await stage.start()
    await abandon(stage, chosen)
    await conducting.open_question(database, stage.live, chosen, 0, now=NOON + SECOND)
    assert stage.live.open_questions() == ()
    assert await states(stage, chosen) == [QuestionState.SKIPPED] * 3


async def test_a_question_that_is_open_and_not_posted_is_skipped_after_a_stop(database: Database) -> None:
    stage = Stage(database)
    opened = await conducting.open_question(database, stage.live, await stage.start(), 0, now=NOON)
    await stop(stage, opened)
    again = await conducting.open_question(database, stage.live, opened, 0, now=NOON + 5 * SECOND)
    assert again.open_question is None
    assert stage.live.open_questions() == ()


async def test_a_post_recorded_after_a_stop_gives_no_new_time(database: Database) -> None:
    stage = Stage(database)
    opened = await conducting.open_question(database, stage.live, await stage.start(), 0, now=NOON)
    await stop(stage, opened, NOON + SECOND)
    posted = await conducting.record_posted(
        database, stage.live, opened, 0, message_id=900, posted_at=NOON + 3 * SECOND
    )
    assert posted.questions[0].closes_at == NOON + SECOND
    (live,) = stage.live.open_questions()
    assert live.closes_at == NOON + SECOND


async def test_a_question_that_opens_while_its_round_is_given_up_is_closed_with_it(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = Stage(database)
    record = await stage.start()
    load_round = conducting.load_round

    # The one moment at which it could slip through: after the look at the round, before it is ended.
    async def and_then_it_opens(*args: Any) -> Any:
        seen = await load_round(*args)
        monkeypatch.setattr(conducting, "load_round", load_round)
        await submit(stage, await stage.open(record), ADA, shown=right(record))
        return seen

    monkeypatch.setattr(conducting, "load_round", and_then_it_opens)
    ended = await abandon(stage, record)
    assert ended is not None
    assert [asked.state for asked in ended.questions] == [
        QuestionState.CLOSED,
        QuestionState.SKIPPED,
        QuestionState.SKIPPED,
    ]
    assert stage.live.open_questions() == ()
    assert {row[-3] for row in await standing_rows(database)} == {1000}


async def test_of_two_who_give_up_a_round_one_does(database: Database) -> None:
    stage = Stage(database)
    record = await stage.open(await stage.start())
    results = await asyncio.gather(*(abandon(stage, record) for _ in range(3)))
    assert sum(result is not None for result in results) == 1


async def test_a_round_stopped_as_it_ends_stays_stopped(database: Database) -> None:
    stage = Stage(database)
    record = await stage.start()
    await stop(stage, record)
    ended = await conducting.end_round(database, record.id, EndReason.COMPLETED)
    assert (ended.state, ended.end_reason) == (RoundState.RUNNING, EndReason.STOPPED)


async def test_a_stop_does_not_bring_back_a_question_that_was_closed(database: Database) -> None:
    stage = Stage(database)
    record = await stage.open(await stage.start())
    await asyncio.gather(stop(stage, record, NOON + SECOND), stage.close(record, at=NOON + SECOND))
    assert stage.live.open_questions() == ()


async def test_a_stop_takes_no_speed_points_from_an_answer_given_before_it(database: Database) -> None:
    stage = Stage(database)
    record = await stage.open(await stage.start(scoring=ScoringRule.SPEED))
    await submit(stage, record, ADA, shown=right(record), at=NOON + 2 * SECOND)
    await stop(stage, record, NOON + 3 * SECOND)
    await submit(stage, record, BEN, shown=right(record), at=NOON + 2 * SECOND)  # delivered late
    closed = await stage.close(record)
    outcome = await reviewing.question_outcome(database, closed.questions[0])
    assert [answer.points for answer in outcome.fastest] == [950, 950]


async def test_a_late_reveal_gives_the_whole_pause_to_read(database: Database) -> None:
    stage = Stage(database)
    record = await stage.close(await stage.open(await stage.start()))
    planned = record.questions[1].opens_at
    assert planned is not None
    revealed_at = planned - SECOND
    later = await conducting.leave_time_to_read(database, record, 0, now=revealed_at)
    opens_at = later.questions[1].opens_at
    assert opens_at is not None
    assert (opens_at - revealed_at).total_seconds() == record.pause_seconds


async def test_writes_go_through_while_boards_are_made_anew_and_what_closes_meanwhile_counts(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = Stage(database)
    record = await stage.open(await stage.start())
    await submit(stage, record, ADA, shown=right(record))
    totals = standings.totals

    # The moment after the sums were read: nothing may be locked, and a question closes.
    async def and_then_it_closes(*args: Any) -> Any:
        sums = await totals(*args)
        monkeypatch.setattr(standings, "totals", totals)
        await asyncio.wait_for(stage.close(record), PATIENCE)
        return sums

    monkeypatch.setattr(standings, "totals", and_then_it_closes)
    settings = await guild_settings.set_timezone(database, GUILD, "Asia/Shanghai", default_timezone="UTC")
    kept = await standing_rows(database)
    assert {row[-3] for row in kept} == {1000}
    async with database.write() as session:
        await standings.rebuild(session, GUILD, settings.zone)
    assert await standing_rows(database) == kept
