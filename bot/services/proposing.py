"""Before a round: what was asked for, what will be played, and the starter's word."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random

from bot.domain.courses import Course
from bot.domain.draw import draw
from bot.domain.guilds import GuildSettings
from bot.domain.question_types import QUESTION_TYPES
from bot.domain.questions import Question
from bot.domain.refusals import (
    NoQuestions,
    NotYourRound,
    ProposalGone,
    QuestionsHeld,
    RoundRunning,
    UnknownCourse,
    UnknownTopic,
)
from bot.domain.round_choices import RoundChoices
from bot.domain.round_records import RoundRecord
from bot.domain.rounds import QuestionState, RoundKind, RoundState
from bot.storage import assignments, courses, question_status, rounds
from bot.storage.database import Database
from bot.storage.tables import RoundQuestionRow, RoundRow
from bot.values import dataclass

# A preview lives as long as the private message that shows it can be acted on.
PROPOSAL_LIFETIME = timedelta(minutes=15)
LEAD = timedelta(seconds=5)
_LATELY = 400


@dataclass(frozen=True, slots=True)
class DrawnRound:
    """What a round will ask; ``numbers`` are the database's numbers of the questions, in the same order."""

    course_row: int
    questions: tuple[Question, ...]
    numbers: tuple[int, ...]
    seed: int


def find_course(available: Mapping[str, Course], asked: str | None) -> Course:
    """The course of that id, or the first one where none is asked for.

    Raises:
        UnknownCourse: there is no such course, or none at all.
    """
    if asked is None and available:
        return next(iter(available.values()))
    course = available.get(asked or "")
    if course is None:
        raise UnknownCourse(asked or "", tuple(available))
    return course


async def propose_round(
    database: Database,
    available: Mapping[str, Course],
    choices: RoundChoices,
    *,
    settings: GuildSettings,
    channel_id: int,
    starter_id: int,
    seed: int,
    now: datetime,
) -> RoundRecord:
    """Draw a round and keep it until its starter says go.

    Raises:
        UnknownCourse: see `find_course`.
        UnknownTopic: the course has no such topic.
        NoQuestions: nothing can be asked with these choices.
        RoundRunning: the channel has a round, and this one would be played in it.
    """
    if not choices.in_thread:
        async with database.read() as session:
            if await rounds.running_in_place(session, channel_id) is not None:
                raise RoundRunning
    drawn = await draw_round(
        database, available, choices, guild_id=settings.guild_id, channel_id=channel_id, seed=seed
    )
    row = round_row(choices, settings, drawn, channel_id=channel_id, starter_id=starter_id, now=now)
    async with database.write() as session:
        await rounds.forget_proposals(session, before=now - PROPOSAL_LIFETIME)
        round_id = await rounds.insert(session, row, question_rows(drawn))
        record = await rounds.get(session, round_id)
    assert record is not None
    return record


async def draw_round(
    database: Database,
    available: Mapping[str, Course],
    choices: RoundChoices,
    *,
    guild_id: int,
    channel_id: int,
    seed: int,
) -> DrawnRound:
    """Draw the questions of a round, of those that the server wants asked; nothing is kept.

    What an open assignment of the server asks, or what would give its keys away, is not drawn.

    Raises:
        UnknownCourse: see `find_course`.
        UnknownTopic: the course has no such topic.
        NoQuestions: nothing can be asked with these choices.
        QuestionsHeld: all that could be asked is held back for open assignments.
    """
    course = find_course(available, choices.course)
    if choices.topic is not None and course.topic(choices.topic) is None:
        raise UnknownTopic(choices.topic, tuple(topic.id for topic in course.topics))
    async with database.read() as session:
        course_row = await courses.course_row_id(session, course.id)
        if course_row is None:
            raise NoQuestions(course.title)
        asked_lately = await rounds.last_asked(session, channel_id, course_row, _LATELY)
        numbers = await courses.current_question_ids(session, course_row)
        disabled = await question_status.disabled_keys(session, guild_id, course_row)
        held = await assignments.held_questions(session, guild_id)
    free = numbers.keys() - disabled - {question.id for question in held}

    def read_and_draw() -> tuple[Question, ...]:
        askable = course.select_questions(free, choices.topic)
        return draw(askable, choices.questions, seed=seed, last_asked=asked_lately, held=held)

    # Reading them and comparing what gives what away takes a while in a large course: clicks must not wait for it.
    drawn = await asyncio.to_thread(read_and_draw)
    if not drawn:
        raise QuestionsHeld(course.title) if held else NoQuestions(course.title)
    return DrawnRound(course_row, drawn, tuple(numbers[question.id] for question in drawn), seed)


