"""A server with a teacher and learners, and the real bot in it, under simcord."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import discord
import simcord

from bot.client import FootnoteBot
from bot.domain.courses import Course
from bot.services.context import ServiceContext
from bot.services.live import LiveRounds
from bot.services.publishing import publish_courses
from bot.storage.answer_writer import AnswerWriter
from bot.storage.database import Database
from tests.sample_course import course as sample_course

FIRST_QUESTION = 5.1  # seconds from Start to the first question
CLOSE = 0.3  # seconds after the limit at which a question is closed


class House:
    """Everything that runs for one life of the process; a restart makes another on the same file."""

    def __init__(self, file: Path, courses: Mapping[str, Course], seed: int) -> None:
        self.database = Database(f"sqlite+aiosqlite:///{file}")
        self.context = ServiceContext(
            database=self.database,
            writer=AnswerWriter(self.database),
            live=LiveRounds(),
            courses=courses,
            default_timezone="UTC",
            clock=discord.utils.utcnow,
            new_seed=lambda: seed,
        )

    async def bot(self) -> FootnoteBot:
        await publish_courses(self.database, self.context.courses.values(), now=discord.utils.utcnow())
        return FootnoteBot(self.context)


@dataclass
class Classroom:
    """The server, its people, and what they do."""

    env: simcord.Env
    house: House
    file: Path
    courses: Mapping[str, Course]
    seed: int
    guild: Any
    channel: Any
    teacher: Any
    ada: Any
    ben: Any
    chen: Any

    @property
    def context(self) -> ServiceContext:
        return self.house.context

    async def start(self, who: Any = None, channel: Any = None, **options: Any) -> Any:
        """`/quiz start` and the button Start; returns the preview."""
        who, channel = who or self.teacher, channel or self.channel
        shown = await who.slash(channel, "quiz start", **options)
        await who.click(shown.response, label="Start")
        return shown

    async def first_question(self) -> Any:
        await self.env.advance_time(FIRST_QUESTION)
        return self.card()

    def card(self, channel: Any = None) -> discord.Message:
        """The last message of the channel."""
        message = (channel or self.channel).last_message
        assert message is not None
        return message

    def cards(self, channel: Any = None) -> list[discord.Message]:
        return list((channel or self.channel).history())

    async def answer(self, who: Any, *, right: bool, card: discord.Message | None = None) -> Any:
        """Press the button of a right or a wrong option."""
        live = self.live(card)
        asked = live.question
        position = next(
            shown for shown, option in enumerate(live.option_order) if asked.options[option].is_key is right
        )
        return await who.click(card or self.card(), custom_id=f"a:{live.round_question_id}:{position}")

    def live(self, card: discord.Message | None = None) -> Any:
        channel_id = (card or self.card()).channel.id
        return next(live for live in self.context.live.open_questions() if live.channel_id == channel_id)

    async def restart(self, before: Callable[[], None] | None = None) -> None:
        """The process dies and another one starts on the same database."""
        await self.house.database.close()
        if before is not None:
            before()
        self.house = House(self.file, self.courses, self.seed)
        await self.env.restart_bot(await self.house.bot())

    def requests(self, method: str, part: str) -> list[Any]:
        return [entry for entry in self.env.http_requests if entry.method == method and part in entry.path]


@asynccontextmanager
async def classroom(
    file: Path, course: Course | None = None, *, seed: int = 7, permissions: discord.Permissions | None = None
) -> AsyncIterator[Classroom]:
    taught = course or sample_course()
    courses = {taught.id: taught}
    house = House(file, courses, seed)
    env = simcord.Env(await house.bot(), shard_count=1, settle_timeout=3.0)
    await env.start()
    room: Classroom | None = None
    try:
        guild = env.create_guild("School")
        channel = guild.create_text_channel("quiz")
        teaches = guild.create_role("Teacher", permissions=discord.Permissions(manage_guild=True))
        room = Classroom(
            env=env,
            house=house,
            file=file,
            courses=courses,
            seed=seed,
            guild=guild,
            channel=channel,
            teacher=guild.add_member(env.create_user("teacher"), roles=[teaches]),
            ada=guild.add_member(env.create_user("ada")),
            ben=guild.add_member(env.create_user("ben")),
            chen=guild.add_member(env.create_user("chen")),
        )
        yield room
    finally:
        await env.shutdown()
        await (room.house if room is not None else house).database.close()
    env.raise_errors()


def texts(components: Any) -> str:
    """Every text of a message's or a response's components, joined."""
    return "\n".join(_texts(components))


def _texts(components: Any) -> list[str]:
    found: list[str] = []
    for component in components:
        data = component if isinstance(component, dict) else component.to_dict()
        if data.get("type") == 10:
            found.append(data["content"])
        found.extend(_texts(data.get("components", [])))
    return found
