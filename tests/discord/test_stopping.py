"""/quiz stop and /quiz status, and the round that stops by itself."""

from __future__ import annotations

import discord

from tests.discord.classroom import CLOSE, Classroom, custom_ids, labels, texts


async def test_stop_asks_first(room: Classroom) -> None:
    await room.start(questions=2)
    await room.first_question()
    asked = await room.teacher.slash(room.channel, "quiz stop")
    assert asked.ephemeral
    assert "Stop this round?" in texts(asked.response.components)
    assert "Points that were scored are kept." in texts(asked.response.components)
    assert labels(asked.response) == ["Stop the round", "Keep playing"]
    assert "Closes" in texts(room.card().components)
    await room.teacher.click(asked.response, label="Keep playing")
    assert "The round goes on." in texts(asked.response.components)
    await room.env.advance_time(2)
    assert "Closes" in texts(room.card().components)


async def test_a_stopped_round_reveals_its_question_keeps_the_points_and_shows_the_result(
    room: Classroom,
) -> None:
    await room.start(questions=3, pause=3)
    await room.first_question()
    await room.answer(room.ada, right=True)
    await room.env.advance_time(20 + CLOSE + 3.1)
    await room.answer(room.ben, right=True)
    asked = await room.teacher.slash(room.channel, "quiz stop")
    stopped = await room.teacher.click(asked.response, label="Stop the round")
    assert "The round is stopped. All points so far are kept." in texts(asked.response.components)
    assert stopped.acknowledged
    await room.env.advance_time(CLOSE)
    question, result = room.cards()[-2:]
    assert "right answer" in texts(question.components)
    assert "Next question" not in texts(question.components)
    said = texts(result.components)
    assert "The round was stopped. All points so far are kept." in said
    assert f"**1.** <@{room.ada.id}> — 1,000 points" in said
    assert f"**1.** <@{room.ben.id}> — 1,000 points" in said
    await room.env.advance_time(60)
    assert room.card().id == result.id
    assert room.rows("SELECT state, end_reason FROM rounds") == [("ended", "stopped")]
    assert await room.standings_agree()


async def test_a_click_after_the_stop_does_not_count(room: Classroom) -> None:
    await room.start(questions=2)
    await room.first_question()
    asked = await room.teacher.slash(room.channel, "quiz stop")
    name = custom_ids(room.card())[0]
    await room.teacher.click(asked.response, label="Stop the round")
    await room.env.advance_time(0.01)
    late = await room.ada.click(room.card(), custom_id=name)
    assert late.response.content == "This question is closed, so the answer does not count."
    assert room.rows("SELECT count(*) FROM answers") == [(0,)]


async def test_a_round_is_stopped_in_the_pause_between_two_questions(room: Classroom) -> None:
    await room.start(questions=3, pause=12)
    await room.first_question()
    await room.answer(room.ada, right=True)
    await room.env.advance_time(20 + CLOSE)
    asked = await room.teacher.slash(room.channel, "quiz stop")
    await room.teacher.click(asked.response, label="Stop the round")
    await room.env.advance_time(0.1)
    assert "The round was stopped" in texts(room.card().components)
    assert room.rows("SELECT state FROM round_questions ORDER BY position") == [
        ("revealed",),
        ("skipped",),
        ("skipped",),
    ]


async def test_a_round_is_stopped_before_its_first_question(room: Classroom) -> None:
    await room.start(questions=3)
    asked = await room.teacher.slash(room.channel, "quiz stop")
    await room.teacher.click(asked.response, label="Stop the round")
    await room.env.advance_time(10)
    said = texts(room.card().components)
    assert "The round was stopped" in said
    assert labels(room.card()) == []
    assert room.rows("SELECT state FROM rounds") == [("ended",)]


async def test_the_starter_may_stop_the_round(room: Classroom) -> None:
    await room.start(room.ada, questions=2)
    await room.first_question()
    asked = await room.ada.slash(room.channel, "quiz stop")
    await room.ada.click(asked.response, label="Stop the round")
    await room.env.advance_time(1)
    assert room.rows("SELECT state FROM rounds") == [("ended",)]


