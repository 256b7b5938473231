"""`footnote play`: the real bot on the demo server, until it is stopped.

Puts the parts together and talks to the terminal. The server itself is in ``world``.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import webbrowser
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import discord

from bot.app import open_app
from bot.config import Settings
from bot.playground.cast import Cast, pick_cast
from bot.playground.history import History
from bot.playground.learners import SimulatedLearners
from bot.playground.world import MAIN_CHANNEL, OTHER_CHANNEL, World, open_world

# What is set for the real Discord has no meaning here, and an empty value counts as none.
_ITS_OWN = {"DISCORD_TOKEN": "", "FOOTNOTE_GUILD": "", "FOOTNOTE_SYNC_COMMANDS": ""}


@dataclass(frozen=True, slots=True)
class PlayOptions:
    """What `footnote play` was asked for; None means every course, and a database that goes with the playground."""

    course: str | None = None
    learners: int = 3
    simulated: int = 2
    port: int = 0
    open_browser: bool = True
    database: Path | None = None


def play(options: PlayOptions) -> None:
    """Run the playground until Ctrl-C, SIGTERM, or "End preview session" on the page.

    Raises:
        PlaygroundUnavailable: simcord is of another version, or the port is taken.
        FootnoteError: the settings, a course or the database cannot be used.
    """
    # Where signals cannot be handled in the loop, Ctrl-C arrives as KeyboardInterrupt.
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_play(options))
    _say("Footnote has stopped.")


async def _play(options: PlayOptions) -> None:
    cast = pick_cast(options.learners, options.simulated)
    with _database(options.database) as file:
        settings = Settings.load({**os.environ, **_ITS_OWN, "DATABASE_URL": f"sqlite:///{file.as_posix()}"})
        history = History(file.with_name(file.name + ".messages.json"))
        async with (
            open_app(settings, course=options.course, is_alone=True) as app,
            open_world(app.bot, cast, port=options.port, history=history) as world,
        ):
            chance = Random()
            simulated = SimulatedLearners(world, app.live, cast.simulated, chance, discord.utils.utcnow)
            async with _in_background(simulated):
                _greet(world, cast, options)
                if options.open_browser and _has_display():
                    webbrowser.open(world.address_of(MAIN_CHANNEL))
                await _until_stopped(world)


@contextlib.contextmanager
def _database(kept: Path | None) -> Iterator[Path]:
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        yield kept.resolve()
        return
    with TemporaryDirectory(prefix="footnote-play-") as folder:
        yield Path(folder) / "footnote.db"


@contextlib.asynccontextmanager
async def _in_background(simulated: SimulatedLearners) -> AsyncIterator[None]:
    task = asyncio.create_task(simulated.take_part())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _until_stopped(world: World) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        # Windows has no handlers in the loop; there Ctrl-C ends the run with KeyboardInterrupt.
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, world.ended.set)
    await world.ended.wait()


def _has_display() -> bool:
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _greet(world: World, cast: Cast, options: PlayOptions) -> None:
    names = ", ".join(person.name for person in cast.viewers)
    simulated = " and ".join(person.name for person in cast.simulated)
    lines = [
        "",
        "Footnote is running on a demo server of its own. Nothing of it reaches Discord.",
        "",
        world.address_of(MAIN_CHANNEL),
        "",
        "Open the address in one tab for each person, and choose who he is under “Viewing as”:",
        f"  {names} (the first is the instructor)",
        *([f"  {simulated} will answer by themselves."] if simulated else []),
        "",
        "Type in the page:",
        "  /quiz start     a live round: press Start, answer, and wait for the footnote",
        "  /leaderboard    who leads",
        "  /help           everything else",
        "",
        f"A second channel, #{OTHER_CHANNEL}, can run a round of its own:",
        world.address_of(OTHER_CHANNEL),
        "",
        f"Rounds and scores are kept in {options.database}."
        if options.database
        else "Rounds and scores are forgotten at the end; --database FILE keeps them.",
        "Stop with Ctrl-C.",
        "",
    ]
    _say("\n".join(lines))


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
