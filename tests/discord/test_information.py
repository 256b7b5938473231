"""/sources and /help."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import discord

from bot.domain.questions import Source
from tests.discord.classroom import Classroom, classroom, texts
from tests.sample_course import OTHER_SOURCE, SOURCE, course, true_false


async def test_sources_lists_the_documents_with_all_that_is_known_of_them(database_file: Path) -> None:
    linked = Source("web", "On the Web", None, "Net Times", "2013-10", "https://example.org/a_b?c=*d*")
    taught = replace(course(), sources=(SOURCE, OTHER_SOURCE, linked))
    async with classroom(database_file, taught) as room:
        shown = await room.ada.slash(room.channel, "sources")
        assert shown.ephemeral
        said = texts(shown.response.components)
        assert "Rivers of the world" in said
        assert "Where they flow." in said
        assert "12 questions" in said
        lines = [line for line in said.splitlines() if line[:1].isdigit()]
        assert lines[0] == "1\\. Ada Writer, “The Atlas of Rivers”, River Press, 4 March 2020"
        assert lines[1] == "2\\. “An Almanac”, undated"
        assert "“On the Web”, Net Times, " in lines[2]
        assert "https://example.org/a_b?c=*d*" in lines[2]


async def test_sources_of_a_chosen_course(database_file: Path) -> None:
    second = replace(
        course(),
        id="bridges",
        title="Bridges",
        sources=(OTHER_SOURCE,),
        questions=(true_false(1, is_true=True),),
    )
    async with classroom(database_file, course(), second) as room:
        said = texts((await room.ada.slash(room.channel, "sources", course="bridges")).response.components)
        assert "Bridges" in said
        assert "An Almanac" in said
        assert "Atlas" not in said
        assert await room.ada.autocomplete(room.channel, "sources", "course", "br") == [
            {"name": "Bridges", "value": "bridges"}
        ]
        unknown = await room.ada.slash(room.channel, "sources", course="lakes")
        assert unknown.ephemeral
        assert unknown.response.content == "There is no course “lakes”. Courses: rivers, bridges."


async def test_a_hundred_sources_still_fit_into_one_message(database_file: Path) -> None:
    many = tuple(
        replace(SOURCE, id=f"s{number}", title=f"Volume {number} " + "x" * 150) for number in range(100)
    )
    async with classroom(database_file, replace(course(), sources=many)) as room:
        shown = await room.ada.slash(room.channel, "sources")
        assert "Volume 1 " in texts(shown.response.components)


async def test_help_shows_learners_what_they_can_use(room: Classroom) -> None:
    shown = await room.ada.slash(room.channel, "help")
    assert shown.ephemeral
    said = texts(shown.response.components)
    assert "For everyone" in said
    assert "For instructors" not in said
    assert "/settings" not in said
    for command in ("quiz start", "quiz stop", "quiz status", "leaderboard", "sources", "help"):
        assert f"`/{command}` — " in said


async def test_help_shows_instructors_their_commands_too(room: Classroom) -> None:
    shown = await room.teacher.slash(room.channel, "help")
    everyone, _, instructors = texts(shown.response.components).partition("**For instructors**")
    assert "`/quiz start` — " in everyone
    for command in ("show", "timezone", "instructors", "starters", "answers"):
        assert f"`/settings {command}` — " in instructors


async def test_help_goes_by_the_role_from_the_settings(room: Classroom) -> None:
    role = room.guild.create_role("Tutor")
    tutor = room.guild.add_member(room.env.create_user("tutor"), roles=[role])
    await room.teacher.slash(room.channel, "settings instructors", role=role)
    assert "For instructors" in texts((await tutor.slash(room.channel, "help")).response.components)


async def test_help_names_every_command_that_is_registered(room: Classroom) -> None:
    said = texts((await room.teacher.slash(room.channel, "help")).response.components)
    offered = room.teacher.available_commands(room.channel)
    assert offered
    for command in offered:
        assert f"`/{command}` — " in said


async def test_help_and_sources_work_in_a_private_conversation_and_rounds_do_not(room: Classroom) -> None:
    assert set(room.ada.user.available_commands()) <= {"help", "sources"}
    shown = await room.ada.user.slash("help")
    assert "Footnote" in texts(shown.response.components)
    assert "“The Atlas of Rivers”" in texts((await room.ada.user.slash("sources")).response.components)


async def test_every_command_says_what_it_does_and_what_its_options_are(room: Classroom) -> None:
    def leaves(options: list[dict[str, object]]) -> list[dict[str, object]]:
        found = []
        for option in options:
            found.append(option)
            found += leaves(option.get("options") or [])  # type: ignore[arg-type]
        return found

    for command in room.env.backend.commands[None].values():
        for part in leaves([command]):
            assert part["description"] not in ("", "…", None), part["name"]
            assert not str(part["description"]).startswith("interaction"), part["name"]


async def test_only_the_intents_that_are_needed_and_none_that_is_privileged(room: Classroom) -> None:
    intents = room.env.bot.intents
    assert not intents.members
    assert not intents.presences
    assert not intents.message_content
    assert intents == discord.Intents(guilds=True)
