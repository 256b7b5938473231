"""The steps of a running round, each one transaction, each harmless when done twice.

What is posted to Discord stands between them: the conductor posts and then records. A step that was begun
and not recorded is simply the next step again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.refusals import NoRoundRunning
from bot.domain.round_records import AskedQuestion, RoundRecord
from bot.domain.rounds import EndReason, QuestionState, RoundState, StepKind, next_step
from bot.domain.shards import ALL, Shards
from bot.services.assigning import assignment_of_live_round
from bot.services.live import LiveRounds
from bot.storage import answers, assignments, guilds, regrading, rounds, standings
from bot.storage.answer_writer import AnswerWriter
from bot.storage.database import Database

# Posting that took longer than this has eaten into the learners' time, and they get it back.
TOLERATED_DELAY = timedelta(seconds=1)


async def load_round(database: Database, round_id: int) -> RoundRecord | None:
    """The round as it stands."""
    async with database.read() as session:
        return await rounds.get(session, round_id)


async def running_rounds(database: Database, shards: Shards = ALL) -> list[RoundRecord]:
    """Every round in the shards' servers that has something left to do."""
    async with database.read() as session:
        found = [
            await rounds.get(session, round_id) for round_id in await rounds.running_ids(session, shards)
        ]
    return [record for record in found if record is not None]


async def round_in_place(database: Database, place_id: int) -> RoundRecord | None:
    """The round that runs in a channel or thread, or None."""
    async with database.read() as session:
        round_id = await rounds.running_in_place(session, place_id)
        return None if round_id is None else await rounds.get(session, round_id)


async def rounds_of_guild(database: Database, guild_id: int) -> list[int]:
    """The numbers of a server's running rounds."""
    async with database.read() as session:
        return list(await rounds.running_in_guild(session, guild_id))


async def load_live(database: Database, live_rounds: LiveRounds, shards: Shards = ALL) -> None:
    """Take clicks for every question that is open in the shards' servers, as after a restart."""
    for record in await running_rounds(database, shards):
        asked = record.open_question
        if asked is not None:
            async with database.read() as session:
                live_rounds.admit(record, await answers.of_question(session, asked.id))


async def record_announcement(
    database: Database, round_id: int, *, announcement_id: int, thread_id: int | None
) -> None:
    """The round was announced, in its thread if it has one."""
    async with database.write() as session:
        await rounds.set_round(session, round_id, announcement_id=announcement_id, thread_id=thread_id)


async def open_question(
    database: Database, live_rounds: LiveRounds, record: RoundRecord, position: int, *, now: datetime
) -> RoundRecord:
    """Open the question, before it is posted, so that no click on it can come too early.

    Where it was opened but not posted (the process died between the two, or its message was deleted), its time begins
    anew. Where the round was stopped in the meantime, it is skipped instead, unless somebody has answered it: then it
    stays as it is, to be closed.
    """
    limit = record.limit_of(position)
    async with database.write() as session:
        # As it stands now: it may have been stopped since the step was chosen.
        current = await rounds.get(session, record.id, for_update=True)
        assert current is not None
        asked = current.question_at(position)
        if asked.message_id is None and asked.state in (QuestionState.PENDING, QuestionState.OPEN):
            if _goes_on(current):
                await rounds.set_question(
                    session, asked.id, state=QuestionState.OPEN.value, opens_at=now, closes_at=now + limit
                )
            elif not await answers.of_question(session, asked.id):
                await rounds.set_question(session, asked.id, state=QuestionState.SKIPPED.value)
        opened = await rounds.get(session, record.id)
    assert opened is not None
    if opened.open_question is None:
        live_rounds.dismiss(asked.id)
    live_rounds.admit(opened, [])
    return opened


