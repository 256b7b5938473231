"""The round trip: answers, a dispute, a ruling, marks, boards, notices, and its undoing."""

from __future__ import annotations

import itertools
import re
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import discord
import pytest

from bot.ui import i18n
from tests.discord.classroom import Classroom, classroom, custom_ids, labels, texts
from tests.discord.test_language import Bracketed, assert_all_wrapped
from tests.sample_course import EVERY_TYPE, course, single_choice


async def staff(room: Classroom) -> Any:
    """A channel that instructors alone can read, named in the settings."""
    hidden = discord.PermissionOverwrite(view_channel=False)
    channel = room.guild.create_text_channel(
        "staff",
        overwrites={
            room.guild.default_role: hidden,
            room.guild.roles["Teacher"]: discord.PermissionOverwrite(view_channel=True),
            room.env.bot.user: discord.PermissionOverwrite(view_channel=True),
        },
    )
    set_ = await room.teacher.slash(room.channel, "settings channel", channel=channel)
    assert f"<#{channel.id}>" in texts(set_.response.components)
    return channel


async def revealed(room: Classroom) -> Any:
    """One question, answered by Ada with the key and by Ben and Chen with the same wrong option."""
    await room.start(questions=1, seconds=20, pause=3)
    card = await room.first_question()
    (key,) = room.shown(right=True)
    wrong = room.shown(right=False)[0]
    number = room.live().round_question_id
    for who, shown in ((room.ada, key), (room.ben, wrong), (room.chen, wrong)):
        await who.click(card, custom_id=f"a:{number}:{shown}")
    await room.close()
    return next(card for card in room.cards() if "Dispute this" in labels(card)), wrong


async def dispute(room: Classroom, card: Any, who: Any = None, case: str = "The *other* map has it.") -> Any:
    form = await (who or room.ben).click(card, label="Dispute this")
    return await (who or room.ben).submit_modal(form, {"text": case})


async def rule(
    who: Any, card: Any, label: str, answer: Any = None, why: str = "Both maps are sources."
) -> Any:
    form = await who.click(card, label=label)
    values = {"text": why} if answer is None else {"text": why, "answer": answer}
    return await who.submit_modal(form, values)


def told(who: Any) -> list[str]:
    channel = who.user.dm_channel
    return [] if channel is None else [texts(message.components) for message in channel.history()]


def points(room: Classroom) -> dict[int, int]:
    return dict(room.rows("SELECT learner_id, sum(points) FROM answers GROUP BY learner_id"))


async def test_the_round_trip_from_a_dispute_to_its_ruling_and_back(room: Classroom) -> None:
    channel = await staff(room)
    card, wrong = await revealed(room)
    sent = await dispute(room, card)
    assert sent.ephemeral
    assert "It is with the instructors." in texts(sent.response.components)
    shown = room.card(channel)
    said = texts(shown.components)
    assert "Dispute 1 · Rivers of the world · " in said
    assert "version 1" in said
    assert "1 of 3 right" in said
    assert f"<@{room.ben.id}> answered" in said
    assert "The \\*other\\* map has it." in said
    assert "Nobody else disputes it" in said
    assert "> Of the" in said  # the quotation
    before = points(room)

    made = await rule(room.teacher, shown, "Accept another answer", [str(wrong)])
    assert made.ephemeral
    assert "The points of 2 learners change." in texts(made.response.components)
    assert points(room) == {room.ada.id: 1000, room.ben.id: 1000, room.chen.id: 1000}
    assert await room.standings_agree()
    await room.env.advance_time(1)
    assert "Ruling 1" in texts(room.card(channel).components)
    assert labels(room.card(channel)) == ["Undo the ruling", "Change for the files"]
    (ben,), (chen,) = told(room.ben), told(room.chen)
    assert "Your dispute was settled" in ben
    assert "Your marks have changed" in chen
    for each in (ben, chen):
        assert "0 before, **1,000** now" in each
        assert "Why: Both maps are sources." in each
    assert told(room.ada) == []

    undone = await rule(room.teacher, room.card(channel), "Undo the ruling", why="I misread the map.")
    assert "Ruling 1 is undone" in texts(undone.response.components)
    assert points(room) == before
    assert await room.standings_agree()
    await room.env.advance_time(1)
    assert "Accept another answer" in labels(room.card(channel))
    for who in (room.ben, room.chen):
        assert "I misread the map." in told(who)[1]
        assert "1,000 before, **0** now" in told(who)[1]
    assert len(room.cards(channel)) == 1


