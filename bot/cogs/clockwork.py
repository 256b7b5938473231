"""The one sleeper: it sleeps until the earliest round (or schedule) is due, and has it worked on in a task of its own.

What is due when is in the database; the agenda here is only a copy of it, made at the start and kept by whoever
does the work. A wake-up cancels sleep, never work; a failure is logged and tried again later, never fatal.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.domain.refusals import NotServedHere
from bot.domain.shards import Shards

log = logging.getLogger(__name__)

# However far away the next thing is, look again after this long: the machine's clock may have been set.
LONGEST_SLEEP = timedelta(minutes=5)
FIRST_RETRY = timedelta(seconds=1)
LONGEST_RETRY = timedelta(minutes=1)

# Does what is due for a round; returns when it is due again, or None where it is over.
# It raises NotServedHere where the round has become another process's, which is then let go of.
Work = Callable[[int], Awaitable[datetime | None]]


class Clockwork:
    """Runs ``work(round_id)`` whenever a round is due, never twice at once for the same round.

    ``what`` is what is numbered, for the log: rounds, or schedules.
    """

    def __init__(self, work: Work, clock: Callable[[], datetime], what: str = "Round") -> None:
        self._what = what
        self._work = work
        self._clock = clock
        self._due: dict[int, datetime] = {}
        self._guild_of: dict[int, int] = {}
        self._running: dict[int, asyncio.Task[None]] = {}
        self._asked_again: set[int] = set()
        self._failures: dict[int, int] = {}
        self._sleeper: asyncio.Task[None] | None = None
        self._sleeps_until: datetime | None = None
        self._stopped = False

    def wake(self, round_id: int) -> None:
        """Look at a round now: something about it has changed."""
        if round_id in self._running:
            self._asked_again.add(round_id)
            return
        self._look_at(round_id, self._clock())

    def belongs(self, round_id: int, guild_id: int) -> None:
        """Note whose a round is, before anything is done for it: its server may become another process's."""
        self._guild_of[round_id] = guild_id

    def leave(self, shards: Shards) -> list[int]:
        """Do nothing more for the rounds of the shards' servers, which are another process's now; returns them."""
        left = [round_id for round_id, guild_id in self._guild_of.items() if shards.have(guild_id)]
        for round_id in left:
            self._forget(round_id)
        if not self._due:
            self._sleep_anew()
        return left

    def _forget(self, round_id: int) -> None:
        """Break off what is being done for a round, and do not begin it again."""
        del self._guild_of[round_id]
        self._due.pop(round_id, None)
        self._failures.pop(round_id, None)
        self._asked_again.discard(round_id)
        # Out of the way at once: it may come back while the work that was broken off is still ending.
        if task := self._running.pop(round_id, None):
            task.cancel()

    @property
    def rounds(self) -> int:
        """How many rounds have something left to do."""
        return len(self._due.keys() | self._running.keys())

    def give_up(self) -> None:
        """Stop what runs where it stands; every step can be done again at the next start."""
        for task in self._running.values():
            task.cancel()

    async def stop(self) -> None:
        """Begin nothing more, and let what runs come to its end."""
        self._stopped = True
        if self._sleeper is not None:
            self._sleeper.cancel()
        if self._running:
            await asyncio.wait(list(self._running.values()))

    def _look_at(self, round_id: int, due: datetime) -> None:
        self._due[round_id] = due
        # Whoever comes later than the sleeper wakes needs no other: at a start thousands come at once.
        if self._sleeper is None or self._sleeps_until is None or due < self._sleeps_until:
            self._sleep_anew()

    def _sleep_anew(self) -> None:
        if self._sleeper is not None:
            self._sleeper.cancel()
            self._sleeper = None
        if self._due and not self._stopped:
            self._sleeps_until = min(self._due.values())
            self._sleeper = asyncio.create_task(self._sleep(self._sleeps_until), name="clockwork-sleeper")

    async def _sleep(self, until: datetime) -> None:
        wait = min(until - self._clock(), LONGEST_SLEEP)
        if wait > timedelta(0):
            await asyncio.sleep(wait.total_seconds())
        now = self._clock()
        for round_id in [round_id for round_id, due in self._due.items() if due <= now]:
            del self._due[round_id]
            self._running[round_id] = asyncio.create_task(
                self._run(round_id), name=f"{self._what.lower()}-{round_id}"
            )
        self._sleeper = None
        self._sleep_anew()

    async def _run(self, round_id: int) -> None:
        try:
            due = await self._work(round_id)
            self._failures.pop(round_id, None)
        except NotServedHere:
            due = None
        except Exception:
            failures = self._failures[round_id] = self._failures.get(round_id, 0) + 1
            delay = min(FIRST_RETRY * 2 ** (failures - 1), LONGEST_RETRY)
            due = self._clock() + delay
            log.exception(
                "%s %s: attempt %s failed; trying again in %s", self._what, round_id, failures, delay
            )
        finally:
            was_left = self._running.get(round_id) is not asyncio.current_task()
            if not was_left:
                del self._running[round_id]
        if was_left:
            return  # it was broken off, but failed with something else on its way out
        if round_id in self._asked_again:
            self._asked_again.discard(round_id)
            due = self._clock()
        if due is None:
            self._guild_of.pop(round_id, None)
        else:
            self._look_at(round_id, due)
