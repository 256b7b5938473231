"""Brings disputes to the instructors' channel and rulings to those whose marks they changed, whatever comes between.

What is to be brought is in the database (`services.delivering`); this is the one who brings it, a few at a time, so
that a ruling for a thousand learners is no flood. Private messages that Discord refuses are shelved: the learner sees
them when he reviews a question next.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

import discord

from bot.cogs.clockwork import Clockwork
from bot.cogs.conductor import NO_MENTIONS, UNKNOWN_MESSAGE, Conductor
from bot.cogs.patience import may_pass
from bot.cogs.posting import carries, find_own, says
from bot.cogs.servers import instructors_channel, locale_of
from bot.domain.disputes import Dispute, DisputeFile, MarkNotice, NoticeState
from bot.domain.round_records import RoundRecord
from bot.domain.shards import Shards
from bot.services import delivering, disputing
from bot.services.context import ServiceContext
from bot.ui import dispute_cards, ids
from bot.ui.i18n import speaking

log = logging.getLogger(__name__)

# So many messages, and then a rest: Discord minds bots that write to many people at once.
AT_ONCE = 5
REST = timedelta(seconds=5)


class Courier:
    """Does what `delivering` says is due for one server at a time."""

    def __init__(self, client: discord.Client, context: ServiceContext, conductor: Conductor) -> None:
        self._client = client
        self._context = context
        self.clockwork = Clockwork(self.deliver, context.clock)
        self._began_at = context.clock()
        self._tried: set[int] = set()
        conductor.when_over.append(self._round_is_over)
        context.ownership.subscribe(self.resume, self.drop)

    async def resume(self, shards: Shards) -> None:
        """Go on with what was not brought before a restart, or by another process."""
        for guild_id in await delivering.guilds_due(self._context.database, shards):
            self.wake(guild_id)

    def drop(self, shards: Shards) -> None:
        """Leave the shards' servers to another process."""
        self.clockwork.leave(shards)

    async def _round_is_over(self, record: RoundRecord) -> None:
        # What would have told a key of its questions can be told now.
        self.wake(record.guild_id)

    def wake(self, guild_id: int) -> None:
        """Something is to be brought to somebody in this server."""
        self.clockwork.belongs(guild_id, guild_id)
        self.clockwork.wake(guild_id)

    async def deliver(self, guild_id: int) -> datetime | None:
        """Bring some of what is due; when the next is, or None where nothing is left that can be brought."""
        guild = self._client.get_guild(guild_id)
        self._context.ownership.require(guild_id)
        with speaking(locale_of(self._client, guild_id)):
            has_more_cards = guild is not None and await self._bring_cards(guild)
            has_more_notices = await self._bring_notices(guild_id)
        return self._context.clock() + REST if has_more_cards or has_more_notices else None

    async def _bring_cards(self, guild: discord.Guild) -> bool:
        """Post or change cards; whether there are more that can be."""
        settings = await self._context.guild_settings(guild.id)
        if settings.instructors_channel_id is None:
            return False
        channel = instructors_channel(guild, settings)
        if channel is None:
            log.info(
                "Server %s has no channel for its instructors alone; /disputes list shows them", guild.id
            )
            return False
        due = await delivering.cards_due(self._context.database, guild.id, most=AT_ONCE)
        for dispute in due:
            try:
                await self._bring_card(channel, dispute)
            except discord.HTTPException as error:
                if may_pass(error):
                    raise
                log.warning("Dispute %s cannot be shown in channel %s: %s", dispute.id, channel.id, error)
                return False
        return len(due) == AT_ONCE

    async def _bring_card(self, channel: discord.TextChannel, dispute: Dispute) -> None:
        file = await disputing.dispute_file(self._context.database, dispute.id, guild_id=dispute.guild_id)
        card = await self.card(file)
        message_id = file.dispute.card_message_id
        if message_id is not None and file.dispute.card_channel_id == channel.id:
            try:
                await channel.get_partial_message(message_id).edit(view=card, allowed_mentions=NO_MENTIONS)
            except discord.NotFound as error:
                if error.code != UNKNOWN_MESSAGE:
                    raise
                message_id = None
        else:
            message_id = None
        if message_id is None and file.dispute.is_open:
            message_id = await self._post_card(channel, file)
        await delivering.record_card(
            self._context.database_for(dispute.guild_id),
            file.dispute,
            channel_id=channel.id if message_id else None,
            message_id=message_id,
        )

    async def _post_card(self, channel: discord.TextChannel, file: DisputeFile) -> int:
        assert self._client.user is not None
        is_it = carries(ids.make(ids.Act.RULE, file.dispute.id))
        message = None
        if file.dispute.id in self._tried or file.dispute.opened_at < self._began_at:
            message = await find_own(channel, self._client.user.id, is_it, since=file.dispute.opened_at)
        self._tried.add(file.dispute.id)
        if message is None:
            message = await channel.send(view=await self.card(file), nonce=f"dispute-{file.dispute.id}")
        return message.id

    async def card(self, file: DisputeFile) -> discord.ui.LayoutView:
        """The card of a dispute, with what the documents say where they are at hand."""
        passage = await self._context.originals.passage(
            file.name.course_key, file.asked.question.footnotes[0]
        )
        return dispute_cards.dispute_card(file, passage)

    async def _bring_notices(self, guild_id: int) -> bool:
        """Tell learners; whether there are more to be told."""
        waiting = await delivering.notices_waiting(self._context.database, guild_id, most=AT_ONCE)
        for notice in waiting:
            state = await self._tell(notice)
            await delivering.record_notice(self._context.database_for(guild_id), notice.id, state)
        return len(waiting) == AT_ONCE

    async def _tell(self, notice: MarkNotice) -> NoticeState:
        assert self._client.user is not None
        card = dispute_cards.notice(notice)
        key = -notice.id
        try:
            private = await self._client.create_dm(discord.Object(notice.learner_id))
            if key in self._tried or notice.made_at < self._began_at:
                own = self._client.user.id
                if await find_own(private, own, says(card), since=notice.made_at) is not None:
                    return NoticeState.SENT
            self._tried.add(key)
            await private.send(view=card, nonce=f"ruling-{notice.id}")
        except discord.HTTPException as error:
            if may_pass(error):
                raise
            log.info(
                "Learner %s could not be told of ruling %s: %s", notice.learner_id, notice.ruling.id, error
            )
            return NoticeState.SHELVED
        return NoticeState.SENT
