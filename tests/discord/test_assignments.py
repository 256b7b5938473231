"""Assignments from the command to the mark: posted, begun, answered privately, handed in, closed."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import discord
import pytest

from bot.domain.questions import Question
from bot.domain.refusals import AssignmentGone
from bot.services import assigning, assignment_steps
from bot.ui.text import plain
from tests.discord.classroom import Classroom, classroom, custom_ids, labels, texts
from tests.sample_course import EVERY_TYPE, course

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


async def test_it_is_posted_in_the_channel_that_was_chosen(room: Classroom) -> None:
    place = room.guild.create_text_channel("homework")
    await create(room, channel=place)
    assert "Assignment: Rivers of the world" in texts(room.card(place).components)
    assert room.cards() == []
    closed = room.guild.create_text_channel(
        "closed", overwrites={room.env.bot.user: discord.PermissionOverwrite(send_messages=False)}
    )
    refused = await room.teacher.slash(room.channel, "assignment create", closes="in 3 days", channel=closed)
    assert refused.ephemeral
    assert "Send Messages" in refused.response.content
    assert room.rows("SELECT count(*) FROM assignments") == [(1,)]


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


async def hand_in(room: Classroom, who: Any, reply: Any) -> None:
    await who.click(reply.response, label="Hand in")


async def give(room: Classroom, who: Any, reply: Any, question: Question) -> None:
    """Answer the question on a private card right, with its own control."""
    kind, number = control_of(reply).split(":")[:2]
    ((kept,),) = room.rows("SELECT option_order FROM round_questions WHERE id = ?", int(number))
    order = [int(position) for position in kept.split(",") if position]
    shown_of = {position: shown for shown, position in enumerate(order)}
    match kind:
        case "m":
            values = [str(shown_of[position]) for position in sorted(question.key)]
            await who.select(reply.response, values, custom_id=f"m:{number}")
        case "t":
            form = await who.click(reply.response, custom_id=f"t:{number}")
            typed = question.text_key.accepted[0] if question.text_key else "1,500 km"
            await who.submit_modal(form, {"text": typed})
        case "o":
            await who.click(reply.response, custom_id=f"o:{number}")
            assert question.stem in said(reply).replace("\\", "")
            taps = ""
            for position in range(len(order) - 1):
                taps += str(shown_of[position])
                await who.click(reply.response, custom_id=f"o:{number}:{taps}")
        case "x":
            form = await who.click(reply.response, custom_id=f"x:{number}")
            lefts = range(len(question.options))
            await who.submit_modal(form, {str(left): [str(shown_of[left])] for left in lefts})
        case _:
            await answer(room, who, reply, right=True)


@pytest.mark.parametrize("explanations", ["at_once", "after_attempt"])
async def test_all_nine_kinds_are_answered_privately_with_their_own_controls(
    database_file: Path, explanations: str
) -> None:
    async with classroom(database_file, course(EVERY_TYPE)) as room:
        await create(room, questions=9, explanations=explanations)
        reply = await begin(room, room.ada)
        for number in range(1, len(EVERY_TYPE) + 1):
            assert f"Question {number} of 9" in said(reply)
            question = room.asked(reply.response)
            await give(room, room.ada, reply, question)
            if explanations == "at_once":
                assert "That was right." in said(reply)
                assert plain(question.explanation) in said(reply)
                await room.ada.click(reply.response, custom_id=custom_ids(reply.response)[-1])
        assert "You have answered 9 of 9 questions." in said(reply)
        await hand_in(room, room.ada, reply)
        assert "9 of 9 right (100 %)" in said(reply)
        assert len([card for card in room.cards() if card.components]) == 1


async def test_an_attempt_goes_on_after_the_process_was_killed(room: Classroom) -> None:
    await create(room, questions=3, minutes=30)
    reply = await begin(room, room.ada)
    await answer(room, room.ada, reply, right=True)
    await room.restart()
    # The card from before still works, and so does Start, on any device.
    await answer(room, room.ada, reply, right=True)
    assert "Question 3 of 3" in said(reply)
    again = await open_desk(room, room.ada)
    assert "2 of 3 answered" in said(again)
    await room.ada.click(again.response, label="Continue")
    assert "Question 3 of 3" in said(again)
    await room.restart()
    await room.env.advance_time(31 * 60)
    over = await room.ada.click(again.response, custom_id=control_of(again))
    assert "This attempt is over" in said(over)
    assert room.rows("SELECT end_reason FROM attempts") == [("time_up",)]
    desk = await open_desk(room, room.ada)
    assert "time was up" in said(desk)


async def test_it_is_posted_when_it_opens_even_if_the_process_died_before(room: Classroom) -> None:
    await create(room, opens="in 30 min", closes="in 2 hours")
    assert room.cards() == []
    await room.restart()
    await room.env.advance_time(30 * 60 + 1)
    assert "Assignment:" in texts(room.card().components)
    await room.restart()
    await room.env.advance_time(2 * HOUR)
    assert "Closed" in texts(room.card().components)
    assert len(room.cards()) == 1


async def test_what_was_posted_and_not_recorded_is_not_posted_again(
    room: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(*_args: Any, **_named: Any) -> None:
        await asyncio.sleep(10**9)

    with monkeypatch.context() as patch:
        patch.setattr(assignment_steps, "record_posted", never)
        await create(room)
        assert len(room.cards()) == 1
    await room.restart()
    assert len(room.cards()) == 1
    assert room.rows("SELECT state FROM assignments") == [("open",)]


async def test_a_close_that_was_missed_is_made_up_at_the_start(room: Classroom) -> None:
    await create(room)
    await answer(room, room.ada, await begin(room, room.ada), right=True)
    await room.house.database.close()
    await room.restart(lambda: room.env.backend.clock.advance(2 * HOUR))
    assert "Closed" in texts(room.card().components)
    assert room.rows("SELECT state FROM assignments") == [("closed",)]
    assert "1 of 2 right" in said(await open_desk(room, room.ada))


async def test_the_second_click_on_confirm_changes_nothing(room: Classroom) -> None:
    shown = await room.teacher.slash(room.channel, "assignment create", closes="in 1 hour", questions=2)
    number = assignment_id(room)
    await room.teacher.click(shown.response, label="Confirm")
    assert len(room.cards()) == 1
    with pytest.raises(AssignmentGone):
        await assigning.confirm_assignment(
            room.context.database,
            number,
            guild_id=room.guild.id,
            creator_id=room.teacher.id,
            now=room.env.now(),
        )


async def test_an_instructor_demoted_between_two_clicks_can_do_no_more(room: Classroom) -> None:
    shown = await room.teacher.slash(room.channel, "assignment create", closes="in 1 hour", questions=2)
    role = room.guild.roles["Teacher"]
    room.env.backend.remove_member_role(room.guild.id, room.teacher.id, role.id)
    refused = await room.teacher.click(shown.response, label="Confirm")
    assert "This is for instructors" in said(refused)
    assert room.cards() == []
    assert room.rows("SELECT state FROM assignments") == [("proposed",)]
    assert await room.teacher.autocomplete(room.channel, "assignment results", "assignment", "") == []


async def test_extend_close_and_list(room: Classroom) -> None:
    await create(room, closes="in 1 hour")
    number = str(assignment_id(room))
    (choice,) = await room.teacher.autocomplete(room.channel, "assignment extend", "assignment", "riv")
    assert choice["value"] == number
    extended = await room.teacher.slash(
        room.channel, "assignment extend", assignment=number, closes="in 3 hours", zone="Asia/Shanghai"
    )
    assert "Asia/Shanghai" in said(extended)
    await room.env.advance_time(2 * HOUR)
    assert "Start" in labels(room.card())
    reply = await begin(room, room.ada)
    assert number in said(await room.teacher.slash(room.channel, "assignment list"))
    asked = await room.teacher.slash(room.channel, "assignment close", assignment=number)
    await room.teacher.click(asked.response, label="Leave it open")
    asked = await room.teacher.slash(room.channel, "assignment close", assignment=number)
    await room.teacher.click(asked.response, label="Close it")
    await room.env.advance_time(1)
    assert labels(room.card()) == ["How I did"]
    over = await room.ada.click(reply.response, custom_id=control_of(reply))
    assert "This attempt is over" in said(over)
    refused = await room.teacher.slash(
        room.channel, "assignment extend", assignment=number, closes="in 3 hours"
    )
    assert "is closed" in said(refused)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"closes": "2020-01-01 10:00"}, "has passed already"),
        ({"closes": "whenever"}, "not a time I can read"),
        ({"closes": "in 2 days", "opens": "in 3 days"}, "would close before it opens"),
        ({"closes": "in 4000 days"}, "too far ahead"),
        ({"closes": "in 1 day", "zone": "Asia/Shangai"}, "Asia/Shanghai"),
        ({"closes": "in 1 day", "course": "lakes"}, "no course"),
        ({"closes": "in 1 day", "topic": "seas"}, "no topic"),
        ({"closes": "in 1 day", "scoring": "speed"}, "give “seconds” too"),
    ],
)
async def test_what_cannot_be_is_said_privately_in_a_sentence(
    room: Classroom, options: dict[str, Any], sentence: str
) -> None:
    refused = await room.teacher.slash(room.channel, "assignment create", **options)
    assert refused.ephemeral
    assert sentence in said(refused)
    assert room.rows("SELECT count(*) FROM assignments") == [(0,)]


async def test_numbers_of_another_server_are_refused(room: Classroom) -> None:
    await create(room)
    number = assignment_id(room)
    elsewhere = room.env.create_guild("Elsewhere")
    channel = elsewhere.create_text_channel("quiz")
    boss = elsewhere.add_member(
        room.env.create_user("boss"),
        roles=[elsewhere.create_role("Boss", permissions=discord.Permissions(administrator=True))],
    )
    for command in ("results", "close"):
        refused = await boss.slash(channel, f"assignment {command}", assignment=str(number))
        assert "no such assignment" in said(refused)
    for typed in ("0", "abc", "9" * 40, "-1"):
        refused = await room.teacher.slash(room.channel, "assignment results", assignment=typed)
        assert "no such assignment" in said(refused)
    assert "no assignment yet" in said(await boss.slash(channel, "assignment list"))
    assert await boss.autocomplete(channel, "assignment results", "assignment", "") == []


async def test_more_time_is_private(room: Classroom) -> None:
    await create(room, minutes=20)
    granted = await room.teacher.slash(room.channel, "learner accommodate", learner=room.ada.user, factor=1.5)
    assert granted.ephemeral
    assert "time limits × 1.5" in said(granted)
    assert "1.5 times as long" in said(await open_desk(room, room.ada))
    assert "30 minutes" in said(await open_desk(room, room.ada))
    bens = said(await open_desk(room, room.ben))
    assert "20 minutes" in bens
    assert "as long" not in bens
    listed = await room.teacher.slash(room.channel, "learner list")
    assert f"<@{room.ada.id}> — in all assignments" in said(listed)
    assert "This is for instructors" in said(await room.ben.slash(room.channel, "learner list"))
    public = "".join(texts(card.components) for card in room.cards())
    assert "1.5" not in public
    await room.teacher.slash(room.channel, "learner remove", learner=room.ada.user)
    assert "as long" not in said(await open_desk(room, room.ada))


async def test_reminders_come_privately_to_those_who_asked(room: Classroom) -> None:
    await create(room, closes="in 4 hours")
    told = await room.ada.click(room.card(), label="Remind me")
    assert "I will write to you" in said(told)
    await room.ben.click(room.card(), label="Remind me")
    assert "not be reminded" in said(await room.ben.click(room.card(), label="Remind me"))
    await room.env.advance_time(3 * HOUR + 1)
    sent = [
        entry.json["content"]
        for entry in room.requests("POST", "/messages")
        if "content" in (entry.json or {})
    ]
    (reminder,) = [text for text in sent if text]
    assert "closes" in reminder
    assert "have not begun" in reminder
    assert "/channels/" in reminder


async def test_a_live_round_stays_open_and_its_keys_come_at_its_close(room: Classroom) -> None:
    await room.start(questions=1, pause=3, stays_open=1)
    await room.first_question()
    stem = room.asked().stem
    await room.answer(room.ada, right=True)
    await room.close()
    held, result, paper = room.cards()[-3:]
    assert "come here when" in texts(held.components)
    assert custom_ids(held) == []
    assert "Review mine" not in labels(result)
    assert "For those who were absent" in texts(paper.components)
    assert "while it was live" in said(await open_desk(room, room.ada, paper))
    again = await room.teacher.slash(room.channel, "quiz start", questions=12)
    assert "11 questions" in said(again)
    reply = await begin(room, room.ben, paper)
    assert stem in said(reply).replace("\\", "")
    await answer(room, room.ben, reply, right=False)
    await hand_in(room, room.ben, reply)
    await room.env.advance_time(HOUR + 5)
    revealed, result, paper = room.cards()[-3:]
    assert "right answer" in texts(revealed.components)
    assert "1 of 1 right" in texts(revealed.components)
    assert "Review mine" in labels(result)
    assert "Closed" in texts(paper.components)
    results = said(
        await room.teacher.slash(room.channel, "assignment results", assignment=str(assignment_id(room)))
    )
    assert f"<@{room.ada.id}> — **100 %** · live: 1 of 1 right" in results
    assert f"<@{room.ben.id}> — **0 %** · 1: 0 of 1 right" in results
    assert await room.standings_agree()


async def test_only_instructors_let_a_round_stay_open(room: Classroom) -> None:
    refused = await room.ada.slash(room.channel, "quiz start", stays_open=1)
    assert "This is for instructors" in said(refused)


async def test_where_it_cannot_be_posted_its_creator_is_told(room: Classroom) -> None:
    await create(room, opens="in 10 min", closes="in 1 hour")
    room.env.backend.delete_channel(room.channel.id)
    await room.env.advance_time(10 * 60 + 1)
    assert room.rows("SELECT state FROM assignments") == [("cancelled",)]
    (told,) = [
        entry.json["content"] for entry in room.requests("POST", "/messages") if entry.json.get("content")
    ]
    assert "could not be posted" in told


async def test_buttons_of_an_attempt_do_nothing_for_others(room: Classroom) -> None:
    await create(room)
    reply = await begin(room, room.ada)
    name = control_of(reply)
    attempt = name.split(":")[1]
    page = next(part for part in custom_ids(reply.response) if part.startswith("page:"))
    for custom_id in (name, page, page.replace("page", "hand-in").rpartition(":")[0], f"why:{attempt}"):
        (result,) = await room.at_once([(room.ben, custom_id)])
        assert "Saved" not in said(result)
        assert "Question" not in said(result)
    assert room.rows("SELECT count(*) FROM answers") == [(0,)]
    assert room.rows("SELECT submitted_at FROM attempts") == [(None,)]


async def test_what_a_ruling_changed_is_told_to_a_learner_once_he_has_handed_in(room: Classroom) -> None:
    await create(room, questions=1, explanations="after_attempt")
    adas = await begin(room, room.ada)
    await answer(room, room.ada, adas, right=False)
    await hand_in(room, room.ada, adas)
    bens = await begin(room, room.ben)
    await answer(room, room.ben, bens, right=False)
    await room.ada.click(adas.response, label="Review mine")
    form = await room.ada.click(adas.response, label="Dispute this")
    await room.ada.submit_modal(form, {"text": "It is ambiguous."})
    shown = await room.teacher.slash(room.channel, "disputes show", number=1)
    form = await room.teacher.click(shown.response, label="Void: points for all")
    await room.teacher.submit_modal(form, {"text": "It is."})
    await room.env.advance_time(1)
    assert private(room.ben) == []
    await hand_in(room, room.ben, bens)
    await room.env.advance_time(1)
    (notice,) = private(room.ben)
    assert "Your marks have changed" in notice


def private(who: Any) -> list[str]:
    channel = who.user.dm_channel
    return [] if channel is None else [texts(message.components) for message in channel.history()]
