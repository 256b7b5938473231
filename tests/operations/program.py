"""The real program in a process of its own, against a stand-in for Discord that can be told to be slow or silent."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from tests.process.standin import Payload, Reply, StandIn, standin
from tests.process.test_kill import buttons, until
from tests.test_app import TINY

TOKEN = "MTAwMQ.Gabcde.abcdefghijklmnopqrstuvwxyz0123456789AB"
TEACHER = 11


class Gate:
    """Holds back Discord's answers to some requests until it is opened."""

    def __init__(self, *paths: str) -> None:
        self.paths = paths
        self.waiting = 0
        self._open = asyncio.Event()
        self._open.set()

    def shut(self) -> None:
        self._open.clear()

    def open(self) -> None:
        self._open.set()

    @property
    def middleware(self) -> Any:
        @web.middleware
        async def hold(request: web.Request, handler: Handler) -> web.StreamResponse:
            if any(part in request.path for part in self.paths):
                self.waiting += 1
                await self._open.wait()
                self.waiting -= 1
            return await handler(request)

        return hold


class Program:
    """`footnote run`, or another command of it."""

    def __init__(self, world: StandIn, folder: Path, **environ: str) -> None:
        self.file = folder / "footnote.db"
        self._world = world
        self._log = folder / "footnote.log"
        course = folder / "tiny"
        for name, content in TINY.items():
            (course / name).parent.mkdir(parents=True, exist_ok=True)
            (course / name).write_text(content)
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("FOOTNOTE_")}
        self._environ = inherited | {
            "DISCORD_TOKEN": TOKEN,
            "DATABASE_URL": f"sqlite:///{self.file}",
            "FOOTNOTE_COURSES": str(course),
            "LOG_LEVEL": "INFO",
            "NO_PROXY": "*",
            "COLUMNS": "200",
            **environ,
        }
        self.process: asyncio.subprocess.Process | None = None

    async def start(self, *command: str) -> None:
        with self._log.open("ab") as log:
            self.process = await self._launch(*command or ("run",), stderr=log)

    async def run(self, *command: str) -> tuple[int, str, str]:
        """A command that ends by itself: its code, its output and its errors."""
        process = await self._launch(*command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
        output, errors = await asyncio.wait_for(process.communicate(), 40)
        assert process.returncode is not None
        return process.returncode, output.decode(), errors.decode()

    async def _launch(self, *command: str, **streams: Any) -> asyncio.subprocess.Process:
        launch = ["-m", "tests.process.launch", str(self._world.port)]
        return await asyncio.create_subprocess_exec(
            sys.executable, *launch, *command, env=self._environ, **streams
        )

    async def connected(self) -> None:
        await asyncio.wait_for(self._world.connected.wait(), 30)

    def tell(self, how: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(how)

    async def ended(self, within: float) -> int:
        """The process's code, once it has ended."""
        assert self.process is not None
        return await asyncio.wait_for(self.process.wait(), within)

    def log(self) -> str:
        return self._log.read_text()

    async def logged(self, what: str) -> None:
        await until(lambda: what in self.log())

    def answers(self) -> list[int]:
        """The learners whose answers are on disk."""
        with closing(sqlite3.connect(self.file)) as raw:
            return [who for (who,) in raw.execute("SELECT learner_id FROM answers ORDER BY 1")]


@asynccontextmanager
async def program(
    folder: Path, gate: Gate | None = None, world: StandIn | None = None, **environ: str
) -> AsyncIterator[tuple[StandIn, Program]]:
    """A stand-in and a program that is not started; it is killed at the end if it is still there."""
    async with standin(world, *([gate.middleware] if gate else [])) as there:
        it = Program(there, folder, **environ)
        try:
            yield there, it
        finally:
            if gate:
                gate.open()
            if it.process is not None and it.process.returncode is None:
                it.process.kill()
                await it.process.wait()


async def open_question(world: StandIn, seconds: int = 60) -> Payload:
    """Start a round of one question, and wait until it can be answered."""
    preview = await world.command(TEACHER, "quiz", "start", course="tiny", questions=1, seconds=seconds)
    (start,) = buttons(preview.data, "start")
    await world.click(TEACHER, start)
    return await until(lambda: next((post for post in world.posts if buttons(post, "a")), None))


def click(world: StandIn, learner: int, card: Payload) -> asyncio.Task[Reply]:
    """A learner presses the first button; what he is told comes later."""
    return asyncio.create_task(world.click(learner, buttons(card, "a")[0], card))
