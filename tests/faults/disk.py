"""What happens to a database's file: locked by another, no room left, read-only, removed, moved, put back."""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import shutil
import sqlite3
import subprocess
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path

from tests.faults.arena import QUESTION_SECONDS, Arena, Case

# Longer than the writer of answers waits, and longer than any other transaction does.
BUSY_SECONDS = (1.0, 4.0, 15.0)
TROUBLE = ("OperationalError", "DatabaseGone", "WriteFailed", "TimeoutError")
NOT_KEPT = "could not be written"
SMALL_DISK = "24m"


@asynccontextmanager
async def small_disk(folder: Path) -> AsyncIterator[None]:
    """A file system of its own for the database, where this user may make one; else none."""
    mounted = os.geteuid() == 0 and not _mount("-t", "tmpfs", "-o", f"size={SMALL_DISK}", "footnote", folder)
    try:
        yield
    finally:
        if mounted:
            # What is left there is looked at afterwards: bring it home first.
            home = folder.with_name("brought-home")
            shutil.copytree(folder, home, ignore=shutil.ignore_patterns("ballast"))
            subprocess.run(["umount", "-l", folder], check=True)
            shutil.copytree(home, folder, dirs_exist_ok=True)


def _mount(*arguments: str | Path) -> int:
    with contextlib.suppress(FileNotFoundError):
        return subprocess.run(["mount", *arguments], check=False, capture_output=True).returncode
    return 1


async def _in_a_question(there: Arena) -> None:
    """Some moment while a question can be answered."""
    number = len(there.world.asked(there.channels[0])) + 1
    await there.question(there.channels[0], number)
    await asyncio.sleep(there.random.uniform(0.0, QUESTION_SECONDS / 2))


def locked(times: int = 3) -> Case:
    """Another program holds the database's only lock."""

    def hold(file: Path, seconds: float) -> None:
        with closing(sqlite3.connect(file, isolation_level=None, timeout=30)) as other:
            other.execute("BEGIN IMMEDIATE")
            time.sleep(seconds)
            other.execute("ROLLBACK")

    async def hurt(there: Arena) -> None:
        for seconds in BUSY_SECONDS[-times:]:
            await _in_a_question(there)
            await asyncio.to_thread(hold, there.program.file, seconds)
            there.hurt("SQLITE_BUSY")

    return Case("SQLITE_BUSY", hurt, says=("locked",), traces=TROUBLE)


def _without_room(there: Arena) -> Callable[[], None]:
    """Let the file system be full, or (without one of our own) let nothing more be written; undone by the result."""
    if there.program.data.is_mount():
        ballast = there.program.data / "ballast"
        with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))
        return lambda: ballast.unlink(missing_ok=True)
    return _forbid_writing(there)


def _forbid_writing(there: Arena) -> Callable[[], None]:
    """No write to any file comes through: the kernel refuses each."""
    process = there.program.process
    assert process is not None
    before = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (0, before[1]))
    return lambda: resource.prlimit(process.pid, resource.RLIMIT_FSIZE, before)


def full(kind: str, deny: Callable[[Arena], Callable[[], None]], times: int = 2) -> Case:
    """Nothing can be written for some seconds, in a question and around its close."""

    async def hurt(there: Arena) -> None:
        for seconds in (QUESTION_SECONDS + 1.0, 2.0)[:times]:
            await _in_a_question(there)
            restore = deny(there)
            try:
                await asyncio.sleep(seconds)
            finally:
                restore()
            there.hurt(kind)

    return Case(kind, hurt, says=(NOT_KEPT,), traces=TROUBLE, around=small_disk)


