"""Run the real program against the stand-in: `python -m tests.process.launch PORT run`.

With TEST_CLOCK_FILE, the program is given a clock that is wrong by the seconds that stand in that file at the moment. With
TEST_MACHINE, it takes itself to be on another machine than those with another name there.
"""

from __future__ import annotations

import functools
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import discord
import yarl
from discord.gateway import DiscordWebSocket

from bot import lives, running
from bot.cli import main


def wrong_clock(file: Path) -> datetime:
    """The machine's clock, had somebody set it."""
    return datetime.now(UTC) + timedelta(seconds=float(file.read_text()))


port = sys.argv.pop(1)
discord.http.Route.BASE = f"http://127.0.0.1:{port}/api/v10"
# Where a shard calls that has no session to resume; the first time, it is told where.
DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(f"ws://127.0.0.1:{port}/gateway")
if "TEST_CLOCK_FILE" in os.environ:
    clock = functools.partial(wrong_clock, Path(os.environ["TEST_CLOCK_FILE"]))
    running.run = functools.partial(running.run, machine=clock)  # type: ignore[assignment]
if machine := os.environ.get("TEST_MACHINE"):
    lives._machine = lambda: machine
main()
