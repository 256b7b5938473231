"""Leaderboards: a page of a window, and the asker's own place."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.domain.guilds import GuildSettings
from bot.domain.refusals import NoRoundYet, UnknownCourse
from bot.domain.standings import ALL_COURSES, Standing, Window, period
from bot.storage import board_pages, courses, guilds, rounds
from bot.storage.database import Database
from bot.values import dataclass

PAGE_SIZE = 10
NEIGHBOURS = 2


@dataclass(frozen=True, slots=True)
class Board:
    """One page of a leaderboard; pages count from 0. ``own`` holds the asker with his neighbours.

    ``course`` is a course's id, or None for all; ``round_id`` is set for the window ROUND.
    """

    window: Window
    course: str | None
    round_id: int | None
    places: tuple[Standing, ...]
    own: tuple[Standing, ...]
    asker_id: int
    page: int
    pages: int
    learners: int


async def board(
    database: Database,
    settings: GuildSettings,
    window: Window,
    *,
    course: str | None,
    page: int,
    asker_id: int,
    now: datetime,
    round_id: int | None = None,
) -> Board:
    """A page of a leaderboard, as the asker sees it.

    Args:
        database: where the standings are.
        settings: the server's; its time zone decides what "today" is.
        window: what the board covers.
        course: a course's id, or None for all courses together.
        page: from 0; beyond the last one the last is given.
        asker_id: whose own place is shown.
        now: the present.
        round_id: the round of the window ROUND; None for the server's latest.

    Raises:
        UnknownCourse: no course of that id was ever played.
        NoRoundYet: the board of the latest round is asked for, and there is none.
    """
    guild_id = settings.guild_id
    await _note_presence(database, guild_id, asker_id)
    async with database.read() as session:
        course_row = ALL_COURSES if course is None else await courses.course_row_id(session, course)
        if course_row is None:
            raise UnknownCourse(course or "", ())
        if window is Window.ROUND:
            round_id = round_id or await rounds.latest(session, guild_id)
            if round_id is None:
                raise NoRoundYet
        name = period(window, now, settings.zone, round_id=round_id)
        learners = await board_pages.size(session, guild_id, course_row, name)
        pages = max(1, -(-learners // PAGE_SIZE))
        number = max(0, min(page, pages - 1))
        places = await board_pages.page(
            session, guild_id, course_row, name, offset=number * PAGE_SIZE, size=PAGE_SIZE
        )
        own = await board_pages.neighbourhood(
            session, guild_id, course_row, name, asker_id, each_side=NEIGHBOURS
        )
    return Board(window, course, round_id, tuple(places), tuple(own), asker_id, number, pages, learners)


async def _note_presence(database: Database, guild_id: int, asker_id: int) -> None:
    """Whoever asks is here; only somebody who was thought to have left is worth a write."""
    async with database.read() as session:
        is_known_as_gone = await guilds.has_left(session, guild_id, asker_id)
    if is_known_as_gone:
        async with database.write() as session:
            await guilds.note_presence(session, guild_id, [asker_id])


async def note_departures(
    database: Database, guild_id: int, learner_ids: Iterable[int], *, now: datetime
) -> None:
    """Leave these people out of the server's boards from now on; their data stays."""
    async with database.write() as session:
        await guilds.note_departures(session, guild_id, learner_ids, now)
