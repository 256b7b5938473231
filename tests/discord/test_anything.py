"""Whatever happens, in whatever order: receipts, answers, boards and states agree at the end."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from tests.discord.classroom import Classroom, classroom, custom_ids, texts


async def _answer(room: Classroom, random: Random, receipts: list[str]) -> None:
    """One to eight clicks in the same moment on a card that is open, some of them twice by the same learner."""
    cards = [room.card(channel) for channel in room.guild.channels.values() if channel.last_message]
    cards = [card for card in cards if any(name.startswith("a:") for name in custom_ids(card))]
    if not cards:
        return
    card = random.choice(cards)
    people = [room.ada, room.ben, room.chen, room.teacher]
    clicks = [(random.choice(people), random.choice(custom_ids(card))) for _ in range(random.randint(1, 8))]
    for result in await room.at_once(clicks, card):
        assert result.ephemeral
        receipts.append(result.response.content)


async def _stop(room: Classroom, random: Random, _receipts: list[str]) -> None:
    asked = await room.teacher.slash(random.choice(list(room.guild.channels.values())), "quiz stop")
    if asked.response.components:
        await room.teacher.click(asked.response, label="Stop the round")


async def _delete(room: Classroom, random: Random, _receipts: list[str]) -> None:
    message = random.choice(list(room.guild.channels.values())).last_message
    if message is not None:
        room.env.backend.delete_message(message.channel.id, message.id)
        await room.env.settle()


async def _start(room: Classroom, random: Random, _receipts: list[str]) -> None:
    place = random.choice(list(room.guild.channels.values()))
    shown = await room.teacher.slash(
        place, "quiz start", questions=random.randint(1, 4), seconds=10, pause=5, scoring="speed"
    )
    if shown.response.components:
        await room.teacher.click(shown.response, label="Start")


async def _restart(room: Classroom, random: Random, _receipts: list[str]) -> None:
    await room.restart(before=lambda: room.env.backend.advance_clock(random.choice([0, 0, 2, 30])))


async def _change_settings(room: Classroom, random: Random, _receipts: list[str]) -> None:
    if random.random() < 0.5:
        zone = random.choice(["Asia/Shanghai", "America/New_York", "UTC"])
        await room.teacher.slash(room.channel, "settings timezone", zone=zone)
    else:
        policy = random.choice(["final", "changeable"])
        await room.teacher.slash(room.channel, "settings answers", policy=policy)


ACTIONS = [*[_answer] * 8, *[_start] * 3, *[_restart] * 2, _stop, _delete, _change_settings]


@pytest.mark.parametrize("seed", range(6))
async def test_whatever_happens_receipts_answers_boards_and_states_agree(
    database_file: Path, seed: int
) -> None:
    random = Random(seed)
    receipts: list[str] = []
    async with classroom(database_file, seed=seed) as room:
        room.guild.create_text_channel("second")
        for _ in range(40):
            await random.choice(ACTIONS)(room, random, receipts)
            await room.env.advance_time(random.choice([0, 0.3, 2, 5.1, 11]))
        await room.env.advance_time(300)
        assert (
            sum("Saved" in said for said in receipts) == room.rows("SELECT count(*) FROM answers")[0][0] > 0
        )
        assert room.rows("SELECT count(*) FROM rounds WHERE state = 'running'") == [(0,)]
        assert room.rows("SELECT count(*) FROM round_questions WHERE state IN ('open', 'closed')") == [(0,)]
        counted = room.rows(
            "SELECT count(*) FROM (SELECT q.id FROM round_questions q LEFT JOIN answers a ON "
            "a.round_question_id = q.id GROUP BY q.id HAVING count(DISTINCT a.learner_id) <> q.answered)"
        )
        assert counted == [(0,)]
        assert await room.standings_agree()
        results = [
            texts(card.components).count("Result:")
            for channel in room.guild.channels.values()
            for card in room.cards(channel)
        ]
        ended = room.rows("SELECT count(*) FROM rounds WHERE state = 'ended' AND result_id IS NOT NULL")[0][0]
        assert sum(results) <= ended, "no result stands twice"
