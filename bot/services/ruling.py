"""Rulings: one transaction marks every answer to the version anew, brings the boards along and notes whom to tell.

What changes is worked out before it, so that clicks wait for the writing alone; where a question was closed or another
ruling was made meanwhile, it is worked out again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from bot.domain.disputes import Dispute, DisputeFile, is_same_answer
from bot.domain.question_types import QUESTION_TYPES
from bot.domain.question_types.rules import Submission
from bot.domain.refusals import AlreadyRuled, EmptyReason, NotThisServer, RulingImpossible, RulingUndone
from bot.domain.rulings import (
    LONGEST_REASON,
    VOIDS,
    Ruling,
    RulingKind,
    Verdict,
    obstacle,
    read_answer,
)
from bot.services.disputing import dispute_file
from bot.services.live import LiveRounds
from bot.services.regrading import Changes, changes_of
from bot.storage import disputes, guilds, mark_notices, marks, regrading, rounds, rulings
from bot.storage.database import Database, Session
from bot.values import dataclass


@dataclass(frozen=True, slots=True)
class RulingMade:
    """What came of a ruling: whose marks changed, and how many disputes it settled (or opened again)."""

    ruling: Ruling
    learners: int
    disputes: int


async def rule(
    database: Database,
    live_rounds: LiveRounds,
    dispute_id: int,
    kind: RulingKind,
    *,
    reason: str,
    given: Submission | None,
    guild_id: int,
    instructor_id: int,
    now: datetime,
    default_timezone: str,
) -> RulingMade:
    """Rule on a dispute, for all who ever answered that version on this server.

    Args:
        database: where everything is kept.
        live_rounds: the questions open in this process, which are graded by it from now on.
        dispute_id: the dispute.
        kind: what is ruled.
        reason: why, as learners are told.
        given: the answer that is accepted or becomes the key, as the form has it.
        guild_id: the server in which it is ruled.
        instructor_id: who rules.
        now: the present.
        default_timezone: the zone of a server that has chosen none.

    Raises:
        NotThisServer: the dispute is another server's, or nobody's.
        AlreadyRuled: somebody has ruled on it before.
        EmptyReason: nothing was written.
        RulingImpossible: the question cannot have this ruling.
    """
    while True:
        file = await dispute_file(database, dispute_id, guild_id=guild_id)
        verdict = _verdict(file, kind, reason, given)
        version = file.dispute.question_id
        changes = await changes_of(database, guild_id, version, partial(_with, verdict))
        async with database.write() as session:
            await guilds.lock(session, guild_id)
            current = await disputes.get(session, dispute_id)
            if current is None or not current.is_open:
                continue  # looked at anew, which tells by whom it was settled
            if await regrading.stamp(session, guild_id, version) != changes.stamp:
                continue
            ruling = await rulings.insert(
                session,
                verdict,
                guild_id=guild_id,
                question_id=version,
                instructor_id=instructor_id,
                made_at=now,
                changed=len(changes.changed),
            )
            settled = await _settled(session, file, verdict)
            await disputes.settle(session, [dispute.id for dispute in settled], ruling.id)
            told = {dispute.learner_id for dispute in settled}
            learners = await _write(
                session, changes, ruling, told, is_undoing=False, now=now, zone=default_timezone
            )
        await _rule_live(database, live_rounds, guild_id)
        return RulingMade(ruling, learners, len(settled))


async def undo(
    database: Database,
    live_rounds: LiveRounds,
    ruling_id: int,
    *,
    reason: str,
    guild_id: int,
    instructor_id: int,
    now: datetime,
    default_timezone: str,
) -> RulingMade:
    """Let a ruling hold no longer: marks are as they would be without it, and its disputes wait again.

    Raises:
        NotThisServer: the ruling is another server's, or nobody's.
        RulingUndone: somebody has undone it before.
        EmptyReason: nothing was written.
    """
    written = _written(reason)
    while True:
        ruling = await find(database, ruling_id, guild_id=guild_id)
        if ruling.undone_by is not None:
            raise RulingUndone(ruling.undone_by)
        version = ruling.question_id
        changes = await changes_of(database, guild_id, version, partial(_without, ruling_id))
        async with database.write() as session:
            await guilds.lock(session, guild_id)
            current = await rulings.get(session, ruling_id)
            if current is None or current.undone_by is not None:
                continue  # looked at anew, which tells by whom it was undone
            if await regrading.stamp(session, guild_id, version) != changes.stamp:
                continue
            await rulings.undo(session, ruling_id, instructor_id=instructor_id, reason=written, undone_at=now)
            told = set(await disputes.open_again(session, ruling_id))
            learners = await _write(
                session, changes, ruling, told, is_undoing=True, now=now, zone=default_timezone
            )
            undone = await rulings.get(session, ruling_id)
        assert undone is not None
        await _rule_live(database, live_rounds, guild_id)
        return RulingMade(undone, learners, len(told))


async def find(database: Database, ruling_id: int, *, guild_id: int) -> Ruling:
    """A ruling of a server, undone or not.

    Raises:
        NotThisServer: it is another server's, or nobody's.
    """
    async with database.read() as session:
        ruling = await rulings.get(session, ruling_id)
    if ruling is None or ruling.guild_id != guild_id:
        raise NotThisServer
    return ruling


def _with(verdict: Verdict, in_force: Sequence[Ruling]) -> list[Verdict]:
    return [*(ruling.verdict for ruling in in_force), verdict]


def _without(ruling_id: int, in_force: Sequence[Ruling]) -> list[Verdict]:
    return [ruling.verdict for ruling in in_force if ruling.id != ruling_id]


def _verdict(file: DisputeFile, kind: RulingKind, reason: str, given: Submission | None) -> Verdict:
    if file.ruling is not None:
        raise AlreadyRuled(file.ruling.instructor_id)
    question = file.asked.question
    response = None
    if kind in (RulingKind.ACCEPT, RulingKind.REKEY) and given is not None:
        response = read_answer(question, file.asked.option_order, given)
    verdict = Verdict(kind, _written(reason), response)
    blocked = obstacle(question, verdict)
    if blocked is not None:
        raise RulingImpossible(blocked)
    return verdict


def _written(reason: str) -> str:
    written = " ".join(reason.split())[:LONGEST_REASON]
    if not written:
        raise EmptyReason
    return written


async def _settled(session: Session, file: DisputeFile, verdict: Verdict) -> list[Dispute]:
    """The open disputes that a verdict settles: this one, and those of others that it decides as well."""
    version = file.dispute.question_id
    question = await regrading.as_ruled(session, file.dispute.guild_id, version)
    settled = []
    for dispute, response in await disputes.open_of_version(session, file.dispute.guild_id, version):
        is_decided = verdict.kind in VOIDS or is_same_answer(response, file.answer.response)
        if verdict.response is not None:
            is_decided |= QUESTION_TYPES[question.type].grade(question, response).is_right
        if is_decided or dispute.id == file.dispute.id:
            settled.append(dispute)
    return settled


async def _write(
    session: Session,
    changes: Changes,
    ruling: Ruling,
    told: set[int],
    *,
    is_undoing: bool,
    now: datetime,
    zone: str,
) -> int:
    """Keep the changed marks and what follows from them; how many learners' points change."""
    settings = await guilds.get_settings(session, ruling.guild_id, default_timezone=zone)
    await marks.put(session, changes.changed)
    await marks.add_to_boards(session, ruling.guild_id, changes.changed, changes.askings, settings.zone)
    affected = {learner for learner, (before, after) in changes.points.items() if before != after}
    await mark_notices.add(
        session,
        {learner: changes.points.get(learner, (0, 0)) for learner in affected | told},
        guild_id=ruling.guild_id,
        ruling_id=ruling.id,
        is_undoing=is_undoing,
        made_at=now,
    )
    return len(affected)


async def _rule_live(database: Database, live_rounds: LiveRounds, guild_id: int) -> None:
    """Let the server's open questions be graded as they are ruled now."""
    for live in live_rounds.open_questions():
        if live.guild_id == guild_id:
            async with database.read() as session:
                record = await rounds.get(session, live.round_id)
            if record is not None:
                live_rounds.rule(record)