async def test_an_instructor_may_stop_somebody_elses_round(room: Classroom) -> None:
    await room.start(room.ada, questions=2)
    await room.first_question()
    asked = await room.teacher.slash(room.channel, "quiz stop")
    await room.teacher.click(asked.response, label="Stop the round")
    await room.env.advance_time(1)
    assert room.rows("SELECT state FROM rounds") == [("ended",)]


async def test_nobody_else_may_stop_a_round(room: Classroom) -> None:
    await room.start(room.ada, questions=2)
    card = await room.first_question()
    refused = await room.ben.slash(room.channel, "quiz stop")
    assert refused.ephemeral
    sentence = "Only the person who started the round, or an instructor, can do that."
    assert refused.response.content == sentence
    (clicked,) = await room.at_once([(room.ben, f"stop:{room.round_id}")], card)
    assert clicked.response.content == sentence
    assert room.rows("SELECT state FROM rounds") == [("running",)]


async def test_stop_and_status_without_a_round_say_so(room: Classroom) -> None:
    for command in ("quiz stop", "quiz status"):
        refused = await room.teacher.slash(room.channel, command)
        assert refused.ephemeral
        assert refused.response.content == (
            "No round is running in this channel. Start one with /quiz start."
        )


async def test_a_round_is_stopped_once(room: Classroom) -> None:
    await room.start(questions=2)
    await room.first_question()
    first = await room.teacher.slash(room.channel, "quiz stop")
    second = await room.teacher.slash(room.channel, "quiz stop")
    await room.teacher.click(first.response, label="Stop the round")
    again = await room.teacher.click(second.response, label="Stop the round")
    assert "No round is running" in again.response.content
    await room.env.advance_time(5)
    assert sum("Result" in texts(card.components) for card in room.cards()) == 1


async def test_status_shows_question_end_count_and_starter(room: Classroom) -> None:
    await room.start(questions=2)
    card = await room.first_question()
    await room.answer(room.ada, right=True)
    closes = discord.utils.format_dt(room.live().closes_at, "R")
    status = await room.ben.slash(room.channel, "quiz status")
    assert status.ephemeral
    said = texts(status.response.components)
    assert "Rivers of the world" in said
    assert "Question 1 of 2" in said
    assert f"Closes {closes}" in said
    assert "1 has answered" in said
    assert f"https://discord.com/channels/{room.guild.id}/{room.channel.id}/{card.id}" in said
    assert f"Started by <@{room.teacher.id}>." in said


async def test_status_before_the_first_question_and_in_a_pause_says_when_it_goes_on(room: Classroom) -> None:
    await room.start(questions=2)
    status = await room.ben.slash(room.channel, "quiz status")
    assert "Question 0" not in texts(status.response.components)
    await room.first_question()
    await room.env.advance_time(20 + CLOSE)
    status = await room.ben.slash(room.channel, "quiz status")
    assert "Question 1 of 2" in texts(status.response.components)
    assert "Closes" not in texts(status.response.components)


async def test_a_quiz_nobody_answers_stops_after_three_empty_questions_and_says_so(room: Classroom) -> None:
    await room.start(questions=6, seconds=5, pause=3)
    await room.env.advance_time(120)
    said = [texts(card.components) for card in room.cards()]
    assert sum("Nobody answered." in text for text in said) == 3
    assert "Nobody answered three questions in a row, so the round stops here." in said[-1]
    assert "Next question" in said[1]
    assert "Next question" in said[2]
    assert "Next question" not in said[3]
    assert room.rows("SELECT state, end_reason FROM rounds") == [("ended", "unanswered")]
    assert room.rows("SELECT state, count(*) FROM round_questions GROUP BY state") == [
        ("revealed", 3),
        ("skipped", 3),
    ]


async def test_an_answer_begins_the_count_of_empty_questions_anew(room: Classroom) -> None:
    await room.start(questions=6, seconds=5, pause=3)
    await room.first_question()
    for number in range(6):
        if number == 2:
            await room.answer(room.ada, right=False)
        await room.env.advance_time(5 + CLOSE)
        await room.env.advance_time(3)
    assert room.rows("SELECT end_reason FROM rounds") == [("completed",)] or room.rows(
        "SELECT state FROM round_questions WHERE position = 5"
    ) == [("revealed",)]
    assert room.rows("SELECT count(*) FROM round_questions WHERE state = 'revealed'") == [(6,)]
