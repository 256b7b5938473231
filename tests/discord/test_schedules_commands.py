"""/schedule: what instructors see and can do, and what is refused with a clear private sentence."""

from __future__ import annotations

import re
from typing import Any

import discord
import pytest

from bot.services import schedules
from tests.discord.classroom import Classroom, labels, texts
from tests.discord.schedules import at, begun, make, preview
from tests.discord.test_losses import forbid


async def said(room: Classroom, command: str, who: Any = None, **options: Any) -> str:
    """What a command of `/schedule` answers, which is always private."""
    shown = await (who or room.teacher).slash(room.channel, f"schedule {command}", **options)
    assert shown.ephemeral
    return shown.response.content or texts(shown.response.components)


async def test_the_preview_shows_five_runs_as_timestamps_and_on_the_wall(room: Classroom) -> None:
    shown = await preview(
        room, every="weekly", days="sun", at="02:30", zone="America/New_York", start="2026-03-01"
    )
    assert shown.ephemeral
    told = texts(shown.response.components)
    assert labels(shown.response) == ["Confirm", "Cancel"]
    assert "every Sunday at **02:30** (America/New\\_York)" in told
    first, second = at("2026-03-01 02:30", "America/New_York"), at("2026-03-08 03:00", "America/New_York")
    assert f"1\\. **Sun 2026-03-01 02:30** (UTC-05:00) · <t:{int(first.timestamp())}:f>" in told
    moved = (
        f"2\\. **Sun 2026-03-08 03:00** (UTC-04:00) · <t:{int(second.timestamp())}:f> — 02:30 does not exist"
    )
    assert moved in told
    assert "5\\. " in told
    assert "6\\. " not in told
    assert room.cards() == []
    assert room.rows("SELECT state FROM schedules") == [("draft",)]


async def test_nothing_runs_before_it_is_confirmed_or_after_it_was_cancelled(room: Classroom) -> None:
    await preview(room)
    shown = await preview(room)
    await room.teacher.click(shown.response, label="Cancel")
    assert "Nothing was scheduled" in texts(shown.response.components)
    await room.until(at("2026-01-01 12:31"))
    assert begun(room) == []


async def test_a_second_click_on_confirm_is_refused(room: Classroom) -> None:
    shown = await preview(room)
    number = room.rows("SELECT id FROM schedules")[0][0]
    await room.teacher.click(shown.response, custom_id=f"sc:{number}")
    assert "is scheduled" in texts(shown.response.components)
    again = await preview(room, at="15:00")
    room.env.backend.advance_clock(16 * 60)
    late = await room.teacher.click(again.response, label="Confirm")
    assert late.response.content.startswith("This preview was used already or is too old.")
    assert room.rows("SELECT count(*) FROM schedules WHERE state = 'active'") == [(1,)]


async def test_an_instructor_demoted_between_two_clicks_confirms_nothing(room: Classroom) -> None:
    shown = await preview(room)
    room.env.backend.remove_member_role(room.guild.id, room.teacher.id, room.guild.roles["Teacher"].id)
    refused = await room.teacher.click(shown.response, label="Confirm")
    assert refused.ephemeral
    assert refused.response.content.startswith("This is for instructors")
    assert room.rows("SELECT state FROM schedules") == [("draft",)]


async def test_learners_can_use_none_of_it_and_are_offered_no_schedules(room: Classroom) -> None:
    await make(room)
    commands = {"list": {}, "skip-dates": {"dates": "2026-12-24"}}
    commands |= {
        name: {"schedule": "1"} for name in ("show", "edit", "pause", "resume", "skip", "run-now", "delete")
    }
    for command, options in commands.items():
        assert (await said(room, command, room.ada, **options)).startswith("This is for instructors"), command
    refused = await preview(room, room.ada)
    assert refused.response.content.startswith("This is for instructors")
    assert await room.ada.autocomplete(room.channel, "schedule show", "schedule", "") == []
    assert len(await room.teacher.autocomplete(room.channel, "schedule show", "schedule", "")) == 1


