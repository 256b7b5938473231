"""Brings the digest of a scheduled round to the instructors: into their channel, or to the schedule's owner."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

import discord

from bot.cogs.clockwork import Clockwork
from bot.cogs.conductor import Conductor
from bot.cogs.patience import ask, may_pass
from bot.cogs.posting import find_own, texts
from bot.cogs.servers import instructors_channel, locale_of
from bot.domain.digests import Digest, DigestState
from bot.domain.round_records import RoundRecord
from bot.domain.shards import Shards
from bot.services import digesting
from bot.services.context import ServiceContext
from bot.ui import digest_cards
from bot.ui.i18n import speaking

log = logging.getLogger(__name__)


class Digests:
    """Does what `digesting` says is due; what it has sent, it finds again before it sends it a second time."""

    def __init__(self, client: discord.Client, context: ServiceContext, conductor: Conductor) -> None:
        self._client = client
        self._context = context
        self.clockwork = Clockwork(self.bring, context.clock, "Digest")
        conductor.when_over.append(self._round_is_over)
        context.ownership.subscribe(self.resume, self.drop)

    async def resume(self, shards: Shards) -> None:
        """Bring what was not brought before a restart, or by another process."""
        due = await digesting.due(self._context.database, shards)
        for round_id, guild_id in due.items():
            self._wake(round_id, guild_id)

    def drop(self, shards: Shards) -> None:
        """Leave the digests of the shards' servers to another process."""
        self.clockwork.leave(shards)

    def _wake(self, round_id: int, guild_id: int) -> None:
        self.clockwork.belongs(round_id, guild_id)
        self.clockwork.wake(round_id)

    async def bring(self, round_id: int) -> datetime | None:
        """Bring the digest of a round, if it is to be brought; there is never anything to do later."""
        digest = await digesting.make_digest(self._context.database, round_id)
        if digest is None:
            return None
        guild_id = digest.record.guild_id
        self._context.ownership.require(guild_id)
        with speaking(locale_of(self._client, guild_id)):
            state = await self._send(digest)
        await digesting.record_digest(self._context.database_for(guild_id), round_id, state)
        return None

    async def _round_is_over(self, record: RoundRecord) -> None:
        if record.schedule_id is not None:
            self._wake(record.id, record.guild_id)

    async def _send(self, digest: Digest) -> DigestState:
        record = digest.record
        try:
            place = await self._place(digest)
            if await self._stands(place, digest):
                return DigestState.SENT
            await ask(place.send(view=digest_cards.digest(digest), nonce=f"digest-{record.id}"))
        except discord.HTTPException as error:
            if may_pass(error):
                raise
            log.warning("The digest of round %s could not be brought: %s", record.id, error)
            return DigestState.REFUSED
        return DigestState.SENT

    async def _place(self, digest: Digest) -> discord.abc.Messageable:
        record = digest.record
        settings = await self._context.guild_settings(record.guild_id)
        channel = instructors_channel(self._client.get_guild(record.guild_id), settings)
        if channel is not None:
            return channel
        return await ask(self._client.create_dm(discord.Object(record.starter_id)))

    async def _stands(self, place: discord.abc.Messageable, digest: Digest) -> bool:
        """Whether it was sent before this process could note it down."""
        assert self._client.user is not None
        since = digest.record.ended_at or digest.record.proposed_at
        is_it = _begins_with(digest_cards.heading(digest))
        return await find_own(place, self._client.user.id, is_it, since=since) is not None


def _begins_with(heading: str) -> Callable[[discord.Message], bool]:
    return lambda message: next(texts(message), None) == heading
