"""A round in a thread of its own."""

from __future__ import annotations

from tests.discord.classroom import CLOSE, FIRST_QUESTION, Classroom, texts


async def test_by_option_the_round_gets_a_thread_and_is_played_there(room: Classroom) -> None:
    await room.start(questions=2, pause=3, thread=True)
    (thread,) = room.channel.threads
    assert thread.name == "Rivers of the world"
    await room.env.advance_time(FIRST_QUESTION)
    assert "Question 1 of 2" in texts(room.card(thread).components)
    await room.answer(room.ada, right=True, card=room.card(thread))
    await room.env.advance_time(20 + CLOSE)
    assert "right answer" in texts(room.card(thread).components)
    await room.env.advance_time(3.1)
    await room.answer(room.ada, right=True, card=room.card(thread))
    await room.env.advance_time(20 + CLOSE)
    assert "Result" in texts(room.card(thread).components)
    in_channel = [card for card in room.cards() if card.components]
    assert len(in_channel) == 1, "only the announcement stands in the channel itself"
    assert room.rows("SELECT state, thread_id FROM rounds") == [("ended", thread.id)]


async def test_a_thread_leaves_its_channel_free_for_another_round(room: Classroom) -> None:
    await room.start(questions=1, thread=True)
    await room.start(room.ada, questions=1)
    await room.env.advance_time(FIRST_QUESTION)
    (thread,) = room.channel.threads
    assert "Question 1 of 1" in texts(room.card(thread).components)
    assert "Question 1 of 1" in texts(room.card().components)
    refused = await room.ben.slash(thread, "quiz start")
    assert "A round is already running in this channel." in refused.response.content


async def test_a_round_is_played_in_a_thread_that_was_there(room: Classroom) -> None:
    await room.start(questions=1, thread=True)
    (thread,) = room.channel.threads
    await room.env.advance_time(FIRST_QUESTION + 20 + CLOSE)
    assert "Result" in texts(room.card(thread).components)
    await room.start(room.ada, thread, questions=1)
    await room.env.advance_time(FIRST_QUESTION)
    assert "Question 1 of 1" in texts(room.card(thread).components)


async def test_a_thread_inside_a_thread_is_refused_or_played_in_place(room: Classroom) -> None:
    await room.start(questions=1, thread=True)
    (thread,) = room.channel.threads
    await room.env.advance_time(FIRST_QUESTION + 20 + CLOSE)
    shown = await room.ada.slash(thread, "quiz start", questions=1, thread=True)
    if shown.response.components:
        await room.ada.click(shown.response, label="Start")
        await room.env.advance_time(FIRST_QUESTION)
        assert "Question 1 of 1" in texts(room.card(thread).components)
    else:
        assert shown.ephemeral
        assert "thread" in shown.response.content


async def test_status_and_stop_work_in_the_rounds_thread(room: Classroom) -> None:
    await room.start(questions=2, thread=True)
    (thread,) = room.channel.threads
    await room.env.advance_time(FIRST_QUESTION)
    status = await room.ada.slash(thread, "quiz status")
    assert "Question 1 of 2" in texts(status.response.components)
    asked = await room.teacher.slash(thread, "quiz stop")
    await room.teacher.click(asked.response, label="Stop the round")
    await room.env.advance_time(1)
    assert "The round was stopped." in texts(room.card(thread).components)


async def test_two_rounds_in_threads_of_one_channel_do_not_touch_one_another(room: Classroom) -> None:
    await room.start(questions=1, thread=True)
    await room.start(room.ada, questions=1, thread=True)
    await room.env.advance_time(FIRST_QUESTION)
    first, second = room.channel.threads
    await room.answer(room.ada, right=True, card=room.card(first))
    await room.answer(room.ben, right=False, card=room.card(second))
    await room.env.advance_time(20 + CLOSE)
    assert str(room.ada.id) in texts(room.card(first).components)
    assert str(room.ada.id) not in texts(room.card(second).components)
    assert await room.standings_agree()
