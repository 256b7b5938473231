"""The close of a question: key, shares, explanation, footnote, fastest, and "Why was mine wrong?"."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import discord

from bot.ui.text import plain
from tests.discord.classroom import CLOSE, Classroom, classroom, labels, texts
from tests.sample_course import course, multiple_answer, true_false


async def test_at_the_close_the_same_card_shows_the_key(room: Classroom) -> None:
    await room.start(questions=2)
    asked_card = await room.first_question()
    asked = room.asked()
    position = room.shown(right=True)[0]
    await room.answer(room.ada, right=True)
    card = await room.close()
    assert card.id == asked_card.id
    said = texts(card.components)
    key = next(option.text for option in asked.options if option.is_key)
    assert f"✅ **{'ABCD'[position]}**\u2003{key} — **right answer**" in said
    assert said.count("right answer") == 1
    assert plain(asked.stem) in said
    assert "Closes <t:" not in said
    assert labels(card) == ["Why was mine wrong?", "Dispute this"]


async def test_the_card_is_revealed_within_a_second_of_its_time(room: Classroom) -> None:
    await room.start(questions=1)
    await room.first_question()
    left = (room.live().closes_at - room.env.now()).total_seconds()
    await room.env.advance_time(left + 0.9)
    assert "right answer" in texts(room.cards()[1].components)


async def test_the_share_of_each_option_is_shown_as_a_bar(room: Classroom) -> None:
    await room.start(questions=2)
    await room.first_question()
    for who in (room.ada, room.ben, room.chen):
        await room.answer(who, right=True)
    await room.answer(room.teacher, right=False)
    lines = texts((await room.close()).components).splitlines()
    bars = [lines[number + 1] for number, line in enumerate(lines) if line.startswith(("✅", "▫️"))]
    assert len(bars) == 4
    assert sorted(bars) == sorted(
        ["-# ████████░░  75% (3)", "-# ██░░░░░░░░  25% (1)", "-# ░░░░░░░░░░  0% (0)", "-# ░░░░░░░░░░  0% (0)"]
    )
    key = next(number for number, line in enumerate(lines) if line.startswith("✅"))
    assert lines[key + 1] == "-# ████████░░  75% (3)"
    assert "3 of 4 right" in lines


async def test_the_reveal_holds_explanation_and_the_footnote_with_its_whole_source(room: Classroom) -> None:
    await room.start(questions=2)
    await room.first_question()
    asked = room.asked()
    said = texts((await room.close()).components)
    assert plain(asked.explanation) in said
    assert "**Footnote**" in said
    assert f"> {plain(asked.footnotes[0].text)}\n" in said
    assert "-# — Ada Writer, “The Atlas of Rivers”, River Press, 4 March 2020, paragraph 7" in said


async def test_a_source_of_which_little_is_known_is_cited_with_what_is_known(database_file: Path) -> None:
    async with classroom(
        database_file, course(tuple(true_false(number, is_true=True) for number in range(3)))
    ) as room:
        await room.start(questions=2)
        await room.first_question()
        assert "-# — “An Almanac”, undated, paragraph 7" in texts((await room.close()).components)


async def test_nobody_answering_is_said(room: Classroom) -> None:
    await room.start(questions=2)
    await room.first_question()
    said = texts((await room.close()).components)
    assert "Nobody answered." in said
    assert "0% (0)" in said


async def test_the_next_question_follows_after_a_pause_that_is_shown(room: Classroom) -> None:
    await room.start(questions=2, pause=9)
    await room.first_question()
    card = await room.close()
    ((opens_at,),) = room.rows("SELECT opens_at FROM round_questions WHERE position = 1")
    assert f"Next question <t:{opens_at // 1_000_000}:R>" in texts(card.components)
    await room.env.advance_time(8.5)
    assert room.card().id == card.id
    await room.env.advance_time(0.6)
    assert "Question 2 of 2" in texts(room.card().components)


async def test_the_last_reveal_announces_no_next_question(room: Classroom) -> None:
    await room.start(questions=1)
    await room.first_question()
    await room.close()
    assert "Next question" not in texts(room.cards()[1].components)


async def test_the_fastest_right_answers_are_named_where_speed_is_scored(room: Classroom) -> None:
    await room.start(questions=2, scoring="speed")
    await room.first_question()
    await room.env.advance_time(2)
    await room.answer(room.teacher, right=False)
    await room.answer(room.ben, right=True)
    await room.env.advance_time(3)
    await room.answer(room.ada, right=True)
    said = texts((await room.close(15)).components)
    (line,) = [line for line in said.splitlines() if line.startswith("Fastest")]
    assert line == f"Fastest: <@{room.ben.id}> in 2.1 s, <@{room.ada.id}> in 5.1 s"


async def test_nobody_is_named_in_a_reveal_where_speed_is_not_scored(room: Classroom) -> None:
    await room.start(questions=2)
    await room.first_question()
    await room.answer(room.ada, right=True)
    said = texts((await room.close()).components)
    assert "Fastest" not in said
    assert "<@" not in said


async def why(room: Classroom, who: Any, card: discord.Message | None = None) -> Any:
    return await who.click(card or room.cards()[1], label="Why was mine wrong?")


async def test_why_was_mine_wrong_shows_privately_the_reason_and_the_refuting_quotation(
    room: Classroom,
) -> None:
    await room.start(questions=2)
    await room.first_question()
    asked = room.asked()
    await room.answer(room.ben, right=False)
    ((chosen,),) = room.rows("SELECT chosen FROM answers")
    option = asked.options[int(chosen)]
    await room.close()
    shown = await why(room, room.ben)
    assert shown.ephemeral
    said = texts(shown.response.components)
    assert option.text in said
    assert plain(option.why_wrong) in said
    assert f"> {plain(option.refutation.text)}\n" in said
    assert said.count("“The Atlas of Rivers”") == 2, (
        "the refuting quotation and the question's own, each cited"
    )
    key = next(option.text for option in asked.options if option.is_key)
    assert f"Right: {key}" in said


async def test_why_was_mine_wrong_tells_whoever_was_right_or_did_not_answer(room: Classroom) -> None:
    await room.start(questions=2)
    await room.first_question()
    await room.answer(room.ada, right=True)
    await room.close()
    right = await why(room, room.ada)
    assert right.ephemeral
    assert "That was right." in texts(right.response.components)
    silent = await why(room, room.chen)
    assert silent.ephemeral
    assert "You did not answer this one." in texts(silent.response.components)


async def test_why_was_mine_wrong_goes_through_each_wrong_choice_of_several(database_file: Path) -> None:
    async with classroom(
        database_file, course(tuple(multiple_answer(number) for number in range(3)))
    ) as room:
        await room.start(questions=2)
        card = await room.first_question()
        right, wrong = room.shown(right=True), room.shown(right=False)
        asked = room.asked()
        await room.ada.select(card, [str(position) for position in (right[0], *wrong)])
        missed = next(
            option.text
            for shown, option in enumerate(room.live().option_order)
            for option in [asked.options[option]]
            if shown == right[1]
        )
        await room.close()
        said = texts((await why(room, room.ada)).response.components)
        assert "It was dry." in said
        assert "It was closed." in said
        assert "> The east arm was dry\\." in said or "> The east arm was dry." in said
        assert f"Also right: {missed}" in said


async def test_the_buttons_of_a_reveal_work_long_after_the_round(room: Classroom) -> None:
    await room.start(questions=1)
    await room.first_question()
    await room.answer(room.ben, right=False)
    await room.close()
    await room.env.advance_time(30 * 24 * 3600)
    await room.restart()
    assert "is wrong:" in texts((await why(room, room.ben)).response.components)


async def test_a_whole_round_is_one_card_a_question(room: Classroom) -> None:
    await room.start(questions=3, seconds=5, pause=3)
    await room.first_question()
    for number in range(3):
        if number:
            await room.env.advance_time(3.1)
        await room.answer(room.ada, right=True)
        await room.env.advance_time(5 + CLOSE)
    said = [texts(card.components) for card in room.cards()]
    assert len(said) == 5
    assert "Quiz:" in said[0]
    for number in (1, 2, 3):
        assert f"Question {number} of 3" in said[number]
        assert "right answer" in said[number]
    assert "Result" in said[4]
