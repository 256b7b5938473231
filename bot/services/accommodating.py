"""Accommodations: more time for one learner, granted by instructors, and seen by them and by him alone."""

from __future__ import annotations

from datetime import datetime

from bot.domain.assignments import LARGEST_FACTOR, Accommodation, AssignmentState
from bot.domain.refusals import NoAccommodation, NoSuchAssignment, NothingGranted, TimePassed
from bot.storage import accommodations, assignments
from bot.storage.database import Database, Session
from bot.values import dataclass

_UNCONFIRMED = (AssignmentState.PROPOSED, AssignmentState.CANCELLED)


@dataclass(frozen=True, slots=True)
class Granted:
    """What holds now for a learner, and the assignments whose due work may have moved."""

    accommodation: Accommodation
    affected: tuple[int, ...]


async def grant(
    database: Database,
    wanted: Accommodation,
    *,
    guild_id: int,
    granted_by: int,
    now: datetime,
) -> Granted:
    """Give a learner more time; what was granted before for the same stays, where nothing new is said of it.

    It holds at once, for attempts under way too.

    Raises:
        NothingGranted: it is no more time: no factor above 1 and no later close, or a close without its assignment, or
            one that is no later than everybody's.
        NoSuchAssignment: there is none of that number here.
        TimePassed: the close has passed.
    """
    if wanted.factor is not None and not 1.0 <= wanted.factor <= LARGEST_FACTOR:
        raise NothingGranted
    if wanted.factor in (None, 1.0) and wanted.closes_at is None:
        raise NothingGranted
    async with database.write() as session:
        if wanted.assignment_id is not None:
            await _check_close(session, wanted, wanted.assignment_id, guild_id, now)
        elif wanted.closes_at is not None:
            raise NothingGranted
        before = await _kept(session, guild_id, wanted)
        granted = Accommodation(
            wanted.learner_id,
            wanted.assignment_id,
            wanted.factor or (before.factor if before else None),
            wanted.closes_at or (before.closes_at if before else None),
        )
        await accommodations.grant(session, guild_id, granted, granted_by=granted_by, now=now)
        return Granted(granted, await _affected(session, guild_id, wanted.assignment_id))


async def revoke(
    database: Database, learner_id: int, assignment_id: int | None, *, guild_id: int
) -> tuple[int, ...]:
    """Take an accommodation back: the one for an assignment, or (None) the one that holds everywhere.

    Returns:
        The assignments whose due work may have moved.

    Raises:
        NoAccommodation: there is none.
    """
    async with database.write() as session:
        if not await accommodations.revoke(session, guild_id, learner_id, assignment_id):
            raise NoAccommodation
        return await _affected(session, guild_id, assignment_id)


async def list_accommodations(database: Database, guild_id: int) -> list[Accommodation]:
    """Every accommodation of a server, by learner."""
    async with database.read() as session:
        return await accommodations.of_guild(session, guild_id)


async def _check_close(
    session: Session, wanted: Accommodation, assignment_id: int, guild_id: int, now: datetime
) -> None:
    found = await assignments.get(session, assignment_id)
    if found is None or found.guild_id != guild_id or found.state in _UNCONFIRMED:
        raise NoSuchAssignment
    if wanted.closes_at is None:
        return
    if wanted.closes_at <= now:
        raise TimePassed(wanted.closes_at)
    if wanted.closes_at <= found.closes_at:
        raise NothingGranted


async def _kept(session: Session, guild_id: int, wanted: Accommodation) -> Accommodation | None:
    return next(
        (
            each
            for each in await accommodations.of_guild(session, guild_id)
            if (each.learner_id, each.assignment_id) == (wanted.learner_id, wanted.assignment_id)
        ),
        None,
    )


async def _affected(session: Session, guild_id: int, assignment_id: int | None) -> tuple[int, ...]:
    if assignment_id is not None:
        return (assignment_id,)
    return tuple(number for number, of_guild in await assignments.busy_ids(session) if of_guild == guild_id)
