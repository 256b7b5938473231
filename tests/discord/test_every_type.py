"""Every type of question, played in a live round with its own control."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.domain.questions import Question, QuestionType
from tests.discord.classroom import CLOSE, Classroom, classroom, texts
from tests.sample_course import EVERY_TYPE, course


@pytest.fixture(params=EVERY_TYPE, ids=lambda question: question.type.value)
async def one(
    request: pytest.FixtureRequest, database_file: Path
) -> AsyncIterator[tuple[Classroom, Question]]:
    """A round of one question of one type, open."""
    question: Question = request.param
    async with classroom(database_file, course((question,))) as room:
        await room.start(questions=1, seconds=30)
        await room.first_question()
        yield room, question


async def give(room: Classroom, who: Any, question: Question, *, right: bool) -> Any:
    """Answer with the question's own control; returns the reply with the receipt."""
    live = room.live()
    number, order = live.round_question_id, live.option_order
    shown_of = {position: shown for shown, position in enumerate(order)}
    match question.type:
        case QuestionType.MULTIPLE_ANSWER:
            wanted = [position for position in range(4) if question.options[position].is_key is right]
            values = [str(shown_of[position]) for position in wanted]
            return await who.select(room.card(), values, custom_id=f"m:{number}")
        case QuestionType.NUMERIC | QuestionType.SHORT_TEXT | QuestionType.CLOZE:
            typed = "nothing of the kind"
            if right:
                typed = question.text_key.accepted[-1] if question.text_key else "1,500 km"
            form = await who.click(room.card(), custom_id=f"t:{number}")
            return await who.submit_modal(form, {"text": typed})
        case QuestionType.ORDERING:
            wanted = list(range(4)) if right else [3, 2, 1, 0]
            reply = await who.click(room.card(), custom_id=f"o:{number}")
            taps = ""
            for position in wanted[:3]:
                taps += str(shown_of[position])
                result = await who.click(reply.response, custom_id=f"o:{number}:{taps}")
            assert result.acknowledged
            return reply
        case QuestionType.MATCHING:
            wanted = [0, 1, 2] if right else [3, 3, 3]
            form = await who.click(room.card(), custom_id=f"x:{number}")
            given = {str(left): [str(shown_of[position])] for left, position in enumerate(wanted)}
            return await who.submit_modal(form, given)
        case _:
            return await room.answer(who, right=right)


async def close(room: Classroom) -> None:
    """Let the open question come to its end."""
    left = room.live().closes_at - room.env.now()
    await room.env.advance_time(left.total_seconds() + CLOSE)


def said(reply: Any) -> str:
    return str(reply.response.content or texts(reply.response.components))


async def test_it_is_answered_graded_revealed_and_reviewed(one: tuple[Classroom, Question]) -> None:
    room, question = one
    assert "Saved" in said(await give(room, room.ada, question, right=True))
    assert "Saved" in said(await give(room, room.ben, question, right=False))
    await close(room)
    revealed = room.cards()[-2]
    shown = texts(revealed.components)
    assert "✅" in shown
    assert "1 of 2 right" in shown
    assert question.explanation in shown
    assert "The Atlas of Rivers" in shown or "An Almanac" in shown
    result = texts(room.card().components)
    assert f"**1.** <@{room.ada.id}> — 1,000 points" in result
    assert f"<@{room.ben.id}> — 0 points" in result
    why_right = await room.ada.click(revealed, label="Why was mine wrong?")
    assert "That was right" in said(why_right)
    why_wrong = said(await room.ben.click(revealed, label="Why was mine wrong?"))
    assert "You answered" in why_wrong
    assert "That was right" not in why_wrong
    review = said(await room.ben.click(room.card(), label="Review mine"))
    assert "question 1 of 1" in review
    assert "✅" in review


async def test_a_second_answer_is_refused_whatever_the_control(one: tuple[Classroom, Question]) -> None:
    room, question = one
    await give(room, room.ada, question, right=True)
    prefix = {
        QuestionType.NUMERIC: "t",
        QuestionType.SHORT_TEXT: "t",
        QuestionType.CLOZE: "t",
        QuestionType.ORDERING: "o",
        QuestionType.MATCHING: "x",
    }.get(question.type)
    if prefix is None:
        refused = await give(room, room.ada, question, right=False)
    else:
        refused = await room.ada.click(room.card(), custom_id=f"{prefix}:{room.live().round_question_id}")
    assert "You have already answered" in said(refused)


async def test_only_instructors_see_which_typed_answers_were_refused(database_file: Path) -> None:
    question = next(question for question in EVERY_TYPE if question.type is QuestionType.SHORT_TEXT)
    async with classroom(database_file, course((question,))) as room:
        await room.start(questions=1, seconds=30)
        await room.first_question()
        await give(room, room.ben, question, right=False)
        await close(room)
        revealed = room.cards()[-2]
        assert "nothing of the kind" not in texts(revealed.components)
        assert "for instructors" in said(await room.ada.click(revealed, label="Typed answers"))
        assert "nothing of the kind · 1" in said(await room.teacher.click(revealed, label="Typed answers"))


async def test_what_takes_longer_to_answer_stays_open_longer(one: tuple[Classroom, Question]) -> None:
    room, question = one
    live = room.live()
    seconds = (live.closes_at - live.opens_at).total_seconds()
    takes_longer = {QuestionType.ORDERING: 60, QuestionType.MATCHING: 60, QuestionType.EVIDENCE: 60}
    typed = {QuestionType.NUMERIC: 45, QuestionType.SHORT_TEXT: 45, QuestionType.CLOZE: 45}
    assert seconds == (takes_longer | typed).get(question.type, 30)