async def test_a_second_press_shows_how_the_dispute_stands(room: Classroom) -> None:
    channel = await staff(room)
    card, _wrong = await revealed(room)
    await dispute(room, card)
    again = await room.ben.click(card, label="Dispute this")
    assert again.modal is None
    assert "waits for a ruling" in texts(again.response.components)
    await rule(room.teacher, room.card(channel), "Reject", why="The *atlas* is the source.")
    settled = await room.ben.click(card, label="Dispute this")
    assert "The dispute was rejected" in texts(settled.response.components)
    assert "The \\*atlas\\* is the source." in texts(settled.response.components)
    assert room.rows("SELECT count(*) FROM disputes") == [(1,)]
    await room.env.advance_time(1)
    assert "Your points for this question stay as they were: 0." in told(room.ben)[0]


async def test_a_new_dispute_is_told_to_be_with_the_instructors_however_long_it_took_to_keep(
    room: Classroom,
) -> None:
    card, _wrong = await revealed(room)
    ticks = itertools.count()
    clock = room.context.clock
    object.__setattr__(room.context, "clock", lambda: clock() + timedelta(milliseconds=next(ticks)))
    told = await dispute(room, card)
    assert "It is with the instructors." in texts(told.response.components)


async def test_the_button_stands_under_reveal_review_and_the_card_of_why(room: Classroom) -> None:
    card, _wrong = await revealed(room)
    why = await room.ben.click(card, label="Why was mine wrong?")
    assert "Dispute this" in labels(why.response)
    review = await room.ben.click(room.card(), label="Review mine")
    assert "Dispute this" in labels(review.response)
    form = await room.ben.click(review.response, label="Dispute this")
    await room.ben.submit_modal(form, {"text": "It counts."})
    assert room.rows("SELECT case_text FROM disputes") == [("It counts.",)]


async def test_who_did_not_answer_has_nothing_to_dispute(room: Classroom) -> None:
    card, _wrong = await revealed(room)
    refused = await room.teacher.click(card, label="Dispute this")
    assert refused.ephemeral
    assert "You did not answer this question" in refused.response.content
    why = await room.teacher.click(card, label="Why was mine wrong?")
    assert "Dispute this" not in labels(why.response)


async def test_nothing_is_told_of_a_question_that_is_open(room: Classroom) -> None:
    await room.start(questions=1)
    card = await room.first_question()
    number = room.live().round_question_id
    await room.answer(room.ben, right=False)
    (refused,) = await room.at_once([(room.ben, f"dp:{number}")], card)
    assert refused.response.content == "This question is still open. The key comes when it closes."


async def test_learners_can_neither_see_nor_rule_nor_undo(room: Classroom) -> None:
    card, wrong = await revealed(room)
    await dispute(room, card)
    shown = await room.teacher.slash(room.channel, "disputes show", number=1)
    form = await room.teacher.click(shown.response, label="Accept another answer")
    forged = [(room.ada, name) for name in ("ru:1:0", "ru:1:4", "un:1:1", "pa:1:1")]
    for refused in await room.at_once(forged, card):
        assert refused.ephemeral
        assert "This is for instructors" in refused.response.content
    # An instructor who was demoted between the button and the form.
    room.env.backend.remove_member_role(room.guild.id, room.teacher.id, room.guild.roles["Teacher"].id)
    late = await room.teacher.submit_modal(form, {"text": "Because.", "answer": [str(wrong)]})
    assert "This is for instructors" in late.response.content
    assert room.rows("SELECT count(*) FROM rulings") == [(0,)]


async def test_a_second_ruling_on_one_dispute_is_refused(room: Classroom) -> None:
    channel = await staff(room)
    card, wrong = await revealed(room)
    await dispute(room, card)
    shown = room.card(channel)
    form = await room.teacher.click(shown, label="Void: points for all")
    await rule(room.teacher, shown, "Accept another answer", [str(wrong)])
    late = await room.teacher.submit_modal(form, {"text": "Void it."})
    refusal = f"<@{room.teacher.id}> has ruled on this dispute already. Nothing was changed."
    assert late.response.content == refusal
    (again,) = await room.at_once([(room.teacher, "ru:1:0")], shown)
    assert again.response.content == refusal
    assert room.rows("SELECT kind FROM rulings") == [("accept",)]
    form = await room.teacher.click(room.card(channel), label="Undo the ruling")
    await rule(room.teacher, room.card(channel), "Undo the ruling", why="Wrong.")
    twice = await room.teacher.submit_modal(form, {"text": "Wrong."})
    assert "has undone this ruling already" in twice.response.content


