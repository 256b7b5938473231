"""What goes away under a round: message, channel, thread, server, permission. Each ends in a definite state."""

from __future__ import annotations

import logging

import discord
import pytest
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType

from tests.discord.classroom import CLOSE, FIRST_QUESTION, Classroom, texts


def told(room: Classroom, who: object) -> list[str]:
    """What the bot told somebody in private messages."""
    return [message.content for message in who.user.dm_channel.history()]  # type: ignore[attr-defined]


def forbid(room: Classroom, **denied: bool) -> None:
    """Take permissions away from the bot in the channel."""
    overwrite = discord.PermissionOverwrite(**dict.fromkeys(denied, False))
    allow, deny = overwrite.pair()
    room.env.backend.edit_channel(
        room.channel.id,
        {},
        overwrites=[
            Overwrite(
                target_id=room.env.bot.user.id, type=OverwriteType.MEMBER, allow=allow.value, deny=deny.value
            )
        ],
    )


async def delete_card(room: Classroom) -> None:
    card = room.card()
    room.env.backend.delete_message(card.channel.id, card.id)
    await room.env.settle()


async def test_a_question_deleted_while_open_is_posted_again_once_an_answer_shows_it(room: Classroom) -> None:
    await room.start(questions=2)
    await room.first_question()
    await room.answer(room.ada, right=True)
    await delete_card(room)
    await room.env.advance_time(5.1)
    card = room.card()
    assert "Question 1 of 2" in texts(card.components)
    assert "1 has answered" in texts(card.components)
    receipt = await room.answer(room.ben, right=True)
    assert "Saved" in receipt.response.content
    again = await room.answer(room.ada, right=False)
    assert "You have already answered" in again.response.content
    await room.env.advance_time(20 + CLOSE)
    assert "2 of 2 right" in texts(room.card().components)
    assert len([card for card in room.cards() if "Question 1 of 2" in texts(card.components)]) == 1
    assert await room.standings_agree()


