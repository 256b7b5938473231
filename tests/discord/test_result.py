"""The end of a round: podium, table, hardest question, and each learner's own review."""

from __future__ import annotations

import re
from typing import Any

from bot.ui.text import plain
from tests.discord.classroom import CLOSE, Classroom, labels, texts


async def play(room: Classroom, plan: list[list[tuple[Any, bool]]]) -> Any:
    """A round in which, question by question, these people answer right or wrong; returns the result."""
    await room.start(questions=len(plan), seconds=20, pause=3)
    await room.first_question()
    for number, answers in enumerate(plan):
        if number:
            await room.env.advance_time(3.1)
        for who, right in answers:
            await room.answer(who, right=right)
        await room.env.advance_time(20 + CLOSE)
    return room.card()


async def test_the_result_is_a_podium_with_medals_and_ranks_in_figures(room: Classroom) -> None:
    card = await play(
        room,
        [
            [(room.ada, True), (room.ben, True), (room.chen, False)],
            [(room.ada, True), (room.ben, False), (room.chen, False)],
        ],
    )
    lines = texts(card.components).splitlines()
    assert f"🥇 **1.** <@{room.ada.id}> — 2,000 points · 2 of 2 right" in lines
    assert f"🥈 **2.** <@{room.ben.id}> — 1,000 points · 1 of 2 right" in lines
    assert f"**3.** <@{room.chen.id}> — 0 points · 0 of 2 right" in lines, "no medal for nothing"
    assert "Result: Rivers of the world" in lines[0]


async def test_ties_share_a_rank_and_the_next_rank_is_skipped(room: Classroom) -> None:
    card = await play(room, [[(room.ada, True), (room.ben, True), (room.chen, True), (room.teacher, False)]])
    said = texts(card.components)
    for who in (room.ada, room.ben, room.chen):
        assert f"🥇 **1.** <@{who.id}>" in said
    assert f"**4.** <@{room.teacher.id}> — 0 points" in said
    assert "🥈" not in said


async def test_below_the_podium_stands_the_full_table(room: Classroom) -> None:
    learners = [room.add_learner(f"learner{number}") for number in range(12)]
    plan = [[(who, place <= number) for number, who in enumerate(learners)] for place in range(10)]
    said = texts((await play(room, plan)).components)
    ranks = re.findall(r"\*\*(\d+)\.\*\* <@(\d+)>", said)
    assert len(ranks) == 12
    expected = ["1", "1", "1", "4", "5", "6", "7", "8", "9", "10", "11", "12"]
    assert [rank for rank, _ in ranks] == expected
    assert await room.standings_agree()


async def test_a_table_too_long_for_a_message_says_where_the_rest_is(room: Classroom) -> None:
    learners = [room.add_learner(f"learner{number}") for number in range(80)]
    card = await play(
        room, [[(who, number < most) for number, who in enumerate(learners)] for most in (1, 2, 3)]
    )
    said = texts(card.components)
    assert "/leaderboard shows the whole round" in said
    assert room.rows("SELECT state FROM rounds") == [("ended",)]
    more = int(re.search(r"and (\d+) more", said)[1])
    assert more + len(re.findall(r"<@\d+>", said)) == 80


async def test_a_podium_that_seventy_share_is_posted_and_the_round_ends(room: Classroom) -> None:
    learners = [room.add_learner(f"learner{number}") for number in range(70)]
    card = await play(room, [[(who, True) for who in learners]])
    assert "Result" in texts(card.components)
    assert room.rows("SELECT state FROM rounds") == [("ended",)]


async def test_the_hardest_question_is_named(room: Classroom) -> None:
    await room.start(questions=2, pause=3)
    await room.first_question()
    await room.answer(room.ada, right=True)
    await room.answer(room.ben, right=True)
    await room.env.advance_time(20 + CLOSE + 3.1)
    hardest = room.asked()
    await room.answer(room.ada, right=True)
    await room.answer(room.ben, right=False)
    said = texts((await room.close()).components)
    assert f"**Hardest question: 2** (1 of 2 right)\n{plain(hardest.stem)}" in said


