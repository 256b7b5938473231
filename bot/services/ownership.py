"""Which servers this process answers for, and who is told when that changes.

A server's rounds and schedules run in exactly one process: the one that holds the lease of its shard. Who acts by
himself (the conductor, the schedules) subscribes here: he begins what is due when shards are gained, and drops it at
once when they are lost. How leases are kept is not for here: `leasing.py`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Protocol

from bot.domain.refusals import NotServedHere
from bot.domain.shards import ALL, Shards
from bot.storage.database import Fence

log = logging.getLogger(__name__)

RETRY_SECONDS = 5

# Begins what is due in the servers of these shards; called again where it failed.
OnGain = Callable[[Shards], Awaitable[None]]
# Drops what is under way in the servers of these shards; it must not wait, since another process may begin.
OnLoss = Callable[[Shards], None]


class Tenure(Protocol):
    """What this process holds, as long as it holds it."""

    @property
    def held(self) -> Shards:
        """The shards that are held at this moment."""

    def holds(self, guild_id: int) -> bool:
        """Whether a server is in one of them."""

    def fence(self, guild_id: int) -> Fence | None:
        """What a transaction for a server must pass, or None where there is nobody to be kept out."""


class SoleTenure:
    """That of a process that is alone with its database, as in tests and in the playground: everything is its own."""

    held = ALL

    def holds(self, guild_id: int) -> bool:  # noqa: ARG002 - whichever it is
        """It is."""
        return True

    def fence(self, guild_id: int) -> None:
        """Nothing to pass."""


class Ownership:
    """The servers that are this process's."""

    def __init__(self, tenure: Tenure | None = None) -> None:
        self._tenure: Tenure = tenure or SoleTenure()
        # Nobody admits to what is held alone and for good.
        self._admitted: set[int] | None = None if tenure is None else set()
        self._subscribers: list[tuple[OnGain, OnLoss]] = []

    @property
    def shards(self) -> Shards:
        """The shards that are this process's at this moment."""
        held = self._tenure.held
        return held if self._admitted is None else Shards(held.count, held.ids & self._admitted)

    def owns(self, guild_id: int) -> bool:
        """Whether a server is this process's at this moment."""
        if not self._tenure.holds(guild_id):
            return False
        return self._admitted is None or self._tenure.held.shard_of(guild_id) in self._admitted

    def require(self, guild_id: int) -> None:
        """Let those pass who act for a server of this process.

        Raises:
            NotServedHere: it is another's, or nobody's at this moment.
        """
        if not self.owns(guild_id):
            raise NotServedHere

    def fence(self, guild_id: int) -> Fence | None:
        """What a transaction for a server must pass, or None where there is nobody to be kept out."""
        return self._tenure.fence(guild_id)

    def subscribe(self, on_gain: OnGain, on_loss: OnLoss) -> None:
        """Be told of shards that become this process's, once Discord is heard for them, and of those that are lost."""
        self._subscribers.append((on_gain, on_loss))

    def admit(self, shards: Shards) -> None:
        """All that a click needs is there: these shards are this process's from now on, as long as it holds them."""
        if self._admitted is not None:
            self._admitted |= shards.ids

    async def gained(self, shards: Shards) -> None:
        """Tell that these shards are this process's and hear Discord; whoever fails is told again, while they are."""
        await asyncio.gather(*(self._tell(on_gain, shards) for on_gain, _ in self._subscribers))

    def lost(self, shards: Shards) -> None:
        """Tell that these shards are no longer this process's."""
        if self._admitted is not None:
            self._admitted -= shards.ids
        for _, on_loss in self._subscribers:
            on_loss(shards)

    async def _tell(self, on_gain: OnGain, shards: Shards) -> None:
        while still := shards.among(self.shards):
            try:
                await on_gain(still)
            except Exception:
                log.exception("What is due could not be begun; trying again in %s s", RETRY_SECONDS)
                await asyncio.sleep(RETRY_SECONDS)
            else:
                return
