"""`footnote run`: the bot on Discord until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import threading
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import datetime

import discord

from bot import collector
from bot.app import open_app
from bot.client import FootnoteBot, ask_the_time
from bot.config import Settings
from bot.discord_time import DiscordTime
from bot.errors import DiscordUnreachable, SettingsError
from bot.health import showing_health
from bot.housekeeping import backing_up, backup_schedule
from bot.loop_watch import watched_loop
from bot.measures import Measures

log = logging.getLogger(__name__)

# Docker and others kill after ten. The bot needs eight at most; what can take longer is a thread of the system's,
# such as a look-up of a name while the network is gone, and no answer depends on one.
LAST_RESORT_SECONDS = 9.0


def run(settings: Settings, token: str, machine: Callable[[], datetime] = discord.utils.utcnow) -> None:
    """Connect and stay connected until SIGINT or SIGTERM; what is under way then comes to its end.

    ``machine`` is this machine's clock, right or wrong.

    Raises:
        SettingsError: Discord does not take the token, or a port cannot be had.
        DiscordUnreachable: it did not answer at the start.
        StorageError: the database cannot be used as it is.
        BankError: no course can be loaded.
    """
    measures = Measures()
    with asyncio.Runner(loop_factory=watched_loop(measures.lag)) as runner:
        runner.run(_run(settings, token, measures, DiscordTime(machine)))


async def _run(settings: Settings, token: str, measures: Measures, clock: DiscordTime) -> None:
    # Before anything else: as a container's first process, it would be deaf to SIGTERM until then.
    stop_on_signals()
    try:
        async with AsyncExitStack() as house:
            app = await house.enter_async_context(open_app(settings, clock=clock, measures=measures))
            await house.enter_async_context(showing_health(app, settings))
            schedule = backup_schedule(settings, app.context.database)
            await house.enter_async_context(backing_up(schedule, app.context.clock))
            await house.enter_async_context(app.bot)
            await ask_the_time(clock)
            collector.set_aside()
            settling = asyncio.create_task(_set_aside_when_ready(app.bot), name="collector")
            try:
                await _stay_connected(app.bot, token)
            finally:
                settling.cancel()
    except asyncio.CancelledError:
        log.info("Stopped")


async def _set_aside_when_ready(bot: FootnoteBot) -> None:
    await bot.wait_until_ready()
    # What Discord told of its servers; the rest is set aside already, so this takes milliseconds.
    collector.set_aside()


async def _stay_connected(bot: FootnoteBot, token: str) -> None:
    try:
        await bot.start(token)
    except discord.LoginFailure as error:
        raise SettingsError(
            'Discord does not take the token in DISCORD_TOKEN. Copy it again from the page "Bot" of your '
            "application at https://discord.com/developers/applications (Reset Token)."
        ) from error
    except (discord.DiscordServerError, OSError) as error:
        raise DiscordUnreachable(
            f"Discord cannot be reached ({error}). Is this machine online? Try again, and see: footnote doctor"
        ) from error


def stop_on_signals() -> None:
    """Have the task that calls this cancelled by the first SIGINT or SIGTERM; a second one ends the process."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None

    def stop() -> None:
        log.info("Stopping")
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(name)
        last_resort = threading.Timer(LAST_RESORT_SECONDS, _end)
        last_resort.daemon = True
        last_resort.start()
        task.cancel()

    for name in (signal.SIGINT, signal.SIGTERM):
        # Windows has no signal handlers in the loop; there Ctrl-C raises KeyboardInterrupt.
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(name, stop)


def _end() -> None:
    log.warning(
        "Not everything has ended %s seconds after the signal; ending all the same", LAST_RESORT_SECONDS
    )
    logging.shutdown()
    os._exit(0)
