"""`kill -9` at random moments: of a start, of a round, and right between what Discord does and what is recorded."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler

from tests.faults.arena import QUESTION_SECONDS, Arena, Case
from tests.faults.verdict import copied, unkept
from tests.faults.world import Rule

# A start takes one to three seconds; a question with its pause eight.
LONGEST_START = 2.5
LONGEST_WAIT = QUESTION_SECONDS + 3.0


def killing(times: int, *, questions: int = 3) -> Case:
    """A case in which the process dies so often."""

    async def hurt(there: Arena) -> None:
        # The next life gets no help from Discord's memory of nonces.
        there.world.remembers_nonces = False
        await there.question(there.channels[0], 1)
        while there.counts["kill -9"] < times:
            await there.random.choice((_at_any_moment, _at_any_moment, _at_a_request, _while_starting))(there)
            there.hurt("kill -9")
            _look(there)
            await there.program.start()

    # Tracebacks of aiohttp's are none of ours, and a killed process writes none.
    return Case("kill -9", hurt, channels=(2002, 2003), questions=questions)


async def _at_any_moment(there: Arena) -> None:
    await asyncio.sleep(there.random.uniform(0.0, LONGEST_WAIT))
    await there.program.kill()


async def _while_starting(there: Arena) -> None:
    await asyncio.sleep(there.random.uniform(0.0, 1.0))
    await there.program.kill()
    await there.program.launch()
    await asyncio.sleep(there.random.uniform(0.0, LONGEST_START))
    await there.program.kill()
    there.hurt("kill -9")


async def _at_a_request(there: Arena) -> None:
    """When Discord was asked to do something, before or after it did it, and before the bot knows."""
    method, path = there.random.choice(
        [("POST", r"/messages$"), ("PATCH", r"/messages/"), ("POST", r"/callback$"), ("POST", r"/callback$")]
    )
    is_done_first = there.random.random() < 0.7
    killed = asyncio.get_running_loop().create_future()

    async def harm(request: web.Request, handler: Handler) -> web.StreamResponse:
        served = await handler(request) if is_done_first else web.Response(status=500)
        process = there.program.process
        if process is not None and process.returncode is None:
            process.kill()
        if not killed.done():
            killed.set_result(None)
        return served

    rule = Rule(method, path, harm)
    there.world.rules.append(rule)
    try:
        await asyncio.wait_for(killed, 30)
    except TimeoutError:
        rule.times = 0
    await there.program.kill()


def _look(there: Arena) -> None:
    """Right after the death, before anybody has opened the database again."""
    with tempfile.TemporaryDirectory() as folder:
        lost = unkept(there.world.promises, copied(there.program.file, Path(folder)))
    there.found.extend(f"after a kill: {what}" for what in lost)