async def test_schedules_of_another_server_are_not_there(room: Classroom) -> None:
    await make(room)
    other = room.env.create_guild("Other", owner=room.env.create_user("head"))
    place = other.create_text_channel("quiz")
    head = other.add_member(other.owner)
    for command in ("show", "pause", "delete", "run-now", "skip"):
        shown = await head.slash(place, f"schedule {command}", schedule="1")
        assert shown.response.content.startswith("There is no such schedule on this server.")
    assert await head.autocomplete(place, "schedule show", "schedule", "") == []
    assert "no schedule here yet" in texts((await head.slash(place, "schedule list")).response.components)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"at": "25:00"}, "“25:00” is not a time of day."),
        ({"at": "12:30", "start": "2026-02-30"}, "“2026-02-30” is not a date of the calendar."),
        ({"start": "2025-12-31"}, "2025-12-31 is in the past; today is 2026-01-01 there."),
        ({"end": "2025-12-31"}, "2025-12-31 is in the past"),
        ({"start": "2026-03-01", "end": "2026-02-01"}, "The end lies before the start."),
        ({"zone": "Europe/Berlim"}, "There is no time zone “Europe/Berlim”. Did you mean Europe/Berlin"),
        ({"questions": 13}, "There are 12 questions to ask with these choices, not 13."),
        ({"topic": "towns", "questions": 7}, "There are 6 questions to ask with these choices, not 7."),
        ({"course": "lakes"}, "There is no course “lakes”."),
        ({"topic": "lakes"}, "This course has no topic “lakes”."),
        ({"days": "mon"}, "Days go with weekly and monthly only."),
        ({"every": "weekly", "days": "moonday"}, "“moonday” are not days of the week."),
        ({"every": "monthly", "days": "32"}, "“32” is not a day of a month."),
        ({"every": "weekdays", "interval": 2}, "An interval goes with daily, weekly or monthly only."),
        (
            {
                "every": "monthly",
                "days": "30",
                "start": "2026-02-01",
                "end": "2026-02-28",
                "short_month": "skip",
            },
            "Such a schedule would never run",
        ),
        ({"every": "once", "start": "2026-01-01", "at": "00:00"}, "Such a schedule would never run"),
    ],
)
async def test_what_cannot_be_is_refused_with_a_sentence_and_nothing_is_kept(
    room: Classroom, options: dict[str, Any], sentence: str
) -> None:
    refused = await preview(room, **options)
    assert refused.ephemeral
    assert sentence.replace("_", "\\_") in refused.response.content.replace("\\-", "-").replace("\\:", ":")
    assert room.rows("SELECT count(*) FROM schedules") == [(0,)]


async def test_list_and_show_tell_what_there_is(room: Classroom) -> None:
    assert "There is no schedule here yet." in await said(room, "list")
    await make(room, name="Morning *quiz*", every="weekdays", at="09:30")
    listed = await said(room, "list")
    assert "**Morning \\*quiz\\***" in listed
    assert "Monday to Friday at **09:30** (UTC)" in listed
    shown = await said(room, "show", schedule="morning *quiz*")
    assert "Next 5 runs" in shown
    assert f"Made by <@{room.teacher.id}>" in shown


async def test_edit_changes_what_is_said_and_keeps_the_rest(room: Classroom) -> None:
    await make(room, every="weekly", days="mon, wed", at="09:30", questions=3)
    shown = await room.teacher.slash(room.channel, "schedule edit", schedule="1", at="10:15")
    assert labels(shown.response) == ["Change it", "Cancel"]
    told = texts(shown.response.components)
    assert "every Monday, Wednesday at **10:15**" in told
    assert "3 questions" in told
    assert "09:30" in await said(room, "show", schedule="1")
    await room.teacher.click(shown.response, label="Change it")
    assert "10:15" in await said(room, "show", schedule="1")
    await room.until(at("2026-01-05 10:16"))
    assert begun(room) == ["2026-01-05 10:15"]
    assert room.rows("SELECT count(*) FROM schedules WHERE state = 'active'") == [(1,)]
    nothing = await room.teacher.slash(room.channel, "schedule edit", schedule="1", at="10:15")
    assert nothing.response.content.startswith("That would change nothing.")


