"""What a ruling, or its undoing, changes: worked out beside the running rounds, before anything is written."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from bot.domain.rulings import Ruling, Verdict, ruled
from bot.storage import marks, question_content, regrading, rulings
from bot.storage.database import Database
from bot.storage.marks import Asking, ChangedMark
from bot.storage.regrading import Stamp
from bot.values import dataclass


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
    database: Database,
    guild_id: int,
    question_id: int,
    verdicts: Callable[[Sequence[Ruling]], Sequence[Verdict]],
) -> Changes:
    """What other verdicts would change; ``verdicts`` gives them from the rulings that are in force.

    They are asked for in the reading that the changes and their stamp are from: whoever ruled a moment before is among
    them. Reads in parts, and keeps no click waiting.
    """
    async with database.read() as session:
        askings = await marks.askings(session, guild_id, question_id)
        asked = {asking.round_question_id: asking for asking in askings}
        content = await marks.content_of(session, question_id)
        stamp = await regrading.stamp(session, guild_id, question_id)
        in_force = await rulings.of_versions(session, guild_id, [question_id])
        held = verdicts(in_force.get(question_id, []))
        question = ruled(question_content.from_text(content), held)
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
