"""The digest after a scheduled round: turnout, what is known least with its footnote, and what waits."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from bot.services import digesting
from bot.ui.text import plain
from tests.discord.classroom import FIRST_QUESTION, Classroom, texts
from tests.discord.schedules import at, make
from tests.discord.test_disputes import staff


async def play(room: Classroom, learners: int, *, right: int, **options: Any) -> str:
    """A scheduled round of one question, of whose answers the first few are right; the stem of that question."""
    await make(room, at="12:30", **options)
    everyone = [room.add_learner(f"learner{number}") for number in range(learners)]
    await room.until(at("2026-01-01 12:30:01"))
    await room.env.advance_time(FIRST_QUESTION)
    stem = str(room.live().question.stem)
    for number, who in enumerate(everyone):
        await room.answer(who, right=number < right)
    await room.close()
    return stem


def private(room: Classroom) -> list[str]:
    channel = room.teacher.user.dm_channel
    return [] if channel is None else [texts(message.components) for message in channel.history()]


async def test_whoever_asks_for_it_gets_a_digest_of_a_scheduled_round(room: Classroom) -> None:
    stem = await play(room, 6, right=2, digest=True, name="Monday quiz")
    (told,) = private(room)
    assert "Digest: Monday quiz" in told
    assert "6 learners took part; 33% of the answers were right." in told
    assert f"{plain(stem)} (33% on average)" in told
    assert "The Atlas of Rivers" in told or "An Almanac" in told
    assert room.rows("SELECT digest FROM rounds") == [("sent",)]


async def test_nobody_gets_one_without_asking(room: Classroom) -> None:
    await play(room, 6, right=2)
    assert private(room) == []


async def test_of_fewer_than_five_learners_nothing_is_said_of_single_questions(room: Classroom) -> None:
    stem = await play(room, 4, right=1, digest=True)
    (told,) = private(room)
    assert "4 learners took part; 25% of the answers were right." in told
    assert plain(stem) not in told
    assert "fewer than five learners" in told


async def test_a_round_without_learners_says_so(room: Classroom) -> None:
    await play(room, 0, right=0, digest=True)
    (told,) = private(room)
    assert "Nobody took part." in told


async def test_it_goes_to_the_instructors_channel_where_there_is_one_and_tells_what_waits(
    room: Classroom,
) -> None:
    channel = await staff(room)
    question = room.courses["rivers"].questions[0].id
    await room.teacher.slash(room.channel, "bank report", question=question, problem="Odd.")
    await play(room, 5, right=5, digest=True)
    assert private(room) == []
    (told,) = [texts(message.components) for message in channel.history()]
    assert "5 learners took part; 100% of the answers were right." in told
    assert "1 report waits: `/bank report`" in told


async def test_a_digest_that_was_sent_and_not_recorded_is_not_sent_again(room: Classroom) -> None:
    await play(room, 6, right=2, digest=True)
    async with room.context.database.write() as session:
        await session.execute(text("UPDATE rounds SET digest = 'due'"))
    assert await digesting.due(room.context.database, room.context.ownership.shards)
    await room.restart()
    assert len(private(room)) == 1
    assert room.rows("SELECT digest FROM rounds") == [("sent",)]


async def test_a_digest_that_was_due_when_the_process_died_comes_after_the_restart(room: Classroom) -> None:
    await make(room, at="12:30", digest=True)
    await room.until(at("2026-01-01 12:30:01"))
    await room.env.advance_time(FIRST_QUESTION)
    await room.answer(room.ada, right=True)
    room.env.errors.clear()
    for agent in (room.env.bot.digests,):
        agent.clockwork.give_up()
        await agent.clockwork.stop()
    await room.close()
    assert private(room) == []
    await room.restart()
    (told,) = private(room)
    assert "1 learner took part" in told