async def test_ids_of_another_server_are_refused(room: Classroom) -> None:
    await staff(room)
    card, wrong = await revealed(room)
    await dispute(room, card)
    await rule(
        room.teacher,
        (await room.teacher.slash(room.channel, "disputes show", number=1)).response,
        "Accept another answer",
        [str(wrong)],
    )
    other = room.env.create_guild("Elsewhere")
    place = other.create_text_channel("quiz")
    boss = other.create_role("Boss", permissions=discord.Permissions(manage_guild=True))
    stranger = other.add_member(room.env.create_user("stranger"), roles=[boss])
    shown = await stranger.slash(place, "disputes show", number=1)
    assert shown.response.content == "That belongs to another server."
    listed = await stranger.slash(place, "disputes list")
    assert "No dispute waits" in texts(listed.response.components)
    assert await stranger.autocomplete(place, "disputes show", "number", 1) == []


async def test_without_a_channel_disputes_wait_in_the_list(room: Classroom) -> None:
    card, wrong = await revealed(room)
    await dispute(room, card)
    await dispute(room, card, room.chen, "Mine too.")
    listed = await room.teacher.slash(room.channel, "disputes list")
    assert listed.ephemeral
    assert "/settings channel" in texts(listed.response.components)
    named = re.search("Rivers of the world: “(.+?)”", texts(listed.response.components))
    assert named is not None
    assert named[1] in "".join(texts(posted.components) for posted in room.cards())
    shown = await room.teacher.select(listed.response, ["1"])
    assert shown.ephemeral
    assert "1 other learner disputes it too · 1 gave the same answer" in texts(shown.response.components)
    made = await rule(room.teacher, shown.response, "Change the key", [str(wrong)])
    assert "It concerns 2 disputes" in texts(made.response.components)
    assert points(room) == {room.ada.id: 0, room.ben.id: 1000, room.chen.id: 1000}
    await room.env.advance_time(1)
    assert "1,000 before, **0** now" in told(room.ada)[0]
    channel = await staff(room)
    await room.env.advance_time(1)
    assert room.cards(channel) == []  # what is settled needs no card
    settled = await room.teacher.slash(room.channel, "disputes list", settled=True)
    assert "**1** · " in texts(settled.response.components)
    ((question,),) = room.rows("SELECT key FROM questions JOIN rulings ON questions.id = question_id")
    preview = await room.teacher.slash(room.channel, "bank preview", question=question)
    assert "Both maps are sources." in texts(preview.response.components)


async def test_a_channel_that_everyone_can_read_cannot_be_the_instructors_own(room: Classroom) -> None:
    refused = await room.teacher.slash(room.channel, "settings channel", channel=room.channel)
    assert "learners must not see keys" in refused.response.content
    closed = room.guild.create_text_channel(
        "closed",
        overwrites={
            room.guild.default_role: discord.PermissionOverwrite(view_channel=False),
            room.guild.roles["Teacher"]: discord.PermissionOverwrite(view_channel=True),
        },
    )
    refused = await room.teacher.slash(room.channel, "settings channel", channel=closed)
    assert "Please give me in this channel: View Channel" in refused.response.content
    channel = await staff(room)
    cleared = await room.teacher.slash(room.channel, "settings channel")
    assert f"<#{channel.id}>" not in texts(cleared.response.components)


async def test_the_card_is_posted_once_though_the_process_dies_before_recording_it(room: Classroom) -> None:
    channel = await staff(room)
    card, _wrong = await revealed(room)
    await dispute(room, card)
    assert len(room.cards(channel)) == 1

    def forget() -> None:

        with sqlite3.connect(room.file) as connection:
            connection.execute("UPDATE disputes SET card_message_id = NULL, is_card_due = 1")

    await room.restart(forget)
    await room.env.advance_time(1)
    assert len(room.cards(channel)) == 1
    assert room.rows("SELECT card_message_id, is_card_due FROM disputes") == [(room.card(channel).id, 0)]


