"""What a use case needs, put together once at the start and handed to every handler."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.courses import Course
from bot.domain.guilds import GuildSettings
from bot.domain.round_records import RoundRecord
from bot.measures import Measures
from bot.services.guild_settings import get_settings
from bot.services.live import LiveRounds
from bot.storage.answer_writer import AnswerWriter
from bot.storage.database import Database


@dataclass(frozen=True, slots=True)
class ServiceContext:
    """The running house: database, courses, the open questions, and the sources of time and chance.

    ``course_faults`` tells what is wrong with the files of courses that run in an earlier version, or not at all.
    """

    database: Database
    writer: AnswerWriter
    live: LiveRounds
    courses: Mapping[str, Course]
    default_timezone: str
    clock: Callable[[], datetime]
    new_seed: Callable[[], int]
    course_faults: Mapping[str, str] = field(default_factory=dict)

    @property
    def measures(self) -> Measures:
        """What the running bot counts of itself."""
        return self.database.measures

    async def guild_settings(self, guild_id: int) -> GuildSettings:
        """What a server has set."""
        return await get_settings(self.database, guild_id, default_timezone=self.default_timezone)

    def topic_title(self, record: RoundRecord, topic_id: str) -> str:
        """The title of a topic, or its id where the course no longer has it."""
        course = self.courses.get(record.course_key)
        topic = course.topic(topic_id) if course else None
        return topic.title if topic else topic_id
