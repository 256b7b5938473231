"""Nobody is ever pinged, and nobody's name is lit up as if they had been."""

from __future__ import annotations

from tests.discord.classroom import Classroom
from tests.discord.wire import NO_MENTIONS


async def test_edits_too_allow_no_mention(room: Classroom) -> None:
    await room.start(questions=2, scoring="speed", pause=5)
    await room.first_question()
    await room.answer(room.ada, right=True)
    await room.env.advance_time(30)
    edits = [entry.json for entry in room.requests("PATCH", "/messages/")]
    assert len(edits) >= 2
    assert [edit.get("allowed_mentions") for edit in edits] == [NO_MENTIONS] * len(edits)
