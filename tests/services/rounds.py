"""A round in the database, ready to be answered, without Discord."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.domain.guilds import AnswerPolicy, GuildSettings
from bot.domain.round_choices import RoundChoices
from bot.domain.round_records import RoundRecord
from bot.domain.scoring import ScoringRule
from bot.services import conducting, proposing
from bot.services.live import LiveRounds
from bot.services.publishing import publish_courses
from bot.storage.answer_writer import AnswerWriter
from bot.storage.database import Database
from tests.sample_course import course as sample_course

GUILD, CHANNEL, TEACHER = 10, 20, 30
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Stage:
    """Plays rounds at moments that a test chooses."""

    def __init__(self, database: Database, *, policy: AnswerPolicy = AnswerPolicy.FINAL) -> None:
        self.database = database
        self.writer = AnswerWriter(database)
        self.live = LiveRounds()
        self.settings = GuildSettings(GUILD, timezone="UTC", answer_policy=policy)
        self.courses = {"rivers": sample_course()}

    async def propose(
        self,
        *,
        questions: int = 3,
        scoring: ScoringRule = ScoringRule.ACCURACY,
        channel_id: int = CHANNEL,
        seed: int = 7,
        at: datetime = NOON,
        stays_open_hours: int | None = None,
    ) -> RoundRecord:
        await publish_courses(self.database, self.courses.values(), now=NOON)
        return await proposing.propose_round(
            self.database,
            self.courses,
            RoundChoices(questions=questions, scoring=scoring, stays_open_hours=stays_open_hours),
            settings=self.settings,
            channel_id=channel_id,
            starter_id=TEACHER,
            seed=seed,
            now=at,
        )

    async def start(
        self, *, questions: int = 3, scoring: ScoringRule = ScoringRule.ACCURACY, channel_id: int = CHANNEL
    ) -> RoundRecord:
        record = await self.propose(questions=questions, scoring=scoring, channel_id=channel_id)
        return await proposing.start_round(self.database, record.id, starter_id=TEACHER, now=NOON)

    async def open(self, record: RoundRecord, position: int = 0, at: datetime = NOON) -> RoundRecord:
        record = await conducting.open_question(self.database, self.live, record, position, now=at)
        return await conducting.record_posted(
            self.database, self.live, record, position, message_id=900 + position, posted_at=at
        )

    async def close(
        self, record: RoundRecord, position: int = 0, at: datetime = NOON + 20 * SECOND
    ) -> RoundRecord:
        return await conducting.close_question(
            self.database, self.live, self.writer, record, position, now=at, default_timezone="UTC"
        )
