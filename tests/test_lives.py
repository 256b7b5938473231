"""Processes as they are named in leases, and what can be seen of them from this machine."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace

import pytest

from bot import lives
from bot.lives import Life, is_dead, this_life

on_linux = pytest.mark.skipif(
    sys.platform != "linux", reason="other systems do not tell when a process began"
)


def test_a_life_is_read_back_from_its_name() -> None:
    life = this_life()
    assert Life.of(life.holder) == life
    assert this_life() != life
    assert len(life.holder) <= 120
    assert Life.of("something else") is None


def test_this_process_is_not_dead_and_neither_is_one_that_cannot_be_seen() -> None:
    life = this_life()
    assert not is_dead(life.holder)
    assert not is_dead(replace(life, mark="another").holder)
    assert not is_dead(replace(life, machine="elsewhere", pid=2**22 + 1).holder)
    assert not is_dead("something else")


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot be looked for there")
def test_a_process_that_has_ended_is_dead() -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    life = replace(this_life(), pid=process.pid, began=lives._began(process.pid) or "")
    assert not is_dead(life.holder)
    process.kill()
    process.wait()
    assert process.stdin is not None
    process.stdin.close()
    assert is_dead(life.holder)


@on_linux
def test_a_process_that_ended_and_was_not_looked_after_is_dead() -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    life = replace(this_life(), pid=process.pid, began="1")
    deadline = time.monotonic() + 30
    while lives._began(process.pid) != "" and time.monotonic() < deadline:
        pass
    assert is_dead(life.holder)
    process.wait()


@on_linux
def test_the_number_of_a_process_that_ended_may_be_anothers() -> None:
    assert is_dead(replace(this_life(), began="1").holder)
