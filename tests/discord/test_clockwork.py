"""The one sleeper: it wakes for whatever is due first, however many wait."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from bot.cogs.clockwork import Clockwork
from bot.domain.refusals import NotServedHere
from bot.domain.shards import ALL

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


async def test_thousands_that_come_at_once_share_one_sleeper_and_each_is_looked_at() -> None:
    seen: list[int] = []
    now = NOON

    def clock() -> datetime:
        nonlocal now
        now += timedelta(microseconds=1)
        return now

    async def work(round_id: int) -> datetime | None:
        seen.append(round_id)
        return None if len(seen) > 3000 else NOON - timedelta(seconds=round_id)

    clockwork = Clockwork(work, clock)
    for round_id in range(2000):
        clockwork.wake(round_id)
    sleepers = [task for task in asyncio.all_tasks() if task.get_name() == "clockwork-sleeper"]
    assert len(sleepers) == 1
    async with asyncio.timeout(10):
        while clockwork.rounds:
            await asyncio.sleep(0)
    assert set(seen) == set(range(2000))
    await clockwork.stop()


async def test_what_comes_due_before_the_sleeper_wakes_is_not_slept_over() -> None:
    done = asyncio.Event()

    async def work(round_id: int) -> datetime | None:
        if round_id == 1:
            return NOON + timedelta(hours=1)
        done.set()
        return None

    clockwork = Clockwork(work, lambda: NOON)
    clockwork.wake(1)
    await asyncio.sleep(0.01)
    clockwork.wake(2)
    await asyncio.wait_for(done.wait(), 5)
    clockwork.belongs(1, 10)
    assert clockwork.leave(ALL) == [1]
    assert clockwork.rounds == 0
    await clockwork.stop()


async def test_what_has_become_another_processs_is_let_go_of_and_not_tried_again() -> None:
    async def work(_round_id: int) -> datetime | None:
        raise NotServedHere

    clockwork = Clockwork(work, lambda: NOON)
    clockwork.wake(1)
    async with asyncio.timeout(10):
        while clockwork.rounds:
            await asyncio.sleep(0)
    await clockwork.stop()


async def test_what_was_left_is_not_begun_again_though_it_ends_with_an_error() -> None:
    runs = 0

    async def work(_round_id: int) -> datetime | None:
        nonlocal runs
        runs += 1
        try:
            await asyncio.Event().wait()
        finally:
            raise OSError("the connection is gone too")

    clockwork = Clockwork(work, lambda: NOON)
    clockwork.belongs(1, 10)
    clockwork.wake(1)
    await asyncio.sleep(0.01)
    assert clockwork.leave(ALL) == [1]
    await asyncio.sleep(0.01)
    assert (clockwork.rounds, runs) == (0, 1)
    await clockwork.stop()