async def record_posted(
    database: Database,
    live_rounds: LiveRounds,
    record: RoundRecord,
    position: int,
    *,
    message_id: int,
    posted_at: datetime,
) -> RoundRecord:
    """The question stands in the channel; where that took long, its time begins anew."""
    async with database.write() as session:
        current = await rounds.get(session, record.id, for_update=True)
        assert current is not None
        asked = current.question_at(position)
        values: dict[str, object] = {"message_id": message_id}
        is_late = asked.opens_at is not None and posted_at - asked.opens_at > TOLERATED_DELAY
        if is_late and asked.state is QuestionState.OPEN and _goes_on(current):
            limit = record.limit_of(position)
            values |= {"opens_at": posted_at, "closes_at": posted_at + limit}
        await rounds.set_question(session, asked.id, **values)
        posted = await rounds.get(session, record.id)
        given = await answers.of_question(session, asked.id)
    assert posted is not None
    live_rounds.admit(posted, given)
    return posted


async def forget_post(database: Database, round_question_id: int) -> None:
    """The question's message is gone: it has to be posted again."""
    async with database.write() as session:
        await rounds.set_question(session, round_question_id, message_id=None)


async def close_question(
    database: Database,
    live_rounds: LiveRounds,
    writer: AnswerWriter,
    record: RoundRecord,
    position: int,
    *,
    now: datetime,
    default_timezone: str,
) -> RoundRecord:
    """Take no more answers, and add those that were given to the boards: one transaction."""
    asked = record.question_at(position)
    live_rounds.dismiss(asked.id)
    await writer.drained()
    async with database.write() as session:
        # From here on no answer to it can be written, by this process or another: the sum is the whole sum.
        current = await rounds.get(session, record.id, for_update=True)
        assert current is not None
        asked = current.question_at(position)
        if asked.state is QuestionState.OPEN:
            await guilds.lock(session, record.guild_id)
            await regrading.at_close(session, [asked.id])
            settings = await guilds.get_settings(session, record.guild_id, default_timezone=default_timezone)
            await guilds.note_presence_of_answerers(session, record.guild_id, asked.id)
            closed_at = asked.closes_at or now
            await standings.add_answers(
                session,
                asked.id,
                guild_id=record.guild_id,
                course_id=record.course_row_id,
                round_id=record.id,
                closed_at=closed_at,
                zone=settings.zone,
            )
            answered = await answers.count_learners(session, asked.id)
            state = QuestionState.CLOSED
            await rounds.set_question(
                session, asked.id, state=state.value, closes_at=closed_at, answered=answered
            )
            closed = [replace(asked, state=state, closes_at=closed_at, answered=answered)]
            following = _following(current, position)
            if following is not None:
                next_opening = now + timedelta(seconds=record.pause_seconds)
                await rounds.set_question(session, following.id, opens_at=next_opening)
                closed.append(replace(following, opens_at=next_opening))
            current = _with(current, closed)
    return current


async def leave_time_to_read(
    database: Database, record: RoundRecord, position: int, *, now: datetime
) -> RoundRecord:
    """Before a reveal that comes late: the pause after it begins now, not when it should have come."""
    following = _following(record, position)
    pause = timedelta(seconds=record.pause_seconds)
    if following is None or following.opens_at is None or following.opens_at - now > pause - TOLERATED_DELAY:
        return record
    async with database.write() as session:
        await rounds.set_question(session, following.id, opens_at=now + pause)
        postponed = await rounds.get(session, record.id)
    assert postponed is not None
    return postponed


def next_opening(record: RoundRecord, position: int) -> datetime | None:
    """When the next question opens once this one is revealed, or None where the round ends with it."""
    questions = tuple(
        replace(asked, state=QuestionState.REVEALED) if asked.position == position else asked
        for asked in record.progress.questions
    )
    step = next_step(replace(record.progress, questions=questions))
    return step.due_at if step is not None and step.kind is StepKind.OPEN else None


async def record_revealed(
    database: Database, record: RoundRecord, position: int, *, message_id: int | None
) -> RoundRecord:
    """The key, the explanation and the footnote stand in the channel."""
    asked = record.question_at(position)
    async with database.write() as session:
        await rounds.set_question(
            session, asked.id, state=QuestionState.REVEALED.value, message_id=message_id
        )
        revealed = await rounds.get(session, record.id)
    assert revealed is not None
    return revealed


