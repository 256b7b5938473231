"""Long work in another process: what it returns, what it raises, and what becomes of it when that process ends."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot import side_process
from bot.errors import BrokenOff
from bot.side_process import aside
from bot.ui.analysis_charts import drawn_for, gaps_chart

PNG = b"\x89PNG"


class Unsendable(Exception):
    """An error that cannot be made again from what it was made of."""

    def __init__(self, first: str, second: str) -> None:
        super().__init__(f"{first}, {second}")


def raise_unsendable() -> None:
    """Raise it."""
    raise Unsendable("one", "two")


async def test_work_is_done_in_one_other_process() -> None:
    first, second = await asyncio.gather(aside(os.getpid), aside(os.getpid))
    assert first == second != os.getpid()
    assert await aside(sorted, [3, 1, 2], reverse=True) == [3, 2, 1]


async def test_what_a_library_prints_does_no_harm() -> None:
    await aside(print, "anything", flush=True)
    assert await aside(abs, -1) == 1


async def test_errors_come_back_with_the_place_where_they_were_raised() -> None:
    with pytest.raises(ValueError, match="invalid literal") as raised:
        await aside(int, "x")
    assert "Traceback" in raised.value.__notes__[0]
    with pytest.raises(RuntimeError, match="Unsendable: one, two"):
        await aside(raise_unsendable)
    with pytest.raises(AttributeError, match="pickle"):
        await aside(lambda: 1)
    assert await aside(abs, -1) == 1


async def test_a_process_that_dies_breaks_off_its_work_and_the_next_work_begins_another() -> None:
    before = await aside(os.getpid)
    with pytest.raises(BrokenOff):
        await aside(os._exit, 3)
    assert await aside(os.getpid) != before
    # One that is gone already when work comes costs nobody anything.
    gone = await aside(os.getpid)
    os.kill(gone, signal.SIGKILL)
    assert side_process._process._popen is not None
    side_process._process._popen.wait()
    assert await aside(os.getpid) != gone


async def test_work_ends_with_the_program_and_not_before(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    working = asyncio.create_task(aside(Path.read_bytes, pipe))
    # Opened as soon as the other side is at work.
    with await asyncio.to_thread(open, pipe, "wb"):
        side_process.end()
        with pytest.raises(BrokenOff):
            await working
    assert await aside(abs, -1) == 1


async def test_a_process_is_ended_when_nobody_needs_it(tmp_path: Path) -> None:
    await aside(abs, -1)
    process = side_process._process
    assert process._idle is not None
    assert process._popen is not None
    assert process._idle.interval == side_process.IDLE_SECONDS
    process._idle.function()
    assert process._popen.returncode is not None
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    working = asyncio.create_task(aside(Path.read_bytes, pipe))
    with await asyncio.to_thread(open, pipe, "wb") as writing:
        process._idle.function()
        writing.write(b"done")
    assert await working == b"done"


async def test_a_stop_of_all_processes_leaves_the_work_to_the_bot() -> None:
    number = await aside(os.getpid)
    os.kill(number, signal.SIGINT)
    os.kill(number, signal.SIGTERM)
    assert await aside(os.getpid) == number


async def test_where_no_process_can_be_started_the_work_is_done_here(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    side_process.end()
    monkeypatch.setattr(sys, "executable", "")
    assert await aside(os.getpid) == os.getpid()
    assert "No other process can be started" in caplog.text


async def test_a_chart_is_drawn_there() -> None:
    assert (await aside(drawn_for, "en-US", gaps_chart, [0.2, 0.9])).startswith(PNG)


async def test_work_is_done_where_nobody_was_given_a_place_for_errors() -> None:
    program = "import asyncio; from bot.side_process import aside; print(asyncio.run(aside(abs, -1)))"
    without = f"import os, sys; os.close(2); os.execv(sys.executable, [sys.executable, '-c', {program!r}])"
    running = await asyncio.create_subprocess_exec(
        sys.executable, "-c", without, stdout=asyncio.subprocess.PIPE
    )
    told, _ = await running.communicate()
    assert told.strip() == b"1"


def test_work_that_outlives_the_bot_ends_without_a_word(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    program = (
        "import asyncio, pathlib, sys; from bot.side_process import aside; "
        "asyncio.run(aside(pathlib.Path.read_bytes, pathlib.Path(sys.argv[1])))"
    )
    bot = subprocess.Popen([sys.executable, "-c", program, str(pipe)], stderr=subprocess.PIPE)
    with pipe.open("wb"):
        bot.kill()
        bot.wait()
    assert bot.communicate()[1] == b""
