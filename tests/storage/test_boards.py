"""Boards as they are read and kept: against what a few lines of Python make of the same rows."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, update

from bot.domain.standings import ALL_COURSES, Standing, periods_of
from bot.storage import board_pages, guilds, standings
from bot.storage.database import Database
from bot.storage.tables import AnswerRow, DepartureRow, RoundQuestionRow, RoundRow, StandingRow
from tests.services.rounds import GUILD, NOON, Stage

COURSE = 1
ZONE = ZoneInfo("Asia/Shanghai")
BOARD = (GUILD, ALL_COURSES, "all")
# Others that a walk along the index must not stray into, before and behind.
OTHERS = (
    (GUILD - 1, ALL_COURSES, "all"),
    (GUILD, COURSE, "all"),
    (GUILD, ALL_COURSES, "alk"),
    (11, 0, "all"),
)
AT_LEISURE = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

# Few numbers, so that many are equal.
points_of_all = st.dictionaries(st.integers(1, 60), st.integers(0, 6), max_size=40)
some = st.sets(st.integers(1, 60), max_size=20)


def expected(points: dict[int, int], gone: set[int]) -> list[Standing]:
    """The board, worked out by its definition: a rank is one more than the number of those with more points."""
    shown = {who: mine for who, mine in points.items() if who not in gone}
    return [
        Standing(1 + sum(other > mine for other in shown.values()), who, mine, mine + 1, mine + 2)
        for who, mine in sorted(shown.items(), key=lambda entry: (-entry[1], entry[0]))
    ]


async def fill(database: Database, points: dict[int, int], gone: set[int]) -> None:
    async with database.write() as session:
        await session.execute(delete(StandingRow))
        await session.execute(delete(DepartureRow))
        names = ("guild_id", "course_id", "period", "learner_id", "points", "right", "answered")
        rows = [(*BOARD, who, mine, mine + 1, mine + 2) for who, mine in points.items()]
        rows += [(*other, who, 3, 1, 1) for other in OTHERS for who in (1, 30, 60)]
        await session.execute(insert(StandingRow), [dict(zip(names, row, strict=True)) for row in rows])
        await guilds.note_departures(session, GUILD, gone, NOON)
        await guilds.note_departures(session, GUILD + 1, range(1, 61), NOON)


@AT_LEISURE
@given(
    points=points_of_all,
    gone=some,
    offset=st.integers(0, 45),
    size=st.integers(1, 12),
    side=st.integers(0, 3),
)
async def test_pages_ranks_and_neighbours_are_those_of_a_plain_recomputation(
    database: Database, points: dict[int, int], gone: set[int], offset: int, size: int, side: int
) -> None:
    await fill(database, points, gone)
    board = expected(points, gone)
    async with database.read() as session:
        assert await board_pages.size(session, *BOARD) == len(board)
        assert (
            await board_pages.page(session, *BOARD, offset=offset, size=size) == board[offset : offset + size]
        )
        for learner in (*sorted(points)[:5], 99):
            found = await board_pages.neighbourhood(session, *BOARD, learner, each_side=side)
            # Whoever asks is shown, even while he is still thought to have left.
            whole = expected(points, gone - {learner})
            at = next((at for at, place in enumerate(whole) if place.learner_id == learner), None)
            assert found == ([] if at is None else whole[max(0, at - side) : at + side + 1])


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("name", board_pages._Statements._fields)
async def test_boards_are_walked_along_the_index_and_never_sorted(database: Database, name: str) -> None:
    statement = getattr(board_pages._statements(), name)
    values = {"guild_id": 1, "course_id": 0, "period": "'all'", "learner_id": 2, "points": 3, "size": 4}
    written = str(statement.compile(database.engine.sync_engine))
    for parameter in statement.compile(database.engine.sync_engine).positiontup or ():
        written = written.replace("?", str(values.get(parameter, 0)), 1)
    plan = await database.write_at_once(
        lambda connection: [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {written}")]
    )
    if name != "around":  # there the nearest two of four are found by sorting them
        assert not [step for step in plan if "TEMP B-TREE" in step], plan
    # Whoever is walked over is found in the index alone; a primary key is used for one row at a time.
    searches = [step for step in plan if "standings" in step and step.startswith(("SEARCH", "SCAN"))]
    assert searches
    for step in searches:
        assert "COVERING INDEX ix_standings_order" in step or "learner_id=?" in step, plan


@dataclass(frozen=True)
class Given:
    """An answer as a test gives it."""

    learner: int
    revision: int
    fraction: float
    points: int


answers_given = st.lists(
    st.builds(
        Given, st.integers(1, 8), st.integers(0, 2), st.sampled_from([0.0, 0.5, 1.0]), st.integers(0, 1000)
    ),
    max_size=20,
    unique_by=lambda answer: (answer.learner, answer.revision),
)


@AT_LEISURE
@given(first=answers_given, second=answers_given, gone=st.sets(st.integers(1, 8)))
async def test_what_a_close_adds_to_the_boards_is_the_sum_of_the_answers_that_count(
    database: Database, first: list[Given], second: list[Given], gone: set[int]
) -> None:
    round_id, question_ids = await round_of_two(database)
    sums: dict[tuple[int, str, int], list[int]] = {}
    async with database.write() as session:
        await guilds.note_departures(session, GUILD, gone, NOON)
        for question_id, given_answers in zip(question_ids, (first, second), strict=True):
            session.add_all(answer_row(question_id, answer) for answer in given_answers)
            await session.flush()
            counting = {each.learner: each for each in sorted(given_answers, key=lambda each: each.revision)}
            for learner, answer in counting.items():
                for name in periods_of(NOON, ZONE, round_id):
                    for course in (ALL_COURSES, COURSE):
                        sum_ = sums.setdefault((course, name, learner), [0, 0, 0])
                        gained = (answer.points, answer.fraction >= 1, 1)
                        sum_[:] = [before + more for before, more in zip(sum_, gained, strict=True)]
            await guilds.note_presence_of_answerers(session, GUILD, question_id)
            await standings.add_answers(
                session,
                question_id,
                guild_id=GUILD,
                course_id=COURSE,
                round_id=round_id,
                closed_at=NOON,
                zone=ZONE,
            )
    async with database.read() as session:
        found = {
            (row.course_id, row.period, row.learner_id): [row.points, row.right, row.answered]
            for row in await session.scalars(select(StandingRow))
        }
        assert found == sums == await standings.totals(session, GUILD, ZONE)
        answered = {answer.learner for answer in (*first, *second)}
        assert await guilds.departed(session, GUILD) == gone - answered
        for learner in sorted(answered):
            assert not await guilds.has_left(session, GUILD, learner)


async def round_of_two(database: Database) -> tuple[int, list[int]]:
    """A round that nobody has answered, whose two questions are closed."""
    async with database.read() as session:
        is_there = await session.scalar(select(RoundRow.id))
    if is_there is None:
        await Stage(database).start(questions=2)
    async with database.write() as session:
        for table in (AnswerRow, StandingRow, DepartureRow):
            await session.execute(delete(table))
        await session.execute(update(RoundQuestionRow).values(state="closed", closes_at=NOON))
        round_id = (await session.scalars(select(RoundRow.id))).one()
        return round_id, list(await session.scalars(select(RoundQuestionRow.id)))


def answer_row(question_id: int, answer: Given) -> AnswerRow:
    return AnswerRow(
        round_question_id=question_id,
        learner_id=answer.learner,
        revision=answer.revision,
        chosen="0",
        typed=None,
        answered_at=NOON,
        elapsed_ms=1,
        fraction=answer.fraction,
        points=answer.points,
    )
