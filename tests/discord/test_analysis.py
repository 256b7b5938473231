"""/analysis: figures for instructors, with their charts."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from typing import Any

import discord
import pytest
from PIL import Image

from bot import side_process
from tests.discord.classroom import CLOSE, Classroom, menu, texts

INSTRUCTORS_ONLY = "This is for instructors"
COMMANDS = ["analysis questions", "analysis facts", "analysis learners"]
PNG = b"\x89PNG"


async def taught(room: Classroom, learners: list[Any], *, questions: int = 3) -> None:
    """A round in which the first learner has all right, the last all wrong, and those between the more the earlier."""
    await room.start(questions=questions, seconds=20, pause=3)
    await room.first_question()
    for number in range(questions):
        if number:
            await room.env.advance_time(3.1)
        for place, who in enumerate(learners):
            await room.answer(
                who, right=place <= (len(learners) - 1) * (questions - number) // (questions + 1)
            )
        await room.env.advance_time(20 + CLOSE)


def a_class(room: Classroom, size: int) -> list[Any]:
    return [room.add_learner(f"learner{number}") for number in range(size)]


def said(shown: Any) -> str:
    return texts(shown.response.components)


def files(room: Classroom, shown: Any) -> dict[str, bytes]:
    return {
        attachment.filename: room.env.backend.cdn.get(attachment.url)
        for attachment in shown.response.attachments
    }


def gallery(message: Any) -> dict[str, Any]:
    def walk(components: Any) -> list[dict[str, Any]]:
        found = []
        for component in components:
            data = component if isinstance(component, dict) else component.to_dict()
            found += [data] if data.get("type") == 12 else walk(data.get("components", []))
        return found

    (found,) = walk(message.components)
    (item,) = found["items"]
    return item


async def test_questions_come_with_figures_footnotes_a_chart_and_a_file(room: Classroom) -> None:
    await taught(room, a_class(room, 6))
    shown = await room.teacher.slash(room.channel, "analysis questions")
    assert shown.ephemeral
    lines = said(shown).splitlines()
    assert "**33%** right¹ · discrimination² 0.66 · efficiency³ 100% · " in lines[3]
    assert lines[3].endswith(" s⁴ · 6 learners")
    assert [line for line in lines if line.startswith("-# ¹ Facility")]
    assert [line for line in lines if line.startswith("-# ⁵ Chosen by less than one in twenty")]
    assert "The first answer that a learner gave to a question counts." in said(shown)
    sent = files(room, shown)
    assert sent["chart.png"].startswith(PNG)
    header, *rows = csv.reader(io.StringIO(sent["questions.csv"].decode("utf-8-sig"), newline=""))
    assert header[4:7] == ["Learners", "Facility %", "Discrimination"]
    assert [row[4:6] for row in rows] == [["6", "33.33"], ["6", "50"], ["6", "66.67"]]


async def test_each_chart_has_a_text_for_whoever_does_not_see_it(room: Classroom) -> None:
    await taught(room, a_class(room, 6))
    for command in COMMANDS:
        shown = await room.teacher.slash(room.channel, command)
        chart = next(each for each in shown.response.attachments if each.filename == "chart.png")
        assert chart.description.startswith("Bar chart")
        assert "33%" in chart.description or "median" in chart.description
        assert gallery(shown.response)["description"] == chart.description


async def test_a_chart_is_made_for_a_phone(room: Classroom) -> None:
    await taught(room, a_class(room, 5))
    shown = await room.teacher.slash(room.channel, "analysis questions")
    picture = Image.open(io.BytesIO(files(room, shown)["chart.png"]))
    assert picture.width == 720
    assert picture.height < 2 * picture.width


async def test_a_question_can_be_looked_at_closely(room: Classroom) -> None:
    await taught(room, a_class(room, 6))
    shown = await room.teacher.slash(room.channel, "analysis questions")
    choice = menu(shown.response)["options"][0]
    close = await room.teacher.select(shown.response, values=[choice["value"]])
    assert close.ephemeral
    assert choice["label"].removeprefix("1. ") in said(close)
    assert "**33%** chose **A**" in said(close)
    assert "— **right answer**" in said(close)
    assert "— hardly chosen⁵" in said(close)
    assert "> " in said(close), "the quotation stands below"
    (chart,) = close.response.attachments
    assert chart.description.startswith("Bar chart of what was chosen. A, right: 33%.")


async def test_what_the_class_does_not_know_comes_first_with_its_quotation(room: Classroom) -> None:
    await taught(room, a_class(room, 6))
    for by in ("fact", "topic", "passage"):
        shown = await room.teacher.slash(room.channel, "analysis facts", by=by)
        assert shown.ephemeral
        assert "Teach again" in said(shown)
        assert "right on average" in said(shown)
        assert "> Of the " in said(shown)
        assert files(room, shown)["chart.png"].startswith(PNG)
    facts = said(await room.teacher.slash(room.channel, "analysis facts"))
    assert facts.index("**33%**") < facts.index("**50%**") < facts.index("**67%**")
    topics = said(await room.teacher.slash(room.channel, "analysis facts", by="topic"))
    assert "Rivers\n" in topics or "Towns\n" in topics


async def test_learners_who_may_need_help_are_named_to_instructors_alone(room: Classroom) -> None:
    learners = a_class(room, 6)
    await taught(room, learners, questions=5)
    shown = await room.teacher.slash(room.channel, "analysis learners")
    assert shown.ephemeral
    lines = [line for line in said(shown).splitlines() if "<@" in line]
    assert lines[0] == f"<@{learners[-1].id}> — **0%** right, 5 of 5 answered · less than half right"
    assert lines[-1] == f"<@{learners[0].id}> — **100%** right, 5 of 5 answered"
    assert "Please do not show them to others." in said(shown)
    described = shown.response.attachments[0].description
    assert not [who for who in learners if str(who.id) in described or who.user.name in described]


@pytest.mark.parametrize("size", [1, 4])
async def test_under_five_learners_there_are_no_figures(room: Classroom, size: int) -> None:
    await taught(room, a_class(room, size))
    for command in ("analysis questions", "analysis facts"):
        refused = await room.teacher.slash(room.channel, command)
        assert refused.ephemeral
        assert refused.response.content.startswith("Fewer than five learners have answered")
        assert refused.response.attachments == []
    shown = await room.teacher.slash(room.channel, "analysis learners")
    assert shown.response.attachments == [], "a chart of so few would name them"


async def test_a_question_that_too_few_answered_is_left_out_beside_others(room: Classroom) -> None:
    learners = a_class(room, 5)
    await room.start(questions=2, seconds=20, pause=3)
    await room.first_question()
    for who in learners:
        await room.answer(who, right=True)
    await room.env.advance_time(20 + CLOSE + 3.1)
    await room.answer(learners[0], right=True)
    await room.env.advance_time(20 + CLOSE)
    shown = await room.teacher.slash(room.channel, "analysis questions")
    assert "1 that fewer than five learners answered is left out." in said(shown)
    assert len(menu(shown.response)["options"]) == 1


@pytest.mark.parametrize("command", COMMANDS)
async def test_learners_see_no_analysis(room: Classroom, command: str) -> None:
    await taught(room, a_class(room, 5), questions=1)
    refused = await room.ada.slash(room.channel, command)
    assert refused.ephemeral
    assert refused.response.content.startswith(INSTRUCTORS_ONLY)
    assert refused.response.attachments == []


async def test_an_instructor_who_is_none_any_more_cannot_use_the_menu(room: Classroom) -> None:
    await taught(room, a_class(room, 5), questions=1)
    shown = await room.teacher.slash(room.channel, "analysis questions")
    room.env.backend.remove_member_role(room.guild.id, room.teacher.id, room.guild.roles["Teacher"].id)
    value = menu(shown.response)["options"][0]["value"]
    refused = await room.teacher.select(shown.response, values=[value])
    assert refused.response.content.startswith(INSTRUCTORS_ONLY)


async def test_rounds_of_another_server_are_refused(room: Classroom) -> None:
    await taught(room, a_class(room, 5), questions=1)
    other = room.env.create_guild("Other")
    place = other.create_text_channel("quiz")
    heads = other.create_role("Head", permissions=discord.Permissions(manage_guild=True))
    head = other.add_member(room.env.create_user("head"), roles=[heads])
    for command in COMMANDS:
        refused = await head.slash(place, command, round=str(room.round_id))
        assert refused.response.content == "That belongs to another server."
        assert await head.autocomplete(place, command, "round", "") == []
    for command in COMMANDS[:2]:
        refused = await head.slash(place, command, course="rivers")
        assert refused.response.content.startswith("Fewer than five learners")
    unknown = await head.slash(place, COMMANDS[0], course="lakes")
    assert unknown.response.content == "There is no course “lakes”. Courses: rivers."


async def test_a_whole_course_counts_first_answers_alone(room: Classroom) -> None:
    learners = a_class(room, 5)
    await taught(room, learners, questions=2)
    await room.env.advance_time(3600)
    await taught(room, learners, questions=2)
    shown = await room.teacher.slash(room.channel, "analysis questions", course="rivers")
    assert "all rounds" in said(shown)
    assert "5 learners" in said(shown)
    assert "10 learners" not in said(shown)


async def test_charts_are_drawn_in_another_process(room: Classroom) -> None:
    side_process.end()
    await taught(room, a_class(room, 5), questions=1)
    await room.teacher.slash(room.channel, "analysis questions")
    assert await side_process.aside(eval, "'matplotlib' in __import__('sys').modules")
    program = "import sys, bot.client; sys.exit(bool({'matplotlib', 'numpy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
