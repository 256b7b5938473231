"""Keeping this process's leases: renewing them, taking what is free, giving back what others wait for.

The rules are in `domain/leases.py`. A lease is believed in for less long than it stands in the database, by a counter of
seconds that nobody can set and that goes on while the machine sleeps. What is done in the servers of a shard is not for
here, nor is the connection to Discord: both are told.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Protocol

from bot.domain.leases import MARGIN, RENEW_EVERY, TERM, Claimant, Lease, Turn
from bot.domain.shards import Shards
from bot.storage import leases, rounds
from bot.storage.database import Database, Fence

log = logging.getLogger(__name__)

_SECONDS_FOR_A_TURN = 5.0
_SECONDS_BEFORE_ANOTHER_TRY = 1.0
# A shard that its own process waits for is given back between two rounds, but no later than this.
LONGEST_WAIT_FOR_ROUNDS_SECONDS = 600.0
_BELIEF_SECONDS = (TERM - MARGIN).total_seconds()
_NEVER = datetime.min.replace(tzinfo=UTC)


class Tenant(Protocol):
    """Who is told, and connects shards to Discord."""

    def lease_gained(self, shards: Shards) -> None:
        """These shards are this process's now."""

    def lease_lost(self, shards: Shards, *, in_doubt: bool) -> None:
        """These are not, or nobody knows because the database is away; nothing may be done for them from here on."""

    async def let_go(self, shards: Shards) -> None:
        """Return once Discord is no longer heard for them."""