async def test_a_question_deleted_before_its_reveal_is_revealed_in_a_message_of_its_own(
    room: Classroom, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await room.start(questions=2, pause=5)
    await room.first_question()
    await delete_card(room)
    await room.env.advance_time(20 + CLOSE)
    assert "right answer" in texts(room.card().components)
    assert "the message of question" in caplog.text
    await room.env.advance_time(5.1)
    assert "Question 2 of 2" in texts(room.card().components)
    await room.answer(room.ada, right=True)
    await room.close()
    assert "Result" in texts(room.card().components)


async def test_a_deleted_question_is_noted_in_the_log(
    room: Classroom, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await room.start(questions=1)
    await room.first_question()
    await room.answer(room.ada, right=True)
    caplog.clear()
    await delete_card(room)
    await room.env.advance_time(5.1)
    assert any(record.name.startswith("bot.cogs") for record in caplog.records)


async def test_a_deleted_announcement_does_no_harm(room: Classroom) -> None:
    await room.start(questions=1)
    await delete_card(room)
    await room.first_question()
    await room.answer(room.ada, right=True)
    await room.close()
    assert "Result" in texts(room.card().components)


async def test_deleted_reveals_are_not_missed_by_the_rest_of_the_round(room: Classroom) -> None:
    await room.start(questions=2, pause=5)
    await room.first_question()
    await room.answer(room.ada, right=True)
    await room.env.advance_time(20 + CLOSE)
    await delete_card(room)
    await room.env.advance_time(5.1)
    await room.answer(room.ada, right=True)
    await room.close()
    result = room.card()
    assert "2,000 points" in texts(result.components)
    review = await room.ada.click(result, label="Review mine")
    assert "Review · question 1 of 2" in texts(review.response.components)


@pytest.mark.parametrize("moment", ["before the first question", "open", "pause"])
async def test_a_deleted_channel_ends_the_round_and_its_starter_is_told(
    room: Classroom, moment: str, caplog: pytest.LogCaptureFixture
) -> None:
    await room.start(questions=3, pause=12)
    if moment != "before the first question":
        await room.first_question()
        await room.answer(room.ada, right=True)
    if moment == "pause":
        await room.env.advance_time(20 + CLOSE)
    room.env.backend.delete_channel(room.channel.id)
    await room.env.settle()
    await room.env.advance_time(120)
    assert room.rows("SELECT state, end_reason FROM rounds") == [("ended", "channel_gone")]
    assert room.rows("SELECT state FROM round_questions WHERE state IN ('open', 'pending')") == []
    (sentence,) = told(room, room.teacher)
    assert "Rivers of the world" in sentence
    assert "has ended early. The channel or thread is gone. All points so far are kept." in sentence
    assert "has ended early: channel_gone" in caplog.text
    if moment != "before the first question":
        assert await room.standings_agree()
        other = room.guild.create_text_channel("other")
        board = await room.ada.slash(other, "leaderboard")
        assert "1,000 points" in texts(board.response.components)


async def test_a_deleted_thread_ends_its_round_and_its_starter_is_told(room: Classroom) -> None:
    await room.start(questions=3, thread=True)
    await room.env.advance_time(FIRST_QUESTION)
    (thread,) = room.channel.threads
    await room.answer(room.ada, right=True, card=room.card(thread))
    room.env.backend.delete_channel(thread.id)
    await room.env.advance_time(120)
    assert room.rows("SELECT state, end_reason FROM rounds") == [("ended", "channel_gone")]
    assert "The channel or thread is gone." in told(room, room.teacher)[0]
    assert await room.standings_agree()


async def test_a_channel_deleted_with_its_threads_ends_their_rounds(room: Classroom) -> None:
    await room.start(questions=3, thread=True)
    await room.env.advance_time(FIRST_QUESTION)
    room.env.backend.delete_channel(room.channel.id)
    await room.env.advance_time(120)
    assert room.rows("SELECT state, end_reason FROM rounds") == [("ended", "channel_gone")]


async def test_another_channels_round_goes_on_when_one_is_deleted(room: Classroom) -> None:
    other = room.guild.create_text_channel("second")
    await room.start(questions=1)
    await room.start(room.ben, other, questions=1)
    await room.env.advance_time(FIRST_QUESTION)
    room.env.backend.delete_channel(room.channel.id)
    await room.answer(room.ben, right=True, card=room.card(other))
    await room.env.advance_time(20 + CLOSE)
    assert "Result" in texts(room.card(other).components)


async def test_a_kicked_bot_ends_its_rounds_and_says_so_in_the_log(
    room: Classroom, caplog: pytest.LogCaptureFixture
) -> None:
    await room.start(questions=3)
    await room.first_question()
    await room.answer(room.ada, right=True)
    room.env.backend.remove_guild(room.guild.id)
    await room.env.settle()
    await room.env.advance_time(120)
    assert room.rows("SELECT state, end_reason FROM rounds") == [("ended", "removed_from_server")]
    assert room.rows("SELECT count(*) FROM answers") == [(1,)]
    assert "has ended early: removed_from_server" in caplog.text
    assert all("I was removed from the server." in sentence for sentence in told(room, room.teacher))
    assert await room.standings_agree()


async def test_a_starter_who_takes_no_private_messages_is_named_in_the_log(
    room: Classroom, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await room.start(questions=3)
    await room.first_question()
    room.env.inject_error("POST", "/users/@me/channels", status=403, code=50007, message="Cannot send")
    room.env.backend.delete_channel(room.channel.id)
    await room.env.settle()
    assert room.rows("SELECT state, end_reason FROM rounds") == [("ended", "channel_gone")]
    assert f"Starter {room.teacher.id} of round 1 could not be told" in caplog.text


@pytest.mark.parametrize("denied", ["send_messages", "view_channel"])
async def test_a_permission_that_is_taken_away_ends_the_round_and_its_starter_is_told_what_to_give(
    room: Classroom, denied: str
) -> None:
    await room.start(questions=3, pause=5)
    await room.first_question()
    await room.answer(room.ada, right=True)
    forbid(room, **{denied: False})
    await room.env.advance_time(60)
    assert room.rows("SELECT state, end_reason FROM rounds") == [("ended", "missing_permission")]
    (sentence,) = told(room, room.teacher)
    name = {"send_messages": "Send Messages", "view_channel": "View Channel"}[denied]
    assert f"I may no longer post there. Please give me: {name}" in sentence or name in sentence
    assert "All points so far are kept." in sentence
    assert await room.standings_agree()


async def test_a_permission_lost_between_preview_and_start_is_told(room: Classroom) -> None:
    shown = await room.teacher.slash(room.channel, "quiz start")
    forbid(room, send_messages=False)
    await room.teacher.click(shown.response, label="Start")
    await room.env.advance_time(30)
    assert room.rows("SELECT count(*) FROM rounds WHERE state = 'running'") == [(0,)]
    assert any("Send Messages" in sentence for sentence in told(room, room.teacher)) or (
        "Send Messages" in texts(shown.response.components)
    )


async def test_a_permission_missing_in_a_thread_is_named_for_what_it_is(room: Classroom) -> None:
    await room.start(questions=3, thread=True)
    await room.env.advance_time(1)
    forbid(room, send_messages_in_threads=False)
    await room.env.advance_time(30)
    assert room.rows("SELECT state, end_reason FROM rounds") == [("ended", "missing_permission")]
    assert "Send Messages in Threads" in told(room, room.teacher)[0]


async def test_after_a_loss_the_channel_takes_a_new_round(room: Classroom) -> None:
    await room.start(questions=3, pause=5)
    await room.first_question()
    forbid(room, send_messages=False)
    await room.env.advance_time(60)
    room.env.backend.edit_channel(room.channel.id, {}, overwrites=[])
    result = await room.play()
    assert "Result" in texts(result.components)


async def test_a_channel_that_went_while_the_bot_was_away_ends_the_round_at_its_return(
    room: Classroom,
) -> None:
    await room.start(questions=3)
    await room.first_question()
    await room.answer(room.ada, right=True)
    await room.restart(before=lambda: room.env.backend.delete_channel(room.channel.id))
    await room.env.advance_time(60)
    assert room.rows("SELECT state, end_reason FROM rounds") == [("ended", "channel_gone")]
    assert "The channel or thread is gone." in told(room, room.teacher)[0]
    assert await room.standings_agree()


async def test_a_server_that_went_while_the_bot_was_away_ends_the_round_at_its_return(
    room: Classroom,
) -> None:
    other = room.env.create_guild("Stays")
    other.create_text_channel("quiz")
    await room.start(questions=3)
    await room.first_question()

    def kick() -> None:
        subscribers = list(room.env.backend.subscribers)
        room.env.backend.subscribers.clear()
        room.env.backend.remove_guild(room.guild.id)
        room.env.backend.subscribers.extend(subscribers)

    await room.restart(before=kick)
    await room.env.advance_time(60)
    assert room.rows("SELECT state, end_reason FROM rounds") == [("ended", "removed_from_server")]


async def test_what_discord_will_never_take_ends_the_round_instead_of_being_tried_for_ever(
    stormy_room: Classroom,
) -> None:
    """An archived and locked thread, a form that Discord refuses: a 400 that no retry mends."""
    room = stormy_room
    await room.start(questions=3)
    room.env.inject_error(
        "POST", "/channels/*/messages", status=400, code=50083, message="Thread is archived", times=None
    )
    await room.env.advance_time(600)
    ((state,),) = room.rows("SELECT state FROM rounds")
    assert state == "ended"


async def test_a_passing_failure_of_discord_is_tried_again(stormy_room: Classroom) -> None:
    room = stormy_room
    await room.start(questions=1)
    room.env.inject_error("POST", "/channels/*/messages", status=503, times=2)
    await room.env.advance_time(FIRST_QUESTION + 4)
    assert "Question 1 of 1" in texts(room.card().components)
    await room.answer(room.ada, right=True)
    room.env.inject_error("PATCH", "/channels/*/messages/*", status=502, times=3)
    await room.env.advance_time(20 + CLOSE + 8)
    assert "Result" in texts(room.card().components)
    assert sum("Question 1 of 1" in texts(card.components) for card in room.cards()) == 1
