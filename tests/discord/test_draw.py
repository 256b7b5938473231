"""Which questions a channel gets: new ones first, topics in balance, no giving away, the same from the same seed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from bot.domain.draw import draw, gives_away
from tests.discord.classroom import Classroom, classroom
from tests.sample_course import course, quotation, single_choice


def asked_in(room: Classroom, round_id: int) -> list[str]:
    rows = room.rows(
        "SELECT q.key FROM round_questions rq JOIN questions q ON q.id = rq.question_id "
        "WHERE rq.round_id = ? ORDER BY rq.position",
        round_id,
    )
    return [key for (key,) in rows]


async def test_a_second_round_in_a_channel_asks_what_the_first_did_not(room: Classroom) -> None:
    await room.play(questions=6)
    await room.play(questions=6)
    first, second = asked_in(room, 1), asked_in(room, 2)
    assert len(set(first)) == len(set(second)) == 6
    assert not set(first) & set(second)


async def test_once_all_were_asked_the_longest_ago_come_first(room: Classroom) -> None:
    for _ in range(3):
        await room.play(questions=6)
    assert sorted(asked_in(room, 3)) == sorted(asked_in(room, 1))


async def test_another_channel_has_a_memory_of_its_own(room: Classroom) -> None:
    await room.play(questions=6)
    other = room.guild.create_text_channel("second")
    await room.start(channel=other, questions=6)
    assert asked_in(room, 2) == asked_in(room, 1), "the same seed, and nothing asked here lately"


async def test_questions_that_were_proposed_and_never_asked_are_not_remembered(room: Classroom) -> None:
    shown = await room.teacher.slash(room.channel, "quiz start", questions=6)
    await room.teacher.click(shown.response, label="Cancel")
    await room.start(questions=6)
    assert asked_in(room, 2) == asked_in(room, 1)


async def test_topics_are_balanced(room: Classroom) -> None:
    await room.start(questions=6)
    topics = [
        json.loads(content)["topic"]
        for (content,) in room.rows(
            "SELECT q.content FROM round_questions rq JOIN questions q ON q.id = rq.question_id"
        )
    ]
    assert topics.count("rivers") == topics.count("towns") == 3


async def test_a_round_is_reproduced_from_its_stored_seed(room: Classroom) -> None:
    await room.start(questions=8)
    ((seed,),) = room.rows("SELECT seed FROM rounds")
    again = draw(course().questions, 8, seed=seed, last_asked={})
    assert [question.id for question in again] == asked_in(room, 1)


async def test_another_seed_gives_another_round(database_file: Path) -> None:
    async with classroom(database_file, seed=7) as room:
        await room.teacher.slash(room.channel, "quiz start", questions=10)
        room.house.context = replace(room.house.context, new_seed=lambda: 8)
        first = asked_in(room, 1)
        second = [question.id for question in draw(course().questions, 10, seed=8, last_asked={})]
        assert first != second


async def test_no_footnote_gives_away_the_key_of_a_later_question(database_file: Path) -> None:
    telling = [
        replace(
            single_choice(number),
            footnotes=(
                quotation(f"Ships go down to {single_choice((number + 1) % 12).options[0].text} each day."),
            ),
        )
        for number in range(12)
    ]
    async with classroom(database_file, course(tuple(telling))) as room:
        await room.start(questions=12)
        by_id = {question.id: question for question in telling}
        drawn = [by_id[key] for key in asked_in(room, 1)]
        assert len(drawn) >= 4
        for index, shown in enumerate(drawn):
            assert not any(gives_away(shown, later) for later in drawn[index + 1 :])


async def test_a_fact_is_asked_once_a_round(database_file: Path) -> None:
    doubled = [replace(single_choice(number), fact_ids=(f"fact-{number // 2}",)) for number in range(12)]
    async with classroom(database_file, course(tuple(doubled))) as room:
        await room.start(questions=12)
        facts = [
            key
            for (key,) in room.rows(
                "SELECT q.key FROM round_questions rq JOIN questions q ON q.id = rq.question_id"
            )
        ]
        assert len({int(key.split("-")[1]) // 2 for key in facts}) == len(facts) == 6