async def test_a_change_of_what_somebody_else_has_changed_is_refused(room: Classroom) -> None:
    await make(room)
    mine = await room.teacher.slash(room.channel, "schedule edit", schedule="1", at="10:15")
    await said(room, "skip", schedule="1")
    refused = await room.teacher.click(mine.response, label="Change it")
    assert refused.response.content.startswith("The schedule has changed in the meantime")
    assert "12:30" in await said(room, "show", schedule="1")


async def test_pause_and_resume(room: Classroom) -> None:
    await make(room)
    assert "is paused" in await said(room, "pause", schedule="1")
    assert "paused already" in await said(room, "pause", schedule="1")
    assert "paused: by an instructor" in await said(room, "list")
    await room.until(at("2026-01-03 12:31"))
    assert begun(room) == []
    assert "goes on. Next run" in await said(room, "resume", schedule="1")
    assert "not paused" in await said(room, "resume", schedule="1")
    await room.env.advance_time(60)
    assert begun(room) == [], "what passed meanwhile is not made up for"
    await room.until(at("2026-01-04 12:31"))
    assert begun(room) == ["2026-01-04 12:30"]
    assert room.told() == []


async def test_skip_leaves_out_the_next_run_alone(room: Classroom) -> None:
    await make(room, runs=2)
    assert "has no run on Thu 2026-01-01. Next run" in await said(room, "skip", schedule="1")
    for day in (1, 2, 3, 4):
        await room.until(at(f"2026-01-0{day} 12:31"))
    assert begun(room) == ["2026-01-02 12:30", "2026-01-03 12:30"], "two runs are still two runs"
    assert "no further run" in await said(room, "skip", schedule="1")


async def test_skip_of_a_paused_schedule_leaves_out_a_run_that_lies_ahead(room: Classroom) -> None:
    await make(room)
    await said(room, "pause", schedule="1")
    await room.until(at("2026-01-05 18:00"))
    told = await said(room, "skip", schedule="1")
    assert "has no run on Tue 2026-01-06." in told
    assert f"Next run <t:{int(at('2026-01-07 12:30').timestamp())}:f>" in told
    await said(room, "resume", schedule="1")
    await room.until(at("2026-01-07 12:31"))
    assert begun(room) == ["2026-01-07 12:30"]


@pytest.mark.parametrize(
    ("given", "runs"),
    [
        ({"every": "daily"}, ["2026-01-02", "2026-01-03"]),
        ({"every": "weekly"}, ["2026-01-08", "2026-01-15"]),
        ({"every": "weekly", "interval": 2}, ["2026-01-08", "2026-01-22"]),
        ({"every": "monthly"}, ["2026-02-01", "2026-03-01"]),
    ],
)
async def test_the_run_of_today_that_has_passed_is_none_of_those_asked_for(
    room: Classroom, given: dict[str, Any], runs: list[str]
) -> None:
    await room.until(at("2026-01-01 10:00"))
    shown = await preview(room, at="09:00", runs=2, **given)
    assert re.findall(r"(\S+) 09:00\*\* \(", texts(shown.response.components)) == runs


async def test_holidays_for_all_schedules_are_for_all_or_none(room: Classroom) -> None:
    assert "There is no schedule here yet." in await said(room, "skip-dates", dates="2026-01-02")
    await make(room)
    await make(room, at="15:00")
    await said(room, "skip-dates", schedule="2", dates="2027-01-01..2029-09-26")
    assert "at most 1000 dates" in await said(room, "skip-dates", dates="2026-01-02")
    assert room.rows("SELECT skip_dates FROM schedules WHERE id = 1") == [("",)]


async def test_run_now_starts_a_round_beside_the_schedule(room: Classroom) -> None:
    await make(room)
    assert "The round begins in" in await said(room, "run-now", schedule="1")
    await room.env.advance_time(1)
    assert "Quiz: Rivers of the world" in texts(room.card().components)
    assert "A round is already running" in await said(room, "run-now", schedule="1")
    await room.env.advance_time(60)
    await room.until(at("2026-01-01 12:31"))
    assert begun(room) == ["2026-01-01 00:00", "2026-01-01 12:30"]


