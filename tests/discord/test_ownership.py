"""A server that becomes another process's, and comes back: nothing is done for it in between."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.refusals import NotServedHere
from bot.domain.shards import ALL, Shards
from tests.discord.classroom import CLOSE, Classroom, texts

NONE = Shards(1, frozenset())


class Lodger:
    """Holds everything until it is put out; the database may know of that before it does."""

    def __init__(self) -> None:
        self.held = ALL
        self.database_says_so = True

    def holds(self, guild_id: int) -> bool:
        return self.held.have(guild_id)

    def fence(self, guild_id: int) -> Any:  # noqa: ARG002 - everything is in one shard
        async def pass_it(_session: AsyncSession) -> None:
            if not self.database_says_so:
                raise NotServedHere

        return pass_it


def move_in(room: Classroom) -> Lodger:
    lodger = Lodger()
    room.context.ownership._tenure = lodger
    return lodger


def lose(room: Classroom, lodger: Lodger) -> None:
    lodger.held = NONE
    room.context.ownership.lost(ALL)


def states(room: Classroom) -> list[str]:
    return [state for (state,) in room.rows("SELECT state FROM round_questions ORDER BY position")]


async def test_a_server_that_was_lost_is_left_alone_until_it_is_gained_again(room: Classroom) -> None:
    lodger = move_in(room)
    await room.start(questions=1, seconds=20)
    card = await room.first_question()
    await room.answer(room.ada, right=True)
    name = f"a:{room.live().round_question_id}:0"
    lose(room, lodger)
    posts = len(room.requests("POST", "/messages"))
    refused = await room.ben.click(card, custom_id=name)
    assert "try again in a few seconds" in refused.response.content
    refused = await room.teacher.slash(room.channel, "quiz stop")
    assert "try again in a few seconds" in refused.response.content
    await room.env.advance_time(60)
    assert states(room) == ["open"]
    assert len(room.requests("POST", "/messages")) == posts
    assert not room.requests("PATCH", "/messages")
    assert room.env.bot.conductor.clockwork.rounds == 0

    lodger.held = ALL
    # As if the bot had heard of it: what is begun here waits by the server's clock, as all that the bot does.
    with room.env._bot_scope():
        await room.context.ownership.gained(ALL)
    await room.env.advance_time(CLOSE)
    await room.env.advance_time(30)
    assert states(room) == ["revealed"]
    assert "Result" in texts(room.card().components)
    assert room.rows("SELECT count(*) FROM answers") == [(1,)]
    assert await room.standings_agree()


async def test_a_step_is_not_recorded_where_the_database_says_that_the_server_is_anothers(
    room: Classroom,
) -> None:
    lodger = move_in(room)
    await room.start(questions=1, seconds=20)
    await room.first_question()
    lodger.database_says_so = False
    await room.env.advance_time(60)
    assert states(room) == ["open"]
    stop = await room.teacher.slash(room.channel, "quiz stop")
    refused = await room.teacher.click(stop.response, label="Stop the round")
    assert "try again in a few seconds" in refused.response.content
    assert room.rows("SELECT end_reason FROM rounds") == [(None,)]


async def test_an_edit_that_was_to_come_does_not_come_after_the_loss(room: Classroom) -> None:
    lodger = move_in(room)
    await room.start(questions=1, seconds=60)
    await room.first_question()
    await room.answer(room.ada, right=True)
    lose(room, lodger)
    await room.env.advance_time(10)
    assert not room.requests("PATCH", "/messages")
