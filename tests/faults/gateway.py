"""What goes wrong on the gateway: drops, resumes, lost sessions, events twice and in another order."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from tests.faults.arena import Arena, Case
from tests.process.standin import Payload

SECONDS_BETWEEN = 3.0


async def _drop(there: Arena) -> None:
    there.hurt("drop and resume")
    await there.world.hang_up(4000)


async def _break(there: Arena) -> None:
    there.hurt("broken line")
    socket, there.world._socket = there.world._socket, None
    there.world.connected.clear()
    if socket is not None and socket._req is not None and socket._req.transport is not None:
        socket._req.transport.abort()


async def _ask_to_reconnect(there: Arena) -> None:
    there.hurt("reconnect asked for")
    await there.world.tell({"op": 7, "d": None})


async def _forget(there: Arena) -> None:
    there.hurt("invalid session")
    await there.world.tell({"op": 9, "d": False})


async def _forget_while_away(there: Arena) -> None:
    there.hurt("resume refused")
    await there.world.hang_up(4000, resumable=False)


async def _be_away(there: Arena) -> None:
    there.hurt("away for seconds")
    there.world.gate.clear()
    await there.world.hang_up(4000)
    await asyncio.sleep(there.random.uniform(1.0, 5.0))
    there.world.gate.set()


HURTS: tuple[Callable[[Arena], Awaitable[None]], ...] = (
    _drop,
    _break,
    _ask_to_reconnect,
    _forget,
    _forget_while_away,
    _be_away,
)


def unsteady() -> Case:
    """The connection comes and goes."""

    async def hurt(there: Arena) -> None:
        await there.question(there.channels[0], 1)
        for hurt in there.random.sample(HURTS, len(HURTS)):
            await asyncio.sleep(there.random.uniform(0.0, SECONDS_BETWEEN))
            await asyncio.wait_for(there.world.connected.wait(), 60)
            await hurt(there)
        await asyncio.wait_for(there.world.connected.wait(), 60)

    return Case("gateway", hurt, says=("RESUMED", "invalidated"))


def repeated(answers: str) -> Case:
    """Events that come twice, and in another order; answers are final, or can be changed."""

    async def hurt(there: Arena) -> None:
        held: list[Payload] = []
        releases: list[asyncio.Task[None]] = []

        async def courier(frame: Payload) -> None:
            fate = there.random.random()
            if fate < 0.25:
                there.hurt("event twice")
                await there.world.send(frame)
                await there.world.send(frame)
            elif fate < 0.5 and not held:
                there.hurt("event out of order")
                held.append(frame)
                releases.append(asyncio.create_task(release(0.3)))
            else:
                await there.world.send(frame)
                await release()

        async def release(after: float = 0.0) -> None:
            await asyncio.sleep(after)
            if held:
                await there.world.send(held.pop())

        await there.question(there.channels[0], 1)
        there.world.courier = courier
        await there.question(there.channels[0], 3)
        await asyncio.sleep(5)
        there.world.courier = None
        await asyncio.gather(*releases)

    return Case(f"events, answers {answers}", hurt, answers=answers)


ALL = (unsteady, lambda: repeated("final"), lambda: repeated("changeable"))
