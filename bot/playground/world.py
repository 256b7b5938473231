# ruff: noqa: SLF001 - the one file that may use simcord's private names
"""The demo server, made live: simcord's in-process Discord run in real time.

simcord is made for tests: its time stands still, its page shows what was published last,
and a second actor at the same moment is an error. Here its clock follows the real one, every
change is published at once, and all who act take turns. That needs names that simcord keeps
to itself. Every one of them is used in this file and nowhere else, each with its reason, and
the version is pinned: what is private may change with any release.

Nothing of Footnote's rules belongs here, nor anything of the terminal.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import discord
import simcord
from discord import app_commands
from discord.ext import commands
from simcord import ChannelHandle, GuildHandle, MemberActor, Preview, ResponseMessage
from simcord._settlement import _next_virtual_timer
from simcord.backend.models import Message
from simcord.preview import _markdown
from simcord.preview._server import PreviewServer

from bot.errors import Refusal
from bot.playground import PlaygroundUnavailable
from bot.playground.cast import INSTRUCTOR, LEARNERS, SIMULATED, Cast, Person
from bot.playground.history import History
from bot.playground.page import make_page

SIMCORD_VERSION = "3.2.1"
GUILD_NAME = "Footnote demo"
MAIN_CHANNEL = "quiz"
OTHER_CHANNEL = "lounge"

_LONGEST_NAP_SECONDS = 0.25
_SETTLE_SECONDS = 1.0
_REMEMBERED = 200
# Not kept: files, reactions, polls and stickers, which Footnote does not use.
_REMEMBERED_FIELDS = (
    *("id", "channel_id", "author_id", "content", "timestamp", "edited_timestamp", "type", "flags"),
    *("pinned", "embeds", "components", "mention_user_ids", "mention_role_ids", "reference"),
    "interaction_metadata",
)

log = logging.getLogger(__name__)


class _LiveEnv(simcord.Env):
    """An environment that waits for what is being done, and never for time to pass."""

    def _schedule_timer(self, *_timer: object) -> None:
        """Leave every timer of the bot to `World.keep_time`.

        Private: out of the box a timer that is not reached by the server's clock fires by the real one. When
        both come at the same moment, each waits for the other and a second is lost. And an action waits for
        timers due within its time limit: a click in a question's last second would hang until its close.
        """

    async def _settle_internal(self, **options: Any) -> None:  # noqa: ANN401 - passed on as they are
        """Give the bot its time to finish, and go on when it needs longer.

        Private: to a test, work that outlasts the limit is a failure. Here it goes on by itself, and
        what comes of it is published by the next turn of the clock.
        """
        try:
            await super()._settle_internal(**options)
        except TimeoutError as slow:
            log.info("The bot is still at work: %s", slow)

    def _record_error(self, error: BaseException) -> None:
        """Private: a refusal is an answer of the bot's, which the page would show as a fault of the command."""
        if not isinstance(getattr(error, "original", error), Refusal):
            super()._record_error(error)