async def test_a_notice_comes_once_though_the_process_dies_before_recording_it(room: Classroom) -> None:
    card, _wrong = await revealed(room)
    await dispute(room, card)
    shown = await room.teacher.slash(room.channel, "disputes show", number=1)
    await rule(room.teacher, shown.response, "Void: points for none")
    await room.env.advance_time(1)
    assert [len(told(who)) for who in (room.ada, room.ben, room.chen)] == [1, 1, 0]

    def forget() -> None:

        with sqlite3.connect(room.file) as connection:
            connection.execute("UPDATE mark_notices SET state = 'waiting'")

    await room.restart(forget)
    await room.env.advance_time(1)
    assert [len(told(who)) for who in (room.ada, room.ben, room.chen)] == [1, 1, 0]
    assert room.rows("SELECT DISTINCT state FROM mark_notices") == [("sent",)]


async def test_many_notices_go_out_a_few_at_a_time(room: Classroom) -> None:
    learners = [room.add_learner(f"learner{number}") for number in range(12)]
    await room.start(questions=1)
    card = await room.first_question()
    number, wrong = room.live().round_question_id, room.shown(right=False)[0]
    await room.at_once([(who, f"a:{number}:{wrong}") for who in learners], card)
    await room.close()
    await dispute(room, next(c for c in room.cards() if "Dispute this" in labels(c)), learners[0])
    shown = await room.teacher.slash(room.channel, "disputes show", number=1)
    await rule(room.teacher, shown.response, "Void: points for all")
    await room.env.advance_time(1)
    assert sum(len(told(who)) for who in learners) == 5
    await room.env.advance_time(11)
    assert [len(told(who)) for who in learners] == [1] * 12


@pytest.mark.parametrize("question", EVERY_TYPE, ids=lambda question: question.type.value)
async def test_every_kind_of_question_can_be_disputed_and_ruled_on(
    database_file: Path, question: Any
) -> None:
    async with classroom(database_file, course((question,))) as room:
        channel = await staff(room)
        await room.start(questions=1, seconds=20)
        await room.first_question()
        await answer_wrong(room, question)
        await room.env.advance_time(60)
        card = next(c for c in room.cards() if "Dispute this" in labels(c))
        await dispute(room, card)
        assert points(room) == {room.ben.id: 0}
        label = "Accept another answer"
        if label not in labels(room.card(channel)):
            label = "Change the key"
        form = await room.teacher.click(room.card(channel), label=label)
        values: dict[str, Any] = {"text": "So it is.", "answer": offered(form)}
        if label == "Change the key":
            values["answer"] = ["0"]
        made = await room.teacher.submit_modal(form, values)
        assert "The points of 1 learner change." in texts(made.response.components)
        assert points(room) == {room.ben.id: 1000}
        review = await room.ben.click(room.card(), label="Review mine")
        assert "So it is." in texts(review.response.components)
        assert await room.standings_agree()


def offered(form: Any) -> Any:
    """What stands in the form's field for the answer before anything is changed: the learner's own."""
    (field,) = [part for part in walk(form.modal["components"]) if part.get("custom_id") == "answer"]
    if field["type"] == 3:
        return [option["value"] for option in field["options"] if option.get("default")]
    return field["value"]


def walk(components: Any) -> Iterator[Any]:
    for component in components:
        yield component
        yield from walk(component.get("components", []))
        yield from walk([component["component"]] if "component" in component else [])


async def answer_wrong(room: Classroom, question: Any) -> None:
    """Ben's answer, which earns nothing."""
    from bot.domain.question_types import QUESTION_TYPES
    from bot.domain.question_types.rules import Control

    card, live = room.card(), room.live()
    match QUESTION_TYPES[question.type].control:
        case Control.BUTTONS:
            wrong = room.shown(right=False)[0]
            await room.ben.click(card, custom_id=f"a:{live.round_question_id}:{wrong}")
        case Control.SELECT:
            await room.ben.select(card, [str(shown) for shown in room.shown(right=False)])
        case Control.FORM:
            form = await room.ben.click(card, custom_id=f"t:{live.round_question_id}")
            await room.ben.submit_modal(form, {"text": "2000" if question.numeric_key else "Rosalind"})
        case Control.TAPS:
            shown = await room.ben.click(card, label="Put in order")
            order = [live.option_order.index(at) for at in reversed(range(len(question.options)))]
            for tap in order[:-1]:
                name = next(n for n in custom_ids(shown.response) if n.endswith(str(tap)))
                shown = await room.ben.click(shown.response, custom_id=name)
        case Control.MATCH_FORM:
            form = await room.ben.click(card, label="Match")
            given = [live.option_order.index(at) for at in (3, 2, 1)]
            await room.ben.submit_modal(form, {str(n): [str(at)] for n, at in enumerate(given)})