async def test_a_round_nobody_answered_has_no_table_and_says_so(room: Classroom) -> None:
    said = texts((await play(room, [[], []])).components)
    assert "Nobody answered, so there is no table." in said
    assert "Hardest" not in said


async def test_review_mine_pages_privately_through_every_question(room: Classroom) -> None:
    card = await play(room, [[(room.ada, True), (room.ben, True)], [(room.ada, False)], [(room.ben, True)]])
    assert labels(card) == ["Review mine"]
    asked = [room.asked(shown) for shown in room.cards()[1:4]]
    pages = await room.ada.click(card, label="Review mine")
    assert pages.ephemeral
    verdicts = ["That was right.", "is wrong:", "You did not answer this one."]
    for number, (question, verdict) in enumerate(zip(asked, verdicts, strict=True), start=1):
        said = texts(pages.response.components)
        assert f"Review · question {number} of 3" in said
        assert plain(question.stem) in said
        assert verdict in said
        key = next(option.text for option in question.options if option.is_key)
        assert f"{key} — **right answer**" in said
        assert plain(question.explanation) in said
        assert f"> {plain(question.footnotes[0].text)}\n-# — Ada Writer, “The Atlas of Rivers”" in said
        if number < 3:
            await room.ada.click(pages.response, label="Next")
    await room.ada.click(pages.response, label="Previous")
    assert "Review · question 2 of 3" in texts(pages.response.components)
    assert len([entry for entry in room.requests("POST", "/callback") if entry.json["type"] == 7]) >= 3


async def test_the_first_and_the_last_page_of_a_review_lead_nowhere_further(room: Classroom) -> None:
    card = await play(room, [[(room.ada, True)], [(room.ada, True)]])
    pages = await room.ada.click(card, label="Review mine")

    def disabled() -> dict[str, bool]:
        (box,) = pages.response.components
        row = box["components"][-1]["components"]
        return {
            button["label"]: button.get("disabled", False)
            for button in row
            if button["label"] in {"Previous", "Next"}
        }

    assert disabled() == {"Previous": True, "Next": False}
    await room.ada.click(pages.response, label="Next")
    assert disabled() == {"Previous": False, "Next": True}


async def test_everybody_reviews_their_own_answers_alone(room: Classroom) -> None:
    card = await play(room, [[(room.ada, True), (room.ben, False)]])
    mine = await room.ada.click(card, label="Review mine")
    other = await room.ben.click(card, label="Review mine")
    watcher = await room.chen.click(card, label="Review mine")
    assert "That was right." in texts(mine.response.components)
    assert "is wrong:" in texts(other.response.components)
    assert "You did not answer this one." in texts(watcher.response.components)
    assert room.card().id == card.id


async def test_a_review_cannot_be_read_from_another_server(room: Classroom) -> None:
    await play(room, [[(room.ada, True)]])
    other = room.env.create_guild("Other")
    place = other.create_text_channel("quiz")
    stranger = other.add_member(room.env.create_user("stranger"))
    shown = await stranger.slash(place, "help")
    from simcord.backend import serializers
    from simcord.interactions import base_payload
    from simcord.results import InteractionResult

    stored = room.env.backend.get_message(place.id, shown.response.id)
    results = []
    ((number,),) = room.rows("SELECT max(id) FROM round_questions")
    for name in (f"rev:{room.round_id}:0", f"why:{number}"):
        record, payload = base_payload(
            room.env.backend,
            type=3,
            channel_id=place.id,
            guild_id=other.id,
            user_id=stranger.id,
            data={"custom_id": name, "component_type": 2},
        )
        payload["message"] = dict(serializers.message_payload(room.env.backend, stored))
        room.env.backend.emit("INTERACTION_CREATE", payload)
        await room.env.settle()
        results.append(InteractionResult(room.env, record))
    assert [result.response.content for result in results] == ["That belongs to another server."] * 2
