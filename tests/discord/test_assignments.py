"""Assignments from the command to the mark: posted, begun, answered privately, handed in, closed."""

from __future__ import annotations

from typing import Any

from tests.discord.classroom import Classroom, custom_ids, labels, texts

HOUR = 3600


async def create(room: Classroom, who: Any = None, **options: Any) -> Any:
    """`/assignment create` and Confirm; returns the preview."""
    who = who or room.teacher
    settings = {"closes": "in 1 hour", "questions": 2} | options
    shown = await who.slash(room.channel, "assignment create", **settings)
    assert shown.ephemeral, shown.response.content
    await who.click(shown.response, label="Confirm")
    return shown


async def open_desk(room: Classroom, who: Any, card: Any = None) -> Any:
    """Press Start under the assignment; returns the private reply."""
    return await who.click(card or room.card(), custom_id=f"desk:{assignment_id(room)}")


async def begin(room: Classroom, who: Any, card: Any = None) -> Any:
    """Press Start, then Begin or Continue; returns the private card, which changes with each click."""
    reply = await open_desk(room, who, card)
    await who.click(reply.response, custom_id=f"begin:{assignment_id(room)}")
    return reply


def assignment_id(room: Classroom) -> int:
    return int(room.rows("SELECT max(id) FROM assignments")[0][0])


def said(reply: Any) -> str:
    return str(reply.response.content or texts(reply.response.components))


def control_of(reply: Any) -> str:
    """The name of the first control of the question that a private card asks."""
    return next(
        name for name in custom_ids(reply.response) if name.split(":")[0] in ("a", "m", "t", "o", "x")
    )


async def answer(room: Classroom, who: Any, reply: Any, *, right: bool) -> Any:
    """Press the button of a right or a wrong option on the private card."""
    number = int(control_of(reply).split(":")[1])
    question = room.asked(reply.response)
    ((order,),) = room.rows("SELECT option_order FROM round_questions WHERE id = ?", number)
    shown = next(
        at for at, position in enumerate(order.split(",")) if question.options[int(position)].is_key is right
    )
    return await who.click(reply.response, custom_id=f"a:{number}:{shown}")


async def test_from_the_command_to_the_mark(room: Classroom) -> None:
    preview = await create(room)
    assert "posted" in said(preview)
    card = room.card()
    assert "Assignment: Rivers of the world" in texts(card.components)
    assert labels(card) == ["Start", "Remind me"]
    reply = await begin(room, room.ada)
    assert reply.ephemeral
    assert "Question 1 of 2" in said(reply)
    await answer(room, room.ada, reply, right=True)
    assert "Question 2 of 2" in said(reply)
    assert "Saved." in said(reply)
    await answer(room, room.ada, reply, right=False)
    assert "You have answered 2 of 2 questions." in said(reply)
    await room.ada.click(reply.response, label="Hand in")
    assert "handed in" in said(reply)
    assert "right" not in said(reply)
    results = await room.teacher.slash(
        room.channel, "assignment results", assignment=str(assignment_id(room))
    )
    assert results.ephemeral
    assert f"<@{room.ada.id}> — **50 %** · 1: 1 of 2 right" in said(results)
    await room.env.advance_time(HOUR + 1)
    assert "Closed" in texts(room.card().components)
    reply = await open_desk(room, room.ada)
    assert "1 of 2 right (50 %)" in said(reply)
    await room.ada.click(reply.response, label="Review mine")
    assert "question 1 of 2" in said(reply)
    assert room.rows("SELECT count(*) FROM standings") == [(0,)]
