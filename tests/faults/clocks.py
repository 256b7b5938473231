"""A clock that jumps, in the middle of a round or while nothing runs."""

from __future__ import annotations

import asyncio

from tests.faults.arena import Arena, Case

HOUR = 3600.0
JUMPS = (HOUR, -HOUR, 20.0, -20.0, 86_400.0, -86_400.0)
# A round of three questions takes half a minute; nobody waits for an hour because a clock was set.
SECONDS_FOR_THREE_QUESTIONS = 60.0


def jumping(*jumps: float) -> Case:
    """The machine's clock is set again and again while a round is played, and is wrong at a start, too."""

    async def hurt(there: Arena) -> None:
        where = there.channels[0]
        await there.question(where, 1)
        for jump in jumps or there.random.sample(JUMPS, 3):
            await asyncio.sleep(there.random.uniform(0.0, 8.0))
            there.program.set_clock(jump)
            there.hurt("clock set")
        await there.program.kill()
        await there.program.start()
        there.hurt("start with a wrong clock")
        async with asyncio.timeout(SECONDS_FOR_THREE_QUESTIONS):
            while not there.world.results(where):
                await asyncio.sleep(0.1)

    return Case("clock", hurt, says=("This machine's clock is",))


ALL = (jumping,)
