"""Slips between cup and lip: a reply that is lost, a post that is slow, a stop or a loss at the worst moment.

What is patched here makes Discord slow, or lets something happen exactly between two steps; all else is real.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
from simcord.http import FakeHTTPClient

from bot.cogs.conductor import Conductor
from bot.domain.questions import Question
from bot.domain.rounds import EndReason
from bot.domain.shards import Shards
from bot.services import conducting
from tests.discord.classroom import CLOSE, FIRST_QUESTION, Classroom, classroom, custom_ids, texts
from tests.discord.test_every_type import close, give, said
from tests.discord.test_losses import delete_card, told
from tests.discord.test_restart import FOR_EVER, die_before  # noqa: F401 - a fixture
from tests.sample_course import EVERY_TYPE, course

POST = ("POST", "*/channels/*/messages")
EDIT = ("PATCH", "*/channels/*/messages/*")

SlowDown = Callable[..., None]


@pytest.fixture
def slow_down(monkeypatch: pytest.MonkeyPatch) -> SlowDown:
    """Let Discord take so many seconds for the next requests of a kind, one after another (simcord takes none)."""
    delays: dict[tuple[str, str], list[float]] = {}
    request = FakeHTTPClient.request

    async def take_time(self: FakeHTTPClient, route: Any, **named: Any) -> Any:
        for (method, path), seconds in delays.items():
            if route.method == method and fnmatch(route.url, path) and seconds:
                await asyncio.sleep(seconds.pop(0))
        return await request(self, route, **named)

    monkeypatch.setattr(FakeHTTPClient, "request", take_time)

    def slow(kind: tuple[str, str], *seconds: float) -> None:
        delays[kind] = list(seconds)

    return slow


@pytest.fixture
def first(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Callable[[], Any]], None]:
    """Let something happen once, between the choice of a step of `conducting` and the step itself."""

    def happens_before(step: str, what: Callable[[], Any]) -> None:
        real = getattr(conducting, step)

        async def after_that(*args: Any, **named: Any) -> Any:
            monkeypatch.setattr(conducting, step, real)
            await what()
            return await real(*args, **named)

        monkeypatch.setattr(conducting, step, after_that)

    return happens_before


async def stop(room: Classroom) -> None:
    asked = await room.teacher.slash(room.channel, "quiz stop")
    await room.teacher.click(asked.response, label="Stop the round")


def count(room: Classroom, words: str) -> int:
    """How many messages of the channel say that."""
    return sum(words in texts(card.components) for card in room.cards())


def states(room: Classroom) -> list[str]:
    """The states of the round's questions, in order."""
    return [state for (state,) in room.rows("SELECT state FROM round_questions ORDER BY position")]


def rests(room: Classroom, reason: str) -> bool:
    """Whether the round is over for that reason, with no question left open, in the database or for clicks."""
    assert room.rows("SELECT state, end_reason FROM rounds") == [("ended", reason)]
    assert "open" not in states(room)
    return not room.context.live.open_questions()


async def test_a_round_is_played_even_if_the_reply_to_its_start_is_lost(stormy_room: Classroom) -> None:
    room = stormy_room
    shown = await room.teacher.slash(room.channel, "quiz start", questions=1)
    room.env.inject_error("POST", "/interactions/*/*/callback", status=500, times=None)
    await room.teacher.click(shown.response, label="Start")
    room.env.backend.faults.clear()
    assert "Question 1 of 1" in texts((await room.first_question()).components)
    await room.answer(room.ada, right=True)
    await room.close()
    assert "1,000 points" in texts(room.card().components)


@pytest.mark.parametrize("question", EVERY_TYPE, ids=lambda question: question.type.value)
async def test_killed_between_post_and_record_a_question_of_any_type_is_not_posted_twice(
    database_file: Path,
    die_before: Any,  # noqa: F811 - the fixture
    question: Question,
) -> None:
    async with classroom(database_file, course((question,))) as room:
        await room.start(questions=1, seconds=30)
        revive = die_before("record_posted")
        await room.env.advance_time(FIRST_QUESTION)
        posted = room.card()
        await room.restart(revive)
        assert [card.id for card in room.cards()][1:] == [posted.id]
        assert "Saved" in said(await give(room, room.ada, question, right=True))
        await close(room)
        assert count(room, "Question 1 of 1") == 1
        assert count(room, "Result") == 1


