"""/leaderboard: windows, pages, ties, one's own place, and people who have left."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.discord.classroom import CLOSE, FIRST_QUESTION, Classroom, classroom, labels, texts
from tests.discord.wire import NO_MENTIONS
from tests.sample_course import course, true_false


async def board(room: Classroom, who: Any = None, **options: Any) -> Any:
    return await (who or room.ada).slash(room.channel, "leaderboard", **options)


def main_part(shown: Any) -> str:
    """The page of the board, without the asker's own place."""
    return texts(shown.response.components).partition("**You and your neighbours**")[0]


def own_part(shown: Any) -> str:
    return texts(shown.response.components).partition("**You and your neighbours**")[2]


def places(said: str) -> list[tuple[int, int]]:
    """Rank and learner, in the order shown."""
    return [(int(rank), int(who)) for rank, who in re.findall(r"\*\*(\d+)\.\*\* <@(\d+)>", said)]


async def ladder(room: Classroom, learners: list[Any], questions: int = 5) -> None:
    """A round in which the first of the learners have most right: ranks in groups."""
    await room.start(questions=questions, pause=6)
    await room.first_question()
    for number in range(questions):
        if number:
            await room.env.advance_time(6.1)
        for place, who in enumerate(learners):
            await room.answer(who, right=place * questions // len(learners) <= number)
        await room.env.advance_time(20 + CLOSE)


async def test_a_board_nobody_is_on_says_so(room: Classroom) -> None:
    shown = await board(room)
    assert shown.ephemeral
    assert "Nobody has scored here yet. Start a round with /quiz start." in texts(shown.response.components)
    no_round = await board(room, window="round")
    assert "No round has been played here yet." in no_round.response.content


async def test_ten_a_page_with_buttons_to_turn_it(room: Classroom) -> None:
    learners = [room.add_learner(f"learner{number}") for number in range(23)]
    await ladder(room, learners)
    shown = await board(room, learners[0])
    assert shown.ephemeral
    assert labels(shown.response) == ["Previous", "Page 1 of 3", "Next"]
    pages = [places(main_part(shown))]
    for number in (2, 3):
        await learners[0].click(shown.response, label="Next")
        assert f"Page {number} of 3" in labels(shown.response)
        pages.append(places(main_part(shown)))
    assert [len(page) for page in pages] == [10, 10, 3]
    every = [who for page in pages for _, who in page]
    assert sorted(every) == sorted(who.id for who in learners)
    ranks = [rank for page in pages for rank, _ in page]
    assert ranks == sorted(ranks)
    await learners[0].click(shown.response, label="Previous")
    assert places(main_part(shown)) == pages[1]
    assert await room.standings_agree()


async def test_the_first_and_last_page_lead_nowhere_further_and_one_page_needs_no_buttons(
    room: Classroom,
) -> None:
    await room.play()
    assert labels((await board(room)).response) == []
    learners = [room.add_learner(f"learner{number}") for number in range(12)]
    await ladder(room, learners, questions=1)
    shown = await board(room)

    def disabled() -> list[bool]:
        row = shown.response.components[0]["components"][-1]["components"]
        return [button.get("disabled", False) for button in row]

    assert disabled() == [True, True, False]
    await room.ada.click(shown.response, label="Next")
    assert disabled() == [False, True, True]


async def test_medals_stand_beside_ranks_in_figures(room: Classroom) -> None:
    await ladder(room, [room.ada, room.ben, room.chen, room.teacher], questions=4)
    lines = main_part(await board(room)).splitlines()
    assert f"🥇 **1.** <@{room.ada.id}> — 4,000 points · 4 of 4 right ← you" in lines
    assert f"🥈 **2.** <@{room.ben.id}> — 3,000 points · 3 of 4 right" in lines
    assert f"🥉 **3.** <@{room.chen.id}> — 2,000 points · 2 of 4 right" in lines
    assert f"**4.** <@{room.teacher.id}> — 1,000 points · 1 of 4 right" in lines


async def test_ties_share_a_rank(room: Classroom) -> None:
    await room.start(questions=1)
    await room.first_question()
    for who, right in ((room.ada, True), (room.ben, True), (room.chen, False)):
        await room.answer(who, right=right)
    await room.close()
    ranks = {who: rank for rank, who in places(main_part(await board(room)))}
    assert ranks == {room.ada.id: 1, room.ben.id: 1, room.chen.id: 3}


async def test_ties_share_a_rank_over_the_border_of_two_pages(room: Classroom) -> None:
    learners = [room.add_learner(f"learner{number}") for number in range(14)]
    await room.start(questions=1)
    await room.first_question()
    for number, who in enumerate(learners):
        await room.answer(who, right=number < 7)
    await room.close()
    shown = await board(room, learners[0])
    first = [rank for rank, _ in places(main_part(shown))]
    await learners[0].click(shown.response, label="Next")
    second = [rank for rank, _ in places(main_part(shown))]
    assert first == [1] * 7 + [8] * 3
    assert second == [8] * 4


async def test_the_askers_own_rank_and_neighbours_are_on_every_page_once(room: Classroom) -> None:
    learners = [room.add_learner(f"learner{number}") for number in range(25)]
    await ladder(room, learners)
    everyone = []
    shown = await board(room, learners[17])
    for _ in range(3):
        everyone += places(main_part(shown))
        on_page = places(main_part(shown))
        mine = places(own_part(shown)) or on_page
        assert learners[17].id in [who for _, who in mine]
        if mine is not on_page:
            assert [who for _, who in mine][2] == learners[17].id
            assert len(mine) == 5
        (line,) = [line for line in texts(shown.response.components).splitlines() if "← you" in line]
        assert str(learners[17].id) in line
        if "Page 3 of 3" not in labels(shown.response):
            await learners[17].click(shown.response, label="Next")
    at = next(index for index, (_, who) in enumerate(everyone) if who == learners[17].id)
    assert places(own_part(shown)) == everyone[at - 2 : at + 3]


async def test_the_last_has_neighbours_on_one_side(room: Classroom) -> None:
    learners = [room.add_learner(f"learner{number}") for number in range(12)]
    await ladder(room, learners)
    everyone = await board(room, learners[0])
    ranked = places(main_part(everyone))
    await learners[0].click(everyone.response, label="Next")
    ranked += places(main_part(everyone))
    last = ranked[-1][1]
    mine = places(own_part(await board(room, next(each for each in learners if each.id == last))))
    assert mine == ranked[-3:]


async def test_in_a_class_that_fits_the_page_nobody_stands_there_twice(room: Classroom) -> None:
    learners = [room.ada, room.ben, room.chen, room.teacher]
    await ladder(room, learners, questions=4)
    shown = await board(room, room.ben)
    assert places(texts(shown.response.components)) == [
        (place, who.id) for place, who in enumerate(learners, start=1)
    ]
    (line,) = [line for line in texts(shown.response.components).splitlines() if "← you" in line]
    assert str(room.ben.id) in line


async def test_whoever_is_not_on_the_board_is_told_so(room: Classroom) -> None:
    await room.play()
    shown = await board(room, room.chen)
    assert "You are not on this board yet." in texts(shown.response.components)


async def test_mentions_on_a_board_do_not_ping(room: Classroom) -> None:
    await room.play()
    await board(room)
    (request,) = [entry for entry in room.requests("POST", "/webhooks/") if "🥇" in str(entry.json)]
    assert request.json["allowed_mentions"] == NO_MENTIONS
    result = next(entry for entry in room.requests("POST", "/messages") if "🥇" in str(entry.json))
    assert result.json["allowed_mentions"] == NO_MENTIONS


async def test_each_window_shows_what_falls_into_it(room: Classroom) -> None:
    """simcord's clock begins on Thursday, 1 January 2026, at midnight UTC."""
    assert room.env.now().isoformat().startswith("2026-01-01")
    await room.play()  # Thursday, 1 January
    await room.env.advance_time(24 * 3600)
    await room.play(who=room.ben)  # Friday, 2 January
    await room.env.advance_time(3 * 24 * 3600)
    await room.play(who=room.chen)  # Monday, 5 January
    await room.env.advance_time(1)

    async def on(window: str) -> set[int]:
        return {who for _, who in places(texts((await board(room, window=window)).response.components))}

    assert await on("round") == {room.chen.id}
    assert await on("today") == {room.chen.id}
    assert await on("week") == {room.chen.id}
    assert await on("month") == {room.ada.id, room.ben.id, room.chen.id}
    assert await on("all") == {room.ada.id, room.ben.id, room.chen.id}
    await room.env.advance_time(30 * 24 * 3600)
    assert await on("today") == set()
    assert await on("week") == set()
    assert await on("month") == set()
    assert await on("all") == {room.ada.id, room.ben.id, room.chen.id}
    assert await room.standings_agree()


async def test_the_window_is_all_time_if_none_is_chosen_and_each_can_be_chosen(room: Classroom) -> None:
    (command,) = [c for c in room.env.backend.commands[None].values() if c["name"] == "leaderboard"]
    window = next(option for option in command["options"] if option["name"] == "window")
    assert [choice["value"] for choice in window["choices"]] == ["round", "today", "week", "month", "all"]
    await room.play()
    titles = {
        "round": "latest round",
        "today": "today",
        "week": "this week",
        "month": "this month",
        "all": "all time",
    }
    for value, title in titles.items():
        shown = await board(room, window=value)
        assert f"Leaderboard: {title}" in texts(shown.response.components)
    assert "Leaderboard: all time" in texts((await board(room)).response.components)


async def test_days_begin_at_midnight_in_the_servers_time_zone(room: Classroom) -> None:
    await room.teacher.slash(room.channel, "settings timezone", zone="Asia/Shanghai")
    await room.env.advance_time(15 * 3600 + 30 * 60)
    await room.play()  # 15:30 UTC: 23:30 in Shanghai, on 1 January
    shown = await board(room, window="today")
    assert "days begin at midnight in Asia/Shanghai" in texts(shown.response.components)
    assert places(main_part(shown)) == [(1, room.ada.id)]
    await room.env.advance_time(3600)  # 16:30 UTC: past midnight in Shanghai
    assert places(main_part(await board(room, window="today"))) == []
    assert places(main_part(await board(room, window="week"))) == [(1, room.ada.id)]


async def test_a_change_of_time_zone_makes_the_boards_anew(room: Classroom) -> None:
    await room.env.advance_time(15 * 3600 + 30 * 60)
    await room.play()
    await room.env.advance_time(3600)
    assert places(main_part(await board(room, window="today"))) == [(1, room.ada.id)]
    await room.teacher.slash(room.channel, "settings timezone", zone="Asia/Shanghai")
    assert places(main_part(await board(room, window="today"))) == []
    await room.teacher.slash(room.channel, "settings timezone", zone="America/New_York")
    assert places(main_part(await board(room, window="today"))) == [(1, room.ada.id)]
    assert await room.standings_agree()


async def test_a_page_turned_after_midnight_shows_the_new_day(room: Classroom) -> None:
    learners = [room.add_learner(f"learner{number}") for number in range(12)]
    await ladder(room, learners, questions=1)
    shown = await board(room, window="today")
    await room.env.advance_time(10 * 60)
    await room.ada.click(shown.response, label="Next")
    assert "Page 2 of 2" in labels(shown.response)


async def test_a_board_of_one_course_counts_that_course_alone(database_file: Path) -> None:
    second = replace(
        course(),
        id="bridges",
        title="Bridges",
        questions=tuple(true_false(number, is_true=True) for number in range(3)),
    )
    async with classroom(database_file, course(), second) as room:
        await room.play(course="rivers")
        await room.play(who=room.ben, course="bridges")
        rivers = await board(room, course="rivers")
        assert "Rivers of the world" in main_part(rivers)
        assert places(main_part(rivers)) == [(1, room.ada.id)]
        assert places(main_part(await board(room, course="bridges"))) == [(1, room.ben.id)]
        both = await board(room)
        assert "all courses" in main_part(both)
        assert len(places(main_part(both))) == 2
        choices = await room.ada.autocomplete(room.channel, "leaderboard", "course", "brid")
        assert choices == [{"name": "Bridges", "value": "bridges"}]
        unknown = await board(room, course="lakes")
        assert unknown.ephemeral
        assert "There is no course “lakes”" in unknown.response.content
        assert await room.standings_agree()


async def test_pages_of_a_course_and_window_stay_in_it(room: Classroom) -> None:
    learners = [room.add_learner(f"learner{number}") for number in range(12)]
    await ladder(room, learners, questions=1)
    shown = await board(room, window="round", course="rivers")
    await room.play(who=room.teacher)
    await room.ada.click(shown.response, label="Next")
    said = texts(shown.response.components)
    assert "Leaderboard: latest round" in said
    assert "Rivers of the world" in said
    assert str(room.teacher.id) not in said


async def test_people_who_left_are_left_out_of_the_view_and_kept_in_the_data(room: Classroom) -> None:
    await room.start(questions=1)
    await room.first_question()
    for who in (room.ada, room.ben, room.chen):
        await room.answer(who, right=True)
    await room.close()
    room.guild.remove_member(room.ben)
    shown = await board(room)
    assert {who for _, who in places(main_part(shown))} == {room.ada.id, room.chen.id}
    assert str(room.ben.id) not in texts(shown.response.components)
    assert room.rows("SELECT count(*) FROM answers WHERE learner_id = ?", room.ben.id) == [(1,)]
    assert room.rows("SELECT count(*) > 0 FROM standings WHERE learner_id = ?", room.ben.id) == [(1,)]
    assert await room.standings_agree()


async def test_whoever_moves_up_in_place_of_somebody_who_left_must_still_be_there(room: Classroom) -> None:
    learners = [room.add_learner(f"learner{number}") for number in range(14)]
    await ladder(room, learners, questions=1)
    before = [who for _, who in places(main_part(await board(room, room.teacher)))]
    await room.env.advance_time(3600)
    second = next(who for who in learners if who.id == before[1])
    rest = sorted(who.id for who in learners if who.id not in before)
    eleventh = next(who for who in learners if who.id == rest[0])
    room.guild.remove_member(second)
    room.guild.remove_member(eleventh)
    said = texts((await board(room, room.teacher)).response.components)
    assert str(second.id) not in said
    assert str(eleventh.id) not in said


async def test_ranks_close_up_where_somebody_has_left(room: Classroom) -> None:
    await ladder(room, [room.ada, room.ben, room.chen], questions=3)
    room.guild.remove_member(room.ada)
    assert places(main_part(await board(room, room.teacher))) == [(1, room.ben.id), (2, room.chen.id)]


async def test_who_comes_back_is_on_the_board_again_once_they_answer(room: Classroom) -> None:
    await room.play(who=room.ben)
    room.guild.remove_member(room.ben)
    await room.env.advance_time(3600)
    assert places(main_part(await board(room))) == []
    room.guild.add_member(room.ben.user)
    await room.env.advance_time(3600)
    result = await room.play(who=room.ben)
    assert f"<@{room.ben.id}>" in texts(result.components), "a result names everyone who played"
    assert places(main_part(await board(room))) == [(1, room.ben.id)]


async def test_somebody_who_left_is_gone_from_the_board_within_ten_minutes(room: Classroom) -> None:
    await room.play(who=room.ben)
    assert places(main_part(await board(room))) == [(1, room.ben.id)]
    room.guild.remove_member(room.ben)
    await room.env.advance_time(10 * 60 + 1)
    assert places(main_part(await board(room))) == []


async def test_boards_of_two_servers_know_nothing_of_one_another(room: Classroom) -> None:
    await room.play()
    other = room.env.create_guild("Other")
    place = other.create_text_channel("quiz")
    stranger = other.add_member(room.env.create_user("stranger"))
    shown = await stranger.slash(place, "leaderboard")
    assert "Nobody has scored here yet" in texts(shown.response.components)


async def test_the_open_question_is_not_on_the_board_before_its_close(room: Classroom) -> None:
    await room.start(questions=2)
    await room.env.advance_time(FIRST_QUESTION)
    await room.answer(room.ben, right=True)
    assert str(room.ben.id) not in texts((await board(room, window="round")).response.components)
    await room.close()
    assert str(room.ben.id) in texts((await board(room, window="round")).response.components)


async def test_a_board_keeps_working_after_a_restart(room: Classroom) -> None:
    learners = [room.add_learner(f"learner{number}") for number in range(12)]
    await ladder(room, learners, questions=1)
    shown = await board(room)
    await room.restart()
    await room.ada.click(shown.response, label="Next")
    assert "Page 2 of 2" in labels(shown.response)
