"""/settings: what a server can set, and who may."""

from __future__ import annotations

from typing import Any

from tests.discord.classroom import Classroom, texts

COMMANDS: list[tuple[str, dict[str, Any]]] = [
    ("settings show", {}),
    ("settings timezone", {"zone": "Asia/Shanghai"}),
    ("settings instructors", {}),
    ("settings starters", {"who": "instructors"}),
    ("settings answers", {"policy": "changeable"}),
]


async def test_settings_shows_all_that_exists_with_its_defaults(room: Classroom) -> None:
    shown = await room.teacher.slash(room.channel, "settings show")
    assert shown.ephemeral
    said = texts(shown.response.components)
    assert "Time zone: **UTC**" in said
    assert "Instructors: Manage Server, and the role none" in said
    assert "Rounds are started by: **everyone**" in said
    assert "Answers are: **final**" in said


async def test_each_setting_is_set_and_shown_and_stays_after_a_restart(room: Classroom) -> None:
    role = room.guild.create_role("Tutor")
    for command, options in (
        ("settings timezone", {"zone": "Asia/Shanghai"}),
        ("settings instructors", {"role": role}),
        ("settings starters", {"who": "instructors"}),
        ("settings answers", {"policy": "changeable"}),
    ):
        changed = await room.teacher.slash(room.channel, command, **options)
        assert changed.ephemeral
        assert "Settings of this server" in texts(changed.response.components)
    await room.restart()
    said = texts((await room.teacher.slash(room.channel, "settings show")).response.components)
    assert "Time zone: **Asia/Shanghai**" in said
    assert f"<@&{role.id}>" in said
    assert "Rounds are started by: **instructors only**" in said
    assert "Answers are: **changeable until the question closes**" in said


async def test_settings_are_each_servers_own(room: Classroom) -> None:
    await room.teacher.slash(room.channel, "settings timezone", zone="Asia/Shanghai")
    other = room.env.create_guild("Other", owner=room.env.create_user("head"))
    place = other.create_text_channel("quiz")
    head = other.add_member(other.owner)
    assert "**UTC**" in texts((await head.slash(place, "settings show")).response.components)


async def test_time_zones_are_completed_while_they_are_typed(room: Classroom) -> None:
    async def offered(typed: str) -> list[str]:
        found = await room.teacher.autocomplete(room.channel, "settings timezone", "zone", typed)
        assert [choice["name"] for choice in found] == [choice["value"] for choice in found]
        return [choice["value"] for choice in found]

    assert (await offered("shang"))[0] == "Asia/Shanghai"
    assert (await offered("new york"))[0] == "America/New_York"
    assert (await offered("UTC"))[0] in {"UTC", "Etc/UTC"}
    assert len(await offered("")) == 25
    assert await offered("xyzzy") == []


async def test_a_time_zone_that_is_none_is_refused_with_what_may_be_meant(room: Classroom) -> None:
    refused = await room.teacher.slash(room.channel, "settings timezone", zone="Shanghaj")
    assert refused.ephemeral
    assert refused.response.content.startswith("There is no time zone “Shanghaj”. Did you mean Asia/Shanghai")
    nothing = await room.teacher.slash(room.channel, "settings timezone", zone="!!!")
    assert "Type a city, such as Shanghai, and choose from the list." in nothing.response.content
    assert room.rows("SELECT count(*) FROM guilds") == [(0,)]


async def test_a_time_zone_is_found_however_it_is_written(room: Classroom) -> None:
    shown = await room.teacher.slash(room.channel, "settings timezone", zone=" america/new york ")
    assert "Time zone: **America/New\\_York**" in texts(shown.response.components)


async def test_learners_may_not_use_settings(room: Classroom) -> None:
    for command, options in COMMANDS:
        refused = await room.ada.slash(room.channel, command, **options)
        assert refused.ephemeral
        assert refused.response.content.startswith("This is for instructors:")
    assert room.rows("SELECT count(*) FROM guilds") == [(0,)]


async def test_members_of_the_instructors_role_may_and_lose_it_with_the_role(room: Classroom) -> None:
    role = room.guild.create_role("Tutor")
    tutor = room.guild.add_member(room.env.create_user("tutor"), roles=[role])
    refused = await tutor.slash(room.channel, "settings show")
    assert "This is for instructors" in refused.response.content
    await room.teacher.slash(room.channel, "settings instructors", role=role)
    shown = await tutor.slash(room.channel, "settings show")
    assert "Settings of this server" in texts(shown.response.components)
    await room.teacher.slash(room.channel, "settings instructors")
    refused = await tutor.slash(room.channel, "settings show")
    assert "This is for instructors" in refused.response.content


async def test_the_servers_owner_may(room: Classroom) -> None:
    owner = room.guild.add_member(room.guild.owner)
    shown = await owner.slash(room.channel, "settings show")
    assert "Settings of this server" in texts(shown.response.components)
