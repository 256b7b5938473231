"""The connection to Discord: intents, cogs, the command tree and its errors. No rules and no queries."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import discord
from discord import app_commands
from discord.ext import commands

from bot.cogs import replies
from bot.cogs.access import Interaction
from bot.cogs.analysis import Analysis
from bot.cogs.assignment_keeper import AssignmentKeeper
from bot.cogs.assignments import Assignments
from bot.cogs.bank import Bank
from bot.cogs.boards import BoardReader, Leaderboard
from bot.cogs.components import Components
from bot.cogs.conductor import Conductor
from bot.cogs.courier import Courier
from bot.cogs.digests import Digests
from bot.cogs.disputes import Disputes
from bot.cogs.in_flight import InFlight
from bot.cogs.information import Information
from bot.cogs.learners import Learners
from bot.cogs.losses import Losses
from bot.cogs.membership import Membership
from bot.cogs.quiz import Quiz
from bot.cogs.results import Results
from bot.cogs.scheduler import Scheduler
from bot.cogs.schedules import Schedules
from bot.cogs.settings import Settings
from bot.discord_time import DiscordTime
from bot.domain.refusals import NotServedHere
from bot.domain.shards import Shards
from bot.services import conducting
from bot.services.context import ServiceContext
from bot.services.leasing import LeaseKeeper
from bot.shards import GatewayState, ShardConnections
from bot.ui import i18n

log = logging.getLogger(__name__)

# Without a limit, a burst of clicks after a pause opens a connection each; 64 are faster and need a quarter
# of the memory (measured: docs/architecture.md).
MOST_CONNECTIONS = 64

# A stop takes ten seconds at most, as Docker and others allow: so long for replies and posts that are under way,
# for those to unwind that were given up, and for Discord to say goodbye.
DRAIN_SECONDS = 5.0
GIVE_UP_SECONDS = 0.5
GOODBYE_SECONDS = 1.5
SECONDS_FOR_THE_TIME = 3.0

# What the bot needs in a channel: for the invitation link and the documentation.
NEEDED_PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    create_public_threads=True,
    read_message_history=True,
)


class FootnoteTree(app_commands.CommandTree[discord.Client]):
    """Commands, in the language of whoever types them; their errors become sentences."""

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        """Let pass what is for this process; from here on, sentences are in the person's language."""
        i18n.speak(str(interaction.locale))
        bot = interaction.client
        if not isinstance(bot, FootnoteBot):
            return True
        bot.in_flight.add_current()
        if interaction.guild_id is None or bot.ownership.owns(interaction.guild_id):
            return True
        # Choices for what is being typed cannot be answered with a sentence.
        if interaction.type is not discord.InteractionType.autocomplete:
            await replies.fail(interaction, NotServedHere())
        return False

    async def on_error(self, interaction: Interaction, error: app_commands.AppCommandError, /) -> None:
        """Tell the person what could not be done."""
        cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
        await replies.fail(interaction, cause)


class CommandTranslator(app_commands.Translator):
    """Names and descriptions of commands, from the same catalogues as everything else."""

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,  # noqa: ARG002 - the library's signature
    ) -> str | None:
        """The translation, or None where the catalogue has none."""
        translated = i18n.translations_for(str(locale)).gettext(string.message)
        return None if translated == string.message else translated


