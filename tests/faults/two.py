"""Two processes on one database: one stands by, and takes over when the other dies, or seems to."""

from __future__ import annotations

import asyncio
import signal

from tests.faults.arena import Arena, Case
from tests.faults.program import Program

# By lease: thirty seconds, and some for a machine that is busy.
SECONDS_TO_TAKE_OVER = 45.0
# Longer than a lease, so that who was asleep wakes up as one who has lost everything.
SECONDS_ASLEEP = 35.0


def killed() -> Case:
    """The one that plays is killed; the other goes on."""

    async def hurt(there: Arena) -> None:
        first, second = there.program, await _stand_by(there)
        await first.kill()
        await asyncio.wait_for(there.world.connected.wait(), SECONDS_TO_TAKE_OVER)
        there.program = second
        there.hurt("the one that plays killed")

    return Case("two processes, one killed", hurt, questions=4)


def paused() -> Case:
    """The one that plays is stopped where it stands, and wakes up when the other has taken over."""

    async def hurt(there: Arena) -> None:
        first, second = there.program, await _stand_by(there)
        assert first.process is not None
        first.process.send_signal(signal.SIGSTOP)
        before = there.world.sessions
        try:
            async with asyncio.timeout(SECONDS_TO_TAKE_OVER):
                while there.world.sessions == before:
                    await asyncio.sleep(0.1)
            await asyncio.sleep(5.0)
        finally:
            first.process.send_signal(signal.SIGCONT)
        there.hurt("the one that plays paused")
        # Both live for a while: nothing may be done twice.
        await asyncio.sleep(10.0)
        there.program = second
        first.process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(first.process.wait(), 15)

    return Case("two processes, one paused", hurt, questions=4, traces=("NotServedHere",))


async def _stand_by(there: Arena) -> Program:
    """A second process on the same database, which does nothing for now."""
    await there.question(there.channels[0], 1)
    second = Program(there.world, there.program.folder)
    sessions = there.world.sessions
    await second.launch()
    await asyncio.sleep(8.0)
    if there.world.sessions != sessions:
        there.found.append("both processes connected")
    if not second.is_running:
        there.found.append("the second process ended")
    return second


ALL = (killed, paused)