async def test_delete_asks_once_more_and_ends_it(room: Classroom) -> None:
    await make(room)
    asked = await room.teacher.slash(room.channel, "schedule delete", schedule="1")
    await room.teacher.click(asked.response, label="Keep")
    asked = await room.teacher.slash(room.channel, "schedule delete", schedule="1")
    twice = await room.teacher.slash(room.channel, "schedule delete", schedule="1")
    await room.teacher.click(asked.response, label="Delete")
    assert "is deleted" in texts(asked.response.components)
    gone = await room.teacher.click(twice.response, label="Delete")
    assert gone.response.content.startswith("There is no such schedule")
    await room.until(at("2026-01-01 12:31"))
    assert begun(room) == []
    assert "There is no schedule here yet." in await said(room, "list")


async def test_two_schedules_that_would_meet_in_a_channel_are_refused(room: Classroom) -> None:
    await make(room, every="weekly", days="fri", at="12:30", questions=10, name="Friday")
    refused = await preview(room, every="daily", at="12:32")
    when = int(at("2026-01-02 12:32").timestamp())
    assert f"On <t:{when}:F> a round of “Friday” would be in the same channel." in refused.response.content
    await make(room, every="daily", at="12:32", thread=True)
    await make(room, channel=room.guild.create_text_channel("second"), every="daily", at="12:32")
    await make(room, every="daily", at="12:40")


async def test_of_two_previews_that_would_meet_one_is_confirmed(room: Classroom) -> None:
    first, second = await preview(room), await preview(room)
    await room.teacher.click(first.response, label="Confirm")
    refused = await room.teacher.click(second.response, label="Confirm")
    assert "would be in the same channel" in refused.response.content
    assert room.rows("SELECT count(*) FROM schedules WHERE state = 'active'") == [(1,)]


async def test_a_server_has_so_many_schedules_and_no_more(room: Classroom) -> None:
    object.__setattr__(room.context, "most_schedules", 2)
    await make(room, at="10:00")
    await make(room, at="11:00")
    refused = await preview(room, at="12:00")
    assert refused.response.content.startswith("This server may have 2 schedules at once.")
    shown = await room.teacher.slash(room.channel, "schedule edit", schedule="1", at="10:30")
    await room.teacher.click(shown.response, label="Change it")
    assert "10:30" in await said(room, "show", schedule="1")


async def test_what_the_bot_may_not_do_in_the_channel_is_named_before_anything_is_kept(
    room: Classroom,
) -> None:
    forbid(room, send_messages=False)
    refused = await preview(room)
    assert f"I may not do this in <#{room.channel.id}> yet." in refused.response.content
    assert "Send Messages" in refused.response.content
    assert room.rows("SELECT count(*) FROM schedules") == [(0,)]


async def test_autocomplete_offers_zones_days_courses_and_topics(room: Classroom) -> None:
    async def offered(option: str, typed: str, **given: Any) -> list[str]:
        found = await room.teacher.autocomplete(room.channel, "schedule create", option, typed, **given)
        return [choice["value"] for choice in found]

    assert (await offered("zone", "shang"))[0] == "Asia/Shanghai"
    assert await offered("course", "riv") == ["rivers"]
    assert await offered("topic", "") == ["*", "rivers", "towns"]
    assert "mon, wed, fri" in await offered("days", "mon")
    assert "first monday" in await offered("days", "fi")


async def test_every_option_of_create_fits_into_a_command(room: Classroom) -> None:
    commands = {c.qualified_name: c for c in room.env.bot.tree.walk_commands()}
    for name in ("schedule create", "schedule edit"):
        parameters = commands[name].parameters
        assert len(parameters) <= 25
        assert all(1 <= len(str(parameter.description)) <= 100 for parameter in parameters)
    required = [p.name for p in commands["schedule create"].parameters if p.required]
    assert required == ["every", "at"]


async def test_a_role_that_cannot_be_called_is_refused_and_one_that_can_is_called_once(
    room: Classroom,
) -> None:
    forbid(room, mention_everyone=False)
    above = room.guild.create_role("Learners")
    refused = await preview(room, announce=10, role=above)
    assert f"I cannot call <@&{above.id}>: it may not be mentioned by everyone." in refused.response.content
    everyone = await preview(room, announce=10, role=room.guild.default_role)
    assert "I do not call everyone." in everyone.response.content
    assert room.rows("SELECT count(*) FROM schedules") == [(0,)]
    role = room.guild.create_role("Class", mentionable=True)
    await make(room, announce=10, role=role)
    await room.until(at("2026-01-01 12:31"))
    calls = [
        entry
        for entry in room.requests("POST", f"/channels/{room.channel.id}/messages")
        if entry.json["allowed_mentions"] != {"parse": []}
    ]
    assert [entry.json["allowed_mentions"] for entry in calls] == [{"parse": [], "roles": [role.id]}]


