"""What a use case needs, put together once at the start and handed to every handler."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from dataclasses import field
from datetime import datetime
from typing import Protocol

from bot.domain.courses import Course
from bot.domain.guilds import GuildSettings
from bot.domain.round_records import RoundRecord
from bot.domain.schedules import DEFAULT_MOST_SCHEDULES
from bot.measures import Measures
from bot.services.course_loading import CourseFolders
from bot.services.guild_settings import get_settings
from bot.services.live import LiveRounds
from bot.services.originals import Originals
from bot.services.ownership import Ownership
from bot.storage.answer_writer import AnswerWriter
from bot.storage.database import Database
from bot.values import dataclass


class Dated(Protocol):
    """Who wants to know of Discord's clock."""

    def elapsed(self) -> float:
        """A counter of seconds that nobody sets."""

    def seen(self, theirs: datetime, *, asked_at: float) -> None:
        """Discord has dated something that it was asked for at that moment of the counter."""


@dataclass(frozen=True, slots=True)
class ServiceContext:
    """The running house: database, courses, the open questions, and the sources of time and chance.

    ``course_faults`` tells what is wrong with the files of courses that run in an earlier version, or not at all;
    ``course_folders`` is where the courses come from. Courses and faults change when courses are reloaded.
    ``ownership`` knows which servers this process may act for; ``most_schedules`` is how many each may have.
    ``originals`` are the files behind the courses.
    """

    database: Database
    writer: AnswerWriter
    live: LiveRounds
    courses: MutableMapping[str, Course]
    default_timezone: str
    clock: Callable[[], datetime]
    new_seed: Callable[[], int]
    course_faults: MutableMapping[str, str] = field(default_factory=dict)
    course_folders: CourseFolders = field(default_factory=CourseFolders)
    originals: Originals = field(default_factory=Originals)
    ownership: Ownership = field(default_factory=Ownership)
    # Told of what Discord has dated, and between which moments of the counter; see `bot/discord_time.py`.
    dated: Dated | None = None
    most_schedules: int = DEFAULT_MOST_SCHEDULES

    @property
    def measures(self) -> Measures:
        """What the running bot counts of itself."""
        return self.database.measures

    def database_for(self, guild_id: int) -> Database:
        """The database for what only a server's own process may do.

        Each of its writing transactions raises `NotServedHere`, and changes nothing, where the server has become another
        process's. Reading, and what any process may write, needs no more than ``database``.
        """
        fence = self.ownership.fence(guild_id)
        return self.database if fence is None else self.database.fenced(fence)

    async def guild_settings(self, guild_id: int) -> GuildSettings:
        """What a server has set."""
        return await get_settings(self.database, guild_id, default_timezone=self.default_timezone)

    def topic_title(self, record: RoundRecord, topic_id: str) -> str:
        """The title of a topic, or its id where the course no longer has it."""
        return self.topic_name(record.course_key, topic_id) or topic_id

    def topic_name(self, course_key: str, topic_id: str | None) -> str | None:
        """The title of a course's topic, or its id where the course no longer has it; None where there is none."""
        course = self.courses.get(course_key)
        topic = course.topic(topic_id) if course and topic_id else None
        return topic.title if topic else topic_id
