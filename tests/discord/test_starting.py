"""/quiz start: its options, its preview, and where and by whom a round may be started."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import discord

from bot.domain.courses import Course, Topic
from tests.discord.classroom import CLOSE, FIRST_QUESTION, Classroom, classroom, labels, texts
from tests.sample_course import course, single_choice, true_false


def second_course() -> Course:
    return replace(
        course(),
        id="bridges",
        title="Bridges",
        questions=tuple(true_false(number, is_true=True) for number in range(3)),
    )


async def test_a_start_without_options_proposes_ten_questions_of_twenty_seconds(room: Classroom) -> None:
    shown = await room.teacher.slash(room.channel, "quiz start")
    said = texts(shown.response.components)
    assert "10 questions, 20 seconds each" in said
    assert room.rows("SELECT limit_seconds, scoring, in_thread, state FROM rounds") == [
        (20, "accuracy", 0, "proposed")
    ]


async def test_the_preview_is_private_says_what_will_happen_and_starts_nothing(room: Classroom) -> None:
    shown = await room.teacher.slash(
        room.channel,
        "quiz start",
        course="rivers",
        topic="towns",
        questions=3,
        seconds=30,
        pause=10,
        scoring="speed",
        thread=True,
    )
    said = texts(shown.response.components)
    assert shown.ephemeral
    assert "Only you see this. Nothing has started yet." in said
    assert "Rivers of the world" in said
    assert "Topic: Towns" in said
    assert "3 questions, 30 seconds each" in said
    assert "more the sooner" in said
    assert "One answer each; it is final." in said
    assert "2 minutes" in said
    assert "thread of its own" in said
    assert labels(shown.response) == ["Start", "Cancel"]
    await room.env.advance_time(60)
    assert room.cards() == []
    assert room.channel.threads == []


async def test_the_round_is_played_with_the_options_that_were_chosen(room: Classroom) -> None:
    await room.start(course="rivers", topic="towns", questions=2, seconds=7, scoring="speed", pause=4)
    assert "2 questions, 7 seconds each" in texts(room.card().components)
    assert "Topic: Towns" in texts(room.card().components)
    await room.first_question()
    assert room.asked().topic == "towns"
    live = room.live()
    assert live.limit_seconds == 7
    assert live.scoring.value == "speed"
    await room.env.advance_time(7 + CLOSE + 4.1)
    assert "Question 2 of 2" in texts(room.card().components)
    assert room.asked().topic == "towns"


async def test_course_and_topic_are_completed_while_they_are_typed(database_file: Path) -> None:
    async with classroom(database_file, course(), second_course()) as room:
        every = await room.ada.autocomplete(room.channel, "quiz start", "course", "")
        assert [(choice["name"], choice["value"]) for choice in every] == [
            ("Rivers of the world", "rivers"),
            ("Bridges", "bridges"),
        ]
        found = await room.ada.autocomplete(room.channel, "quiz start", "course", "bri")
        assert [choice["value"] for choice in found] == ["bridges"]
        topics = await room.ada.autocomplete(room.channel, "quiz start", "topic", "")
        assert [(choice["name"], choice["value"]) for choice in topics] == [
            ("Rivers (6)", "rivers"),
            ("Towns (6)", "towns"),
        ]
        of_course = await room.ada.autocomplete(room.channel, "quiz start", "topic", "", course="bridges")
        assert [(choice["name"], choice["value"]) for choice in of_course] == [("Towns (3)", "towns")]
        typed = await room.ada.autocomplete(room.channel, "quiz start", "topic", "tow")
        assert [choice["value"] for choice in typed] == ["towns"]
        assert await room.ada.autocomplete(room.channel, "quiz start", "course", "nothing like it") == []


async def test_a_chosen_course_is_the_one_that_is_asked(database_file: Path) -> None:
    async with classroom(database_file, course(), second_course()) as room:
        await room.start(course="bridges", questions=1)
        assert "Bridges" in texts(room.card().components)
        await room.first_question()
        assert room.asked().id.startswith("claim-")


async def test_more_courses_and_topics_than_discord_takes_are_cut_to_twenty_five(database_file: Path) -> None:
    topics = tuple(Topic(f"topic-{number}", f"Topic {number} " + "x" * 50) for number in range(40))
    many = replace(
        course(),
        topics=topics,
        questions=tuple(replace(single_choice(i % 12), id=f"q{i}", topic=f"topic-{i}") for i in range(40)),
    )
    others = [replace(second_course(), id=f"c{number}", title=f"Course {number}") for number in range(40)]
    async with classroom(database_file, many, *others) as room:
        assert len(await room.ada.autocomplete(room.channel, "quiz start", "course", "")) == 25
        assert len(await room.ada.autocomplete(room.channel, "quiz start", "topic", "")) == 25


async def test_an_unknown_course_or_topic_is_answered_with_those_that_exist(room: Classroom) -> None:
    no_course = await room.teacher.slash(room.channel, "quiz start", course="lakes")
    assert no_course.ephemeral
    assert no_course.response.content == "There is no course “lakes”. Courses: rivers."
    no_topic = await room.teacher.slash(room.channel, "quiz start", topic="seas")
    assert no_topic.ephemeral
    assert no_topic.response.content == "This course has no topic “seas”. Topics: rivers, towns."
    assert room.rows("SELECT count(*) FROM rounds") == [(0,)]


async def test_a_topic_without_questions_says_so(database_file: Path) -> None:
    empty = replace(course(), topics=(*course().topics, Topic("seas", "Seas")))
    async with classroom(database_file, empty) as room:
        shown = await room.teacher.slash(room.channel, "quiz start", topic="seas")
        assert shown.ephemeral
        assert "There is no question to ask" in shown.response.content


async def test_the_preview_says_when_fewer_questions_can_be_asked_than_wanted(room: Classroom) -> None:
    shown = await room.teacher.slash(room.channel, "quiz start", questions=50)
    said = texts(shown.response.components)
    assert "12 questions, 20 seconds each" in said
    assert "You asked for 50 questions; 12 can be asked together." in said


async def test_a_cancelled_preview_starts_nothing_and_cannot_be_used_again(room: Classroom) -> None:
    shown = await room.teacher.slash(room.channel, "quiz start")
    await room.teacher.click(shown.response, label="Cancel")
    assert "Cancelled" in texts(shown.response.components)
    assert labels(shown.response) == []
    await room.env.advance_time(30)
    assert room.cards() == []
    assert room.rows("SELECT state FROM rounds") == [("cancelled",)]


async def test_two_clicks_on_start_in_the_same_moment_start_one_round(room: Classroom) -> None:
    shown = await room.teacher.slash(room.channel, "quiz start", questions=1)
    start = f"start:{room.round_id}"
    first, second = await room.at_once([(room.teacher, start)] * 2, card=shown.response.message)
    assert "This preview was used already" in (second.response.content or first.response.content)
    await room.first_question()
    assert room.rows("SELECT state FROM rounds") == [("running",)]
    assert len(room.cards()) == 2


async def test_somebody_elses_preview_cannot_be_started(room: Classroom) -> None:
    shown = await room.teacher.slash(room.channel, "quiz start", questions=1)
    start = f"start:{room.round_id}"
    (tried,) = await room.at_once([(room.ada, start)], card=shown.response.message)
    assert "Only the person who started the round" in tried.response.content
    assert room.rows("SELECT state FROM rounds") == [("proposed",)]


async def test_a_preview_is_too_old_after_a_quarter_of_an_hour(room: Classroom) -> None:
    shown = await room.teacher.slash(room.channel, "quiz start")
    await room.env.advance_time(15 * 60 + 1)
    await room.teacher.click(shown.response, label="Start")
    assert room.cards() == []
    assert room.rows("SELECT state FROM rounds WHERE state = 'running'") == []


async def test_a_second_round_in_the_same_channel_is_refused(room: Classroom) -> None:
    await room.start(questions=2)
    again = await room.ada.slash(room.channel, "quiz start")
    assert again.ephemeral
    assert "A round is already running in this channel." in again.response.content
    await room.first_question()
    again = await room.ada.slash(room.channel, "quiz start")
    assert "A round is already running in this channel." in again.response.content
    assert len(room.rows("SELECT id FROM rounds WHERE state = 'running'")) == 1


async def test_of_two_previews_in_a_channel_only_one_can_be_started(room: Classroom) -> None:
    first = await room.teacher.slash(room.channel, "quiz start", questions=1)
    second = await room.ada.slash(room.channel, "quiz start", questions=1)
    await room.teacher.click(first.response, label="Start")
    refused = await room.ada.click(second.response, label="Start")
    assert "A round is already running in this channel." in refused.response.content
    assert len(room.rows("SELECT id FROM rounds WHERE state = 'running'")) == 1


async def test_after_a_round_the_channel_is_free_for_another(room: Classroom) -> None:
    assert "Result" in texts((await room.play()).components)
    assert "Result" in texts((await room.play()).components)
    assert room.rows("SELECT state FROM rounds") == [("ended",), ("ended",)]


async def test_two_channels_run_their_rounds_at_the_same_time(room: Classroom) -> None:
    other = room.guild.create_text_channel("second")
    await room.start(questions=1, pause=3)
    await room.start(room.ben, other, questions=1, pause=3)
    await room.env.advance_time(FIRST_QUESTION)
    here, there = room.card(), room.card(other)
    assert "Question 1 of 1" in texts(here.components)
    assert "Question 1 of 1" in texts(there.components)
    await room.answer(room.ada, right=True, card=here)
    await room.answer(room.ben, right=True, card=there)
    await room.env.advance_time(20 + CLOSE)
    assert f"**1.** <@{room.ada.id}>" in texts(room.card().components)
    assert str(room.ben.id) not in texts(room.card().components)
    assert f"**1.** <@{room.ben.id}>" in texts(room.card(other).components)
    assert str(room.ada.id) not in texts(room.card(other).components)
    assert await room.standings_agree()


async def test_everyone_may_start_rounds_by_default(room: Classroom) -> None:
    await room.start(room.ada, questions=1)
    assert f"Started by <@{room.ada.id}>" in texts(room.card().components)
    assert "Question 1 of 1" in texts((await room.first_question()).components)


async def test_where_only_instructors_start_rounds_a_learner_is_refused(room: Classroom) -> None:
    await room.teacher.slash(room.channel, "settings starters", who="instructors")
    refused = await room.ada.slash(room.channel, "quiz start")
    assert refused.ephemeral
    assert refused.response.content == "On this server, only instructors start rounds. Ask one of them."
    assert room.rows("SELECT count(*) FROM rounds") == [(0,)]
    await room.start(questions=1)
    assert "Question 1 of 1" in texts((await room.first_question()).components)


async def test_a_learners_preview_cannot_be_started_once_only_instructors_may(room: Classroom) -> None:
    shown = await room.ada.slash(room.channel, "quiz start", questions=1)
    await room.teacher.slash(room.channel, "settings starters", who="instructors")
    await room.ada.click(shown.response, label="Start")
    assert room.rows("SELECT state FROM rounds WHERE state = 'running'") == []


async def test_the_role_from_the_settings_may_start_rounds(room: Classroom) -> None:
    tutors = room.guild.create_role("Tutor")
    tutor = room.guild.add_member(room.env.create_user("tutor"), roles=[tutors])
    await room.teacher.slash(room.channel, "settings starters", who="instructors")
    await room.teacher.slash(room.channel, "settings instructors", role=tutors)
    await room.start(tutor, questions=1)
    assert "Question 1 of 1" in texts((await room.first_question()).components)


async def test_a_missing_permission_is_named_before_anything_is_started(room: Classroom) -> None:
    bot_user = room.env.bot.user
    quiet = room.guild.create_text_channel(
        "quiet", overwrites={bot_user: discord.PermissionOverwrite(send_messages=False)}
    )
    refused = await room.teacher.slash(quiet, "quiz start")
    assert refused.ephemeral
    assert refused.response.content == (
        "I may not do this here yet. Please give me in this channel: Send Messages."
    )
    no_threads = room.guild.create_text_channel(
        "no-threads", overwrites={bot_user: discord.PermissionOverwrite(create_public_threads=False)}
    )
    refused = await room.teacher.slash(no_threads, "quiz start", thread=True)
    assert "Create Public Threads" in refused.response.content
    allowed: Any = await room.teacher.slash(no_threads, "quiz start")
    assert "Nothing has started yet" in texts(allowed.response.components)
