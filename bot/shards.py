"""The connections to Discord of those shards whose leases this process holds.

A shard is connected when its lease is gained, and left when it is lost; those who act in its servers are told once
Discord is heard for it. The leases themselves are `services/leasing.py`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from enum import StrEnum
from time import monotonic
from typing import Any

import discord
import yarl

from bot.domain.shards import Shards
from bot.services.leasing import LeaseKeeper
from bot.services.ownership import RETRY_SECONDS, Ownership

log = logging.getLogger(__name__)

# Discord lets a bot begin one session in five seconds.
SECONDS_BETWEEN_SESSIONS = 5.0
# While the database is away, whoever clicks is told so; but soon another process may be there to answer.
SECONDS_IN_DOUBT = 5.0
GOODBYE_SECONDS = 2.0


class GatewayState(StrEnum):
    """How the connection to Discord stands. On STANDBY other processes have all that this one could have."""

    STARTING = "starting"
    STANDBY = "standby"
    CONNECTED = "connected"
    DISCONNECTED = "disconnected"
    STOPPING = "stopping"


# Makes ready what must be there before the first click on a shard can come; may be called again.
Prepare = Callable[[Shards], Awaitable[None]]


class ShardConnections:
    """Keeps the client's shards at what the leases say."""

    def __init__(
        self, client: discord.AutoShardedClient, keeper: LeaseKeeper, ownership: Ownership, prepare: Prepare
    ) -> None:
        self._client = client
        self._keeper = keeper
        self._ownership = ownership
        self._prepare = prepare
        self._is_divided = False
        self._gateway = yarl.URL()
        self._count = 1
        # Those that should be connected, that hear Discord, that have ever done so, that were left, and whose servers
        # are being acted in.
        self._wanted: set[int] = set()
        self._ready: set[int] = set()
        self._known: set[int] = set()
        self._left: set[int] = set()
        self._told: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._opening: dict[int, asyncio.Task[None]] = {}
        self._closing: dict[int, asyncio.Task[None]] = {}
        self._one_by_one = asyncio.Lock()
        self._last_session = float("-inf")

    @property
    def state(self) -> GatewayState:
        """How the shards that should be connected are."""
        if not self._wanted:
            return GatewayState.STANDBY if self._keeper.is_waiting else GatewayState.STARTING
        if self._wanted <= self._ready:
            return GatewayState.CONNECTED
        return (
            GatewayState.DISCONNECTED if self._known & self._wanted - self._ready else GatewayState.STARTING
        )

    async def begin(self, count: int | None, ids: frozenset[int] | None) -> int:
        """Ask Discord where its gateway is, and hold what can be had; gives the number of shards.

        Args:
            count: the number of the bot's shards, or None for what Discord says.
            ids: those that belong to this process, or None for all.
        """
        recommended, url, _limits = await self._client.http.get_bot_gateway()
        self._gateway, self._count, self._is_divided = yarl.URL(url), count or recommended, count is not None
        home = Shards.of(self._count, range(self._count) if ids is None else ids)
        self._keeper.begin(home, self)
        return self._count

    def lease_gained(self, shards: Shards) -> None:
        """Connect them."""
        for shard_id in sorted(shards.ids):
            self._wanted.add(shard_id)
            if task := self._closing.pop(shard_id, None):
                task.cancel()
            if task := self._opening.pop(shard_id, None):
                task.cancel()
            self._opening[shard_id] = self._start(self._open(shard_id), f"open-shard-{shard_id}")

    def lease_lost(self, shards: Shards, *, in_doubt: bool) -> None:
        """Act no more in their servers; leave them, at once where another process has them."""
        self._ownership.lost(shards)
        self._told -= shards.ids
        for shard_id in shards.ids:
            if task := self._opening.pop(shard_id, None):
                task.cancel()
            if in_doubt and not self._is_divided:
                continue  # nobody else is there to answer: this process says what is wrong
            if not in_doubt:
                self._wanted.discard(shard_id)
            if task := self._closing.pop(shard_id, None):
                task.cancel()
            wait = SECONDS_IN_DOUBT if in_doubt else 0.0
            self._closing[shard_id] = self._start(self._close(shard_id, wait), f"close-shard-{shard_id}")

    async def let_go(self, shards: Shards) -> None:
        """Return once the shards are left, or do not answer."""
        closing = [task for number, task in self._closing.items() if number in shards.ids]
        if closing:
            await asyncio.wait(closing, timeout=GOODBYE_SECONDS)

    def stop(self) -> None:
        """Connect nothing more."""
        for task in self._opening.values():
            task.cancel()

    async def end(self) -> None:
        """Give all leases back: everything has come to its end."""
        for task in self._tasks:
            task.cancel()
        await self._keeper.end()

    def connects(self, shard_id: int) -> None:
        """A shard has a connection; its servers are yet to come."""
        self._left.discard(shard_id)
        if shard_id not in self._wanted and shard_id not in self._closing:
            # It was lost while it was connecting.
            self._closing[shard_id] = self._start(self._close(shard_id, 0.0), f"close-shard-{shard_id}")

    def hears(self, shard_id: int) -> None:
        """Discord is heard for a shard, for the first time or again."""
        self.connects(shard_id)
        if shard_id in self._wanted:
            self._ready.add(shard_id)
            self._known.add(shard_id)
            self._tell(shard_id)

    def hears_nothing(self, shard_id: int) -> None:
        """The connection of a shard is gone, for now or for good."""
        self._ready.discard(shard_id)

    def _tell(self, shard_id: int) -> None:
        if shard_id not in self._told and shard_id in self._ownership.shards.ids:
            self._told.add(shard_id)
            shards = Shards.of(self._count, [shard_id])
            self._start(self._ownership.gained(shards), f"gain-shard-{shard_id}")

    async def _open(self, shard_id: int) -> None:
        await self._make_ready(shard_id)
        self._ownership.admit(Shards.of(self._count, [shard_id]))
        if shard_id not in self._ready:
            await self._connect(shard_id)
        else:
            # It was never left: the database was away for a while.
            self._tell(shard_id)
        _forget(self._opening, shard_id)

    async def _connect(self, shard_id: int) -> None:
        async with self._one_by_one:
            log.info("Connecting shard %s of %s", shard_id, self._count)
            known = self._client.get_shard(shard_id)
            if known is None:
                is_first = monotonic() - self._last_session > SECONDS_BETWEEN_SESSIONS
                await self._client.launch_shard(self._gateway, shard_id, initial=is_first)
            elif shard_id in self._left:
                # Any other that is closed is being connected again by the library.
                await known.reconnect()
            self._last_session = monotonic()

    async def _make_ready(self, shard_id: int) -> None:
        while True:
            try:
                await self._prepare(Shards.of(self._count, [shard_id]))
            except Exception:
                log.exception("Shard %s could not be made ready; trying again", shard_id)
                await asyncio.sleep(RETRY_SECONDS)
            else:
                return

    async def _close(self, shard_id: int, wait: float) -> None:
        await asyncio.sleep(wait)
        self._wanted.discard(shard_id)
        self._ready.discard(shard_id)
        shard = self._client.get_shard(shard_id)
        if shard is not None and not shard.is_closed():
            log.info("Leaving shard %s of %s", shard_id, self._count)
            self._left.add(shard_id)
            await shard.disconnect()
        _forget(self._closing, shard_id)

    def _start(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("%s failed", task.get_name(), exc_info=error)


def _forget(tasks: dict[int, asyncio.Task[None]], shard_id: int) -> None:
    """The task that calls this has ended; there may be a later one in its place."""
    if tasks.get(shard_id) is asyncio.current_task():
        del tasks[shard_id]
