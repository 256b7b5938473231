"""What a ruling, or its undoing, changes: worked out beside the running rounds, before anything is written."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.rulings import Verdict, ruled
from bot.storage import marks, question_content, regrading
from bot.storage.database import Database
from bot.storage.marks import Asking, ChangedMark
from bot.storage.regrading import Stamp


@dataclass(frozen=True, slots=True)
class Changes:
    """What other verdicts make of all answers that a server's learners gave to a version.

    ``points`` holds, for each learner who answered it, the sums before and after; ``stamp`` tells whether it all
    still holds.
    """

    askings: dict[int, Asking]
    changed: list[ChangedMark]
    points: dict[int, tuple[int, int]]
    stamp: Stamp


async def changes_of(
    database: Database, guild_id: int, question_id: int, verdicts: Sequence[Verdict]
) -> Changes:
    """What these verdicts, and no others, would change. Reads in parts, and keeps no click waiting."""
    async with database.read() as session:
        askings = await marks.askings(session, guild_id, question_id)
        asked = {asking.round_question_id: asking for asking in askings}
        content = await marks.content_of(session, question_id)
        stamp = await regrading.stamp(session, guild_id, question_id)
        question = ruled(question_content.from_text(content), verdicts)
        changed: list[ChangedMark] = []
        sums: dict[int, tuple[int, int]] = {}
        async for part in marks.answers_to(session, asked):
            for answer in part:
                new = regrading.mark_again(question, asked[answer.round_question_id], answer)
                if new != answer.mark:
                    changed.append(ChangedMark(answer, new))
                if answer.counts:
                    before, after = sums.get(answer.learner_id, (0, 0))
                    sums[answer.learner_id] = (before + answer.mark.points, after + new.points)
            await asyncio.sleep(0)
    return Changes(asked, changed, sums, stamp)
