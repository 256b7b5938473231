"""From what an instructor asks for to the rounds that are looked at: never those of another server."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.domain.analysis_scopes import AnalysisScope
from bot.domain.refusals import NoRoundYet, NotThisServer, UnknownCourse
from bot.storage import played_rounds, rounds
from bot.storage.database import Database
from bot.storage.played_rounds import RoundEntry
from bot.values import dataclass

# A number that Discord's autocomplete hands back has at most so many digits; longer ones fit no database.
_MOST_DIGITS = 18
_SEARCHED = 500


@dataclass(frozen=True, slots=True)
class ScopeChoice:
    """What is asked for: a round by its number as typed, or a course by its id; nothing means the latest round."""

    round_number: str | None = None
    course: str | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """The rounds that are looked at, and what they are called.

    Of one round ``topic`` and ``began_at`` are known; of a course they are None.
    """

    covers: AnalysisScope
    course_key: str
    course_title: str
    topic: str | None = None
    began_at: datetime | None = None


async def find_scope(
    database: Database, guild_id: int, choice: ScopeChoice, *, courses: Iterable[str]
) -> Scope:
    """The rounds that are asked for.

    Args:
        database: where they are.
        guild_id: the server that asks.
        choice: what it asks for.
        courses: the ids of the courses that can be played, to be named where one is not known.

    Raises:
        NotThisServer: that round was played elsewhere, or nowhere.
        UnknownCourse: no course of that id was ever played.
        NoRoundYet: the latest round is asked for, and there is none.
    """
    async with database.read() as session:
        if choice.round_number is None and choice.course is not None:
            found = await played_rounds.course_of_key(session, choice.course)
            if found is None:
                raise UnknownCourse(choice.course, tuple(courses))
            number, title = found
            return Scope(AnalysisScope(guild_id, course_row_id=number), choice.course, title)
        if choice.round_number is None:
            round_id = await rounds.latest(session, guild_id)
            if round_id is None:
                raise NoRoundYet
        else:
            round_id = _number(choice.round_number)
        entry = await played_rounds.of_number(session, guild_id, round_id)
    if entry is None:
        raise NotThisServer
    covers = AnalysisScope(guild_id, round_id=entry.id)
    return Scope(covers, entry.course_key, entry.course_title, entry.topic, entry.began_at)


async def newest_rounds(database: Database, guild_id: int) -> list[RoundEntry]:
    """The server's rounds to choose from, the latest first."""
    async with database.read() as session:
        return await played_rounds.newest(session, guild_id, _SEARCHED)


def _number(typed: str) -> int:
    """The number of a round as it was typed; 0, which no round has, where it is none."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= _MOST_DIGITS else 0