async def test_a_stop_during_a_slow_post_closes_that_question(room: Classroom, slow_down: SlowDown) -> None:
    await room.start(questions=2)
    slow_down(POST, 3)
    await room.env.advance_time(FIRST_QUESTION + 1)
    await stop(room)
    await room.env.advance_time(2.5)
    assert rests(room, "stopped")
    assert states(room) == ["revealed", "skipped"]
    await room.env.advance_time(60)
    assert count(room, "Closes") == 0
    assert count(room, "Result") == 1


async def test_a_stop_while_a_post_is_tried_again_posts_no_question(stormy_room: Classroom) -> None:
    room = stormy_room
    await room.start(questions=2)
    room.env.inject_error("POST", "/channels/*/messages", status=503, times=None)
    await room.env.advance_time(FIRST_QUESTION + 20)
    assert states(room) == ["open", "pending"]
    await stop(room)
    room.env.backend.faults.clear()
    await room.env.advance_time(60)
    assert rests(room, "stopped")
    assert states(room) == ["skipped", "skipped"]
    assert count(room, "Question 1") == 0
    assert count(room, "Result") == 1


async def test_a_stop_just_before_a_question_opens_leaves_it_unasked(room: Classroom, first: Any) -> None:
    await room.start(questions=2)
    first("open_question", lambda: stop_now(room))
    await room.env.advance_time(FIRST_QUESTION + 1)
    assert rests(room, "stopped")
    assert states(room) == ["skipped", "skipped"]
    assert count(room, "Question 1") == 0


async def stop_now(room: Classroom) -> None:
    """What the button does, from within a step of the round."""
    await conducting.stop_round(
        room.context.database, room.context.live, room.round_id, now=room.context.clock()
    )


async def test_a_loss_just_before_a_question_opens_leaves_it_unasked(room: Classroom, first: Any) -> None:
    await room.start(questions=2)
    first("open_question", lambda: lose_channel(room))
    await room.env.advance_time(FIRST_QUESTION + 60)
    assert rests(room, "channel_gone")
    assert states(room) == ["skipped", "skipped"]


async def lose_channel(room: Classroom) -> None:
    await room.env.bot.conductor.abandon(room.round_id, EndReason.CHANNEL_GONE)


async def test_an_answered_question_whose_card_was_deleted_counts_although_the_round_is_stopped(
    stormy_room: Classroom,
) -> None:
    room = stormy_room
    await room.start(questions=2)
    await room.first_question()
    await room.answer(room.ada, right=True)
    await delete_card(room)
    room.env.inject_error("POST", "/channels/*/messages", status=503, times=None)
    await room.env.advance_time(8)
    assert room.rows("SELECT state, message_id FROM round_questions WHERE position = 0") == [("open", None)]
    await stop(room)
    room.env.backend.faults.clear()
    await room.env.advance_time(30)
    assert rests(room, "stopped")
    assert states(room) == ["revealed", "skipped"]
    assert f"<@{room.ada.id}> — 1,000 points" in texts(room.card().components)
    assert await room.standings_agree()


async def test_a_slow_edit_of_the_count_never_hides_the_reveal(room: Classroom, slow_down: SlowDown) -> None:
    await room.start(questions=1)
    await room.first_question()
    # The first edit goes from 5 to 11 s; without a rule the second would go from 10.5 to 22.5, past the reveal.
    slow_down(EDIT, 6, 12)
    await room.answer(room.ada, right=True)
    await room.env.advance_time(5.5)
    await room.answer(room.ben, right=True)
    await room.env.advance_time(30)
    shown = texts(room.cards()[1].components)
    assert "2 of 2 right" in shown
    assert "Closes" not in shown
    assert rests(room, "completed")


