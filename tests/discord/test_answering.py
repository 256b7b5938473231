"""An open question: its card, a click, a receipt, and what nobody may see before the close."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import discord
import pytest

from bot.services import conducting
from bot.ui.text import plain
from tests.discord.classroom import CLOSE, Classroom, classroom, custom_ids, labels, menu, texts
from tests.sample_course import course, multiple_answer, single_choice, true_false

LETTERS = "ABCDE"


@pytest.fixture
async def several(database_file: Path) -> Any:
    async with classroom(
        database_file, course(tuple(multiple_answer(number) for number in range(3)))
    ) as room:
        yield room


async def test_a_question_is_one_card_with_number_topic_stem_options_end_and_count(room: Classroom) -> None:
    await room.start(questions=2)
    card = await room.first_question()
    assert len(room.cards()) == 2, "the announcement and one card"
    assert card.flags.components_v2
    assert card.content == ""
    asked, said = room.asked(), texts(card.components)
    assert f"Question 1 of 2 · {'Towns' if asked.topic == 'towns' else 'Rivers'}" in said
    assert f"### {plain(asked.stem)}" in said
    for option in asked.options:
        assert said.count(option.text) == 1
    closes_at = room.live().closes_at
    assert f"Closes {discord.utils.format_dt(closes_at, 'R')}" in said
    assert re.search(r"<t:\d+:R>", said)
    assert "0 have answered" in said


async def test_the_end_is_as_many_seconds_away_as_were_asked_for(room: Classroom) -> None:
    await room.start(questions=1, seconds=33)
    card = await room.first_question()
    ends = int(re.search(r"<t:(\d+):R>", texts(card.components))[1])
    assert 32 <= ends - card.created_at.timestamp() <= 33.5


async def test_the_options_are_buttons_of_equal_size_however_long_they_are(database_file: Path) -> None:
    from dataclasses import replace

    question = single_choice(0)
    longer = replace(
        question, options=(replace(question.options[0], text="long " * 19 + "end"), *question.options[1:])
    )
    async with classroom(database_file, course((longer,))) as room:
        await room.start(questions=1)
        card = await room.first_question()
        assert labels(card) == ["A", "B", "C", "D"]
        said = texts(card.components)
        for letter, position in zip("ABCD", room.live().option_order, strict=True):
            assert f"**{letter}**\u2003{longer.options[position].text}" in said


async def test_the_options_are_shuffled_and_the_order_shown_is_stored(room: Classroom) -> None:
    await room.start(questions=10, seconds=5, pause=3)
    await room.first_question()
    kept = room.rows("SELECT option_order FROM round_questions ORDER BY position")
    assert len({order for (order,) in kept}) > 1
    assert kept != [("0,1,2,3",)] * 10
    order = [int(part) for part in kept[0][0].split(",")]
    asked, said = room.asked(), texts(room.card().components)
    places = [said.index(asked.options[position].text) for position in order]
    assert places == sorted(places)


async def test_a_restart_shows_the_options_in_the_same_order(room: Classroom) -> None:
    await room.start(questions=1)
    before = texts((await room.first_question()).components)
    await room.restart()
    await room.answer(room.ada, right=True)
    await room.env.advance_time(5.1)
    after = texts(room.card().components)
    assert after.replace("1 has answered", "0 have answered") == before


async def test_several_answers_are_chosen_in_a_menu(several: Classroom) -> None:
    await several.start(questions=1)
    card = await several.first_question()
    assert labels(card) == []
    shown = menu(card)
    assert shown["placeholder"] == "Choose all that apply"
    assert (shown["min_values"], shown["max_values"]) == (1, 4)
    order, asked = several.live().option_order, several.asked()
    assert [option["label"] for option in shown["options"]] == [
        f"{letter}  {asked.options[position].text}" for letter, position in zip("ABCD", order, strict=True)
    ]


async def test_several_answers_are_confirmed_all_together(several: Classroom) -> None:
    await several.start(questions=1)
    card = await several.first_question()
    right = several.shown(right=True)
    receipt = await several.ada.select(card, [str(position) for position in right])
    assert receipt.ephemeral
    for position in right:
        assert f"**{LETTERS[position]}**" in receipt.response.content
    assert several.rows("SELECT chosen, points FROM answers") == [("0,1", 1000)]


async def test_several_answers_earn_the_share_of_right_minus_wrong_and_never_less_than_nothing(
    several: Classroom,
) -> None:
    await several.start(questions=1)
    card = await several.first_question()
    right, wrong = several.shown(right=True), several.shown(right=False)
    for who, chosen in (
        (several.ada, right),
        (several.ben, right[:1]),
        (several.chen, wrong),
        (several.teacher, [*right, wrong[0]]),
    ):
        await who.select(card, [str(position) for position in chosen])
    earned = dict(several.rows("SELECT learner_id, points FROM answers"))
    assert earned == {
        several.ada.id: 1000,
        several.ben.id: 500,
        several.chen.id: 0,
        several.teacher.id: 500,
    }


async def test_true_stands_before_false(database_file: Path) -> None:
    async with classroom(
        database_file, course(tuple(true_false(number, is_true=False) for number in range(3)))
    ) as room:
        await room.start(questions=1)
        said = texts((await room.first_question()).components)
        assert said.index("**A**\u2003True") < said.index("**B**\u2003False")


async def test_a_click_is_answered_privately_with_a_receipt_that_names_the_choice(room: Classroom) -> None:
    await room.start(questions=1)
    await room.first_question()
    position = room.shown(right=True)[0]
    key = next(option.text for option in room.asked().options if option.is_key)
    receipt = await room.answer(room.ada, right=True)
    assert receipt.ephemeral
    assert receipt.response.content == f"Your answer: **{LETTERS[position]}**\u2002{key}. Saved."
    assert room.rows("SELECT learner_id, chosen FROM answers") == [(room.ada.id, "0")]


async def test_a_receipt_says_nothing_of_right_and_wrong(room: Classroom) -> None:
    await room.start(questions=1)
    await room.first_question()
    right = await room.answer(room.ada, right=True)
    wrong = await room.answer(room.ben, right=False)
    shape = re.compile(r"Your answer: \*\*[A-D]\*\*\u2002[\w]+\. Saved\.")
    assert shape.fullmatch(right.response.content)
    assert shape.fullmatch(wrong.response.content)


async def test_an_answer_is_final_by_default(room: Classroom) -> None:
    await room.start(questions=1)
    await room.first_question()
    await room.answer(room.ada, right=False)
    again = await room.answer(room.ada, right=True)
    assert again.ephemeral
    assert "You have already answered" in again.response.content
    assert "Answers are final here." in again.response.content
    assert room.rows("SELECT revision, points FROM answers") == [(0, 0)]
    await room.close()
    assert "0 of 1 right" in texts(room.cards()[-2].components)


async def test_where_answers_are_changeable_the_last_one_before_the_close_counts(room: Classroom) -> None:
    await room.teacher.slash(room.channel, "settings answers", policy="changeable")
    await room.start(questions=1)
    await room.first_question()
    closes = discord.utils.format_dt(room.live().closes_at, "R")
    first = await room.answer(room.ada, right=False)
    assert f"You can change it until the question closes {closes}" in first.response.content
    second = await room.answer(room.ada, right=True)
    assert second.ephemeral
    assert "Changed to" in second.response.content
    await room.answer(room.ben, right=True)
    await room.answer(room.ben, right=False)
    await room.close()
    result = texts(room.card().components)
    assert f"**1.** <@{room.ada.id}> — 1,000 points" in result
    assert f"<@{room.ben.id}> — 0 points" in result
    assert room.rows("SELECT count(*) FROM answers") == [(4,)], "answers are append-only"
    assert await room.standings_agree()


async def test_whether_answers_are_final_is_settled_when_the_round_is_proposed(room: Classroom) -> None:
    await room.start(questions=1)
    await room.teacher.slash(room.channel, "settings answers", policy="changeable")
    await room.first_question()
    await room.answer(room.ada, right=False)
    again = await room.answer(room.ada, right=True)
    assert "Answers are final here." in again.response.content


async def test_everyone_who_is_right_scores_the_same(room: Classroom) -> None:
    await room.start(questions=1)
    await room.first_question()
    await room.answer(room.ada, right=True)
    await room.env.advance_time(12)
    await room.answer(room.ben, right=True)
    await room.answer(room.chen, right=False)
    await room.close(8)
    assert dict(room.rows("SELECT learner_id, points FROM answers")) == {
        room.ada.id: 1000,
        room.ben.id: 1000,
        room.chen.id: 0,
    }


async def test_speed_earns_more_the_sooner_and_full_points_under_half_a_second(room: Classroom) -> None:
    await room.start(questions=1, scoring="speed")
    await room.env.advance_time(4.9)
    await room.env.advance_time(0.3)
    await room.answer(room.ada, right=True)
    await room.env.advance_time(10)
    await room.answer(room.ben, right=True)
    await room.answer(room.chen, right=False)
    kept = {
        who: (ms, points)
        for who, ms, points in room.rows("SELECT learner_id, elapsed_ms, points FROM answers")
    }
    assert kept[room.ada.id][0] < 500
    assert kept[room.ada.id][1] == 1000
    elapsed, points = kept[room.ben.id]
    assert points == round((1 - elapsed / 20_000 / 2) * 1000)
    assert kept[room.chen.id][1] == 0


async def test_nobody_sees_who_chose_what_before_the_close(room: Classroom) -> None:
    await room.start(questions=1)
    await room.first_question()
    await room.answer(room.ada, right=True)
    await room.answer(room.ben, right=False)
    await room.env.advance_time(6)
    for card in room.cards():
        said = texts(card.components)
        assert str(room.ada.id) not in said
        assert str(room.ben.id) not in said
        assert "%" not in said
    status = await room.chen.slash(room.channel, "quiz status")
    assert str(room.ada.id) not in texts(status.response.components)
    assert "2 have answered" in texts(status.response.components)
    board = await room.chen.slash(room.channel, "leaderboard", window="round")
    assert str(room.ada.id) not in texts(board.response.components)


async def test_nothing_in_a_custom_id_tells_the_key(room: Classroom) -> None:
    await room.start(questions=1)
    card = await room.first_question()
    number = room.live().round_question_id
    assert custom_ids(card) == [f"a:{number}:{position}" for position in range(4)]


async def test_the_key_of_an_open_question_is_not_told_to_whoever_asks_for_it(room: Classroom) -> None:
    await room.start(questions=2)
    card = await room.first_question()
    number = room.live().round_question_id
    why, later, review = await room.at_once(
        [(room.ada, f"why:{number}"), (room.ada, f"why:{number + 1}"), (room.ada, f"rev:{room.round_id}:0")],
        card,
    )
    assert why.response.content == "This question is still open. The key comes when it closes."
    assert "still open" in later.response.content
    assert "Start one with /quiz start" in review.response.content


async def test_a_click_after_the_close_does_not_count_and_says_so(room: Classroom) -> None:
    await room.start(questions=1)
    card = await room.first_question()
    name = custom_ids(card)[0]
    await room.env.advance_time(19.95)  # the end is past, the card not yet changed
    assert custom_ids(room.card())[0] == name
    late = await room.ada.click(room.card(), custom_id=name)
    assert late.ephemeral
    assert late.response.content == "This question is closed, so the answer does not count."
    await room.env.advance_time(1)
    (later,) = await room.at_once([(room.ada, name)], card=room.cards()[1])
    assert later.response.content == "This question is closed, so the answer does not count."
    assert room.rows("SELECT count(*) FROM answers") == [(0,)]


async def test_a_click_made_in_time_counts_even_in_the_last_moment(room: Classroom) -> None:
    await room.start(questions=1)
    await room.first_question()
    left = room.live().closes_at - room.env.now() - timedelta(milliseconds=2)
    await room.env.advance_time(left.total_seconds())
    receipt = await room.answer(room.ada, right=True)
    assert "Saved" in receipt.response.content
    await room.env.advance_time(CLOSE)
    assert f"<@{room.ada.id}> — 1,000 points" in texts(room.card().components)


async def test_a_click_made_in_time_counts_though_it_reaches_the_bot_a_moment_after_the_end(
    room: Classroom,
) -> None:
    await room.start(questions=2)
    card = await room.first_question()
    left = (room.live().closes_at - room.env.now()).total_seconds()
    await room.env.advance_time(left - 0.05)
    arrive = room.clicks([(room.ada, custom_ids(card)[0])])
    await room.env.advance_time(0.2)
    (receipt,) = arrive()
    await room.env.settle()
    assert "Saved" in receipt.response.content
    await room.env.advance_time(CLOSE)
    assert "of 1 right" in texts(room.card().components)


async def test_clicks_that_meet_the_close_have_a_receipt_and_count_or_have_neither(
    room: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    learners = [room.add_learner(f"learner{number}") for number in range(40)]
    await room.start(questions=2)
    names = custom_ids(await room.first_question())
    left = (room.live().closes_at - room.env.now()).total_seconds()
    await room.env.advance_time(left - 0.05)
    first = room.clicks([(who, names[0]) for who in learners[:20]])
    second = room.clicks([(who, names[1]) for who in learners[20:]])
    results: list[Any] = []
    close, drained = conducting.close_question, room.context.writer.drained

    async def closed_under_clicks(*args: Any, **named: Any) -> Any:
        results.extend(first())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return await close(*args, **named)

    async def drained_under_clicks() -> None:
        results.extend(second())
        await drained()

    monkeypatch.setattr(conducting, "close_question", closed_under_clicks)
    monkeypatch.setattr(room.context.writer, "drained", drained_under_clicks)
    await room.env.advance_time(1)
    said = [result.response.content for result in results]
    assert len(said) == 40
    saved = sum("Saved" in content for content in said)
    assert saved + sum("This question is closed" in content for content in said) == 40
    assert room.rows("SELECT count(*) FROM answers") == [(saved,)]
    assert room.rows("SELECT answered FROM round_questions WHERE position = 0") == [(saved,)]
    assert (f"of {saved} right" if saved else "Nobody answered.") in texts(room.card().components)
    await room.standings_agree()


async def test_an_option_that_was_not_offered_is_refused(room: Classroom) -> None:
    await room.start(questions=1)
    card = await room.first_question()
    number = room.live().round_question_id
    (refused,) = await room.at_once([(room.ada, f"a:{number}:9")], card)
    assert refused.response.content == "That is not one of the options. Choose one that is on the card."
    assert room.rows("SELECT count(*) FROM answers") == [(0,)]


async def test_two_hundred_learners_who_click_at_once_all_count_and_all_get_a_receipt(
    room: Classroom,
) -> None:
    learners = [room.add_learner(f"learner{number}") for number in range(200)]
    await room.start(questions=2)
    card = await room.first_question()
    names = custom_ids(card)
    results = await room.at_once([(who, names[i % 4]) for i, who in enumerate(learners)])
    assert [result.ephemeral for result in results] == [True] * 200
    assert all("Saved" in result.response.content for result in results)
    kept = room.rows("SELECT learner_id, count(*) FROM answers GROUP BY learner_id")
    assert sorted(kept) == sorted((who.id, 1) for who in learners)
    await room.env.advance_time(5.1)
    assert "200 have answered" in texts(room.card().components)
    await room.close(15)
    assert "50 of 200 right" in texts(room.card().components)
    assert await room.standings_agree()


async def test_double_clicks_count_once_each(room: Classroom) -> None:
    learners = [room.add_learner(f"learner{number}") for number in range(20)]
    await room.start(questions=1)
    names = custom_ids(await room.first_question())
    clicks = [(who, name) for who in learners for name in (names[0], names[0], names[1], names[2])]
    results = await room.at_once(clicks)
    said = [result.response.content for result in results]
    assert sum("Saved" in content for content in said) == 20
    assert sum("You have already answered" in content for content in said) == 60
    assert room.rows("SELECT count(*), count(DISTINCT learner_id) FROM answers") == [(20, 20)]
    for number, who in enumerate(learners):
        (first,) = [content for content in said[number * 4 : number * 4 + 4] if "Saved" in content]
        ((chosen,),) = room.rows("SELECT chosen FROM answers WHERE learner_id = ?", who.id)
        shown = room.live().option_order.index(int(chosen))
        assert f"**{LETTERS[shown]}**" in first


async def test_double_clicks_where_answers_are_changeable_keep_every_change_and_count_once(
    room: Classroom,
) -> None:
    await room.teacher.slash(room.channel, "settings answers", policy="changeable")
    await room.start(questions=1)
    names = custom_ids(await room.first_question())
    results = await room.at_once([(room.ada, name) for name in names])
    said = [result.response.content for result in results]
    assert all("Saved" in content for content in said)
    assert room.rows("SELECT revision FROM answers ORDER BY revision") == [(0,), (1,), (2,), (3,)]
    ((last,),) = room.rows("SELECT chosen FROM answers WHERE revision = 3")
    assert room.live().answers[room.ada.id].revision == 3
    await room.close()
    assert "of 1 right" in texts(room.cards()[-2].components)
    key = room.asked(room.cards()[-2]).key
    right = int(frozenset({int(last)}) == key)
    assert f"{right} of 1 right" in texts(room.cards()[-2].components)
    assert await room.standings_agree()


async def test_a_receipt_leaves_only_after_its_answer_is_committed(room: Classroom) -> None:
    """At the moment of each reply another connection already reads the answer."""
    learners = [room.add_learner(f"learner{number}") for number in range(30)]
    await room.start(questions=1)
    names = custom_ids(await room.first_question())
    on_disk: list[int] = []
    file = room.file

    class Witness(list[Any]):
        def append(self, entry: Any) -> None:
            if entry.path.endswith("/callback"):
                with closing(sqlite3.connect(file)) as connection:
                    on_disk.append(connection.execute("SELECT count(*) FROM answers").fetchone()[0])
            super().append(entry)

    room.env.backend.http_requests = Witness(room.env.backend.http_requests)
    await room.answer(room.ada, right=True)
    assert on_disk == [1]
    await room.at_once([(who, names[0]) for who in learners])
    assert len(on_disk) == 31
    assert all(rows > number for number, rows in enumerate(on_disk))


async def test_an_answer_that_cannot_be_written_gets_no_receipt_and_can_be_given_again(
    stormy_room: Classroom,
) -> None:
    room = stormy_room
    await room.start(questions=1)
    card = await room.first_question()
    aside = room.file.rename(room.file.with_suffix(".aside"))
    refused = await room.answer(room.ada, right=True)
    assert refused.ephemeral
    assert "Saved" not in refused.response.content
    aside.rename(room.file)
    assert room.rows("SELECT count(*) FROM answers") == [(0,)]
    receipt = await room.answer(room.ada, right=True, card=card)
    assert "Saved" in receipt.response.content


async def test_an_answer_is_not_taken_from_another_server(room: Classroom) -> None:
    await room.start(questions=1)
    name = custom_ids(await room.first_question())[0]
    other = room.env.create_guild("Other")
    place = other.create_text_channel("quiz")
    stranger = other.add_member(room.env.create_user("stranger"))
    shown = await stranger.slash(place, "quiz start")
    from simcord.interactions import base_payload

    _record, payload = base_payload(
        room.env.backend,
        type=3,
        channel_id=place.id,
        guild_id=other.id,
        user_id=stranger.id,
        data={"custom_id": name, "component_type": 2},
    )
    from simcord.backend import serializers

    stored = room.env.backend.get_message(place.id, shown.response.id)
    payload["message"] = dict(serializers.message_payload(room.env.backend, stored))
    room.env.backend.emit("INTERACTION_CREATE", payload)
    await room.env.settle()
    assert room.rows("SELECT count(*) FROM answers") == [(0,)]