class World:
    """The running demo server. Everyone who acts on it takes turns."""

    def __init__(
        self,
        env: _LiveEnv,
        guild: GuildHandle,
        cast: Cast,
        clock: Callable[[], datetime],
        history: History | None,
    ) -> None:
        self._env = env
        self._guild = guild
        self._clock = clock
        self._history = history
        self._members = _populate(env, guild, cast)
        self._viewers = [self._members[person] for person in cast.viewers]
        self._turn = asyncio.Lock()
        self._stirred = asyncio.Event()
        self._previews: dict[int, Preview] = {}
        self._published = 0
        self._errors_shown = 0
        self.ended = asyncio.Event()

    @property
    def guild_id(self) -> int:
        """The demo server's id, the same at every start."""
        return self._guild.id

    def id_of(self, person: Person) -> int:
        """A person's id, the same at every start."""
        return self._members[person].id

    def address_of(self, channel: str) -> str:
        """The address of a channel's page. It carries a secret that admits whoever has it."""
        return self._previews[self._guild.channels[channel].id].url

    async def click(self, person: Person, channel_id: int, message_id: int, custom_id: str) -> None:
        """Press a button as ``person`` would.

        Raises:
            ActionImpossible: the button is not there, or not for him.
        """
        async with self._acting():
            message = self._message(channel_id, message_id)
            await self._members[person].click(message, custom_id=custom_id)

    async def choose(
        self, person: Person, channel_id: int, message_id: int, custom_id: str, values: Sequence[str]
    ) -> None:
        """Pick ``values`` in a select menu as ``person`` would.

        Raises:
            ActionImpossible: the menu or a value is not there, or not for him.
        """
        async with self._acting():
            message = self._message(channel_id, message_id)
            await self._members[person].select(message, list(values), custom_id=custom_id)

    def _message(self, channel_id: int, message_id: int) -> ResponseMessage:
        # Private: the public way to a message hands out copies that cannot tell its current buttons.
        return ResponseMessage(self._env, self._env.backend.get_message(channel_id, message_id))

    @contextlib.asynccontextmanager
    async def _acting(self) -> AsyncIterator[None]:
        try:
            async with self._turn:
                await self._catch_up()
                yield
        except (simcord.SetupError, simcord.BackendError) as refused:
            raise ActionImpossible(str(refused)) from refused
        finally:
            self._stirred.set()

    async def open_page(self, channel: ChannelHandle, port: int, stack: contextlib.AsyncExitStack) -> Preview:
        """Serve ``channel`` on ``port`` (0 for any that is free) until ``stack`` is closed."""
        # Private: simcord knows one page server an environment and one channel a page server. It uses
        # `_preview` only to refuse the second and to know whose action is being done.
        self._env._preview = None
        preview = self._env.preview(channel, viewers=self._viewers, layout="channel", port=port)
        self._let_take_turns(preview)
        await stack.enter_async_context(preview)
        # Private: new tabs begin where the page of test code is; None is the newest message.
        assert preview._python is not None
        preview._python.target_id = preview._python.window_end_id = None
        self._previews[channel.id] = preview
        return preview

    def _let_take_turns(self, preview: Preview) -> None:
        """Make the page's actions wait for one another, for the clock and for simulated learners.

        Private: an action that meets another is refused with "busy" or an overlap error, and one
        made on a page that has been republished meanwhile is refused as stale; either would lose a
        click. A control that has really gone is still refused, because it is looked up afresh.
        """
        act = preview._action

        async def act_in_turn(context_id: str | None, body: Mapping[str, Any]) -> dict[str, Any]:
            async with self._turn:
                await self._catch_up()
                page = preview._pages.get(context_id or "")
                if page is not None and isinstance(body, dict) and "published_revision" in body:
                    body = {**body, "published_revision": page.revision}
                self._env._preview = preview
                try:
                    return await act(context_id, body)
                finally:
                    self._stirred.set()

        preview._action = act_in_turn  # type: ignore[method-assign]

    async def keep_time(self) -> None:
        """Let time pass, for ever."""
        while True:
            await asyncio.sleep(self._until_due())
            try:
                async with self._turn:
                    await self._catch_up()
            except (simcord.SetupError, simcord.BackendError):
                log.exception("The playground lost a beat")
            self._show_errors()

    async def show_news(self) -> None:
        """Publish whatever happens, for ever; without waiting for a turn, which the bot's work may take long."""
        # A subscriber is told of every event of the gateway at once; what has none is seen at the next look.
        self._env.backend.subscribers.append(lambda _event, _payload: self._stirred.set())
        while True:
            # Not `wait_for`: on Python 3.11 it swallows a cancellation that meets the event.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LONGEST_NAP_SECONDS):
                    await self._stirred.wait()
            self._stirred.clear()
            happened = len(self._env.backend.transcript)
            if happened != self._published:
                self._published = happened
                for preview in self._previews.values():
                    self._publish(preview)
                if self._history is not None:
                    self._history.write(_said(self._env))

    def _until_due(self) -> float:
        """Seconds until the bot's next timer, but never longer than a short nap.

        Private: nothing else tells when the next one is due.
        """
        due = _next_virtual_timer(self._env._settlement_state())
        if due is None:
            return _LONGEST_NAP_SECONDS
        in_seconds = due - self._env.backend.clock.elapsed - self._behind()
        return min(max(in_seconds, 0.0), _LONGEST_NAP_SECONDS)

    def _behind(self) -> float:
        return (self._clock() - self._env.now()).total_seconds()

    async def _catch_up(self) -> None:
        """Bring the server's clock to the real time; whatever is due by then happens."""
        try:
            await self._env.advance_time(max(self._behind(), 0.0))
        except TimeoutError as slow:
            log.info("The server's clock is behind: %s", slow)

    def _show_errors(self) -> None:
        for error in self._env.errors_since(self._errors_shown):
            # A command's error has been through the bot's own handler, which answers and logs it.
            if not isinstance(error, app_commands.AppCommandError):
                log.error("The bot failed: %s", error, exc_info=error)
        self._errors_shown = self._env.error_cursor

    @staticmethod
    def _publish(preview: Preview) -> None:
        """Show every open tab what there is now.

        Private: the public `refresh` waits once more, and also draws a page that is for test code only;
        drawing a page takes tens of milliseconds.
        """
        preview._advance_presentation_time()
        for page in tuple(preview._pages.values()):
            if page is not preview._python and page.id in preview._pages:
                preview._publish(page, reason="refresh")


