"""/bank: the questions in Discord, for instructors; and reports of mistakes, from everyone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.bank import course_files
from bot.services.course_loading import CourseFolders, load_courses
from bot.ui.text import plain
from tests.databases import migrate
from tests.discord.classroom import Classroom, classroom, labels, texts
from tests.services.test_course_shelf import write

COMMANDS: list[tuple[str, dict[str, Any]]] = [
    ("bank search", {"words": "river"}),
    ("bank preview", {"question": "nile"}),
    ("bank disable", {"question": "nile"}),
    ("bank enable", {"question": "nile"}),
    ("bank report", {}),
    ("bank reload", {}),
]


def first(room: Classroom) -> Any:
    return room.courses["rivers"].questions[0]


@pytest.mark.parametrize(("command", "options"), COMMANDS, ids=str)
async def test_learners_may_not_use_it(room: Classroom, command: str, options: dict[str, Any]) -> None:
    refused = await room.ada.slash(room.channel, command, **options)
    assert refused.ephemeral
    assert refused.response.content.startswith("This is for instructors:")


async def test_learners_are_offered_no_question_while_they_type(room: Classroom) -> None:
    assert await room.ada.autocomplete(room.channel, "bank preview", "question", "") == []
    offered = await room.teacher.autocomplete(room.channel, "bank preview", "question", first(room).id)
    assert offered[0]["value"] == first(room).id


async def test_search_shows_pages_of_questions_privately(room: Classroom) -> None:
    shown = await room.teacher.slash(room.channel, "bank search", words="e")
    assert shown.ephemeral
    before = texts(shown.response.components)
    assert "never asked here" in before
    turned = await room.teacher.click(shown.response, label="Next")
    assert texts(turned.response.components) != before
    assert "Page 2 of" in " ".join(labels(turned.response))


async def test_search_without_a_hit_says_what_to_do(room: Classroom) -> None:
    shown = await room.teacher.slash(room.channel, "bank search", words="xyzzy")
    assert "Try fewer, or other ones." in texts(shown.response.components)


async def test_whoever_is_an_instructor_no_more_cannot_turn_the_page(room: Classroom) -> None:
    shown = await room.teacher.slash(room.channel, "bank search", words="e")
    room.env.backend.remove_member_role(room.guild.id, room.teacher.id, room.guild.roles["Teacher"].id)
    refused = await room.teacher.click(shown.response, label="Next")
    assert refused.response.content.startswith("This is for instructors:")


async def test_preview_shows_key_explanation_and_footnotes(room: Classroom) -> None:
    question = first(room)
    shown = await room.teacher.slash(room.channel, "bank preview", question=question.id)
    assert shown.ephemeral
    said = texts(shown.response.components)
    for part in (question.stem, question.explanation, question.footnotes[0].text):
        assert plain(part) in said
    assert "version 1" in said


async def test_every_question_of_the_course_can_be_previewed(room: Classroom) -> None:
    for question in room.courses["rivers"].questions:
        shown = await room.teacher.slash(room.channel, "bank preview", question=question.id)
        assert plain(question.stem) in texts(shown.response.components)


async def test_an_unknown_question_is_refused_with_what_may_be_meant(room: Classroom) -> None:
    refused = await room.teacher.slash(room.channel, "bank preview", question=f"{first(room).id}x")
    assert f"Did you mean {plain(first(room).id)}" in refused.response.content


async def test_a_disabled_question_is_not_asked_until_it_is_enabled(room: Classroom) -> None:
    wanted, *others = room.courses["rivers"].questions
    for question in others:
        done = await room.teacher.slash(room.channel, "bank disable", question=question.id)
        assert "is asked no more on this server" in done.response.content
    again = await room.teacher.slash(room.channel, "bank disable", question=others[0].id, reason="dull")
    assert "was disabled before" in again.response.content
    await room.start(questions=5)
    assert room.rows("SELECT count(*) FROM round_questions") == [(1,)]
    assert room.asked(await room.first_question()).id == wanted.id
    back = await room.teacher.slash(room.channel, "bank enable", question=others[0].id)
    assert "can be asked again" in back.response.content


async def test_a_learners_report_arrives_at_the_instructors_and_is_settled(room: Classroom) -> None:
    await room.play(questions=1)
    card = next(card for card in room.cards() if "Why was mine wrong?" in labels(card))
    why = await room.ada.click(card, label="Why was mine wrong?")
    form = await room.ada.click(why.response, label="Report a mistake")
    sent = await room.ada.submit_modal(form, {"problem": "There is a misprint: **Nlie**."})
    assert sent.ephemeral
    assert sent.response.content.startswith("Thank you.")
    waits = await room.teacher.slash(room.channel, "bank report")
    said = texts(waits.response.components)
    assert "Report 1 of 1" in said
    assert plain("There is a misprint: **Nlie**.") in said
    assert f"<@{room.ada.id}>" in said
    settled = await room.teacher.click(waits.response, label="Settled")
    assert "No report waits." in texts(settled.response.components)


async def test_a_report_settled_by_somebody_else_is_refused_clearly(room: Classroom) -> None:
    question = first(room).id
    await room.teacher.slash(room.channel, "bank report", question=question, problem="Odd.")
    waits = await room.teacher.slash(room.channel, "bank report")
    same = await room.teacher.slash(room.channel, "bank report")
    await room.teacher.click(waits.response, label="Settled")
    refused = await room.teacher.click(same.response, label="Settled")
    assert "settled before" in refused.response.content


async def test_a_question_reported_without_a_word_is_not_reported(room: Classroom) -> None:
    refused = await room.teacher.slash(room.channel, "bank report", question=first(room).id)
    assert refused.response.content.startswith("Nothing was reported yet.")
    assert room.rows("SELECT count(*) FROM question_reports") == [(0,)]


async def test_the_reports_of_another_server_are_not_shown(room: Classroom) -> None:
    await room.teacher.slash(room.channel, "bank report", question=first(room).id, problem="Odd.")
    other = room.env.create_guild("Other", owner=room.env.create_user("head"))
    place = other.create_text_channel("quiz")
    head = other.add_member(other.owner)
    assert "No report waits." in texts((await head.slash(place, "bank report")).response.components)


@pytest.fixture
async def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Classroom, Path]]:
    """A server whose only course is a folder of files."""
    (tmp_path / "bundled").mkdir()
    monkeypatch.setattr(course_files, "bundled_courses", lambda: tmp_path / "bundled")
    folder = tmp_path / "tea"
    write(folder, "tea")
    folders = CourseFolders((folder,))
    course = (await load_courses(folders)).courses["tea"]
    file = tmp_path / "footnote.db"
    await migrate(f"sqlite+aiosqlite:///{file}")
    async with classroom(file, course, folders=folders) as room:
        yield room, folder


async def test_reload_plays_what_changed_in_the_files(library: tuple[Classroom, Path]) -> None:
    room, folder = library
    one = folder / "questions" / "one.yaml"
    one.write_text(one.read_text().replace("Blue", "Azure"))
    shown = await room.teacher.slash(room.channel, "bank reload")
    assert shown.ephemeral
    assert "**tea** · 1 question: 0 new, 1 changed, 0 withdrawn" in texts(shown.response.components)
    preview = await room.teacher.slash(
        room.channel, "bank preview", question=room.context.courses["tea"].questions[0].id
    )
    assert "Azure" in texts(preview.response.components)
    assert "version 2" in texts(preview.response.components)


async def test_reload_says_where_a_file_is_broken_and_the_course_stays(
    library: tuple[Classroom, Path],
) -> None:
    room, folder = library
    (folder / "questions" / "two.yaml").write_text("- id: [broken\n")
    shown = await room.teacher.slash(room.channel, "bank reload", course="tea")
    said = texts(shown.response.components)
    assert "have errors; it stays as it was before" in said
    assert "two.yaml" in said
    await room.start(questions=1)
    assert "Blue" in texts((await room.first_question()).components)


async def test_reload_of_a_course_that_is_none_is_refused(library: tuple[Classroom, Path]) -> None:
    room, _folder = library
    refused = await room.teacher.slash(room.channel, "bank reload", course="coffee")
    assert refused.response.content.startswith("There is no course “coffee”. Courses: tea.")


async def test_reload_changes_nothing_where_the_folder_is_gone(library: tuple[Classroom, Path]) -> None:
    room, folder = library
    folder.rename(folder.with_name("moved"))
    shown = await room.teacher.slash(room.channel, "bank reload")
    assert "The courses could not be read; they stay as they were." in texts(shown.response.components)
    assert list(room.context.courses) == ["tea"]