async def stop_round(
    database: Database, live_rounds: LiveRounds, round_id: int, *, now: datetime
) -> RoundRecord:
    """End a round at somebody's word: the open question closes now, what was answered keeps its points.

    Raises:
        NoRoundRunning: it is over already.
    """
    async with database.write() as session:
        record = await rounds.get(session, round_id, for_update=True)
        if record is None or record.state is not RoundState.RUNNING or record.end_reason is not None:
            raise NoRoundRunning
        asked = record.open_question
        if asked is not None and asked.closes_at is not None:
            await rounds.set_question(session, asked.id, closes_at=min(now, asked.closes_at))
        await rounds.skip_pending(session, round_id)
        await rounds.set_round(session, round_id, end_reason=EndReason.STOPPED.value)
        stopped = await rounds.get(session, round_id)
    assert stopped is not None
    live_rounds.reschedule(stopped)
    return stopped


async def end_round(database: Database, round_id: int, reason: EndReason) -> RoundRecord:
    """No further question; the result is still to be posted. A round that was stopped meanwhile stays stopped."""
    async with database.write() as session:
        current = await rounds.get(session, round_id, for_update=True)
        if current is not None and _goes_on(current):
            await rounds.skip_pending(session, round_id)
            await rounds.set_round(session, round_id, end_reason=reason.value)
        ended = await rounds.get(session, round_id)
    assert ended is not None
    return ended


async def record_result(database: Database, round_id: int, *, result_id: int, now: datetime) -> int | None:
    """The result stands in the channel: the round is over.

    Returns:
        The number of the assignment by which it stays open for those who were absent, if it does.
    """
    async with database.write() as session:
        current = await rounds.get(session, round_id, for_update=True)
        assert current is not None
        await rounds.set_round(
            session, round_id, result_id=result_id, state=RoundState.ENDED.value, ended_at=now
        )
        if current.stays_open_hours is None or current.state is not RoundState.RUNNING:
            return None
        if all(asked.state is QuestionState.SKIPPED for asked in current.questions):
            await rounds.set_round(session, round_id, is_withheld=False)
            return None
        return await assignments.insert(session, assignment_of_live_round(current, now=now))


async def abandon_round(
    database: Database,
    live_rounds: LiveRounds,
    writer: AnswerWriter,
    round_id: int,
    reason: EndReason,
    *,
    now: datetime,
    default_timezone: str,
) -> RoundRecord | None:
    """End a round that can be shown nowhere any more; its answers keep their points.

    Returns:
        The round, or None where it was over already.
    """
    while True:
        record = await load_round(database, round_id)
        if record is None or record.state is not RoundState.RUNNING:
            return None
        asked = record.open_question
        if asked is not None:
            await close_question(
                database,
                live_rounds,
                writer,
                record,
                asked.position,
                now=now,
                default_timezone=default_timezone,
            )
        async with database.write() as session:
            current = await rounds.get(session, round_id, for_update=True)
            if current is None or current.state is not RoundState.RUNNING:
                return None
            if current.open_question is not None:
                continue  # opened a moment ago, by the step that was under way
            await rounds.skip_pending(session, round_id)
            await rounds.set_round(
                session,
                round_id,
                end_reason=reason.value,
                state=RoundState.ENDED.value,
                ended_at=now,
                is_withheld=False,
            )
            abandoned = await rounds.get(session, round_id)
        live_rounds.dismiss_round(round_id)
        return abandoned


def _goes_on(record: RoundRecord) -> bool:
    """Whether a further question may still be shown."""
    return record.state is RoundState.RUNNING and record.end_reason is None


def _with(record: RoundRecord, changed: Iterable[AskedQuestion]) -> RoundRecord:
    """The round with these questions in the place of those with their numbers."""
    by_id = {asked.id: asked for asked in changed}
    return replace(record, questions=tuple(by_id.get(asked.id, asked) for asked in record.questions))


def _following(record: RoundRecord, position: int) -> AskedQuestion | None:
    return next(
        (
            asked
            for asked in record.questions
            if asked.position > position and asked.state is QuestionState.PENDING
        ),
        None,
    )