async def start_round(database: Database, round_id: int, *, starter_id: int, now: datetime) -> RoundRecord:
    """Let a proposed round run.

    Raises:
        ProposalGone: it was confirmed or cancelled before, or too late.
        NotYourRound: somebody else proposed it.
        RoundRunning: another round has begun in the channel meanwhile.
        QuestionsHeld: an assignment that was made meanwhile asks the same.
    """
    async with database.write() as session:
        record = _proposal(await rounds.get(session, round_id, for_update=True), starter_id, now)
        if not record.in_thread and await rounds.running_in_place(session, record.channel_id) is not None:
            raise RoundRunning
        held = {question.id for question in await assignments.held_questions(session, record.guild_id)}
        if any(asked.question.id in held for asked in record.questions):
            # An assignment that asks the same was made after the preview.
            raise QuestionsHeld(record.course_title)
        if not await rounds.run(session, round_id, now):
            raise RoundRunning
        await rounds.set_question(session, record.questions[0].id, opens_at=now + LEAD)
        started = await rounds.get(session, round_id)
    assert started is not None
    return started


async def cancel_proposal(database: Database, round_id: int, *, starter_id: int, now: datetime) -> None:
    """Give a proposed round up.

    Raises:
        ProposalGone: it was confirmed or cancelled before, or too late.
        NotYourRound: somebody else proposed it.
    """
    async with database.write() as session:
        _proposal(await rounds.get(session, round_id, for_update=True), starter_id, now)
        await rounds.set_round(session, round_id, state=RoundState.CANCELLED.value)


def _proposal(record: RoundRecord | None, starter_id: int, now: datetime) -> RoundRecord:
    """The round, if it is a proposal that this person may still act on."""
    if record is None or record.state is not RoundState.PROPOSED:
        raise ProposalGone
    if record.starter_id != starter_id:
        raise NotYourRound
    if now - record.proposed_at > PROPOSAL_LIFETIME:
        raise ProposalGone
    return record


def round_row(
    choices: RoundChoices,
    settings: GuildSettings,
    drawn: DrawnRound,
    *,
    channel_id: int,
    starter_id: int,
    now: datetime,
) -> RoundRow:
    """The row of a round that waits for somebody's word."""
    return RoundRow(
        kind=RoundKind.LIVE.value,
        is_withheld=choices.stays_open_hours is not None,
        stays_open_hours=choices.stays_open_hours,
        guild_id=settings.guild_id,
        channel_id=channel_id,
        in_thread=choices.in_thread,
        starter_id=starter_id,
        course_id=drawn.course_row,
        topic=choices.topic,
        limit_seconds=choices.limit_seconds,
        pause_seconds=choices.pause_seconds,
        scoring=choices.scoring.value,
        answer_policy=settings.answer_policy.value,
        seed=drawn.seed,
        state=RoundState.PROPOSED.value,
        proposed_at=now,
    )


def question_rows(drawn: DrawnRound) -> list[RoundQuestionRow]:
    """The rows of a round's questions, in order, each with its options shuffled."""
    rows = []
    for position, (question, number) in enumerate(zip(drawn.questions, drawn.numbers, strict=True)):
        # Each question has a sequence of its own, so that the order of options does not hang on the draw's length.
        random = Random(f"{drawn.seed}:{position}:{question.id}")
        order = QUESTION_TYPES[question.type].arrange(question, random)
        rows.append(
            RoundQuestionRow(
                position=position,
                question_id=number,
                option_order=",".join(map(str, order)),
                state=QuestionState.PENDING.value,
                answered=0,
            )
        )
    return rows
