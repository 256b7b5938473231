"""A learner disputes the mark of an answer, and instructors look at what waits. Ruling on it is `ruling`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.disputes import (
    LONGEST_CASE,
    Dispute,
    DisputeFile,
    MarkNotice,
    NoticeState,
    VersionName,
    is_same_answer,
    outcome_of,
)
from bot.domain.refusals import EmptyCase, NothingToDispute, NotThisServer
from bot.domain.round_records import AnswerRecord, AskedQuestion
from bot.domain.rulings import Ruling
from bot.services import reviewing
from bot.storage import answers, disputes, mark_notices, rounds, rulings
from bot.storage.database import Database
from bot.values import dataclass

MOST_LISTED = 25
_MOST_SHELVED = 5


@dataclass(frozen=True, slots=True)
class OwnDispute:
    """A learner's dispute as he may see it: what was ruled, but nothing of others."""

    dispute: Dispute
    asked: AskedQuestion
    ruling: Ruling | None


@dataclass(frozen=True, slots=True)
class DisputeList:
    """A server's open or settled disputes; ``total`` counts those beyond the list too."""

    entries: tuple[tuple[Dispute, VersionName], ...]
    total: int
    is_open: bool


async def disputable(
    database: Database, round_question_id: int, *, guild_id: int, learner_id: int
) -> tuple[AskedQuestion, AnswerRecord]:
    """The question and the learner's answer, if he may dispute its mark: asked before the form is opened.

    Raises:
        NotThisServer: it was asked elsewhere, or nowhere.
        QuestionStillOpen: its key is not told yet.
        NothingToDispute: he did not answer it.
    """
    asked, answer = await reviewing.explain(
        database, round_question_id, guild_id=guild_id, learner_id=learner_id
    )
    if answer is None:
        raise NothingToDispute
    return asked, answer


async def own_dispute(
    database: Database, round_question_id: int, *, guild_id: int, learner_id: int
) -> OwnDispute | None:
    """The learner's dispute on this version of the question, if he has one."""
    async with database.read() as session:
        round_id = await rounds.round_of_question(session, round_question_id)
        record = None if round_id is None else await rounds.get(session, round_id)
        if record is None or record.guild_id != guild_id:
            raise NotThisServer
        version = await disputes.version_of(session, round_question_id)
        dispute = await disputes.of_learner(session, guild_id, version, learner_id)
        if dispute is None:
            return None
        ruling = None if dispute.ruling_id is None else await rulings.get(session, dispute.ruling_id)
    asked = next(asked for asked in record.questions if asked.id == round_question_id)
    return OwnDispute(dispute, asked, ruling)


async def open_dispute(
    database: Database, round_question_id: int, *, guild_id: int, learner_id: int, case: str, now: datetime
) -> OwnDispute:
    """Keep a learner's case; where he has made one on this version before, that one stays and is returned.

    Raises:
        NotThisServer, QuestionStillOpen, NothingToDispute: see `disputable`.
        EmptyCase: nothing was written.
    """
    await disputable(database, round_question_id, guild_id=guild_id, learner_id=learner_id)
    written = " ".join(case.split())[:LONGEST_CASE]
    if not written:
        raise EmptyCase
    async with database.write() as session:
        await disputes.insert(
            session,
            guild_id=guild_id,
            question_id=await disputes.version_of(session, round_question_id),
            round_question_id=round_question_id,
            learner_id=learner_id,
            case=written,
            opened_at=now,
        )
    opened = await own_dispute(database, round_question_id, guild_id=guild_id, learner_id=learner_id)
    assert opened is not None
    return opened


async def dispute_file(database: Database, dispute_id: int, *, guild_id: int) -> DisputeFile:
    """Everything about a dispute, for an instructor.

    Raises:
        NotThisServer: it is another server's, or nobody's.
    """
    async with database.read() as session:
        dispute = await disputes.get(session, dispute_id)
        if dispute is None or dispute.guild_id != guild_id:
            raise NotThisServer
        round_id = await rounds.round_of_question(session, dispute.round_question_id)
        assert round_id is not None
        record = await rounds.get(session, round_id)
        assert record is not None
        asked = next(asked for asked in record.questions if asked.id == dispute.round_question_id)
        mine = await answers.of_learner(session, round_id, dispute.learner_id)
        answer = mine[dispute.round_question_id]
        counted = await disputes.distribution(session, guild_id, dispute.question_id)
        waiting = await disputes.open_of_version(session, guild_id, dispute.question_id)
        theirs = [response for other, response in waiting if other.id != dispute.id]
        in_force = (await rulings.of_versions(session, guild_id, [dispute.question_id])).get(
            dispute.question_id, []
        )
        return DisputeFile(
            dispute=dispute,
            name=await disputes.name_of(session, dispute.question_id),
            asked=asked,
            answer=answer,
            outcome=outcome_of(asked.option_order, counted),
            others=len(theirs),
            same=sum(is_same_answer(answer.response, response) for response in theirs),
            ruling=None if dispute.ruling_id is None else await rulings.get(session, dispute.ruling_id),
            in_force=tuple(in_force),
        )


async def list_disputes(database: Database, guild_id: int, *, is_open: bool) -> DisputeList:
    """A server's disputes: those that wait, oldest first, or those that are settled, newest first."""
    async with database.read() as session:
        entries = await disputes.of_guild(session, guild_id, is_open=is_open, most=MOST_LISTED)
        return DisputeList(tuple(entries), await disputes.count(session, guild_id, is_open=is_open), is_open)


async def shelved_notices(database: Database, guild_id: int, learner_id: int) -> Sequence[MarkNotice]:
    """What could not be sent to a learner, to be shown to him now; see `notices_shown`."""
    async with database.read() as session:
        return await mark_notices.in_state(
            session, guild_id, NoticeState.SHELVED, most=_MOST_SHELVED, learner_id=learner_id
        )


async def notices_shown(database: Database, shown: Sequence[MarkNotice]) -> None:
    """The learner has seen these."""
    async with database.write() as session:
        await mark_notices.set_state(session, [notice.id for notice in shown], NoticeState.SHOWN)
