"""How many have answered: refreshed on the open card, at most every five seconds."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from bot.services import conducting
from tests.discord.classroom import Classroom, texts


class Edits(list[Any]):
    """The requests of a bot, with the moments at which messages were edited."""

    def __init__(self, entries: list[Any], env: Any) -> None:
        super().__init__(entries)
        self.env = env
        self.moments: list[datetime] = []

    def append(self, entry: Any) -> None:
        if entry.method == "PATCH" and "/messages/" in entry.path:
            self.moments.append(self.env.now())
        super().append(entry)


def watch(room: Classroom) -> Edits:
    edits = Edits(room.env.backend.http_requests, room.env)
    room.env.backend.http_requests = edits
    return edits


async def test_an_open_card_is_not_edited_while_nobody_answers(room: Classroom) -> None:
    await room.start(questions=1, seconds=60)
    await room.first_question()
    edits = watch(room)
    await room.env.advance_time(59)
    assert edits.moments == []


async def test_the_count_is_shown_within_five_seconds_of_an_answer(room: Classroom) -> None:
    await room.start(questions=1)
    await room.first_question()
    await room.answer(room.ada, right=True)
    assert "0 have answered" in texts(room.card().components)
    await room.env.advance_time(5.1)
    assert "1 has answered" in texts(room.card().components)
    await room.answer(room.ben, right=True)
    await room.answer(room.chen, right=False)
    await room.env.advance_time(5.1)
    assert "3 have answered" in texts(room.card().components)


async def test_a_count_that_cannot_be_shown_is_shown_with_the_next_answer(
    room: Classroom, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await room.start(questions=1)
    await room.first_question()
    await room.answer(room.ada, right=True)
    with monkeypatch.context() as away:

        async def refuse(*_: object) -> None:
            raise OSError("the database is away")

        away.setattr(conducting, "load_round", refuse)
        await room.env.advance_time(5.1)
    assert "its count could not be shown" in caplog.text
    assert "never retrieved" not in caplog.text
    await room.answer(room.ben, right=True)
    await room.env.advance_time(5.1)
    assert "2 have answered" in texts(room.card().components)


async def test_however_many_answer_the_card_is_edited_at_most_every_five_seconds(room: Classroom) -> None:
    learners = [room.add_learner(f"learner{number}") for number in range(40)]
    await room.start(questions=1, seconds=60)
    await room.first_question()
    edits = watch(room)
    for who in learners:
        await room.answer(who, right=True)
        await room.env.advance_time(0.7)
    await room.env.advance_time(6)
    apart = [(b - a).total_seconds() for a, b in zip(edits.moments, edits.moments[1:], strict=False)]
    assert 4 <= len(edits.moments) <= 7
    assert min(apart) >= 5
    assert "40 have answered" in texts(room.card().components)


async def test_no_count_is_written_over_the_reveal(room: Classroom) -> None:
    await room.start(questions=2)
    await room.first_question()
    await room.env.advance_time(18)
    await room.answer(room.ada, right=True)
    await room.env.advance_time(10)
    assert "right answer" in texts(room.card().components)
    assert "1 of 1 right" in texts(room.card().components)


async def test_a_change_of_mind_is_not_counted_twice(room: Classroom) -> None:
    await room.teacher.slash(room.channel, "settings answers", policy="changeable")
    await room.start(questions=1)
    await room.first_question()
    await room.answer(room.ada, right=True)
    await room.answer(room.ada, right=False)
    await room.env.advance_time(5.1)
    assert "1 has answered" in texts(room.card().components)


async def test_a_count_that_cannot_be_shown_does_no_harm(room: Classroom) -> None:
    await room.start(questions=1)
    await room.first_question()
    await room.answer(room.ada, right=True)
    room.env.inject_error("PATCH", "/channels/*/messages/*", status=500, times=1)
    await room.env.advance_time(6)
    await room.answer(room.ben, right=True)
    await room.env.advance_time(6)
    assert "2 have answered" in texts(room.card().components)
    await room.close(8)
    assert "Result" in texts(room.card().components)
