"""`footnote run`: the bot on Discord until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal

import discord

from bot.app import open_app
from bot.config import Settings
from bot.errors import SettingsError

log = logging.getLogger(__name__)


async def run_bot(settings: Settings, token: str) -> None:
    """Connect and stay connected until SIGINT or SIGTERM; what is under way then comes to its end.

    Raises:
        SettingsError: Discord does not take the token.
        StorageError: the database cannot be used as it is.
        BankError: no course can be loaded.
    """
    async with open_app(settings) as app, app.bot:
        running = asyncio.create_task(app.bot.start(token), name="discord")
        _stop_on_signals(running)
        try:
            await running
        except asyncio.CancelledError:
            log.info("Stopping")
        except discord.LoginFailure as error:
            raise SettingsError(
                'Discord does not take the token in DISCORD_TOKEN. Copy it again from the page "Bot" of your '
                "application at https://discord.com/developers/applications (Reset Token)."
            ) from error


def _stop_on_signals(running: asyncio.Task[None]) -> None:
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        # Windows has no signal handlers in the loop; there Ctrl-C raises KeyboardInterrupt.
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(name, running.cancel)
