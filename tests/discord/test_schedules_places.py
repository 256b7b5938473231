"""Where schedules run: channels that go or close, rounds that are in the way, Discord's list of events, holidays."""

from __future__ import annotations

import asyncio
from typing import Any

import discord
import pytest
from sqlalchemy import update

from bot.domain.schedules import PauseReason
from bot.services import schedule_runs
from bot.storage import schedules as storage
from bot.storage.tables import ScheduleRow
from tests.discord.classroom import Classroom, texts
from tests.discord.schedules import at, begun, make, preview
from tests.discord.test_losses import forbid
from tests.discord.test_schedules_weeks import jump
from tests.services.test_holidays import calendar

SCHEDULED, ACTIVE, CANCELLED = 1, 2, 4


async def said(room: Classroom, command: str, **options: Any) -> str:
    shown = await room.teacher.slash(room.channel, f"schedule {command}", **options)
    assert shown.ephemeral
    return shown.response.content or texts(shown.response.components)


def state(room: Classroom) -> tuple[str, str | None]:
    ((now, why),) = room.rows("SELECT state, pause_reason FROM schedules")
    return now, why


async def test_a_locked_thread_pauses_its_schedule_and_says_what_is_missing(room: Classroom) -> None:
    parent = room.guild.create_text_channel(
        "posts", overwrites={room.env.bot.user: discord.PermissionOverwrite(manage_threads=False)}
    )
    await room.start(channel=parent, questions=1, thread=True)
    (place,) = parent.threads
    await room.env.advance_time(60)
    await make(room, channel=place)
    room.env.backend.edit_channel(place.id, {}, thread_metadata={"locked": True})
    await room.until(at("2026-01-01 12:31"))
    assert state(room) == ("paused", "missing_permission")
    (told,) = room.told()
    assert "Manage Threads" in told


async def test_a_channel_that_is_deleted_pauses_its_schedules_and_their_owner_is_told(
    room: Classroom,
) -> None:
    place = room.guild.create_text_channel("second")
    await make(room, channel=place)
    room.env.backend.delete_channel(place.id)
    await room.env.settle()
    assert state(room) == ("paused", "channel_gone")
    (told,) = room.told()
    assert "is paused; nothing of it is lost. Its channel or thread" in told
    assert "Choose another one with /schedule edit. Then use /schedule resume." in told
    refused = await said(room, "resume", schedule="1")
    assert refused == "That channel or thread is gone. Choose another one."
    shown = await room.teacher.slash(room.channel, "schedule edit", schedule="1", channel=room.channel)
    await room.teacher.click(shown.response, label="Change it")
    assert "goes on" in await said(room, "resume", schedule="1")
    await room.until(at("2026-01-01 12:31"))
    assert begun(room) == ["2026-01-01 12:30"]


async def test_a_channel_that_went_while_the_bot_was_away_pauses_at_the_next_run(room: Classroom) -> None:
    place = room.guild.create_text_channel("second")
    await make(room, channel=place)
    await room.restart(before=lambda: room.env.backend.delete_channel(place.id))
    await room.until(at("2026-01-01 12:31"))
    assert state(room) == ("paused", "channel_gone")
    assert len(room.told()) == 1
    assert begun(room) == []


async def test_a_thread_that_is_deleted_pauses_its_schedule(room: Classroom) -> None:
    await room.start(questions=1, thread=True)
    (thread,) = room.channel.threads
    await room.env.advance_time(60)
    await make(room, channel=thread)
    room.env.backend.delete_channel(thread.id)
    await room.env.settle()
    assert state(room) == ("paused", "channel_gone")


@pytest.mark.parametrize("announce", [0, 10])
async def test_a_channel_that_is_closed_to_the_bot_pauses_and_the_owner_is_told_what_to_give(
    room: Classroom, announce: int
) -> None:
    await make(room, announce=announce)
    forbid(room, send_messages=False)
    await room.until(at("2026-01-01 12:31"))
    assert state(room) == ("paused", "missing_permission")
    (told,) = room.told()
    assert "Please give me there: Send Messages." in told
    assert begun(room) == []
    assert room.cards() == []
    assert "Please give me there: Send Messages." in await said(room, "resume", schedule="1")
    room.env.backend.edit_channel(room.channel.id, {}, overwrites=[])
    assert "goes on" in await said(room, "resume", schedule="1")
    await room.until(at("2026-01-02 12:31"))
    assert begun(room) == ["2026-01-02 12:30"]


