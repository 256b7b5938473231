"""What a process knows of its own life: its name among all that share a database, and who has ended.

A holder of leases that was killed need not be waited for where it can be seen that it is gone: on the machine where it
ran. Everywhere else its lease runs out.
"""

from __future__ import annotations

import os
import platform
import secrets
import sys
import uuid
from pathlib import Path

from bot.values import dataclass

_ENDED = frozenset("ZX")


@dataclass(frozen=True, slots=True)
class Life:
    """One life of one process.

    ``machine`` is unlike that of any machine where process numbers mean something else, another container included;
    ``began`` tells processes apart that had the same number; ``mark`` is chance.
    """

    machine: str
    pid: int
    began: str
    mark: str

    @property
    def holder(self) -> str:
        """As it stands in leases."""
        return f"{self.machine}/{self.pid}/{self.began}/{self.mark}"

    @property
    def name(self) -> str:
        """For people."""
        return f"{platform.node()[:80] or 'a machine'}, process {self.pid}"

    @classmethod
    def of(cls, holder: str) -> Life | None:
        """The life that a lease tells of, or None where it is written otherwise."""
        machine, _, rest = holder.partition("/")
        parts = rest.split("/")
        if len(parts) != 3 or not parts[0].isdecimal():  # noqa: PLR2004 - pid, began, mark
            return None
        return cls(machine, int(parts[0]), parts[1], parts[2])


def this_life() -> Life:
    """That of this process."""
    return Life(_machine(), os.getpid(), _began(os.getpid()) or "", secrets.token_hex(4))


def is_dead(holder: str) -> bool:
    """Whether a holder is known to have ended; False where that cannot be seen from here."""
    life = Life.of(holder)
    if life is None or sys.platform == "win32" or life.machine != _machine():
        return False
    try:
        os.kill(life.pid, 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    began = _began(life.pid)
    return began is not None and began != life.began


def _machine() -> str:
    try:
        # The kernel's present run, and the room in it whose process numbers these are: a container has its own.
        booted = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
        return f"{booted}:{Path('/proc/self/ns/pid').stat().st_ino}"
    except OSError:
        return f"{platform.node()[:40]}:{uuid.getnode():x}"


def _began(pid: int) -> str | None:
    """When a process began, in the kernel's ticks; "" where it has ended and its parent has not looked yet.

    None where this system does not tell.
    """
    try:
        # The name, in brackets, may hold anything; what is wanted comes after it.
        state, *rest = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    except OSError:
        return None
    return "" if state in _ENDED else rest[18]