class FootnoteBot(commands.AutoShardedBot):
    """The bot. It reads no messages and asks for no privileged intent.

    With a ``keeper`` it connects those shards whose leases it holds: of ``count``, or of as many as Discord says, those
    with ``ids``, or all. Without one it is alone, as in tests and in the playground, and connects them all.
    """

    def __init__(
        self,
        context: ServiceContext,
        *,
        sync_commands: bool = True,
        sync_guild: int | None = None,
        keeper: LeaseKeeper | None = None,
        count: int | None = None,
        ids: frozenset[int] | None = None,
    ) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            tree_cls=FootnoteTree,
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            connector=aiohttp.TCPConnector(limit=MOST_CONNECTIONS),
        )
        self._context = context
        self._sync_commands = sync_commands
        self._sync_guild = sync_guild
        self._resumed = False
        self._is_stopping = False
        self._count, self._ids = count, ids
        self.in_flight = InFlight()
        self.ownership = context.ownership
        self.connections = (
            None if keeper is None else ShardConnections(self, keeper, context.ownership, self._load_live)
        )
        self.conductor = Conductor(self, context)
        self.keeper = AssignmentKeeper(self, context)
        self.scheduler = Scheduler(self, context, self.conductor)
        self.conductor.on_stays_open = self.keeper.clockwork.wake
        self.courier = Courier(self, context, self.conductor)
        self.keeper.on_release = self.courier.wake
        self.digests = Digests(self, context, self.conductor)

    async def setup_hook(self) -> None:
        """Put the cogs together and register the commands."""
        if self.connections is None:
            await self._load_live(self.ownership.shards)
        boards = BoardReader(self._context, Membership(self, self._context.clock))
        await self.tree.set_translator(CommandTranslator())
        await self.add_cog(Quiz(self._context))
        await self.add_cog(Leaderboard(self._context, boards))
        await self.add_cog(Information(self._context, self.tree))
        await self.add_cog(Analysis(self._context))
        await self.add_cog(Results(self._context))
        await self.add_cog(Settings(self._context, self.courier))
        await self.add_cog(Bank(self._context))
        await self.add_cog(Disputes(self._context, self.courier))
        await self.add_cog(Assignments(self._context, self.keeper))
        await self.add_cog(Learners(self._context, self.keeper))
        await self.add_cog(Schedules(self._context, self.conductor, self.scheduler))
        handlers = Components(
            self._context, self.conductor, self.keeper, self.scheduler, self.courier, boards, self.in_flight
        )
        await self.add_cog(handlers)
        await self.add_cog(Losses(self._context, self.conductor, self.scheduler))
        if self._sync_commands:
            await self._register_commands()

    async def launch_shards(self) -> None:
        """Connect what is this process's; called once by the library, before it listens to the shards."""
        if self.connections is None:
            await super().launch_shards()
            return
        self.shard_count = await self.connections.begin(self._count, self._ids)
        # What the library's own method does. No shard is named as expected, because the library would take some for
        # all, and break off the getting ready of one that comes while it waits for the others.
        self._connection.shard_count = self.shard_count
        self._connection.shard_ids = []

    async def on_ready(self) -> None:
        """Go on with the rounds that were running; later reconnections find them going on already."""
        log.info("Connected as %s to %s servers", self.user, len(self.guilds))
        if not self._resumed:
            self._resumed = True
            await self.ownership.gained(self.ownership.shards)

    @property
    def gateway_state(self) -> GatewayState:
        """How the connection to Discord stands now, over all shards."""
        if self._is_stopping:
            return GatewayState.STOPPING
        if self.connections is not None:
            return self.connections.state
        return GatewayState.CONNECTED if self.is_ready() else GatewayState.STARTING

    async def on_shard_connect(self, shard_id: int) -> None:
        """A shard has a connection, and hears of its servers next."""
        if self.connections is not None:
            self.connections.connects(shard_id)

    async def on_shard_disconnect(self, shard_id: int) -> None:
        """A shard hears nothing for now."""
        if self.connections is not None:
            self.connections.hears_nothing(shard_id)

    async def on_shard_resumed(self, shard_id: int) -> None:
        """A shard is back and has missed nothing."""
        if self.connections is not None:
            self.connections.hears(shard_id)

    async def on_shard_ready(self, shard_id: int) -> None:
        """A shard is there, or back in a new session."""
        if self.connections is not None:
            log.info("Connected as %s: shard %s, %s servers so far", self.user, shard_id, len(self.guilds))
            self.connections.hears(shard_id)

    async def close(self) -> None:
        """Bring what is under way to its end, then disconnect: ten seconds at most, even if Discord is silent."""
        if not self._is_stopping:
            self._is_stopping = True
            await self._drain()
        await self._disconnect()

    async def _drain(self) -> None:
        agents = (self.conductor, self.keeper, self.scheduler, self.courier, self.digests)
        clockworks = tuple(agent.clockwork for agent in agents)
        self.conductor.counts.give_up()
        # The gateway is still open: whoever clicks now is served too.
        if await _late((*(each.stop() for each in clockworks), self.in_flight.ended()), DRAIN_SECONDS):
            log.warning("Discord did not take everything within %s seconds; going without", DRAIN_SECONDS)
            # Whatever was not posted or recorded is the next step again, at the next start.
            for clockwork in clockworks:
                clockwork.give_up()
            self.in_flight.give_up()
        await _late((self._context.writer.drained(), *(each.stop() for each in clockworks)), GIVE_UP_SECONDS)

    async def _disconnect(self) -> None:
        if self.connections is not None:
            self.connections.stop()
        # First no more clicks, then the replies to those that came at the last moment, then no more replies.
        if await _late(tuple(shard.disconnect() for shard in self.shards.values()), GOODBYE_SECONDS):
            log.info("Discord did not say goodbye")
        await _late((self.in_flight.ended(),), GIVE_UP_SECONDS)
        if self.connections is not None:
            # From here on another process may go on.
            await _late((self.connections.end(),), GIVE_UP_SECONDS)
        if await _late((super().close(),), GIVE_UP_SECONDS):
            await self.http.close()

    async def _load_live(self, shards: Shards) -> None:
        """Before the first event can come: a click on a card from before would meet a bot that knows no question."""
        await conducting.load_live(self._context.database, self._context.live, shards)

    async def _register_commands(self) -> None:
        guild = None if self._sync_guild is None else discord.Object(self._sync_guild)
        if guild is not None:
            self.tree.copy_global_to(guild=guild)
        registered = await self.tree.sync(guild=guild)
        log.info("Registered %s commands", len(registered))


async def ask_the_time(clock: DiscordTime) -> None:
    """See Discord's clock, before anything is timed; a Discord that does not answer is met again soon enough."""
    asked_at = clock.elapsed()
    try:
        async with (
            asyncio.timeout(SECONDS_FOR_THE_TIME),
            aiohttp.ClientSession() as session,
            session.get(f"{discord.http.Route.BASE}/gateway") as response,
        ):
            date = parsedate_to_datetime(response.headers["Date"])
    except (aiohttp.ClientError, OSError, KeyError, ValueError) as error:
        log.info("Discord did not say what time it is: %s", error)
        return
    # It cuts its time to seconds.
    clock.seen(date + timedelta(seconds=0.5), asked_at=asked_at, doubt_seconds=0.5)


async def _late(work: tuple[Coroutine[Any, Any, None], ...], seconds: float) -> bool:
    """Wait so long for all of it; what is not done then is cancelled, and the answer is True."""
    if not work:
        return False
    tasks = [asyncio.create_task(each) for each in work]
    done, late = await asyncio.wait(tasks, timeout=seconds)
    for task in late:
        task.cancel()
    for task in done:
        task.result()
    return bool(late)
