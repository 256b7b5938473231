"""Reminders before the close of an assignment, for those who ask for them. Sending them is due work."""

from __future__ import annotations

from datetime import datetime

from bot.domain.assignments import AssignmentState, close_for, remind_at
from bot.domain.refusals import AssignmentClosed, NoSuchAssignment, ReminderTooLate
from bot.storage import accommodations, assignments
from bot.storage.database import Database


async def switch_reminder(
    database: Database, assignment_id: int, *, guild_id: int, learner_id: int, now: datetime
) -> datetime | None:
    """Remind a learner before the close that holds for him; whoever had asked before is reminded no more.

    Returns:
        When he is reminded, or None where he no longer is.

    Raises:
        NoSuchAssignment: there is none of that number here.
        AssignmentClosed: it is closed for him.
        ReminderTooLate: none could come before the close.
    """
    async with database.write() as session:
        found = await assignments.get(session, assignment_id)
        if found is None or found.guild_id != guild_id:
            raise NoSuchAssignment
        if found.state in (AssignmentState.PROPOSED, AssignmentState.CANCELLED):
            raise NoSuchAssignment
        if learner_id in await assignments.reminders(session, assignment_id):
            await assignments.remove_reminder(session, assignment_id, learner_id)
            return None
        granted = await accommodations.allowances(session, guild_id, assignment_id, [learner_id])
        closes_at = close_for(found.closes_at, granted[learner_id])
        if closes_at <= now:
            raise AssignmentClosed
        moment = remind_at(found.opens_at, closes_at, now)
        if moment is None:
            raise ReminderTooLate
        await assignments.remove_reminder(session, assignment_id, learner_id)
        await assignments.add_reminder(session, assignment_id, learner_id, now)
    return moment
