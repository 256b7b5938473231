"""The queue of answers: nobody in it waits for ever, and a close does not wait for those behind it."""

from __future__ import annotations

import asyncio
from itertools import count

import pytest
from sqlalchemy import text

from bot.domain.questions import Response
from bot.domain.refusals import AnswerNotSaved
from bot.services.answering import Receipt
from bot.storage import answer_insert
from bot.storage.answers import chosen_text
from bot.storage.database import Database
from tests.services.rounds import CHANNEL, Stage
from tests.services.test_answering import ADA, BEN, rows, submit
from tests.services.test_rounds_and_boards import right

PATIENCE = 20.0  # seconds; only a test that fails waits so long


async def test_sustained_clicks_elsewhere_do_not_hold_up_a_close(database: Database) -> None:
    stage = Stage(database)
    record = await stage.open(await stage.start())
    busy = await stage.open(await stage.start(channel_id=CHANNEL + 1))
    learners = count(1000)

    async def click_on_and_on() -> None:
        while True:
            await submit(stage, busy, next(learners))

    # Two groups in turn: while the answers of one are written, those of the other wait, without an end.
    groups = [[asyncio.create_task(click_on_and_on()) for _ in range(5)]]
    await until_written(stage)
    groups.append([asyncio.create_task(click_on_and_on()) for _ in range(5)])
    await submit(stage, record, ADA, shown=right(record))
    late = asyncio.create_task(submit(stage, record, BEN, shown=right(record)))
    await asyncio.sleep(0)
    try:
        closed = await asyncio.wait_for(stage.close(record), PATIENCE)
    finally:
        clicking = [task for group in groups for task in group]
        for task in clicking:
            task.cancel()
        await asyncio.gather(*clicking, return_exceptions=True)
    assert isinstance(await late, Receipt)
    assert closed.questions[0].answered == 2
    await stage.writer.drained()


async def until_written(stage: Stage) -> None:
    """Wait until answers are being written."""
    while stage.writer.waiting or not stage.writer.is_writing:
        await asyncio.sleep(0)


async def test_an_answer_whose_click_was_given_up_is_still_written_and_waited_for(database: Database) -> None:
    stage = Stage(database)
    record = await stage.open(await stage.start())
    click = asyncio.create_task(submit(stage, record, ADA))
    await until_written(stage)
    click.cancel()
    await stage.writer.drained()
    assert [learner for learner, _, _ in await rows(database)] == [ADA]


async def test_answers_behind_a_batch_that_failed_unforeseen_are_written(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = Stage(database)
    record = await stage.open(await stage.start())
    unforeseen = iter([RuntimeError("nobody has thought of this")] * 2)

    # No driver is known to raise this: it stands for what nobody has thought of. Once for the batch, once for the row.
    def fail(response: Response) -> str:
        for error in unforeseen:
            raise error
        return chosen_text(response)

    monkeypatch.setattr(answer_insert, "chosen_text", fail)
    first = asyncio.create_task(submit(stage, record, ADA))
    await until_written(stage)
    behind = [asyncio.create_task(submit(stage, record, learner)) for learner in range(200, 210)]
    results = await asyncio.wait_for(asyncio.gather(first, *behind, return_exceptions=True), timeout=PATIENCE)
    assert isinstance(results[0], AnswerNotSaved)
    assert all(isinstance(result, Receipt) for result in results[1:])
    assert len(await rows(database)) == 10


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_whoever_comes_while_a_batch_is_written_is_in_the_next_and_nobody_else_is_kept_out(
    database: Database,
) -> None:
    stage = Stage(database)
    record = await stage.open(await stage.start())
    learners = iter(range(1000, 1000 + 40 * 25))

    async def answer_again_and_again() -> None:
        for _ in range(25):
            assert isinstance(await submit(stage, record, next(learners)), Receipt)

    clicking = [asyncio.create_task(answer_again_and_again()) for _ in range(40)]
    await until_written(stage)
    written = 0
    while not all(task.done() for task in clicking):
        # A transaction of somebody else gets its turn between the batches.
        async with asyncio.timeout(PATIENCE), database.write() as session:
            await session.execute(text("SELECT 1"))
        written += 1
    await asyncio.gather(*clicking)
    assert written > 1
    assert len(await rows(database)) == 1000
    assert database.measures.commits.count < 1000