class LeaseKeeper:
    """The leases of this process. `begin` must be called before it holds anything."""

    def __init__(
        self,
        database: Database,
        *,
        elapsed: Callable[[], float],
        holder: str,
        name: str,
        is_dead: Callable[[str], bool],
    ) -> None:
        self._database = database
        self._elapsed = elapsed
        self._holder = holder
        self._name = name
        self._is_dead = is_dead
        self._claimant = Claimant(holder, name, Shards(1, frozenset()))
        self._tenant: Tenant | None = None
        self._leases: dict[int, Lease] = {}
        self._in_doubt: frozenset[int] = frozenset()
        self._asked_since: dict[int, float] = {}
        self._believed_until = 0.0
        self._watch: asyncio.TimerHandle | None = None
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._said = ""

    @property
    def held(self) -> Shards:
        """The shards that are this process's at this moment."""
        ids = frozenset(self._leases) if self._is_believed() else frozenset[int]()
        return Shards(self._claimant.home.count, ids)

    @property
    def in_doubt(self) -> Shards:
        """Those that were its own when the database was heard of last."""
        return Shards(self._claimant.home.count, self._in_doubt)

    @property
    def is_waiting(self) -> bool:
        """Whether others have something of what belongs to this process."""
        return bool(self._said)

    @property
    def seconds_left(self) -> float:
        """How long what is held may still be believed in, if nothing is heard of the database."""
        return max(0.0, self._believed_until - self._elapsed()) if self._leases else 0.0

    def holds(self, guild_id: int) -> bool:
        """Whether a server is this process's at this moment."""
        return self._claimant.home.shard_of(guild_id) in self._leases and self._is_believed()

    def fence(self, guild_id: int) -> Fence:
        """What a transaction for a server must pass."""
        shard_id = self._claimant.home.shard_of(guild_id)
        lease = self._leases.get(shard_id) or Lease(shard_id, 0, -1, self._holder, None, _NEVER)

        return leases.fence(lease, or_else=self._woken.set)

    def begin(self, home: Shards, tenant: Tenant) -> None:
        """From now on hold what can be had; ``home`` are the shards that belong to this process."""
        self._claimant = Claimant(self._holder, self._name, home)
        self._tenant = tenant
        self._task = asyncio.create_task(self._keep(), name="leases")

    async def end(self) -> None:
        """Give everything back; what was done for the servers must have come to its end."""
        if self._task is None:
            return
        self._task.cancel()
        await asyncio.wait([self._task])
        if self._watch is not None:
            self._watch.cancel()
        self._leases, self._in_doubt = {}, frozenset()
        await self._write_back(None)

    async def _keep(self) -> None:
        while True:
            wait = await self._take_turn()
            try:
                async with asyncio.timeout(wait):
                    await self._woken.wait()
            except TimeoutError:
                pass
            self._woken.clear()

    async def _take_turn(self) -> float:
        """A turn; gives the seconds until the next."""
        until = self._elapsed() + _BELIEF_SECONDS
        try:
            async with asyncio.timeout(_SECONDS_FOR_A_TURN), self._database.write() as session:
                turn = await leases.take_turn(session, self._claimant, self._is_dead)
        except Exception as error:  # noqa: BLE001 - whatever it is, the next try may go well
            log.warning("The leases could not be renewed: %s: %s", type(error).__name__, error)
            self._is_believed()
            return _SECONDS_BEFORE_ANOTHER_TRY
        self._accept(turn, until)
        await self._give_back(turn.asked_for)
        return self._seconds_to_next(turn)

    def _accept(self, turn: Turn, until: float) -> None:
        assert self._tenant is not None
        # What was lapsed while the turn was taken is gained anew.
        self._is_believed()
        mine = {lease.shard_id: lease for lease in turn.mine}
        before = self._leases
        kept = {
            number
            for number, lease in mine.items()
            if number in before and before[number].token == lease.token
        }
        lost = (before.keys() | self._in_doubt) - mine.keys()
        self._leases, self._in_doubt, self._believed_until = mine, frozenset(), until
        self._database.stand_by(is_anothers=not mine and bool(turn.others))
        self._arm(until)
        if lost:
            log.warning("Lost the shards %s: another process has them", self._shards(lost))
            self._tenant.lease_lost(self._shards(lost), in_doubt=False)
        if gained := mine.keys() - kept:
            log.info("Holding the shards %s", self._shards(mine))
            self._tenant.lease_gained(self._shards(gained))
        self._tell_of_others(turn)

    def _tell_of_others(self, turn: Turn) -> None:
        """Say once what this process waits for."""
        names = ", ".join(sorted({f"{each.holder_name}" for each in turn.others}))
        said = ""
        if turn.is_barred:
            counts = ", ".join(sorted({str(each.shard_count) for each in turn.others}))
            said = (
                f"Waiting: processes with another SHARD_COUNT ({counts} instead of {self._claimant.home.count}) are at "
                f"work on this database ({names}). All must have the same: stop them, or correct the setting."
            )
        elif missing := self._claimant.home.ids - self._leases.keys():
            said = f"Waiting as a standby for the shards {self._shards(missing)}, which {names or 'nobody'} holds"
        if said and said != self._said:
            log.warning("%s", said)
        self._said = said

    async def _give_back(self, asked_for: frozenset[int]) -> None:
        """Give those back which their own process waits for, as soon as no round runs in their servers."""
        now = self._elapsed()
        self._asked_since = {number: self._asked_since.get(number, now) for number in asked_for}
        ready = set()
        for number, since in self._asked_since.items():
            if now - since > LONGEST_WAIT_FOR_ROUNDS_SECONDS or not await self._plays_in(
                self._shards([number])
            ):
                ready.add(number)
        if not ready:
            return
        assert self._tenant is not None
        log.info("Giving the shards %s back to the process that they belong to", self._shards(ready))
        for number in ready:
            self._leases.pop(number, None)
        self._tenant.lease_lost(self._shards(ready), in_doubt=False)
        await self._tenant.let_go(self._shards(ready))
        await self._write_back(ready)

    async def _plays_in(self, shards: Shards) -> bool:
        try:
            async with self._database.read() as session:
                return bool(await rounds.running_ids(session, shards))
        except Exception as error:  # noqa: BLE001 - nothing hangs on it: it is asked again
            log.warning("Whether rounds run could not be read: %s", error)
            return True

    async def _write_back(self, ids: set[int] | None) -> None:
        try:
            async with self._database.write() as session:
                await leases.give_back(session, self._holder, ids)
        except Exception as error:  # noqa: BLE001 - then they run out by themselves
            log.warning("The shards could not be given back, and run out in %s: %s", TERM, error)

    def _seconds_to_next(self, turn: Turn) -> float:
        """Until the next renewal, or the end of another's term, if that comes first."""
        ends = [(each.until - turn.at).total_seconds() for each in turn.others]
        return min([RENEW_EVERY.total_seconds(), *(max(0.0, end) + 0.1 for end in ends)])

    def _is_believed(self) -> bool:
        """Whether the leases may be acted on; the first to find that they may not lets them lapse."""
        if not self._leases:
            return False
        if self._elapsed() < self._believed_until:
            return True
        lapsed, self._leases = frozenset(self._leases), {}
        self._in_doubt |= lapsed
        log.warning(
            "The shards %s may be another process's: nothing more is done for them", self._shards(lapsed)
        )
        self._woken.set()
        if self._tenant is not None:
            self._tenant.lease_lost(self._shards(lapsed), in_doubt=True)
        return False

    def _arm(self, until: float) -> None:
        if self._watch is not None:
            self._watch.cancel()
        loop = asyncio.get_running_loop()
        self._watch = loop.call_later(until - self._elapsed() + 0.01, self._is_believed)

    def _shards(self, ids: Iterable[int]) -> Shards:
        return Shards.of(self._claimant.home.count, ids)
