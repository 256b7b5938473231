"""Starts and stops the programs that are compared, and reads what the system knows of them."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Self

import psutil
import yaml

from benchmarks import payloads
from benchmarks.gateway import API, Gateway
from benchmarks.measuring import REPOSITORY
from bot.bank.course_files import COURSE_FILE
from bot.bank.shelf import find_courses

TOKEN = "MTAwMQ.Gabcde.abcdefghijklmnopqrstuvwxyz0123456789AB"  # noqa: S105 - nobody's
COURSE = "buttons"
START_SECONDS = 60
STALL = re.compile(r"held up for \d+ ms \((\d+) more")


class Program:
    """A process, by its numbers."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self._known = psutil.Process(process.pid)
        self._log = log

    def cpu_seconds(self) -> float:
        """Processor time so far, of all its threads."""
        times = self._known.cpu_times()
        return float(times.user + times.system)

    def resident_mb(self) -> float:
        """Resident memory now."""
        return float(self._known.memory_info().rss) / 1e6

    def stalls(self) -> int:
        """How many stalls of its event loop it has logged so far."""
        return sum(1 + int(more) for more in STALL.findall(self._log.read_text(encoding="utf-8")))


class PeakMemory:
    """The most resident memory that a program had while this was entered."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._is_over = Event()
        self._thread = Thread(target=self._watch, daemon=True)
        self.megabytes = 0.0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._is_over.wait(0.005):
            self.megabytes = max(self.megabytes, self._program.resident_mb())


@asynccontextmanager
async def running(
    kind: str, discord: Gateway, folder: Path, certificate: Path | None = None
) -> AsyncIterator[Program]:
    """``product`` or ``empty``, connected; killed at the end."""
    folder.mkdir()  # noqa: ASYNC240 - nothing else waits
    environ = os.environ | {
        "PYTHONPATH": str(REPOSITORY),
        "DISCORD_TOKEN": TOKEN,
        "DATABASE_URL": f"sqlite:///{folder / 'footnote.db'}",
        "FOOTNOTE_COURSES": str(_course_of_buttons(folder / COURSE)),
        "NO_PROXY": "*",
        "XDG_CACHE_HOME": str(folder),
        "XDG_DATA_HOME": str(folder),
    }
    if certificate is not None:
        environ["SSL_CERT_FILE"] = str(certificate)
    rest = f"{'https' if discord.is_secure else 'http'}://127.0.0.1:{discord.port}{API}"
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603, ASYNC220 - ourselves, and it returns at once
            [sys.executable, "-m", "benchmarks.bots", kind, rest],
            cwd=folder,
            env=environ,
            stdout=output,
            stderr=output,
        )
        try:
            await _connected(discord, process, log)
            yield Program(process, log)
        finally:
            process.kill()
            process.wait()
    assert not discord.unknown, discord.unknown


async def _connected(discord: Gateway, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(START_SECONDS * 10):
        if discord.ready.is_set():
            return
        if process.poll() is not None:
            break
        await asyncio.sleep(0.1)
    message = f"The program did not connect. Its log: {log}"
    raise TimeoutError(message)


def _course_of_buttons(folder: Path) -> Path:
    """The bundled course, with those of its questions alone that are answered with a button."""
    (bundled,) = find_courses().values()
    shutil.copytree(bundled, folder)
    file = folder / COURSE_FILE
    text = re.sub(r"^id:.*$", f"id: {COURSE}", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    file.write_text(text, encoding="utf-8")
    for file in (folder / "questions").glob("*.yaml"):
        questions = yaml.load(file.read_bytes(), Loader=yaml.CSafeLoader)
        kept = [question for question in questions if question["type"] == "single_choice"]
        file.write_text(yaml.dump(kept, Dumper=yaml.CSafeDumper, allow_unicode=True), encoding="utf-8")
    return folder


async def open_round(discord: Gateway, seconds: int) -> list[str]:
    """Start a round of one question and wait until it stands there; returns its buttons' names."""
    preview = await discord.command(
        payloads.OWNER, "quiz", "start", course=COURSE, questions=1, seconds=seconds
    )
    (start,) = names(preview, "start:")
    await discord.click(payloads.OWNER, start, payloads.message(3, preview))
    while True:
        post = await asyncio.wait_for(discord.posts.get(), 30)
        if found := names(post, "a:"):
            discord.card = post
            return found


def names(message: payloads.Payload, beginning: str) -> list[str]:
    """The names of a message's buttons that begin so, in order."""
    found = []
    for component in message.get("components", []):
        if str(component.get("custom_id", "")).startswith(beginning):
            found.append(str(component["custom_id"]))
        found += names(component, beginning)
    return found
