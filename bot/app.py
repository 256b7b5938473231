"""The house put together by hand: settings, courses, database, services, client.

The only file that knows every layer.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime

import discord

from bot import side_process
from bot.client import FootnoteBot
from bot.config import Settings
from bot.discord_time import DiscordTime, elapsed_seconds
from bot.domain.courses import Course
from bot.lives import is_dead, this_life
from bot.measures import Measures
from bot.services.context import ServiceContext
from bot.services.course_loading import CourseFolders
from bot.services.course_shelf import open_shelf
from bot.services.leasing import LeaseKeeper
from bot.services.live import LiveRounds
from bot.services.originals import Originals
from bot.services.ownership import Ownership
from bot.storage import migrate
from bot.storage.answer_writer import AnswerWriter
from bot.storage.database import Database
from bot.values import dataclass

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class App:
    """Everything that runs."""

    settings: Settings
    context: ServiceContext
    bot: FootnoteBot
    keeper: LeaseKeeper | None

    @property
    def courses(self) -> Mapping[str, Course]:
        """The courses that can be played, by id."""
        return self.context.courses

    @property
    def live(self) -> LiveRounds:
        """The questions that can be answered now."""
        return self.context.live


@asynccontextmanager
async def open_app(
    settings: Settings,
    *,
    clock: Callable[[], datetime] | DiscordTime = discord.utils.utcnow,
    course: str | None = None,
    measures: Measures | None = None,
    is_alone: bool = False,
) -> AsyncIterator[App]:
    """Open the database, load and publish the courses, and build the bot, which is not connected yet.

    With ``course``, that one alone can be played; ``measures`` is where the bot counts what it does. One that
    ``is_alone`` takes every server for its own, and asks for no lease.

    Raises:
        StorageError: the database cannot be used as it is.
        BankError: no course can be loaded, or not the one that was asked for.
    """
    database = Database(settings.database_url, measures)
    try:
        copy = await migrate.prepare(database, now=clock(), is_dead=is_dead)
        if copy is not None:
            log.info("The database was upgraded; as it was before, it is in %s", copy)
        folders = CourseFolders(settings.courses, settings.cache_folder, only=course)
        shelf = await open_shelf(folders, database, now=clock())
        keeper = None if is_alone else _keeper(database)
        context = ServiceContext(
            database=database,
            writer=AnswerWriter(database),
            live=LiveRounds(),
            courses=shelf.courses,
            default_timezone=str(settings.default_timezone),
            clock=clock,
            dated=clock if isinstance(clock, DiscordTime) else None,
            new_seed=new_seed,
            course_faults=shelf.faults,
            course_folders=folders,
            ownership=Ownership(keeper),
            originals=Originals(settings.courses, settings.documents),
            most_schedules=settings.most_schedules,
        )
        bot = FootnoteBot(
            context,
            sync_commands=settings.sync_commands,
            sync_guild=settings.guild,
            keeper=keeper,
            count=settings.shard_count,
            ids=settings.shard_ids,
        )
        yield App(settings, context, bot, keeper)
    finally:
        side_process.end()
        await database.close()


def _keeper(database: Database) -> LeaseKeeper:
    life = this_life()
    return LeaseKeeper(database, elapsed=elapsed_seconds, holder=life.holder, name=life.name, is_dead=is_dead)


def new_seed() -> int:
    """A seed for a draw; fits the database's whole numbers."""
    return secrets.randbits(62)