async def test_disputes_rulings_and_notices_speak_the_readers_language(
    database_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with classroom(database_file, course((single_choice(0), single_choice(1)))) as room:
        channel = await staff(room)
        card, wrong = await revealed(room)
        await dispute(room, card, case="42")
        await dispute(room, card, room.chen, case="42")
        monkeypatch.setattr(i18n, "translations_for", lambda _locale: Bracketed())
        room.env.http_requests.clear()
        shown = await room.teacher.slash(room.channel, "disputes show", number=1)
        await room.ben.click(card, custom_id=f"dp:{number_of(card)}")
        for kind, answer in (("0", [str(wrong)]), ("1", [str(wrong)]), ("2", None), ("3", None), ("4", None)):
            await by_id(room.teacher, room.cards(channel)[0], f"ru:1:{kind}", why="42", answer=answer)
            await room.env.advance_time(30)
            (ruling,) = room.rows("SELECT max(id) FROM rulings")[0]
            for who in (room.ada, room.ben, room.chen):
                await who.click(card, custom_id=f"why:{number_of(card)}")
            await room.ben.click(card, custom_id=f"dp:{number_of(card)}")
            if kind != "4":
                await room.teacher.click(room.cards(channel)[0], custom_id=f"pa:1:{ruling}")
            await by_id(room.teacher, room.cards(channel)[0], f"un:1:{ruling}", why="42")
            await room.env.advance_time(30)
        await by_id(room.teacher, room.cards(channel)[0], "ru:1:0", why="42", answer=room_key(room, card))
        assert shown.ephemeral
        assert_all_wrapped(room)


def number_of(card: Any) -> int:
    return int(next(name for name in custom_ids(card) if name.startswith("dp:")).partition(":")[2])


def room_key(room: Classroom, card: Any) -> Any:
    """The key as shown, which counts already."""
    order = room.rows("SELECT option_order FROM round_questions WHERE id = ?", number_of(card))[0][0]
    key = min(room.asked(card).key)
    return [str(order.split(",").index(str(key)))]


async def by_id(who: Any, card: Any, custom_id: str, *, why: str, answer: Any = None) -> Any:
    form = await who.click(card, custom_id=custom_id)
    values = {"text": why} if answer is None else {"text": why, "answer": answer}
    return await who.submit_modal(form, values)


async def test_a_notice_that_would_tell_a_key_waits_for_the_round_that_asks_for_it(room: Classroom) -> None:
    card, wrong = await revealed(room)
    await dispute(room, card)
    listed = await room.teacher.slash(room.channel, "disputes list")
    shown = await room.teacher.select(listed.response, ["1"])
    await room.env.advance_time(60)
    (everything,) = room.rows("SELECT count(*) FROM questions WHERE is_current")[0]
    other = room.guild.create_text_channel("second")
    await room.start(channel=other, questions=everything, seconds=20, pause=3)
    await rule(room.teacher, shown.response, "Change the key", [str(wrong)])
    await room.env.advance_time(1)
    assert told(room.ada) == []
    await room.env.advance_time(everything * 60)
    (notice,) = told(room.ada)
    assert "1,000 before, **0** now" in notice


async def test_what_could_not_be_sent_is_shown_at_the_next_review_once(room: Classroom) -> None:
    card, _wrong = await revealed(room)
    await dispute(room, card)
    shown = await room.teacher.slash(room.channel, "disputes show", number=1)
    room.env.inject_error("POST", "/users/@me/channels", status=403, code=50007, message="Cannot send")
    await rule(room.teacher, shown.response, "Reject", why="The atlas alone counts.")
    await room.env.advance_time(1)
    assert room.rows("SELECT state FROM mark_notices") == [("shelved",)]
    review = await room.ben.click(room.card(), label="Review mine")
    assert ["The atlas alone counts." in texts(told.components) for told in review.followups] == [True]
    again = await room.ben.click(room.card(), label="Review mine")
    assert again.followups == []
    assert room.rows("SELECT DISTINCT state FROM mark_notices") == [("shown",)]