async def test_the_announcement_comes_minutes_ahead_and_is_taken_back_when_the_run_is_skipped(
    room: Classroom,
) -> None:
    await make(room, announce=10)
    await room.until(at("2026-01-01 12:19:59"))
    assert room.cards() == []
    await room.until(at("2026-01-01 12:20:01"))
    stamp = int(at("2026-01-01 12:30").timestamp())
    assert f"begins here <t:{stamp}:R>, at <t:{stamp}:t>." in texts(room.card().components)
    await said(room, "skip", schedule="1")
    await room.env.settle()
    assert "does not take place then" in texts(room.card().components)
    await room.until(at("2026-01-01 12:31"))
    assert len(room.cards()) == 1
    assert begun(room) == []


async def test_an_announcement_follows_its_round_into_another_channel(room: Classroom) -> None:
    await make(room, announce=10)
    other = room.guild.create_text_channel("second")
    await room.until(at("2026-01-01 12:21"))
    assert len(room.cards()) == 1
    shown = await room.teacher.slash(room.channel, "schedule edit", schedule="1", channel=other)
    await room.teacher.click(shown.response, label="Change it")
    assert f"takes place in <#{other.id}>" in texts(room.card().components)
    assert "Quiz" in texts(room.card(other).components)
    await room.until(at("2026-01-01 12:31"))
    assert len(room.cards()) == 1
    assert begun(room) == ["2026-01-01 12:30"]


async def test_an_announcement_is_taken_back_by_the_next_process_where_the_one_that_should_died(
    room: Classroom,
) -> None:
    await make(room, announce=10)
    await room.until(at("2026-01-01 12:21"))
    await schedules.delete(room.house.database, 1, guild_id=room.guild.id)
    assert "does not take place" not in texts(room.card().components)
    await room.restart()
    assert "does not take place" in texts(room.card().components)


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_killed_around_an_announcement_it_stands_once(
    stormy_room: Classroom, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.services import schedule_runs

    room = stormy_room
    await make(room, announce=10)

    async def die(*_args: Any, **_named: Any) -> None:
        raise OSError("the process is gone")

    with monkeypatch.context() as patch:
        if moment == "after":
            patch.setattr(schedule_runs, "record_announcement", die)
        else:
            room.env.inject_error("POST", "/channels/*/messages", status=500, times=None)
        await room.until(at("2026-01-01 12:20:01"))
    await room.restart(room.env.backend.faults.clear)
    await room.env.advance_time(120)
    assert sum("begins here" in texts(card.components) for card in room.cards()) == 1
    assert room.rows("SELECT announcement_id FROM schedules") != [(None,)]


async def test_a_thread_is_a_place_too(room: Classroom) -> None:
    await room.start(questions=1, thread=True)
    (thread,) = room.channel.threads
    await room.env.advance_time(60)
    await make(room, channel=thread)
    await room.until(at("2026-01-01 12:30:10"))
    assert "Question 1 of 1" in texts(room.card(thread).components)


async def test_each_round_in_a_thread_of_its_own(room: Classroom) -> None:
    await make(room, thread=True)
    await room.until(at("2026-01-01 12:31"))
    await room.until(at("2026-01-02 12:31"))
    assert len(room.channel.threads) == 2
    voice = room.guild.create_voice_channel("talk")
    refused = await preview(room, channel=voice, thread=True, at="13:00")
    assert refused.response.content.startswith("A thread for each round can be made in text channels only.")


async def test_a_category_takes_no_rounds(room: Classroom) -> None:
    assert discord.ChannelType.category not in (await _types(room))


async def _types(room: Classroom) -> list[discord.ChannelType]:
    commands = {c.qualified_name: c for c in room.env.bot.tree.walk_commands()}
    parameter = next(p for p in commands["schedule create"].parameters if p.name == "channel")
    return parameter.channel_types