class ActionImpossible(Exception):
    """A person could not do what was asked of him: the control is not there, or not for him."""


@contextlib.asynccontextmanager
async def open_world(
    bot: commands.AutoShardedBot,
    cast: Cast,
    *,
    port: int = 0,
    history: History | None = None,
    clock: Callable[[], datetime] = discord.utils.utcnow,
) -> AsyncIterator[World]:
    """Connect ``bot`` to the demo server, serve its pages and keep both alive until the block ends.

    ``history`` brings back what was said the last time, and keeps what is said now. ``clock`` must give real time; discord.py's does wherever it is not called by the bot itself.

    Raises:
        PlaygroundUnavailable: simcord is of another version, or ``port`` is taken.
    """
    check_version()
    async with contextlib.AsyncExitStack() as stack:
        env = _LiveEnv(bot, shard_count=1, settle_timeout=_SETTLE_SECONDS)
        env.backend.bot_user.name = "Footnote"
        guild = env.create_guild(GUILD_NAME)
        world = World(env, guild, cast, clock, history)
        # Ids hold the moment they were given out at. The server was built at simcord's fixed epoch, so
        # that the same people have the same ids at every start; from here on time is real.
        env.backend.clock.advance((clock() - env.now()).total_seconds())
        if history is not None:
            _say_again(env, history.read())
        await env.start()
        stack.push_async_callback(env.shutdown)
        stack.enter_context(_serving_our_page())
        stack.enter_context(_drawing_fast())
        try:
            main = await world.open_page(guild.channels[MAIN_CHANNEL], port, stack)
            await world.open_page(guild.channels[OTHER_CHANNEL], 0, stack)
        except simcord.SetupError as taken:
            raise PlaygroundUnavailable(f"The page cannot be served: {taken}.") from taken
        for task in (world.keep_time(), world.show_news(), _end_with(world, main)):
            stack.push_async_callback(_cancel, asyncio.create_task(task))
        yield world


