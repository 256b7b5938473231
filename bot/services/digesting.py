"""Digests of scheduled rounds: which are due, and what stands in one. Who brings them stands in `cogs.digests`."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.analysis_scopes import AnalysisScope
from bot.domain.digests import Digest, DigestState
from bot.domain.refusals import TooFewLearners
from bot.domain.reteaching import Gap, Grouping
from bot.domain.shards import Shards
from bot.services import reviewing
from bot.services.analysing import find_gaps
from bot.storage import digests, disputes, question_status, rounds
from bot.storage.database import Database

_HARDEST = 2


async def due(database: Database, shards: Shards) -> Mapping[int, int]:
    """The rounds in the shards' servers whose digest is still to be brought; by the round's number, its server."""
    async with database.read() as session:
        found = await digests.due(session)
    return {round_id: guild_id for round_id, guild_id in found if shards.have(guild_id)}


async def make_digest(database: Database, round_id: int) -> Digest | None:
    """The digest of a round, or None where none is to be brought."""
    async with database.read() as session:
        record = await rounds.get(session, round_id)
        name = await digests.schedule_name(session, round_id)
        if record is None or name is None:
            return None
        waiting = await disputes.count(session, record.guild_id, is_open=True)
        reports = await question_status.count_waiting(session, record.guild_id)
    result = await reviewing.round_result(database, record)
    return Digest(
        record=record,
        schedule_name=name,
        turnout=len(result.standings),
        right=sum(standing.right for standing in result.standings),
        answered=sum(standing.answered for standing in result.standings),
        hardest=await _hardest(database, AnalysisScope(record.guild_id, round_id=round_id)),
        disputes=waiting,
        reports=reports,
    )


async def record_digest(database: Database, round_id: int, state: DigestState) -> None:
    """What became of it."""
    async with database.write() as session:
        await digests.set_state(session, round_id, state)


async def _hardest(database: Database, covers: AnalysisScope) -> tuple[Gap, ...]:
    try:
        gaps = await find_gaps(database, covers, Grouping.FACT)
    except TooFewLearners:
        return ()
    # Two facts of one question are one thing to teach.
    by_question = {gap.questions[0].id: gap for gap in reversed(gaps) if gap.facility < 1.0}
    return tuple(sorted(by_question.values(), key=lambda gap: (gap.facility, gap.name))[:_HARDEST])
