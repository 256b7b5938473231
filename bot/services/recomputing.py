"""The books checked: every mark computed again from what was answered and what was ruled, every board from the marks.

An answer's row keeps what was answered and how long it took; its mark, and the boards, only follow from that. Questions
of live rounds that are open are left out: they come into the books at their close.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field

from bot.domain.answer_marks import AnswerMark
from bot.domain.rounds import QuestionState
from bot.storage import guilds, marks, point_counts, regrading, standings
from bot.storage.database import Database, Session
from bot.storage.marks import Asking, ChangedMark
from bot.values import dataclass

MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class WrongMark:
    """A mark that is not what the log of answers gives."""

    guild_id: int
    round_question_id: int
    learner_id: int
    revision: int
    kept: AnswerMark
    computed: AnswerMark


@dataclass(frozen=True, slots=True)
class WrongBoard:
    """A learner's place on a board that is not what the marks give; points, right answers and answers."""

    guild_id: int
    course_id: int
    period: str
    learner_id: int
    kept: tuple[int, ...] | None
    computed: tuple[int, ...] | None


@dataclass(slots=True)
class Books:
    """What was looked at, and what differs; of marks and places the first `MOST_SHOWN` are named.

    ``wrong_counts`` are boards whose learners are counted wrongly, so that ranks are wrong.
    """

    guilds: int = 0
    answers: int = 0
    boards: int = 0
    wrong_marks: int = 0
    wrong_boards: int = 0
    wrong_counts: int = 0
    marks_named: list[WrongMark] = field(default_factory=list)
    boards_named: list[WrongBoard] = field(default_factory=list)

    @property
    def agree(self) -> bool:
        """Whether every mark and every board is what it should be."""
        return not (self.wrong_marks or self.wrong_boards or self.wrong_counts)


async def check_books(database: Database, *, default_timezone: str) -> Books:
    """Compute everything again and compare; nothing is changed."""
    books = Books()
    for guild_id in await _guild_ids(database):
        async with database.read() as session:
            await _check_marks(session, guild_id, books)
            await _check_boards(session, guild_id, books, default_timezone)
        books.guilds += 1
    return books


async def mend_books(database: Database, *, default_timezone: str) -> Books:
    """Keep what is computed in the place of what differs, one server a transaction; what differed is returned."""
    books = Books()
    for guild_id in await _guild_ids(database):
        async with database.write() as session:
            await guilds.lock(session, guild_id)
            await _check_marks(session, guild_id, books, is_mending=True)
            before = books.wrong_boards + books.wrong_counts
            await _check_boards(session, guild_id, books, default_timezone)
            if books.wrong_boards + books.wrong_counts != before:
                settings = await guilds.get_settings(session, guild_id, default_timezone=default_timezone)
                await standings.rebuild(session, guild_id, settings.zone)
        books.guilds += 1
    return books


async def _guild_ids(database: Database) -> list[int]:
    async with database.read() as session:
        return list(await marks.guild_ids(session))


async def _check_marks(session: Session, guild_id: int, books: Books, *, is_mending: bool = False) -> None:
    versions: dict[int, dict[int, Asking]] = {}
    for asking in await marks.askings(session, guild_id):
        if not (asking.is_live and asking.state is QuestionState.OPEN):
            versions.setdefault(asking.question_id, {})[asking.round_question_id] = asking
    for question_id, asked in versions.items():
        question = await regrading.as_ruled(session, guild_id, question_id)
        wrong: list[ChangedMark] = []
        async for part in marks.answers_to(session, asked):
            books.answers += len(part)
            for answer in part:
                wrong += regrading.differing(question, asked[answer.round_question_id], [answer])
        _name_marks(books, guild_id, wrong)
        if is_mending:
            await marks.put(session, wrong)


def _name_marks(books: Books, guild_id: int, wrong: Iterable[ChangedMark]) -> None:
    for change in wrong:
        books.wrong_marks += 1
        if len(books.marks_named) < MOST_SHOWN:
            answer = change.answer
            books.marks_named.append(
                WrongMark(
                    guild_id,
                    answer.round_question_id,
                    answer.learner_id,
                    answer.revision,
                    answer.mark,
                    change.mark,
                )
            )


async def _check_boards(session: Session, guild_id: int, books: Books, default_timezone: str) -> None:
    """Compare the boards with the marks as they are kept (when mending: as they are kept by now)."""
    settings = await guilds.get_settings(session, guild_id, default_timezone=default_timezone)
    computed = await standings.totals(session, guild_id, settings.zone)
    kept = await standings.as_kept(session, guild_id)
    books.boards += len(computed)
    books.wrong_counts += await point_counts.wrong(session, guild_id)
    for key in sorted(computed.keys() | kept.keys()):
        if computed.get(key) != kept.get(key):
            books.wrong_boards += 1
            if len(books.boards_named) < MOST_SHOWN:
                course_id, period, learner_id = key
                books.boards_named.append(
                    WrongBoard(
                        guild_id,
                        course_id,
                        period,
                        learner_id,
                        tuple(kept[key]) if key in kept else None,
                        tuple(computed[key]) if key in computed else None,
                    )
                )
