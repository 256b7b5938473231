"""Schedules over virtual weeks: rounds begin by themselves, by the clock on the wall, once."""

from __future__ import annotations

import asyncio
from datetime import datetime

import pytest

from bot.cogs.scheduler import Scheduler
from tests.discord.classroom import CLOSE, FIRST_QUESTION, Classroom, House, texts
from tests.discord.schedules import at, begun, make


async def test_a_daily_round_begins_by_itself_and_is_played_to_its_end(room: Classroom) -> None:
    await make(room, every="daily", at="12:30")
    await room.until(at("2026-01-01 12:29:59"))
    assert room.cards() == []
    await room.until(at("2026-01-01 12:30:01"))
    announced = texts(room.card().components)
    assert "Quiz: Rivers of the world" in announced
    assert f"Scheduled by <@{room.teacher.id}>." in announced
    assert "Sorry" not in announced
    await room.env.advance_time(FIRST_QUESTION)
    await room.answer(room.ada, right=True)
    await room.close()
    assert "Result" in texts(room.card().components)
    assert await room.standings_agree()
    await room.until(at("2026-01-02 12:30:30"))
    assert begun(room) == ["2026-01-01 12:30", "2026-01-02 12:30"]


async def test_over_the_change_to_summer_time_a_round_stays_at_its_time_on_the_wall(room: Classroom) -> None:
    await make(room, every="daily", at="09:30", zone="Europe/Berlin", start="2026-03-28")
    for day in ("2026-03-28", "2026-03-29", "2026-03-30"):
        await room.until(at(f"{day} 09:31", "Europe/Berlin"))
    assert begun(room) == ["2026-03-28 08:30", "2026-03-29 07:30", "2026-03-30 07:30"]


async def test_over_the_change_to_winter_time_too(room: Classroom) -> None:
    await make(room, every="weekly", days="sun, mon", at="09:30", zone="Europe/Berlin", start="2026-10-19")
    for day in ("2026-10-19", "2026-10-25", "2026-10-26"):
        await room.until(at(f"{day} 09:31", "Europe/Berlin"))
    assert begun(room) == ["2026-10-19 07:30", "2026-10-25 08:30", "2026-10-26 08:30"]


async def test_a_time_that_does_not_exist_is_the_first_moment_after_the_gap(room: Classroom) -> None:
    shown = await make(
        room, every="weekly", days="sun", at="02:30", zone="America/New_York", start="2026-03-01"
    )
    assert shown
    await room.until(at("2026-03-01 02:31", "America/New_York"))
    await room.until(at("2026-03-08 03:01", "America/New_York"))
    await room.until(at("2026-03-15 02:31", "America/New_York"))
    assert begun(room) == ["2026-03-01 07:30", "2026-03-08 07:00", "2026-03-15 06:30"]


async def test_a_time_that_comes_twice_has_one_round_at_its_first(room: Classroom) -> None:
    await make(room, every="daily", at="01:30", zone="America/New_York", start="2026-11-01", runs=2)
    await room.until(at("2026-11-01 05:31"))
    await room.until(at("2026-11-01 06:31"))
    await room.until(at("2026-11-02 06:31"))
    assert begun(room) == ["2026-11-01 05:30", "2026-11-02 06:30"]
    assert room.rows("SELECT state FROM schedules") == [("ended",)]


async def test_every_second_week_and_the_last_day_of_the_month(room: Classroom) -> None:
    other = room.guild.create_text_channel("second")
    await make(room, every="weekly", days="thu", interval=2, at="12:30")
    await make(room, channel=other, every="monthly", days="31", at="08:00")
    for moment in ("01-01 12:31", "01-08 12:31", "01-15 12:31", "01-31 08:01", "02-28 08:01"):
        await room.until(at(f"2026-{moment}"))
    assert begun(room) == ["2026-01-01 12:30", "2026-01-15 12:30", "2026-01-31 08:00", "2026-02-28 08:00"]


