"""Who has left a server. Asked of Discord person by person, because the list needs a privileged intent."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

import discord

from bot.cogs.patience import TROUBLE

log = logging.getLogger(__name__)

UNKNOWN_MEMBER = 10007
REMEMBERED_FOR = timedelta(minutes=10)
_AT_ONCE = 5


class Membership:
    """Asks whether people are still members, and remembers a yes for ten minutes."""

    def __init__(self, client: discord.Client, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._clock = clock
        self._seen: dict[tuple[int, int], datetime] = {}
        self._at_once = asyncio.Semaphore(_AT_ONCE)

    async def gone(self, guild_id: int, learner_ids: Iterable[int]) -> frozenset[int]:
        """Those of them who are no longer members; whoever cannot be asked about counts as present."""
        now = self._clock()
        self._seen = {key: at for key, at in self._seen.items() if now - at < REMEMBERED_FOR}
        unknown = [learner_id for learner_id in learner_ids if (guild_id, learner_id) not in self._seen]
        answers = await asyncio.gather(*(self._is_member(guild_id, learner_id) for learner_id in unknown))
        return frozenset(
            learner_id for learner_id, present in zip(unknown, answers, strict=True) if not present
        )

    async def _is_member(self, guild_id: int, learner_id: int) -> bool:
        try:
            async with self._at_once:
                await self._client.http.get_member(guild_id, learner_id)
        except discord.NotFound as error:
            if error.code == UNKNOWN_MEMBER:
                return False
            log.info("Whether %s is in server %s is unknown: %s", learner_id, guild_id, error)
        except TROUBLE as error:
            log.info("Whether %s is in server %s is unknown: %s", learner_id, guild_id, error)
        self._seen[guild_id, learner_id] = self._clock()
        return True