async def test_after_a_restart_clicks_count_before_the_bot_is_ready(
    room: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    await room.start(questions=1, seconds=60)
    card = await room.first_question()
    name = custom_ids(card)[0]
    resume = Conductor.resume

    # simcord is ready at once; Discord takes seconds, in which clicks come already.
    async def ten_seconds_later(self: Conductor, shards: Shards) -> None:
        await asyncio.sleep(10)
        await resume(self, shards)

    monkeypatch.setattr(Conductor, "resume", ten_seconds_later)
    await room.restart()
    assert "Saved" in said(await room.ben.click(card, custom_id=name))
    await room.env.advance_time(60 + CLOSE)
    assert rests(room, "completed")


async def test_rounds_go_on_even_if_the_database_is_away_as_the_bot_gets_ready(
    stormy_room: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = stormy_room
    await room.start(questions=1, seconds=60)
    await room.first_question()
    running_rounds = conducting.running_rounds
    look_ups = 0

    # The first look-up is that before the login; the one after it fails.
    async def away_once(*args: Any) -> Any:
        nonlocal look_ups
        look_ups += 1
        if look_ups == 2:
            raise OSError("the database is away")
        return await running_rounds(*args)

    monkeypatch.setattr(conducting, "running_rounds", away_once)
    await room.restart()
    assert look_ups == 2
    await room.env.advance_time(60 + CLOSE)
    assert rests(room, "completed")
    assert count(room, "Result") == 1


@pytest.fixture
def pages_as_discord_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked for messages after one, Discord gives those next to it; simcord gives the newest of all."""
    request = FakeHTTPClient.request

    async def next_to_it(self: FakeHTTPClient, route: Any, **named: Any) -> Any:
        params = named.get("params") or {}
        if route.method != "GET" or "after" not in params:
            return await request(self, route, **named)
        found = await request(self, route, **(named | {"params": params | {"limit": 10_000}}))
        return found[-int(params["limit"]) :]

    monkeypatch.setattr(FakeHTTPClient, "request", next_to_it)


def chat(room: Classroom, messages: int) -> None:
    for number in range(messages):
        room.env.backend.create_message(room.channel.id, room.ben.id, f"word {number}")


@pytest.mark.usefixtures("pages_as_discord_does")
async def test_a_result_is_found_again_however_much_was_said_before_and_after_it(
    room: Classroom,
    die_before: Any,  # noqa: F811 - the fixture
) -> None:
    await room.start(questions=1)
    await room.first_question()
    await room.answer(room.ada, right=True)
    chat(room, 130)
    revive = die_before("record_result")
    await room.close()
    assert count(room, "Result") == 1
    chat(room, 130)
    await room.restart(revive)
    assert count(room, "Result") == 1
    assert rests(room, "completed")


async def test_a_result_without_a_button_is_not_posted_twice(
    room: Classroom,
    die_before: Any,  # noqa: F811 - the fixture
) -> None:
    await room.start(questions=2)
    revive = die_before("record_result")
    await stop(room)
    await room.env.advance_time(1)
    assert count(room, "Result") == 1
    assert room.rows("SELECT state FROM rounds") == [("running",)]
    await room.restart(revive)
    assert count(room, "Result") == 1
    assert rests(room, "stopped")


async def test_a_starter_is_told_once_of_a_loss_that_two_have_noticed(room: Classroom) -> None:
    await room.start(questions=2)
    await room.first_question()
    await asyncio.gather(lose_channel(room), lose_channel(room), lose_channel(room))
    await room.env.settle()
    assert len(told(room, room.teacher)) == 1
    assert rests(room, "channel_gone")


async def test_a_card_deleted_right_after_its_slow_post_is_posted_anew(
    room: Classroom, slow_down: SlowDown, first: Any
) -> None:
    await room.start(questions=1)
    slow_down(POST, 2)

    async def delete() -> None:
        card = room.card()
        room.env.backend.delete_message(card.channel.id, card.id)

    first("record_posted", delete)
    await room.env.advance_time(FIRST_QUESTION + 3)
    assert room.rows("SELECT state FROM rounds") == [("running",)]
    assert count(room, "Question 1 of 1") == 1
    await room.answer(room.ada, right=True)
    await room.close()
    assert "1,000 points" in texts(room.card().components)


async def test_a_board_is_shown_however_slow_discord_is_about_who_is_still_there(
    room: Classroom, slow_down: SlowDown
) -> None:
    await room.play()
    slow_down(("GET", "*/guilds/*/members/*"), *([4.0] * 20))
    shown = await room.ben.slash(room.channel, "leaderboard")
    assert shown.acknowledged
    await room.env.advance_time(30)
    assert f"<@{room.ada.id}> — 1,000 points" in texts(shown.response.components)
