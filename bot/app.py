"""The house put together by hand: settings, courses, database, services, client.

The only file that knows every layer.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import discord

from bot.bank.shelf import load_courses
from bot.client import FootnoteBot
from bot.config import Settings
from bot.domain.courses import Course
from bot.errors import BankError
from bot.services.context import ServiceContext
from bot.services.live import LiveRounds
from bot.services.publishing import publish_courses
from bot.storage import migrate
from bot.storage.answer_writer import AnswerWriter
from bot.storage.database import Database

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class App:
    """Everything that runs."""

    settings: Settings
    context: ServiceContext
    bot: FootnoteBot

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
    settings: Settings, *, clock: Callable[[], datetime] = discord.utils.utcnow
) -> AsyncIterator[App]:
    """Open the database, load and publish the courses, and build the bot, which is not connected yet.

    Raises:
        StorageError: the database cannot be used as it is.
        BankError: no course can be loaded.
    """
    database = Database(settings.database_url)
    try:
        copy = await migrate.prepare(database, now=clock())
        if copy is not None:
            log.info("The database was upgraded; as it was before, it is in %s", copy)
        courses = playable_courses(settings)
        await publish_courses(database, courses.values(), now=clock())
        context = ServiceContext(
            database=database,
            writer=AnswerWriter(database),
            live=LiveRounds(),
            courses=courses,
            default_timezone=str(settings.default_timezone),
            clock=clock,
            new_seed=new_seed,
        )
        yield App(
            settings,
            context,
            FootnoteBot(context, sync_commands=settings.sync_commands, sync_guild=settings.guild),
        )
    finally:
        await database.close()


def new_seed() -> int:
    """A seed for a draw; fits the database's whole numbers."""
    return secrets.randbits(62)


def playable_courses(settings: Settings) -> dict[str, Course]:
    """The courses that load without an error; what is wrong with the others is logged.

    Raises:
        BankError: not one course loads.
    """
    shelf = load_courses(settings.courses)
    for course_id, error in shelf.broken.items():
        log.error("Course %s cannot be played: %s", course_id, error)
    if not shelf.courses:
        raise BankError("No course can be played.", list(shelf.broken.values()))
    return {course_id: loaded.course for course_id, loaded in shelf.courses.items()}
