"""The process killed at any moment, then started: nothing is lost, nothing is posted twice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from bot.services import conducting
from tests.discord.classroom import CLOSE, FIRST_QUESTION, Classroom, custom_ids, texts

FOR_EVER = 10**9


@pytest.fixture
def die_before(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Callable[[], None]]:
    """Let the process come to a stand before a step of `conducting`; what is returned undoes it for the next one."""

    def stand_still(step: str) -> Callable[[], None]:
        async def never(*_args: Any, **_named: Any) -> None:
            await asyncio.sleep(FOR_EVER)

        patch = monkeypatch.context()
        undo = patch.__enter__()
        undo.setattr(conducting, step, never)
        return lambda: patch.__exit__(None, None, None)

    return stand_still


async def to_the_end(room: Classroom, *, questions: int, answered: int = 0) -> Any:
    """Play what is left of a round of 20 seconds and pauses of 6; ada answers what is open, right."""
    for _ in range(questions * 3):
        if "Result" in texts(room.card().components):
            break
        if room.context.live.open_questions() and room.card().id == room.live().message_id:
            await room.answer(room.ada, right=True)
        await room.env.advance_time(13)
    return room.card()


def once_each(room: Classroom, questions: int, channel: Any = None) -> None:
    """One announcement, one card a question, one result: nothing stands twice."""
    said = [texts(card.components) for card in room.cards(channel) if card.components]
    assert [sum(f"Question {number} of" in text for text in said) for number in range(1, questions + 1)] == (
        [1] * questions
    )
    assert sum("Quiz:" in text for text in said) == 1
    assert sum("Result" in text for text in said) == 1


async def ends_well(room: Classroom, questions: int) -> str:
    """The round reached its end, once, with boards that agree with its answers."""
    result = await to_the_end(room, questions=questions)
    once_each(room, questions)
    assert room.rows("SELECT state, end_reason FROM rounds") == [("ended", "completed")]
    assert room.rows("SELECT count(*) FROM round_questions WHERE state <> 'revealed'") == [(0,)]
    assert await room.standings_agree()
    return texts(result.components)


async def test_killed_after_the_start_and_before_the_announcement(room: Classroom, die_before: Any) -> None:
    """Started, but the first thing that the round does never happens."""
    revive = die_before("load_round")
    shown = await room.teacher.slash(room.channel, "quiz start", questions=2, pause=6)
    await room.teacher.click(shown.response, label="Start")
    assert room.cards() == []
    await room.restart(revive)
    assert "Quiz:" in texts(room.card().components)
    assert "2,000 points" in await ends_well(room, 2)


async def test_killed_after_the_announcement_was_posted_and_before_it_was_recorded(
    room: Classroom, die_before: Any
) -> None:
    revive = die_before("record_announcement")
    await room.start(questions=2, pause=6)
    assert len(room.cards()) == 1
    assert room.rows("SELECT announcement_id FROM rounds") == [(None,)]
    await room.restart(revive)
    assert "2,000 points" in await ends_well(room, 2)


async def test_killed_once_announced(room: Classroom) -> None:
    await room.start(questions=2, pause=6)
    await room.restart()
    assert "2,000 points" in await ends_well(room, 2)


async def test_killed_after_a_thread_was_made_and_before_it_was_recorded(
    room: Classroom, die_before: Any
) -> None:
    revive = die_before("record_announcement")
    await room.start(questions=1, thread=True)
    assert len(room.channel.threads) == 1
    await room.restart(revive)
    (thread,) = room.channel.threads
    await room.env.advance_time(FIRST_QUESTION)
    await room.answer(room.ada, right=True, card=room.card(thread))
    await room.env.advance_time(20 + CLOSE)
    assert "Result" in texts(room.card(thread).components)
    assert [card.components != [] for card in room.cards()].count(True) == 1


async def test_killed_after_a_question_was_opened_and_before_it_was_posted(
    room: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    await room.start(questions=2, pause=6)
    opened = conducting.open_question

    async def open_and_die(*args: Any, **named: Any) -> Any:
        await opened(*args, **named)
        await asyncio.sleep(FOR_EVER)

    with monkeypatch.context() as patch:
        patch.setattr(conducting, "open_question", open_and_die)
        await room.env.advance_time(FIRST_QUESTION)
        assert room.rows("SELECT state, message_id FROM round_questions WHERE position = 0") == [
            ("open", None)
        ]
        await room.env.advance_time(60)
    await room.restart()
    assert "Question 1 of 2" in texts(room.card().components)
    left = (room.live().closes_at - room.env.now()).total_seconds()
    assert 19 < left <= 20, "nobody could answer it, so its time begins anew"
    assert "2,000 points" in await ends_well(room, 2)


async def test_killed_after_a_question_was_posted_and_before_it_was_recorded(
    room: Classroom, die_before: Any
) -> None:
    await room.start(questions=2, pause=6)
    revive = die_before("record_posted")
    await room.env.advance_time(FIRST_QUESTION)
    card = room.card()
    assert room.rows("SELECT message_id FROM round_questions WHERE position = 0") == [(None,)]
    receipt = await room.answer(room.ben, right=True)
    assert "Saved" in receipt.response.content
    await room.restart(revive)
    assert room.card().id == card.id
    assert "Saved" in (await room.answer(room.ada, right=True)).response.content
    said = await ends_well(room, 2)
    assert f"<@{room.ben.id}> — 1,000 points" in said


async def test_an_open_question_goes_on_with_its_buttons_and_its_answers(room: Classroom) -> None:
    await room.start(questions=2, pause=6)
    card = await room.first_question()
    await room.answer(room.ben, right=True)
    closes_at = room.live().closes_at
    await room.env.advance_time(8)
    await room.restart()
    assert room.live().closes_at == closes_at
    assert room.card().id == card.id
    again = await room.answer(room.ben, right=False)
    assert "You have already answered" in again.response.content
    fresh = await room.answer(room.ada, right=True)
    assert "Saved" in fresh.response.content
    await room.env.advance_time(5.1)
    assert "2 have answered" in texts(room.card().components)
    said = await ends_well(room, 2)
    assert f"<@{room.ben.id}> — 1,000 points" in said
    assert f"<@{room.ada.id}> — 2,000 points" in said


async def test_an_answer_changed_before_and_after_a_restart_counts_as_last_changed(room: Classroom) -> None:
    await room.teacher.slash(room.channel, "settings answers", policy="changeable")
    await room.start(questions=1)
    await room.first_question()
    await room.answer(room.ada, right=True)
    await room.answer(room.ada, right=False)
    await room.restart()
    await room.answer(room.ada, right=True)
    assert room.rows("SELECT revision FROM answers ORDER BY revision") == [(0,), (1,), (2,)]
    await room.close()
    assert f"<@{room.ada.id}> — 1,000 points" in texts(room.card().components)
    assert await room.standings_agree()


async def test_a_question_whose_time_passed_meanwhile_is_closed_and_revealed(room: Classroom) -> None:
    await room.start(questions=2, pause=6)
    card = await room.first_question()
    await room.answer(room.ben, right=True)
    room.env.inject_error("PATCH", "/channels/*/messages/*", status=500, times=0)
    await room.restart(before=lambda: room.env.backend.advance_clock(3600))
    revealed = room.cards()[1]
    assert revealed.id == card.id
    assert "1 of 1 right" in texts(revealed.components)
    assert room.card().id == card.id, "there is time to read before the next question"
    said = await ends_well(room, 2)
    assert f"<@{room.ben.id}> — 1,000 points" in said


async def test_closed_and_not_revealed_is_revealed_at_the_next_start(stormy_room: Classroom) -> None:
    room = stormy_room
    await room.start(questions=2, pause=6)
    await room.first_question()
    await room.answer(room.ada, right=True)
    await room.env.advance_time(6)
    room.env.inject_error("PATCH", "/channels/*/messages/*", status=500, times=None)
    await room.env.advance_time(14 + CLOSE)
    assert room.rows("SELECT state FROM round_questions WHERE position = 0") == [("closed",)]
    assert "right answer" not in texts(room.card().components)
    await room.restart(room.env.backend.faults.clear)
    assert "right answer" in texts(room.cards()[1].components)
    assert "2,000 points" in await ends_well(room, 2)


async def test_killed_after_the_reveal_and_before_it_was_recorded(room: Classroom, die_before: Any) -> None:
    await room.start(questions=2, pause=6)
    await room.first_question()
    await room.answer(room.ada, right=True)
    revive = die_before("record_revealed")
    await room.env.advance_time(20 + CLOSE)
    assert "right answer" in texts(room.card().components)
    await room.restart(revive)
    assert "2,000 points" in await ends_well(room, 2)


async def test_killed_after_a_reveal_in_place_of_a_deleted_card_and_before_it_was_recorded(
    room: Classroom, die_before: Any
) -> None:
    await room.start(questions=2, pause=6)
    card = await room.first_question()
    await room.answer(room.ada, right=True)
    await room.env.advance_time(6)
    room.env.backend.delete_message(card.channel.id, card.id)
    revive = die_before("record_revealed")
    await room.env.advance_time(14 + CLOSE)
    assert "right answer" in texts(room.card().components)
    await room.restart(revive)
    assert "2,000 points" in await ends_well(room, 2)


async def test_killed_between_a_reveal_and_the_next_question(room: Classroom) -> None:
    await room.start(questions=2, pause=12)
    await room.first_question()
    await room.answer(room.ada, right=True)
    await room.env.advance_time(20 + CLOSE + 1)
    await room.restart()
    assert len(room.cards()) == 2
    assert "2,000 points" in await ends_well(room, 2)


async def test_killed_for_longer_than_the_pause_goes_on_with_the_next_question(room: Classroom) -> None:
    await room.start(questions=2, pause=6)
    await room.first_question()
    await room.answer(room.ada, right=True)
    await room.env.advance_time(20 + CLOSE + 1)
    await room.restart(before=lambda: room.env.backend.advance_clock(3600))
    assert "Question 2 of 2" in texts(room.card().components)
    left = (room.live().closes_at - room.env.now()).total_seconds()
    assert 19 < left <= 20
    assert "2,000 points" in await ends_well(room, 2)


async def test_ended_and_the_result_not_posted_is_posted_at_the_next_start(stormy_room: Classroom) -> None:
    room = stormy_room
    await room.start(questions=1)
    await room.first_question()
    await room.answer(room.ada, right=True)
    room.env.inject_error("POST", "/channels/*/messages", status=500, times=None)
    await room.env.advance_time(20 + CLOSE)
    assert room.rows("SELECT state, end_reason FROM rounds") == [("running", "completed")]
    await room.restart(room.env.backend.faults.clear)
    assert "1,000 points" in await ends_well(room, 1)


async def test_killed_after_the_result_was_posted_and_before_it_was_recorded(
    room: Classroom, die_before: Any
) -> None:
    await room.start(questions=1)
    await room.first_question()
    await room.answer(room.ada, right=True)
    revive = die_before("record_result")
    await room.env.advance_time(20 + CLOSE)
    assert "Result" in texts(room.card().components)
    assert room.rows("SELECT state FROM rounds") == [("running",)]
    await room.restart(revive)
    assert "1,000 points" in await ends_well(room, 1)


async def test_a_result_is_not_posted_twice_in_a_channel_where_people_talk(
    room: Classroom, die_before: Any
) -> None:
    await room.start(questions=1)
    await room.first_question()
    await room.answer(room.ada, right=True)
    for number in range(120):
        room.env.backend.create_message(room.channel.id, room.ben.id, f"word {number}")
    await room.env.settle()
    revive = die_before("record_result")
    await room.env.advance_time(20 + CLOSE)
    assert "Result" in texts(room.card().components)
    await room.restart(revive)
    assert "1,000 points" in await ends_well(room, 1)


async def test_a_stop_is_carried_out_after_a_restart(room: Classroom) -> None:
    await room.start(questions=3, pause=6)
    await room.first_question()
    await room.answer(room.ada, right=True)
    asked = await room.teacher.slash(room.channel, "quiz stop")
    await room.teacher.click(asked.response, label="Stop the round")
    await room.restart()
    await room.env.advance_time(1)
    said = texts(room.card().components)
    assert "The round was stopped." in said
    assert f"<@{room.ada.id}> — 1,000 points" in said
    assert await room.standings_agree()


async def test_an_ended_round_stays_ended(room: Classroom) -> None:
    await room.play()
    before = [(card.id, texts(card.components)) for card in room.cards()]
    await room.restart()
    await room.env.advance_time(60)
    assert [(card.id, texts(card.components)) for card in room.cards()] == before


async def test_a_preview_survives_a_restart(room: Classroom) -> None:
    shown = await room.teacher.slash(room.channel, "quiz start", questions=1)
    await room.restart()
    await room.teacher.click(shown.response, label="Start")
    assert "Question 1 of 1" in texts((await room.first_question()).components)


async def test_two_rounds_go_on_after_a_restart(room: Classroom) -> None:
    other = room.guild.create_text_channel("second")
    await room.start(questions=1)
    await room.start(room.ben, other, questions=1)
    await room.env.advance_time(FIRST_QUESTION)
    await room.restart()
    await room.answer(room.ada, right=True, card=room.card())
    await room.answer(room.ben, right=True, card=room.card(other))
    await room.env.advance_time(20 + CLOSE)
    once_each(room, 1)
    once_each(room, 1, other)


async def test_killed_again_and_again_a_round_still_reaches_its_end(room: Classroom) -> None:
    await room.start(questions=3, seconds=30, pause=20)
    for _ in range(8):
        await room.env.advance_time(19.1)
        if room.context.live.open_questions() and custom_ids(room.card())[0].startswith("a:"):
            await room.answer(room.ada, right=True)
        await room.restart()
    await room.env.advance_time(30)
    once_each(room, 3)
    assert "3,000 points" in texts(room.card().components)
    assert await room.standings_agree()


async def test_a_reconnection_does_not_begin_anything_twice(room: Classroom) -> None:
    await room.start(questions=1)
    await room.first_question()
    room.env.bot.dispatch("ready")
    await room.env.settle()
    await room.answer(room.ada, right=True)
    await room.env.advance_time(20 + CLOSE)
    once_each(room, 1)