async def test_a_run_that_was_missed_for_minutes_begins_late_with_a_word_of_apology(room: Classroom) -> None:
    await make(room, at="12:30", late=30)
    await room.restart(before=lambda: jump(room, "2026-01-01 12:50"))
    assert begun(room) == ["2026-01-01 12:50"]
    stamp = int(at("2026-01-01 12:30").timestamp())
    assert f"It was planned for <t:{stamp}:t>. Sorry for the delay." in texts(room.card().components)
    assert room.told() == []


async def test_after_a_long_stop_there_is_one_late_round_and_never_a_pile(room: Classroom) -> None:
    await make(room, at="12:30", late=60)
    await room.restart(before=lambda: jump(room, "2026-01-20 12:45"))
    await room.until(at("2026-01-20 18:00"))
    assert begun(room) == ["2026-01-20 12:45"]


async def test_by_choice_missed_runs_are_skipped_and_their_owner_is_told_once(room: Classroom) -> None:
    await make(room, at="12:30", late=0)
    await room.restart(before=lambda: jump(room, "2026-01-03 12:40"))
    assert begun(room) == []
    assert room.cards() == []
    (told,) = room.told()
    assert "missed 3 runs, the last one of" in told
    await room.until(at("2026-01-04 12:31"))
    assert begun(room) == ["2026-01-04 12:30"]


async def test_past_the_time_of_grace_a_run_is_skipped(room: Classroom) -> None:
    await make(room, at="12:30", late=30)
    await room.restart(before=lambda: jump(room, "2026-01-01 13:01"))
    assert begun(room) == []
    assert "missed its run of" in room.told()[0]


async def test_a_restart_in_the_minute_of_a_run_begins_it_once_and_without_apology(room: Classroom) -> None:
    await make(room, at="12:30", late=0)
    await room.restart(before=lambda: jump(room, "2026-01-01 12:31"))
    await room.restart()
    await room.env.advance_time(30)
    assert begun(room) == ["2026-01-01 12:31"]
    said = [texts(card.components) for card in room.cards()]
    assert sum("Quiz:" in text for text in said) == 1
    assert not any("Sorry" in text for text in said)


async def test_two_bots_on_one_database_begin_and_announce_each_run_once(room: Classroom) -> None:
    await make(room, at="12:30", announce=5, event=False)
    other = House(room.file, room.courses, room.seed)
    room.houses.append(other)
    first = room.env.bot.scheduler
    second = Scheduler(room.env.bot, other.context, room.env.bot.conductor)
    asked: list[int] = []

    async def both(schedule_id: int) -> datetime | None:
        """Whatever is due, both processes look at it in the same moment."""
        asked.append(schedule_id)
        due = await asyncio.gather(first.attend(schedule_id), second.attend(schedule_id))
        return min((moment for moment in due if moment is not None), default=None)

    first.clockwork._work = both
    for day in range(1, 4):
        await room.until(at(f"2026-01-0{day} 12:32"))
    assert len(asked) >= 6
    assert begun(room) == ["2026-01-01 12:30", "2026-01-02 12:30", "2026-01-03 12:30"]
    said = [texts(card.components) for card in room.cards()]
    assert sum("begins here" in text for text in said) == 3
    assert sum("Scheduled by" in text for text in said) == 3


@pytest.mark.parametrize("seconds", [0, 2, 20])
async def test_killed_during_a_scheduled_round_it_goes_on_and_is_not_begun_again(
    room: Classroom, seconds: float
) -> None:
    await make(room, at="12:30")
    await room.until(at("2026-01-01 12:30"))
    await room.env.advance_time(seconds)
    await room.restart()
    await room.env.advance_time(FIRST_QUESTION + 20 + CLOSE)
    said = [texts(card.components) for card in room.cards()]
    assert sum("Quiz:" in text for text in said) == 1
    assert sum("Question 1 of 1" in text for text in said) == 1
    assert sum("Result" in text for text in said) == 1
    assert len(begun(room)) == 1


def jump(room: Classroom, moment: str) -> None:
    room.env.backend.advance_clock((at(moment) - room.env.now()).total_seconds())
