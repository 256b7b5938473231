"""`footnote run` in a process of its own, which a case may hurt as it likes."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from tests.faults.world import HurtWorld
from tests.process.test_kill import until, write_course

TOKEN = "MTAwMQ.Gabcde.abcdefghijklmnopqrstuvwxyz0123456789AB"
SECONDS_TO_START = 90


class Program:
    """The process, its database, its log and its clock."""

    def __init__(self, world: HurtWorld, folder: Path, name: str = "footnote") -> None:
        self.folder = folder
        self.data = folder / "data"
        self.data.mkdir(exist_ok=True)
        self.file = self.data / "footnote.db"
        self.log_file = folder / f"{name}.log"
        self.clock_file = folder / "clock"
        self.clock_file.write_text("0")
        self.process: asyncio.subprocess.Process | None = None
        self._logging: list[asyncio.Task[None]] = []
        self._world = world
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("FOOTNOTE_")}
        self._environ = inherited | {
            "DISCORD_TOKEN": TOKEN,
            "DATABASE_URL": f"sqlite:///{self.file}",
            "FOOTNOTE_COURSES": str(write_course(folder / "letters")),
            "LOG_LEVEL": "INFO",
            "NO_PROXY": "*",
            "TEST_CLOCK_FILE": str(self.clock_file),
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    @property
    def is_running(self) -> bool:
        """Whether the process is there."""
        return self.process is not None and self.process.returncode is None

    async def launch(self) -> None:
        """Start the process, and do not wait for it."""
        self.process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "tests.process.launch", str(self._world.port), "run"),
            env=self._environ,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        assert self.process.stdout is not None
        # By a pipe: a process that may write no file any more can still say so.
        self._logging.append(asyncio.create_task(self._keep_log(self.process.stdout)))

    async def _keep_log(self, lines: asyncio.StreamReader) -> None:
        with self.log_file.open("ab", buffering=0) as log:
            while part := await lines.read(65536):
                log.write(part)

    async def start(self) -> None:
        """Start the process, and wait until it is connected."""
        await self.launch()
        process = self.process
        assert process is not None
        await until(
            lambda: self._world.connected.is_set() or process.returncode is not None, SECONDS_TO_START
        )
        if process.returncode is not None:
            raise RuntimeError(f"the process ended with {process.returncode}: {self.log()[-2000:]}")

    async def kill(self, how: signal.Signals = signal.SIGKILL, within: float = 15) -> int:
        """End the process; its exit code."""
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(how)
        return await self.ended(within)

    async def ended(self, within: float) -> int:
        """Wait for the process's end; its exit code."""
        assert self.process is not None
        code = await asyncio.wait_for(self.process.wait(), within)
        await asyncio.gather(*self._logging)
        self._logging.clear()
        await until(lambda: not self._world.connected.is_set())
        return code

    def set_clock(self, seconds: float) -> None:
        """Have the process's clock be so far ahead of the true one from now on."""
        new = self.clock_file.with_suffix(".new")
        new.write_text(str(seconds))
        new.replace(self.clock_file)

    def log(self) -> str:
        """All that was logged, over all its lives."""
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""

    async def logged(self, words: str, seconds: float = 45) -> None:
        """Wait until it has said so."""
        await until(lambda: words in self.log(), seconds)
