"""Told to stop, the real process brings to its end what is under way, and is gone within ten seconds."""

from __future__ import annotations

import asyncio
import json
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from time import monotonic

import pytest
from aiohttp import web
from aiohttp.typedefs import Handler

from tests.operations.program import Gate, Program, click, open_question, program
from tests.process.standin import StandIn, standin
from tests.process.test_kill import until

LEARNERS = range(100, 120)
CALLBACKS = "/callback"


class SilentStandIn(StandIn):
    """Takes the first words of the gateway and then reads no more: not even a goodbye is answered."""

    async def gateway(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(max_msg_size=0, compress=False, autoclose=False)
        await socket.prepare(request)
        await socket.send_str(json.dumps({"op": 10, "d": {"heartbeat_interval": 41250}}))
        await socket.receive()
        self._socket = socket
        await self._greet()
        await asyncio.sleep(60)
        return socket


async def test_answers_in_flight_get_their_receipts(tmp_path: Path) -> None:
    gate = Gate(CALLBACKS)
    async with program(tmp_path, gate) as (world, it):
        await it.start()
        await it.connected()
        card = await open_question(world)
        gate.shut()
        before = [click(world, learner, card) for learner in LEARNERS]
        await until(lambda: gate.waiting == len(LEARNERS))
        it.tell(signal.SIGTERM)
        told = monotonic()
        await it.logged("Stopping")
        # The gateway is open until the last reply is out, so whoever clicks now is served too.
        during = click(world, 200, card)
        await until(lambda: gate.waiting == len(LEARNERS) + 1)
        gate.open()
        replies = await asyncio.gather(*before, during)
        assert await it.ended(within=10) == 0
        assert monotonic() - told < 10
    assert all("Saved" in reply.content for reply in replies)
    assert it.answers() == [*LEARNERS, 200]
    assert "Traceback" not in it.log()
    assert not world.unknown


async def test_a_silent_discord_does_not_keep_it_and_no_answer_is_lost(tmp_path: Path) -> None:
    gate = Gate(CALLBACKS)
    async with program(tmp_path, gate, SilentStandIn()) as (world, it):
        await it.start()
        await it.connected()
        card = await open_question(world)
        gate.shut()
        clicks = [click(world, learner, card) for learner in LEARNERS]
        await until(lambda: gate.waiting == len(LEARNERS))
        it.tell(signal.SIGTERM)
        told = monotonic()
        assert await it.ended(within=10) == 0
        assert 5 <= monotonic() - told < 10
        for each in clicks:
            each.cancel()
    assert it.answers() == list(LEARNERS)
    assert "Discord did not take everything" in it.log()
    assert "Traceback" not in it.log()


async def test_a_post_that_hangs_is_made_by_the_next_process_and_only_once(tmp_path: Path) -> None:
    gate = Gate("/messages/")
    async with program(tmp_path, gate) as (world, it):
        await it.start()
        await it.connected()
        card = await open_question(world, seconds=5)
        gate.shut()
        # The reveal is an edit of the card: it hangs.
        await until(lambda: gate.waiting)
        it.tell(signal.SIGTERM)
        assert await it.ended(within=10) == 0
        assert "Traceback" not in it.log()
        gate.open()
        await until(lambda: not world.connected.is_set())
        await it.start()
        await it.connected()
        await until(lambda: any("Result" in json.dumps(post) for post in world.posts))
        await until(lambda: "right answer" in json.dumps(world.messages[int(card["id"])]))
        it.tell(signal.SIGTERM)
        assert await it.ended(within=10) == 0
    assert len(world.posts) == 3, "the announcement, the question, the result"


async def test_it_can_be_stopped_while_it_still_waits_for_discord(tmp_path: Path) -> None:
    gate = Gate("/users/@me")
    gate.shut()
    async with program(tmp_path, gate) as (_, it):
        await it.start()
        await until(lambda: gate.waiting)
        it.tell(signal.SIGTERM)
        assert await it.ended(within=10) == 0
        assert "Traceback" not in it.log()


async def test_a_thread_that_hangs_does_not_keep_it(tmp_path: Path) -> None:
    hanging = """
import asyncio, time
from bot import running
running.LAST_RESORT_SECONDS = 0.5
async def main():
    running.stop_on_signals()
    asyncio.get_running_loop().run_in_executor(None, time.sleep, 60)
    print("ready", flush=True)
    await asyncio.sleep(60)
asyncio.run(main())
"""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", hanging, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"ready\n"
    process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(process.wait(), 10) == 0


async def test_a_second_signal_ends_it_at_once(tmp_path: Path) -> None:
    gate = Gate(CALLBACKS)
    async with program(tmp_path, gate) as (world, it):
        await it.start()
        await it.connected()
        card = await open_question(world)
        gate.shut()
        held = click(world, LEARNERS[0], card)
        await until(lambda: gate.waiting)
        it.tell(signal.SIGTERM)
        await it.logged("Stopping")
        it.tell(signal.SIGTERM)
        assert await it.ended(within=2) == -signal.SIGTERM
        held.cancel()
    # Even so: what has a commit is on disk.
    assert it.answers() == [LEARNERS[0]]


@pytest.mark.parametrize(
    ("there", "sentence"),
    [(True, "Discord does not take the token"), (False, "Discord cannot be reached")],
)
async def test_a_discord_that_is_not_to_be_had_is_one_sentence(
    tmp_path: Path, there: bool, sentence: str
) -> None:
    @web.middleware
    async def refuse(request: web.Request, handler: Handler) -> web.StreamResponse:
        return web.json_response({"message": "401: Unauthorized", "code": 0}, status=401)

    async with standin(None, refuse) as world:
        if not there:
            world.port = 1
        code, _, errors = await Program(world, tmp_path, LOG_LEVEL="ERROR").run("run")
    assert code == 1
    assert errors.startswith(f"footnote: {sentence}")
    assert "Traceback" not in errors


async def test_a_copy_that_is_being_made_does_not_keep_it(tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    async with program(tmp_path, FOOTNOTE_BACKUP_FOLDER=str(folder)) as (_, it):
        assert (await it.run("db", "upgrade"))[0] == 0
        with closing(sqlite3.connect(it.file)) as raw, raw:
            raw.execute("CREATE TABLE ballast (content BLOB)")
            raw.executemany("INSERT INTO ballast VALUES (zeroblob(1000000))", [()] * 300)
        await it.start()
        await until(lambda: folder.is_dir() and list(folder.iterdir()))
        it.tell(signal.SIGTERM)
        assert await it.ended(within=5) == 0
        assert "Traceback" not in it.log()
    # Either it was whole by then, or there is nothing of it.
    assert not [path for path in folder.iterdir() if ".partial" in path.name]
