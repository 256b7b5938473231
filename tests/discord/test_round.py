"""A live round from /quiz start to the result."""

from __future__ import annotations

from tests.discord.classroom import CLOSE, Classroom, texts


async def test_a_round_is_played_from_preview_to_result(room: Classroom) -> None:
    shown = await room.teacher.slash(room.channel, "quiz start", questions=2, seconds=20, pause=5)
    assert shown.ephemeral
    assert "2 questions, 20 seconds each" in texts(shown.response.components)
    assert room.cards() == []
    await room.teacher.click(shown.response, label="Start")
    assert "Rivers of the world" in texts(room.card().components)
    card = await room.first_question()
    assert "Question 1 of 2" in texts(card.components)
    receipt = await room.answer(room.ada, right=True)
    assert receipt.ephemeral
    assert "Saved" in receipt.response.content
    await room.answer(room.ben, right=False)
    await room.env.advance_time(20 + CLOSE)
    revealed = texts(room.card().components)
    assert "right answer" in revealed
    assert "1 of 2 right" in revealed
    assert "The Atlas of Rivers" in revealed
    await room.env.advance_time(5.1)
    assert "Question 2 of 2" in texts(room.card().components)
    await room.answer(room.ada, right=True)
    await room.env.advance_time(20 + CLOSE)
    result = texts(room.card().components)
    assert "Result" in result
    assert f"**1.** <@{room.ada.id}> — 2,000 points" in result