async def test_an_owner_is_told_once_of_a_pause_whichever_process_tells_him(room: Classroom) -> None:
    await make(room)
    database = room.house.database
    async with database.read() as session:
        paused = await storage.get(session, 1)
    assert paused is not None
    assert await schedule_runs.pause(database, paused, PauseReason.NOTHING_TO_ASK)
    await room.restart()
    (told,) = room.told()
    assert "is paused" in told
    assert room.rows("SELECT owes_notice FROM schedules") == [(0,)]
    # Told, and killed before that was recorded.
    async with room.house.database.write() as session:
        await session.execute(update(ScheduleRow).values(owes_notice=True))
    await room.restart()
    assert room.told() == [told]
    assert room.rows("SELECT owes_notice FROM schedules") == [(0,)]


async def test_a_bot_that_is_kicked_pauses_its_schedules(room: Classroom) -> None:
    await make(room)
    room.env.backend.remove_guild(room.guild.id)
    await room.env.settle()
    assert state(room) == ("paused", "removed_from_server")


async def test_a_run_that_meets_a_running_round_waits_for_its_end(room: Classroom) -> None:
    await make(room, late=0)
    await room.until(at("2026-01-01 12:29:50"))
    await room.start(questions=3, seconds=60, pause=3)
    await room.first_question()
    await room.answer(room.ada, right=True)
    await room.env.advance_time(20)
    (told,) = room.told()
    assert "waits: another round is running in" in told
    await room.env.advance_time(60)
    await room.answer(room.ada, right=True)
    await room.env.advance_time(63)
    await room.answer(room.ada, right=True)
    await room.env.advance_time(65)
    assert begun(room) == ["2026-01-01 12:33"]
    assert any("Sorry for the delay." in texts(card.components) for card in room.cards())
    assert len(room.told()) == 1


async def test_a_run_that_waited_too_long_is_skipped_and_its_owner_told(room: Classroom) -> None:
    await make(room, late=0)
    await room.until(at("2026-01-01 12:29:50"))
    await room.start(questions=3, seconds=600, pause=3)
    await room.first_question()
    await room.until(at("2026-01-01 12:45:01"))
    told = room.told()
    assert len(told) == 2
    assert "another round was running in" in told[-1]
    await room.env.advance_time(20 * 60)
    assert begun(room) == []
    await room.until(at("2026-01-02 12:31"))
    assert begun(room) == ["2026-01-02 12:30"]


async def test_who_waited_in_vain_is_told_so_even_if_nobody_looked_in_that_very_moment(
    room: Classroom,
) -> None:
    await make(room, late=0)
    await room.until(at("2026-01-01 12:29:50"))
    await room.start(questions=3, seconds=600, pause=3)
    await room.until(at("2026-01-01 12:31"))
    await room.restart(before=lambda: jump(room, "2026-01-01 12:45:01"))
    assert "another round was running in" in room.told()[-1]


async def test_a_round_whose_questions_are_held_for_an_assignment_is_skipped_and_its_owner_told(
    room: Classroom,
) -> None:
    await make(room)
    assigned = await room.teacher.slash(
        room.channel, "assignment create", closes="2026-01-02 08:00", questions=50
    )
    await room.teacher.click(assigned.response, label="Confirm")
    await room.until(at("2026-01-01 12:31"))
    assert begun(room) == []
    (told,) = room.told()
    assert "held back for assignments that are still open" in told
    assert state(room) == ("active", None)
    await room.until(at("2026-01-02 12:31"))
    assert begun(room) == ["2026-01-02 12:30"]


async def test_a_course_that_is_gone_pauses_its_schedule(room: Classroom) -> None:
    await make(room)
    room.context.courses.pop("rivers")  # type: ignore[attr-defined]
    await room.until(at("2026-01-01 12:31"))
    assert state(room) == ("paused", "nothing_to_ask")
    assert "nothing to ask any more" in room.told()[0]


