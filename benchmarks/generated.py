"""A database as years of rounds leave it, made fast, once, and kept.

Each learner has given about a hundred answers, in rounds of ten questions with 500 learners each. Rows are
written in the order in which a running bot would write them, so that pages are as full as they would be; a board's
row is written once, with its last sum. A test compares it with what the product itself makes of the answers.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from benchmarks import measuring, raw, school
from bot.domain.round_records import RoundRecord
from bot.domain.rounds import QuestionState, RoundState
from bot.domain.standings import periods_of
from bot.errors import DatabaseNewer
from bot.storage import migrate, sqlite_files
from bot.storage.database import Database

GENERATION = 2
ANSWERS_A_LEARNER = 100
QUESTIONS_A_ROUND = 10
MOST_IN_A_ROUND = 500
ROUNDS_A_DAY = 6

QUESTION_LENGTH = timedelta(seconds=32)
BETWEEN_ROUNDS = timedelta(minutes=40)
INSERT_BOARD = "INSERT INTO boards (guild_id, period, course_id) VALUES (?, ?, ?)"
INSERT_STANDING = """INSERT INTO standings (board_id, learner_id, points, "right", answered)
    VALUES (?, ?, ?, ?, ?)"""
COUNT_POINTS = """INSERT INTO point_counts (board_id, thousands, learners)
    SELECT board_id, points / 1000, count(*) FROM standings WHERE board_id = ? GROUP BY points / 1000"""

Gathered = dict[int, tuple[int, int, int]]


@dataclass(frozen=True, slots=True)
class Plan:
    """How many answers, of how many learners."""

    answers: int

    @property
    def learners(self) -> int:
        """How many learners there are on the board of all time."""
        return max(4, self.answers // ANSWERS_A_LEARNER)

    @property
    def in_a_round(self) -> int:
        """How many learners answer each question of a round."""
        return min(MOST_IN_A_ROUND, self.learners // 2)

    @property
    def rounds(self) -> int:
        """How many rounds were played."""
        return self.answers // (self.in_a_round * QUESTIONS_A_ROUND)


def begins_at(number: int) -> datetime:
    """When a round begins, the first being 0; none goes on into the next day."""
    days, today = divmod(number, ROUNDS_A_DAY)
    return school.START + timedelta(days=days) + today * BETWEEN_ROUNDS


async def database_with(answers: int) -> Path:
    """The file of a database with so many answers; copy it, do not write to it.

    One that was made before the schema changed is brought to the schema of now by the product's own migrations.
    """
    measuring.CACHE.mkdir(parents=True, exist_ok=True)
    partial = measuring.CACHE / f"board-{answers}.partial"
    partial.unlink(missing_ok=True)
    database = await school.new_database(partial)
    record = await school.begin_round(database, questions=QUESTIONS_A_ROUND, now=school.START)
    await database.close()
    file = measuring.CACHE / f"board-{answers}-{GENERATION}-{_revision(partial)}.db"
    if not file.exists():
        older = sorted(measuring.CACHE.glob(f"board-{answers}-*.db"), key=lambda each: each.stat().st_mtime)
        upgraded = partial.with_suffix(".upgraded")
        if older and await _upgrade(older[-1], upgraded):
            upgraded.replace(partial)
        else:
            upgraded.unlink(missing_ok=True)
            _generate(partial, Plan(answers), record)
        for each in older:
            each.unlink()
        partial.rename(file)
    partial.unlink(missing_ok=True)
    return file


def _revision(file: Path) -> str:
    with sqlite_files.opened(file) as connection:
        return str(sqlite_files.revision(connection))


async def _upgrade(older: Path, upgraded: Path) -> bool:
    """Copy a database and upgrade the copy; False where it is of another generation or a later release."""
    if f"-{GENERATION}-" not in older.name:
        return False
    shutil.copyfile(older, upgraded)
    database = Database(school.address(upgraded))
    try:
        await migrate.upgrade(database)
    except DatabaseNewer:
        return False
    finally:
        await database.close()
    return True


def _generate(file: Path, plan: Plan, record: RoundRecord) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -1000000")
        connection.execute("BEGIN")
        _Generator(connection, plan, record).fill()
        connection.execute("COMMIT")


class _Generator:
    """Writes the rounds one after another, and each window's rows when it is over."""

    def __init__(self, connection: sqlite3.Connection, plan: Plan, template: RoundRecord) -> None:
        self._connection = connection
        self._plan = plan
        self._course = template.course_row_id
        self._chance = Random(plan.answers)
        self._learners = school.learners(self._chance, plan.learners)
        self._round = self._row("rounds", "id", template.id)
        self._question = self._row("round_questions", "round_id", template.id)
        self._boards: dict[str, Gathered] = {}

    def fill(self) -> None:
        """Write everything. The round that is the pattern stands before all others, and is over."""
        self._connection.execute(
            "UPDATE rounds SET state = ?, started_at = NULL", (RoundState.CANCELLED.value,)
        )
        for number in range(self._plan.rounds):
            self._play(number)
        self._finish(())

    def _play(self, number: int) -> None:
        began = begins_at(number)
        round_id = int(self._round["id"]) + 1 + number
        self._insert_like(
            "rounds",
            self._round,
            [
                {
                    "id": round_id,
                    "state": RoundState.ENDED.value,
                    "started_at": raw.microseconds(began),
                    "ended_at": raw.microseconds(began + QUESTIONS_A_ROUND * QUESTION_LENGTH),
                }
            ],
        )
        first = QUESTIONS_A_ROUND * (number + 1) + 1
        opens = [began + position * QUESTION_LENGTH for position in range(QUESTIONS_A_ROUND)]
        self._insert_like(
            "round_questions",
            self._question,
            [
                {
                    "id": first + position,
                    "round_id": round_id,
                    "position": position,
                    "state": QuestionState.REVEALED.value,
                    "opens_at": raw.microseconds(opens_at),
                    "closes_at": raw.microseconds(opens_at + QUESTION_LENGTH),
                    "message_id": school.CHANNEL + position,
                    "answered": self._plan.in_a_round,
                }
                for position, opens_at in enumerate(opens)
            ],
        )
        crowd = self._chance.sample(self._learners, self._plan.in_a_round)
        rights = dict.fromkeys(crowd, 0)
        for position, opens_at in enumerate(opens):
            self._connection.executemany(
                raw.INSERT_ANSWER, self._answers(first + position, opens_at, crowd, rights)
            )
        periods = periods_of(began, ZoneInfo(school.TIME_ZONE), round_id)
        self._finish(periods)
        for period in periods:
            _gather(self._boards.setdefault(period, {}), rights)

    def _answers(
        self, question: int, opens_at: datetime, crowd: list[int], rights: dict[int, int]
    ) -> Iterator[raw.AnswerValues]:
        opened = raw.microseconds(opens_at)
        self._chance.shuffle(crowd)
        chosen = self._chance.choices("012301000", k=len(crowd))
        elapsed = self._chance.choices(range(500, 20_000), k=len(crowd))
        for learner, choice, after in zip(crowd, chosen, elapsed, strict=True):
            is_right = choice == "0"
            rights[learner] += is_right
            at = opened + after * 1000
            yield question, learner, 0, choice, None, at, after, float(is_right), 1000 * is_right

    def _finish(self, periods: Iterable[str]) -> None:
        """Write the windows that are over."""
        for period in [period for period in self._boards if period not in periods]:
            gathered = self._boards.pop(period)
            # The only course there is: its board is that of all courses too.
            board = self._connection.execute(INSERT_BOARD, (school.GUILD, period, self._course)).lastrowid
            rows = ((board, who, *sums) for who, sums in gathered.items())
            self._connection.executemany(INSERT_STANDING, rows)
            self._connection.execute(COUNT_POINTS, (board,))

    def _row(self, table: str, column: str, value: int) -> dict[str, object]:
        """A row of the template; whatever a later migration adds is in it too."""
        cursor = self._connection.execute(f"SELECT * FROM {table} WHERE {column} = ?", (value,))  # noqa: S608
        names = [description[0] for description in cursor.description]
        return dict(zip(names, cursor.fetchone(), strict=True))

    def _insert_like(self, table: str, like: dict[str, object], changes: Iterable[dict[str, object]]) -> None:
        names, marks = ", ".join(like), ", ".join("?" * len(like))
        self._connection.executemany(
            f"INSERT INTO {table} ({names}) VALUES ({marks})",  # noqa: S608 - our own table's columns
            [tuple((like | change).values()) for change in changes],
        )


def _gather(board: Gathered, rights: dict[int, int]) -> None:
    for learner, right in rights.items():
        points, before, answered = board.get(learner, (0, 0, 0))
        board[learner] = (points + 1000 * right, before + right, answered + QUESTIONS_A_ROUND)
