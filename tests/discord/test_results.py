"""/results: marks as a private card and as a file."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import discord
import pytest

from tests.discord.classroom import CLOSE, Classroom, classroom, texts
from tests.discord.test_assignments import answer, begin, create, hand_in
from tests.sample_course import course

INSTRUCTORS_ONLY = "This is for instructors"


async def taught(room: Classroom, *, questions: int = 2) -> None:
    """A round in which Ada is right, Ben wrong, and Chen right once and then silent."""
    await room.start(questions=questions, seconds=20, pause=3)
    await room.first_question()
    for number in range(questions):
        if number:
            await room.env.advance_time(3.1)
        await room.answer(room.ada, right=True)
        await room.answer(room.ben, right=False)
        if not number:
            await room.answer(room.chen, right=True)
        await room.env.advance_time(20 + CLOSE)


def said(shown: Any) -> str:
    return texts(shown.response.components)


def file_of(room: Classroom, shown: Any) -> list[list[str]]:
    (attachment,) = shown.response.attachments
    data: bytes = room.env.backend.cdn.get(attachment.url)
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


async def test_the_marks_of_a_round_are_a_private_card_with_a_file(room: Classroom) -> None:
    await taught(room)
    shown = await room.teacher.slash(room.channel, "results round")
    assert shown.ephemeral
    lines = [line for line in said(shown).splitlines() if "<@" in line]
    assert lines == [
        f"1\\. <@{room.ada.id}> — **2** of 2 (100%)",
        f"2\\. <@{room.chen.id}> — **1** of 2 (50%) · 1 not answered",
        f"3\\. <@{room.ben.id}> — **0** of 2 (0%)",
    ]
    assert file_of(room, shown) == [
        ["Name", "Discord id", "Mark", "Out of", "Per cent", "Question 1", "Question 2"],
        ["ada", f"id {room.ada.id}", "2", "2", "100", "1", "1"],
        ["chen", f"id {room.chen.id}", "1", "2", "50", "1", ""],
        ["ben", f"id {room.ben.id}", "0", "2", "0", "0", "0"],
    ]
    (attachment,) = shown.response.attachments
    assert attachment.description == "A table of the marks of 3 learners."


async def test_columns_and_formats_are_those_that_the_programs_import(room: Classroom) -> None:
    await taught(room)
    moodle = await room.teacher.slash(room.channel, "results round", format="moodle", columns="total")
    title = "Footnote: Rivers of the world, 2026-01-01 00:00"
    assert file_of(room, moodle)[:2] == [
        ["First name", "ID number", title],
        ["ada", str(room.ada.id), "100"],
    ]
    canvas = await room.teacher.slash(room.channel, "results round", format="canvas", columns="total")
    assert file_of(room, canvas)[:3] == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", title],
        ["    Points Possible", "", "", "", "", "2"],
        ["ada", "", "", str(room.ada.id), "", "2"],
    ]
    everything = await room.teacher.slash(room.channel, "results round", columns="everything")
    assert file_of(room, everything)[0][5:7] == ["Answered", "Points"]


async def test_the_marks_of_a_course_have_a_column_a_round(room: Classroom) -> None:
    await taught(room)
    await room.env.advance_time(3600)
    await room.play(questions=1)
    shown = await room.teacher.slash(room.channel, "results course")
    assert f"<@{room.ada.id}> — **3** of 3 (100%) · 2 of 2 rounds" in said(shown)
    assert f"<@{room.ben.id}> — **0** of 3 (0%) · 1 of 2 rounds" in said(shown)
    header, *rows = file_of(room, shown)
    assert header[5] == "Rivers of the world, 2026-01-01 00:00"
    assert header[6].startswith("Rivers of the world, 2026-01-01 01:")
    ben = next(row for row in rows if row[0] == "ben")
    assert ben[5:] == ["0", ""], "an absence is an empty cell, not a zero"


async def test_a_name_that_is_a_formula_does_nothing_in_a_spreadsheet(room: Classroom) -> None:
    mallory = room.add_learner("=cmd|'/c calc'!A1")
    await room.start(questions=1)
    await room.first_question()
    await room.answer(mallory, right=True)
    await room.close()
    for made_for in ("spreadsheet", "moodle", "canvas"):
        shown = await room.teacher.slash(room.channel, "results round", format=made_for)
        cells = [cell for row in file_of(room, shown) for cell in row]
        assert "'=cmd|'/c calc'!A1" in cells
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


async def test_a_learner_sees_his_own_marks_and_nobody_elses(room: Classroom) -> None:
    await taught(room)
    own = await room.ben.slash(room.channel, "results learner")
    assert own.ephemeral
    assert f"<@{room.ben.id}>" in said(own)
    assert "**0** of 2 (0%)" in said(own)
    assert str(room.ada.id) not in said(own)
    assert [row[1] for row in file_of(room, own)[1:]] == [f"id {room.ben.id}"]
    refused = await room.ben.slash(room.channel, "results learner", learner=room.ada)
    assert refused.ephemeral
    assert refused.response.content.startswith(INSTRUCTORS_ONLY)
    told = await room.teacher.slash(room.channel, "results learner", learner=room.ada)
    assert "All together: **2** of 2 (100%)" in said(told)
    nothing = await room.teacher.slash(room.channel, "results learner")
    assert nothing.response.content.startswith("There are no marks yet")


@pytest.mark.parametrize("command", ["results round", "results course"])
async def test_only_instructors_see_the_marks_of_all(room: Classroom, command: str) -> None:
    await taught(room, questions=1)
    refused = await room.ada.slash(room.channel, command)
    assert refused.ephemeral
    assert refused.response.content.startswith(INSTRUCTORS_ONLY)
    assert refused.response.attachments == []


async def test_an_instructor_who_is_none_any_more_sees_no_marks(room: Classroom) -> None:
    await taught(room, questions=1)
    assert (await room.teacher.slash(room.channel, "results round")).response.attachments
    room.env.backend.remove_member_role(room.guild.id, room.teacher.id, room.guild.roles["Teacher"].id)
    refused = await room.teacher.slash(room.channel, "results round")
    assert refused.response.content.startswith(INSTRUCTORS_ONLY)


async def test_rounds_of_another_server_are_neither_offered_nor_shown(room: Classroom) -> None:
    await taught(room, questions=1)
    round_id = str(room.round_id)
    other = room.env.create_guild("Other")
    place = other.create_text_channel("quiz")
    owns = other.create_role("Head", permissions=discord.Permissions(manage_guild=True))
    head = other.add_member(room.env.create_user("head"), roles=[owns])
    assert await head.autocomplete(place, "results round", "round", "") == []
    for typed in (round_id, "0", "-1", "1e3", "٣", "9" * 30, "'; DROP TABLE rounds"):
        refused = await head.slash(place, "results round", round=typed)
        assert refused.ephemeral
        assert refused.response.content == "That belongs to another server."
    nothing = await head.slash(place, "results course", course="rivers")
    assert nothing.response.content.startswith("There are no marks yet")


async def test_rounds_are_offered_to_instructors_by_when_they_began(room: Classroom) -> None:
    await room.teacher.slash(room.channel, "settings timezone", zone="Asia/Shanghai")
    await taught(room, questions=1)
    offered = await room.teacher.autocomplete(room.channel, "results round", "round", "riv")
    assert offered == [{"name": "2026-01-01 08:00 · Rivers of the world", "value": str(room.round_id)}]
    assert await room.ada.autocomplete(room.channel, "results round", "round", "") == []


async def test_without_a_round_there_is_a_sentence(room: Classroom) -> None:
    refused = await room.teacher.slash(room.channel, "results round")
    assert refused.response.content == "No round has been played here yet. Start one with /quiz start."


async def test_an_open_question_has_no_mark_yet(room: Classroom) -> None:
    await room.start(questions=2)
    await room.first_question()
    await room.answer(room.ada, right=True)
    refused = await room.teacher.slash(room.channel, "results round")
    assert refused.response.content.startswith("There are no marks yet")


async def test_many_learners_fit_into_the_card_and_the_file(room: Classroom) -> None:
    learners = [room.add_learner(f"learner{number}") for number in range(40)]
    await room.start(questions=1)
    await room.first_question()
    for who in learners:
        await room.answer(who, right=True)
    await room.close()
    shown = await room.teacher.slash(room.channel, "results round")
    assert "and 25 more in the file" in said(shown)
    assert len(file_of(room, shown)) == 41


async def test_a_course_whose_title_begins_like_a_formula_is_harmless_too(database_file: Path) -> None:
    async with classroom(database_file, replace(course(), title="+1 for rivers")) as room:
        await taught(room, questions=1)
        shown = await room.teacher.slash(room.channel, "results course", format="spreadsheet")
        assert file_of(room, shown)[0][5] == "'+1 for rivers, 2026-01-01 00:00"


async def test_the_marks_of_an_assignment_follow_its_attempt_policy(room: Classroom) -> None:
    await create(room, questions=2)
    for who, right in ((room.ada, True), (room.ben, False)):
        reply = await begin(room, who)
        for _ in range(2):
            await answer(room, who, reply, right=right)
        await hand_in(room, who, reply)
    number = str(room.rows("SELECT max(id) FROM assignments")[0][0])
    shown = await room.teacher.slash(room.channel, "results assignment", assignment=number)
    assert shown.ephemeral
    assert f"1\\. <@{room.ada.id}> — **2** of 2 (100%)" in said(shown)
    assert file_of(room, shown)[1:] == [
        ["ada", f"id {room.ada.id}", "2", "2", "100"],
        ["ben", f"id {room.ben.id}", "0", "2", "0"],
    ]
    moodle = await room.teacher.slash(room.channel, "results assignment", assignment=number, format="moodle")
    assert file_of(room, moodle)[0][2] == "Footnote: Rivers of the world, 2026-01-01 00:00"
    refused = await room.ada.slash(room.channel, "results assignment", assignment=number)
    assert refused.response.content.startswith(INSTRUCTORS_ONLY)
    unknown = await room.teacher.slash(room.channel, "results assignment", assignment="999")
    assert unknown.ephemeral
    assert unknown.response.attachments == []
