"""A school to measure with: the bundled course, a round of it in a database, and learners' answers."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from random import Random

from benchmarks import measuring
from bot.bank.load import load_course
from bot.bank.shelf import find_courses
from bot.domain.courses import Course
from bot.domain.guilds import GuildSettings
from bot.domain.questions import QuestionType, Response
from bot.domain.round_choices import RoundChoices
from bot.domain.round_records import AnswerRecord, RoundRecord
from bot.services import conducting, proposing
from bot.services.live import LiveRounds
from bot.services.publishing import publish_courses
from bot.storage import migrate
from bot.storage.database import Database

GUILD, CHANNEL, TEACHER = 2001 << 40, 2002 << 40, 2003 << 40
# A learner's id as Discord gives them: 60 bits, which is what a row has to hold.
FIRST_LEARNER, LAST_LEARNER = 10**17, 14 * 10**17
START = datetime(2026, 1, 5, 9, tzinfo=UTC)
TIME_ZONE = "UTC"


@cache
def course() -> Course:
    """The bundled course, with those of its questions alone that are answered with a button."""
    whole = load_course(next(iter(find_courses().values()))).course
    return replace(
        whole,
        questions=tuple(
            question for question in whole.questions if question.type is QuestionType.SINGLE_CHOICE
        ),
    )


def address(file: Path) -> str:
    """The file as a setting would name it."""
    return f"sqlite+aiosqlite:///{file}"


async def new_database(file: Path) -> Database:
    """An empty database, made by the migrations."""
    database = Database(address(file))
    await migrate.upgrade(database)
    return database


async def begin_round(database: Database, *, questions: int, now: datetime) -> RoundRecord:
    """A round that runs, through the product's own use cases."""
    await publish_courses(database, [course()], now=now)
    proposed = await proposing.propose_round(
        database,
        {course().id: course()},
        RoundChoices(questions=questions),
        settings=GuildSettings(GUILD, timezone=TIME_ZONE),
        channel_id=CHANNEL,
        starter_id=TEACHER,
        seed=1,
        now=now,
    )
    return await proposing.start_round(database, proposed.id, starter_id=TEACHER, now=now)


async def open_question(database: Database, record: RoundRecord, position: int, now: datetime) -> int:
    """Open a question of a round; returns the number under which it is answered."""
    opened = await conducting.open_question(database, LiveRounds(), record, position, now=now)
    return opened.question_at(position).id


def learners(chance: Random, count: int) -> list[int]:
    """So many different learners, in no order."""
    return [chance.randrange(FIRST_LEARNER, LAST_LEARNER) for _ in range(count)]


def answer(round_question_id: int, learner_id: int, chance: Random) -> AnswerRecord:
    """An answer to a question with four options; two of three are right."""
    is_right = chance.random() < 2 / 3
    return AnswerRecord(
        round_question_id=round_question_id,
        learner_id=learner_id,
        revision=0,
        response=Response((0,) if is_right else (chance.randrange(1, 4),)),
        answered_at=START,
        elapsed_ms=chance.randrange(500, 20_000),
        fraction=float(is_right),
        points=1000 if is_right else 0,
    )


def scratch(name: str) -> Path:
    """An empty folder for one run; the caller removes it."""
    folder = measuring.CACHE / "run" / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
