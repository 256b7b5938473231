"""A server with a teacher and learners, and the real bot in it, under simcord."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import discord
import simcord
from simcord.backend import serializers
from simcord.enums import ComponentType, InteractionType
from simcord.interactions import base_payload
from simcord.results import InteractionResult
from sqlalchemy import select

from bot.client import FootnoteBot
from bot.domain.courses import Course
from bot.domain.questions import Question
from bot.services.context import ServiceContext
from bot.services.course_loading import CourseFolders
from bot.services.live import LiveRounds
from bot.services.publishing import publish_courses
from bot.storage import standings
from bot.storage.answer_writer import AnswerWriter
from bot.storage.database import Database
from bot.storage.tables import StandingRow
from bot.ui.text import plain
from tests.sample_course import course as sample_course

FIRST_QUESTION = 5.1  # seconds from Start to the first question
AWAKE = timedelta(minutes=20)  # before a moment that a scenario waits for; whatever sleeps looks every five
CLOSE = 0.3  # seconds after the limit at which a question is closed

# Every classroom of the running test: what their bots asked of Discord is checked at its end.
OPENED: list[Classroom] = []


class House:
    """Everything that runs for one life of the process; a restart makes another on the same file."""

    def __init__(
        self, file: Path, courses: Mapping[str, Course], seed: int, folders: CourseFolders | None = None
    ) -> None:
        self.database = Database(f"sqlite+aiosqlite:///{file}")
        self.context = ServiceContext(
            database=self.database,
            writer=AnswerWriter(self.database),
            live=LiveRounds(),
            courses=dict(courses),
            default_timezone="UTC",
            clock=discord.utils.utcnow,
            new_seed=lambda: seed,
            course_folders=folders or CourseFolders(),
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
    houses: list[House] = field(default_factory=list)

    @property
    def context(self) -> ServiceContext:
        return self.house.context

    async def start(self, who: Any = None, channel: Any = None, **options: Any) -> Any:
        """`/quiz start` and the button Start; returns the preview."""
        who, channel = who or self.teacher, channel or self.channel
        shown = await who.slash(channel, "quiz start", **options)
        await who.click(shown.response, label="Start")
        return shown

    async def first_question(self, channel: Any = None) -> Any:
        await self.env.advance_time(FIRST_QUESTION)
        return self.card(channel)

    async def close(self, seconds: float = 20) -> Any:
        """Let the open question's time run out; returns the card."""
        await self.env.advance_time(seconds + CLOSE)
        return self.card()

    async def play(self, *, questions: int = 1, who: Any = None, channel: Any = None, **options: Any) -> Any:
        """A round that one learner answers, all right; returns the result."""
        settings = {"questions": questions, "seconds": 20, "pause": 3} | options
        await self.start(channel=channel, **settings)
        await self.first_question(channel)
        for number in range(questions):
            if number:
                await self.env.advance_time(3.1)
            await self.answer(who or self.ada, right=True, card=self.card(channel))
            await self.close()
        return self.card(channel)

    async def until(self, moment: datetime) -> None:
        """Let days pass at once, as on a machine that was suspended, and the last minutes one after another."""
        gap = moment - self.env.now()
        assert gap >= timedelta(0)
        if gap > AWAKE:
            self.env.backend.advance_clock((gap - AWAKE).total_seconds())
        await self.env.advance_time((moment - self.env.now()).total_seconds())

    def told(self, who: Any = None) -> list[str]:
        """What the bot told somebody in private messages, the teacher if nobody is named."""
        channel = (who or self.teacher).user.dm_channel
        return [] if channel is None else [message.content for message in channel.history()]

    def add_learner(self, name: str) -> Any:
        return self.guild.add_member(self.env.create_user(name))

    def channel_of(self, channel_id: int) -> Any:
        """A channel or thread by its id."""
        known = [self.channel, *self.guild.channels.values(), *self.channel.threads]
        return next(channel for channel in known if channel.id == channel_id)

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

    def shown(self, *, right: bool, card: discord.Message | None = None) -> list[int]:
        """The positions, as shown, of the right or of the wrong options."""
        live = self.live(card)
        return [
            shown
            for shown, option in enumerate(live.option_order)
            if live.question.options[option].is_key is right
        ]

    def asked(self, card: discord.Message | None = None) -> Question:
        """The question that a card asks, found by its stem, open or not."""
        said = texts((card or self.card()).components)
        every = [question for course in self.courses.values() for question in course.questions]
        return next(question for question in every if plain(question.stem) in said)

    async def at_once(
        self, clicks: Iterable[tuple[Any, str]], card: discord.Message | None = None
    ) -> list[Any]:
        """Clicks (who, custom_id) that reach the bot in the same moment; returns what each led to."""
        arrive = self.clicks(clicks, card)
        results = arrive()
        await self.env.settle()
        return results

    def clicks(
        self, clicks: Iterable[tuple[Any, str]], card: discord.Message | None = None
    ) -> Callable[[], list[Any]]:
        """Clicks that are made now; calling what is returned lets them reach the bot, all at once."""
        message = card or self.card()
        backend = self.env.backend
        stored = backend.get_message(message.channel.id, message.id)
        records, payloads = [], []
        for who, custom_id in clicks:
            record, payload = base_payload(
                backend,
                type=InteractionType.MESSAGE_COMPONENT,
                channel_id=message.channel.id,
                guild_id=self.guild.id,
                user_id=who.id,
                data={"custom_id": custom_id, "component_type": ComponentType.BUTTON},
            )
            record.source_message_id = message.id
            records.append(record)
            payloads.append(payload | {"message": dict(serializers.message_payload(backend, stored))})

        def arrive() -> list[Any]:
            for payload in payloads:
                backend.emit("INTERACTION_CREATE", payload)
            return [InteractionResult(self.env, record) for record in records]

        return arrive

    @property
    def round_id(self) -> int:
        """The number of the newest round."""
        return int(self.rows("SELECT max(id) FROM rounds")[0][0])

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """What another connection reads of the database: committed rows alone."""
        with closing(sqlite3.connect(self.file)) as connection:
            return connection.execute(query, values).fetchall()

    async def standings_agree(self) -> bool:
        """Whether the boards are what a rebuild from the answers gives; nothing is changed."""
        database = self.context.database
        columns = list(StandingRow.__table__.columns)
        query = select(*columns).order_by(*columns)
        async with database.read() as session:
            kept = (await session.execute(query)).all()
        settings = await self.context.guild_settings(self.guild.id)
        async with database.read() as session:
            await standings.rebuild(session, self.guild.id, settings.zone)
            rebuilt = (await session.execute(query)).all()
            await session.rollback()
        assert kept == rebuilt
        return bool(kept)

    def live(self, card: discord.Message | None = None) -> Any:
        channel_id = (card or self.card()).channel.id
        return next(live for live in self.context.live.open_questions() if live.channel_id == channel_id)

    async def restart(self, before: Callable[[], None] | None = None) -> None:
        """The process dies and another one starts on the same database."""
        await self.house.database.close()
        if before is not None:
            before()
        self.house = House(self.file, self.courses, self.seed)
        self.houses.append(self.house)
        await self.env.restart_bot(await self.house.bot())

    def requests(self, method: str, part: str) -> list[Any]:
        return [entry for entry in self.env.http_requests if entry.method == method and part in entry.path]