def _populate(env: simcord.Env, guild: GuildHandle, cast: Cast) -> dict[Person, MemberActor]:
    """Furnish the server. When a thing is made, and what was made just before, decides its id."""
    guild.create_text_channel(MAIN_CHANNEL, topic="Live rounds. Type /quiz start")
    guild.create_text_channel(OTHER_CHANNEL, topic="A second channel: it can run a round of its own")
    teaches = guild.create_role(
        "Instructor", permissions=discord.Permissions(manage_guild=True), color=0xE0A030
    )
    learns = guild.create_role("Learner", color=0x5090E0)
    members: dict[Person, MemberActor] = {}
    for person in (INSTRUCTOR, *LEARNERS, *SIMULATED):
        # A moment of his own for each, whoever else there is. Six colours of avatars follow from it: 1.001.
        env.backend.clock.advance(person.number * 1.001 - env.backend.clock.elapsed)
        user = env.create_user(person.username, global_name=person.name)
        if person in cast.everyone:
            members[person] = guild.add_member(user, roles=[teaches if person is INSTRUCTOR else learns])
    return members


def _said(env: simcord.Env) -> Iterator[dict[str, object]]:
    """The newest messages of each channel as rows, private receipts apart."""
    for messages in env.backend.messages.values():
        for message in list(messages.values())[-_REMEMBERED:]:
            if not message.is_ephemeral:
                yield {name: getattr(message, name) for name in _REMEMBERED_FIELDS}


def _say_again(env: simcord.Env, rows: Iterable[Mapping[str, Any]]) -> None:
    """Put messages back as they were, with their ids.

    Private: simcord makes messages only as they are sent, with an id and a moment of its own.
    """
    for row in rows:
        channel = env.backend.channels.get(row["channel_id"])
        if channel is not None:
            message = Message(**row)
            env.backend.messages.setdefault(channel.id, {})[env.backend.reserve_id(message.id)] = message
            channel.last_message_id = message.id


@contextlib.contextmanager
def _drawing_fast() -> Iterator[None]:
    """Keep the parsers of message texts.

    Private: simcord makes a new one for every text of every message each time a page is drawn, which is
    most of the work; with three tabs and fifty cards a reveal would be seen a second late.
    """
    make = _markdown._markdown_parser
    parsers: dict[tuple[int, str], Any] = {}

    def parser(policy: Mapping[str, bool | str], context: Mapping[str, Any]) -> Any:  # noqa: ANN401 - markdown-it's
        key = (id(policy), json.dumps(context, sort_keys=True, default=str))
        if key not in parsers:
            parsers[key] = make(policy, context)
        return parsers[key]

    _markdown._markdown_parser = parser
    try:
        yield
    finally:
        _markdown._markdown_parser = make


@contextlib.contextmanager
def _serving_our_page() -> Iterator[None]:
    """Serve the playground's own page in place of the test tool's.

    Private: the page's server has a table from path to a file in its own folder; an absolute path in it
    stands for itself.
    """
    table, types = PreviewServer._STATIC_FILES, PreviewServer._STATIC_CONTENT_TYPES
    original = Path(simcord.__file__).with_name("preview") / "static"
    before, types_before = dict(table), dict(types)
    with TemporaryDirectory(prefix="footnote-page-") as folder:
        for file in make_page(original, Path(folder)):
            table[file.served_as] = str(file.path)
            types[str(file.path)] = file.content_type
        try:
            yield
        finally:
            table.clear()
            table.update(before)
            types.clear()
            types.update(types_before)


async def _end_with(world: World, preview: Preview) -> None:
    await preview.wait_closed()
    world.ended.set()


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


def check_version() -> None:
    """Refuse a simcord whose private names were not tried.

    Raises:
        PlaygroundUnavailable: another version than the pinned one is installed.
    """
    if simcord.__version__ != SIMCORD_VERSION:
        raise PlaygroundUnavailable(
            f"The playground needs simcord {SIMCORD_VERSION}, and {simcord.__version__} is installed. "
            f'Install the right one: pip install "simcord=={SIMCORD_VERSION}"'
        )
