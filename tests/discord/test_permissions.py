"""Who may use what, over every command and every button that changes something."""

from __future__ import annotations

import discord

from bot.cogs.information import INSTRUCTOR_COMMANDS
from tests.discord.classroom import Classroom, texts

INSTRUCTORS_ONLY = "This is for instructors"
ASSIGNMENT_COMMANDS = {
    "assignment create": {"closes": "in 3 days"},
    "assignment list": {},
    "assignment close": {"assignment": "1"},
    "assignment extend": {"assignment": "1", "closes": "in 4 days"},
    "assignment results": {"assignment": "1"},
}
SCHEDULE_COMMANDS = {
    "schedule create": {"every": "daily", "at": "12:30"},
    "schedule edit": {"schedule": "1", "at": "12:45"},
    "schedule list": {},
    "schedule skip-dates": {"dates": "2026-12-24"},
    **{
        f"schedule {name}": {"schedule": "1"}
        for name in ("show", "pause", "resume", "skip", "run-now", "delete")
    },
}


async def test_every_command_of_instructors_asks_for_manage_server_by_default(room: Classroom) -> None:
    needed: dict[str, dict[str, object]] = {
        "settings show": {},
        "settings timezone": {"zone": "UTC"},
        "settings instructors": {},
        "settings starters": {"who": "everyone"},
        "settings answers": {"policy": "final"},
        "settings channel": {},
        "disputes list": {},
        "disputes show": {"number": 1},
        **ASSIGNMENT_COMMANDS,
        **SCHEDULE_COMMANDS,
        "learner accommodate": {"learner": room.ben, "factor": 1.5},
        "learner list": {},
        "learner remove": {"learner": room.ben},
    }
    groups = {name.partition(" ")[0] for name in needed}
    assert groups <= INSTRUCTOR_COMMANDS
    offered = {
        name for name in room.teacher.available_commands(room.channel) if name.partition(" ")[0] in groups
    }
    assert offered == set(needed), "a new instructor command needs its line here"
    helper = room.guild.create_role("Helper", permissions=discord.Permissions(manage_channels=True))
    nearly = room.guild.add_member(room.env.create_user("nearly"), roles=[helper])
    for command, options in needed.items():
        for who in (room.ada, nearly):
            refused = await who.slash(room.channel, command, **options)
            assert refused.ephemeral
            assert refused.response.content.startswith(INSTRUCTORS_ONLY)
        allowed = await room.teacher.slash(room.channel, command, **options)
        said = allowed.response.content or texts(allowed.response.components)
        assert not said.startswith(INSTRUCTORS_ONLY)
        if command.startswith("settings"):
            assert "Settings of this server" in said


async def test_an_administrator_is_an_instructor(room: Classroom) -> None:
    role = room.guild.create_role("Admin", permissions=discord.Permissions(administrator=True))
    admin = room.guild.add_member(room.env.create_user("admin"), roles=[role])
    assert "Settings of this server" in texts(
        (await admin.slash(room.channel, "settings show")).response.components
    )


async def test_whoever_lost_the_permission_is_an_instructor_no_more(room: Classroom) -> None:
    await room.start(room.ada, questions=2)
    await room.first_question()
    asked = await room.teacher.slash(room.channel, "quiz stop")
    teacher_role = room.guild.roles["Teacher"]
    room.env.backend.remove_member_role(room.guild.id, room.teacher.id, teacher_role.id)
    refused = await room.teacher.click(asked.response, label="Stop the round")
    assert "Only the person who started the round, or an instructor, can do that." in refused.response.content
    refused = await room.teacher.slash(room.channel, "settings show")
    assert refused.response.content.startswith(INSTRUCTORS_ONLY)


async def test_everyone_may_see_status_board_sources_and_help(room: Classroom) -> None:
    await room.start(questions=1)
    for command in ("quiz status", "leaderboard", "sources", "help"):
        shown = await room.ada.slash(room.channel, command)
        assert shown.ephemeral
        assert shown.response.components


async def test_every_reply_to_a_command_is_private(room: Classroom) -> None:
    await room.play()
    for command in room.teacher.available_commands(room.channel):
        options = {
            "settings timezone": {"zone": "UTC"},
            "settings starters": {"who": "everyone"},
            "learner accommodate": {"learner": room.ben},
            "learner remove": {"learner": room.ben},
            "disputes show": {"number": 1},
            "results assignment": {"assignment": "1"},
            **ASSIGNMENT_COMMANDS,
            **SCHEDULE_COMMANDS,
        }.get(command, {})
        if command == "settings answers":
            options = {"policy": "final"}
        if command == "bank reload":
            continue  # it would read the bundled course in place of this one: see test_bank
        if command.startswith("bank"):
            options = {"bank search": {"words": "river"}, "bank report": {}}.get(
                command, {"question": next(iter(room.courses["rivers"].questions)).id}
            )
        for who in (room.teacher, room.ada):
            shown = await who.slash(room.channel, command, **options)
            assert shown.acknowledged, command
            assert shown.ephemeral, command