@asynccontextmanager
async def classroom(
    file: Path,
    course: Course | None = None,
    *more: Course,
    seed: int = 7,
    folders: CourseFolders | None = None,
) -> AsyncIterator[Classroom]:
    courses = {taught.id: taught for taught in (course or sample_course(), *more)}
    house = House(file, courses, seed, folders)
    env = simcord.Env(await house.bot(), shard_count=1, settle_timeout=20.0)
    # By itself simcord also lets a timer go off in real time, so that a slow machine sees other things happen than
    # a quick one. Here time passes in `advance_time` alone.
    env._schedule_timer = lambda *_timer: None  # type: ignore[method-assign]
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
            houses=[house],
        )
        OPENED.append(room)
        yield room
    finally:
        await env.shutdown()
        for lived in [house] if room is None else room.houses:
            await lived.database.close()


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


def labels(message: Any) -> list[str]:
    """The labels of a message's or a response's buttons, in order."""
    return [button["label"] for button in _of_type(message.components, 2)]


def custom_ids(message: Any) -> list[str]:
    """The names of a message's or a response's buttons and menus, in order."""
    return [part["custom_id"] for kind in (2, 3) for part in _of_type(message.components, kind)]


def menu(message: Any) -> dict[str, Any]:
    """The only menu of a message."""
    (found,) = _of_type(message.components, 3)
    return found


def _of_type(components: Any, kind: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for component in components:
        data = component if isinstance(component, dict) else component.to_dict()
        if data.get("type") == kind:
            found.append(data)
        found.extend(_of_type(data.get("components", []), kind))
    return found