def read_only() -> Case:
    """The file cannot be written at a start: it says so, and serves nobody; made writable, the round goes on."""

    async def hurt(there: Arena) -> None:
        await _in_a_question(there)
        await there.program.kill()
        data = there.program.data
        if data.is_mount():
            _mount("-o", "remount,ro", data)
        else:
            there.program.file.chmod(0o444)
            data.chmod(0o555)
        if not _is_writable(data):
            await there.program.launch()
            # It may end, or wait for better times; it must not serve anybody.
            await there.program.logged("readonly")
            if there.world.connected.is_set():
                there.found.append("it connected with a database that it cannot write")
            there.hurt("read-only file")
        if data.is_mount():
            _mount("-o", "remount,rw", data)
        else:
            data.chmod(0o755)
            there.program.file.chmod(0o644)
        if there.program.is_running:
            await asyncio.wait_for(there.world.connected.wait(), 60)
        else:
            await there.program.start()

    return Case("read-only file", hurt, traces=("OperationalError",), around=small_disk)


def _is_writable(folder: Path) -> bool:
    try:
        (folder / "probe").touch()
    except OSError:
        return False
    (folder / "probe").unlink()
    return True


def removed(times: int = 3) -> Case:
    """The database's files go away under the running bot; what was promised until then is where they went."""

    async def hurt(there: Arena) -> None:
        data, away = there.program.data, there.program.folder / "away"
        for comes_back in there.random.sample(("the same", "as a copy", "after a kill"), times):
            await _in_a_question(there)
            shutil.rmtree(away, ignore_errors=True)
            away.mkdir()
            _move(data, away)
            there.hurt("database file removed")
            await asyncio.sleep(there.random.uniform(1.0, QUESTION_SECONDS + 2.0))
            if comes_back == "after a kill":
                await there.program.kill()
            if comes_back == "as a copy":
                # To a running bot this is another file: it does not write to it before it is started anew.
                shutil.copytree(away, data, dirs_exist_ok=True)
                promised = len(there.world.promises)
                await asyncio.sleep(3.0)
                if len(there.world.promises) > promised + 1:
                    there.found.append("receipts were given for answers to a file that is not there")
                await there.program.kill()
            else:
                _move(away, data)
            if not there.program.is_running:
                await there.program.start()

    return Case(
        "database file removed", hurt, says=("was removed", NOT_KEPT), traces=(*TROUBLE, "FileNotFoundError")
    )


def deleted() -> Case:
    """The database's files are deleted under the running bot, and only what it has open still holds them."""

    async def hurt(there: Arena) -> None:
        await _in_a_question(there)
        for file in there.program.data.iterdir():
            file.unlink()
        there.hurt("database file deleted")
        await there.program.logged("was written back whole")
        await _in_a_question(there)
        await there.program.kill()
        await there.program.start()

    return Case("database file deleted", hurt, says=("was written back whole",), traces=TROUBLE)


def log_removed() -> Case:
    """The write-ahead log alone is removed, which holds what was committed last."""

    async def hurt(there: Arena) -> None:
        await _in_a_question(there)
        wal = there.program.file.with_name(f"{there.program.file.name}-wal")
        kept = wal.with_name("kept-wal")
        os.link(wal, kept)
        wal.unlink()
        there.hurt("write-ahead log removed")
        await asyncio.sleep(4.0)
        promised = len(there.world.promises)
        await asyncio.sleep(3.0)
        if len(there.world.promises) > promised:
            there.found.append("receipts were given for answers to a log that is not there")
        await there.program.kill()
        kept.rename(wal)
        await there.program.start()

    return Case("write-ahead log removed", hurt, says=("was removed", NOT_KEPT), traces=TROUBLE)


def _move(there: Path, here: Path) -> None:
    for file in there.iterdir():
        file.rename(here / file.name)


def _full(times: int) -> list[Case]:
    # Only Linux lets one process set the limits of another.
    if not hasattr(resource, "prlimit"):
        return []
    return [full("disk full", _without_room, times), full("disk error", _forbid_writing, times)]


def _deleted() -> list[Case]:
    # Only Linux tells a file that was deleted from one that was moved.
    return [deleted()] if Path("/proc/self/fd").exists() else []


def everything() -> list[Case]:
    """Each kind, as often as one round allows."""
    return [locked(), *_full(2), read_only(), removed(), *_deleted(), log_removed()]


def once() -> list[Case]:
    """Each kind, once."""
    return [locked(1), *_full(1), read_only(), removed(1), *_deleted(), log_removed()]