async def test_discords_event_is_made_moved_and_cancelled_along(room: Classroom) -> None:
    give_events(room)

    def events() -> list[tuple[int, str]]:
        found = room.env.backend.get_guild(room.guild.id).scheduled_events.values()
        return [
            (int(event.status), str(event.scheduled_start_time)[:16].replace("T", " ")) for event in found
        ]

    await make(room, event=True, name="Morning quiz")
    assert events() == [(SCHEDULED, "2026-01-01 12:30")]
    shown = await room.teacher.slash(room.channel, "schedule edit", schedule="1", at="14:00")
    await room.teacher.click(shown.response, label="Change it")
    assert events() == [(SCHEDULED, "2026-01-01 14:00")]
    await said(room, "skip", schedule="1")
    await room.env.settle()
    assert events() == [(SCHEDULED, "2026-01-02 14:00")]
    await room.until(at("2026-01-02 14:00:10"))
    assert events() == [(ACTIVE, "2026-01-02 14:00"), (SCHEDULED, "2026-01-03 14:00")]
    await said(room, "pause", schedule="1")
    await room.env.settle()
    assert [status for status, _ in events()] in ([ACTIVE, CANCELLED], [ACTIVE])


async def test_an_event_for_a_server_that_is_gone_is_not_made_over_and_over(room: Classroom) -> None:
    give_events(room)
    await make(room, event=True, late=0)
    room.env.backend.remove_guild(room.guild.id)
    await room.env.settle()
    # As it stands where nobody heard of the removal, and a run has passed since.
    database = room.context.database
    async with database.write() as session:
        await session.execute(update(ScheduleRow).values(state="active", event_for=None, event_id=None))
    async with asyncio.timeout(5):
        assert await room.env.bot.scheduler.attend(1) is None
    assert state(room) == ("paused", "removed_from_server")


async def test_events_that_the_bot_may_not_make_are_refused_or_given_up(room: Classroom) -> None:
    room_bot_role = give_events(room)
    await make(room, event=True, at="13:00")
    room.env.backend.remove_member_role(room.guild.id, room.env.bot.user.id, room_bot_role)
    take_events(room)
    refused = await preview(room, event=True, at="14:00")
    assert refused.response.content.startswith(
        "I may not make events on this server. Please give me Create Events"
    )


def give_events(room: Classroom) -> int:
    role = room.guild.create_role("Events", permissions=discord.Permissions(manage_events=True))
    room.env.backend.add_member_role(room.guild.id, room.env.bot.user.id, role.id)
    return int(role.id)


def take_events(room: Classroom) -> None:
    """No role of the bot's may make events any more."""
    me = room.env.bot.get_guild(room.guild.id).me
    for role in me.roles:
        allowed = role.permissions
        allowed.update(manage_events=False, create_events=False, administrator=False)
        room.env.backend.edit_role(room.guild.id, role.id, {"permissions": allowed.value})


async def test_typed_holidays_are_left_out_and_taken_back(room: Classroom) -> None:
    await make(room)
    told = await said(room, "skip-dates", schedule="1", dates="2026-01-01..2026-01-03, 2026-01-05")
    assert "4 dates are skipped:" in told
    assert "2026-01-05" in await said(room, "show", schedule="1")
    assert "no longer skipped" in await said(room, "skip-dates", dates="2026-01-02", take_back=True)
    for day in range(1, 7):
        await room.until(at(f"2026-01-0{day} 12:31"))
    assert begun(room) == ["2026-01-02 12:30", "2026-01-04 12:30", "2026-01-06 12:30"]


async def test_holidays_of_a_calendar_file_are_left_out_for_all_schedules(room: Classroom) -> None:
    await make(room)
    await make(room, at="15:00")
    file = calendar("DTSTART;VALUE=DATE:20260101\nDTEND;VALUE=DATE:20260103")
    told = await said(room, "skip-dates", calendar=("school.ics", file))
    assert "2 dates are skipped:" in told
    await room.until(at("2026-01-03 15:01"))
    assert begun(room) == ["2026-01-03 15:00"] or begun(room) == ["2026-01-03 12:30", "2026-01-03 15:00"]


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (("x.ics", b"hello"), "x.ics cannot be read as a calendar."),
        (("x.ics", b"x" * 600_000), "The file is too large: at most 512 KB are read."),
        (("x.ics", calendar()), "This calendar has no date that lies ahead"),
    ],
)
async def test_a_file_that_is_no_calendar_changes_nothing(
    room: Classroom, file: tuple[str, bytes], sentence: str
) -> None:
    await make(room)
    assert sentence in await said(room, "skip-dates", calendar=file)
    assert room.rows("SELECT skip_dates FROM schedules") == [("",)]
    assert "Give dates such as" in await said(room, "skip-dates")
    assert "is not a date" in await said(room, "skip-dates", dates="2026-01-02..2026-01-01")
