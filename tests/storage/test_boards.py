"""Boards as they are read and kept: against what a few lines of Python make of the same rows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, insert, select, update

from bot.domain.standings import ALL_COURSES, Standing, periods_of
from bot.storage import board_pages, guilds, point_counts, standings
from bot.storage.database import Database, Session
from bot.storage.tables import (
    AnswerRow,
    BoardRow,
    CourseRow,
    DepartureRow,
    PointCountRow,
    RoundQuestionRow,
    RoundRow,
    StandingRow,
)
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
points_of_all = st.dictionaries(
    st.integers(1, 60), st.sampled_from([0, 1, 2, 999, 1000, 1001, 3500]), max_size=40
)
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
        for table in (BoardRow, StandingRow, DepartureRow):
            await session.execute(delete(table))
        names = ("id", "guild_id", "course_id", "period")
        keys = [(number, *key) for number, key in enumerate((OTHERS[0], BOARD, *OTHERS[1:]), start=1)]
        await session.execute(insert(BoardRow), [dict(zip(names, key, strict=True)) for key in keys])
        names = ("board_id", "learner_id", "points", "right", "answered")
        rows = [(2, who, mine, mine + 1, mine + 2) for who, mine in points.items()]
        rows += [(number, who, 3, 1, 1) for number, *_ in keys if number != 2 for who in (1, 30, 60)]
        await session.execute(insert(StandingRow), [dict(zip(names, row, strict=True)) for row in rows])
        await point_counts.count_again(session, [number for number, *_ in keys])
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
        lambda connection: lambda: [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {written}")]
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
@given(
    given_answers=st.tuples(*[answers_given] * 4),
    order=st.permutations(range(4)),
    gone=st.sets(st.integers(1, 8)),
)
async def test_what_closes_add_to_the_boards_is_the_sum_of_the_answers_that_count(
    database: Database, given_answers: tuple[list[Given], ...], order: list[int], gone: set[int]
) -> None:
    """Two rounds of two questions, each of a course of its own, so that boards of all courses part on the way."""
    closes = await two_rounds_of_two(database)
    sums: dict[tuple[int, str, int], list[int]] = {}
    async with database.write() as session:
        await guilds.note_departures(session, GUILD, gone, NOON)
        for close, answers in ((closes[number], given_answers[number]) for number in order):
            session.add_all(answer_row(close.question_id, answer) for answer in answers)
            await session.flush()
            await session.execute(
                update(RoundQuestionRow)
                .where(RoundQuestionRow.id == close.question_id)
                .values(state="closed")
            )
            counting = {each.learner: each for each in sorted(answers, key=lambda each: each.revision)}
            for learner, answer in counting.items():
                for name in periods_of(NOON, ZONE, close.round_id):
                    for course in (ALL_COURSES, close.course_id):
                        sum_ = sums.setdefault((course, name, learner), [0, 0, 0])
                        gained = (answer.points, answer.fraction >= 1, 1)
                        sum_[:] = [before + more for before, more in zip(sum_, gained, strict=True)]
            await guilds.note_presence_of_answerers(session, GUILD, close.question_id)
            await standings.add_answers(
                session,
                close.question_id,
                guild_id=GUILD,
                course_id=close.course_id,
                round_id=close.round_id,
                closed_at=NOON,
                zone=ZONE,
            )
            assert await standings.as_kept(session, GUILD) == sums
            assert await standings.totals(session, GUILD, ZONE) == sums
            assert await counts_agree(session)
    async with database.write() as session:
        answered = {answer.learner for answers in given_answers for answer in answers}
        assert await guilds.departed(session, GUILD) == gone - answered
        for learner in sorted(answered):
            assert not await guilds.has_left(session, GUILD, learner)
        await standings.rebuild(session, GUILD, ZONE)
        assert await standings.as_kept(session, GUILD) == sums
        assert await counts_agree(session)


async def test_a_round_is_kept_on_one_board_however_many_courses_there_are(database: Database) -> None:
    one, _, other, _ = await two_rounds_of_two(database)
    everybody = [Given(learner, 0, 1.0, 1000) for learner in range(1, 4)]
    for close, boards_after in ((one, 5), (other, 5 + 1 + 2 * 4)):
        async with database.write() as session:
            session.add_all(answer_row(close.question_id, answer) for answer in everybody)
            await session.flush()
            await standings.add_answers(
                session,
                close.question_id,
                guild_id=GUILD,
                course_id=close.course_id,
                round_id=close.round_id,
                closed_at=NOON,
                zone=ZONE,
            )
            rows = await session.scalar(select(func.count()).select_from(BoardRow))
        # All time, month, week and day part into two courses and all of them; each round has a board.
        assert rows == boards_after


async def counts_agree(session: Session) -> bool:
    """Whether the counts of points are those of the learners who have them."""
    rows = await session.execute(select(StandingRow.board_id, StandingRow.points))
    counted = Counter((board_id, points // 1000) for board_id, points in rows)
    kept = await session.scalars(select(PointCountRow))
    return counted == {(row.board_id, row.thousands): row.learners for row in kept if row.learners}


@dataclass(frozen=True)
class Close:
    """A question that can be closed."""

    question_id: int
    round_id: int
    course_id: int


async def two_rounds_of_two(database: Database) -> list[Close]:
    """Two rounds of different courses that nobody has answered, with two questions each; boards without anybody."""
    async with database.read() as session:
        is_there = await session.scalar(select(RoundRow.id).limit(1))
    if is_there is None:
        stage = Stage(database)
        await stage.start(questions=2)
        second = await stage.propose(questions=2, channel_id=51)
        async with database.write() as session:
            session.add(CourseRow(id=2, key="lakes", title="Lakes"))
            await session.flush()
            await session.execute(update(RoundRow).where(RoundRow.id == second.id).values(course_id=2))
    async with database.write() as session:
        for table in (AnswerRow, BoardRow, StandingRow, PointCountRow, DepartureRow):
            await session.execute(delete(table))
        await session.execute(update(RoundQuestionRow).values(state="open", closes_at=NOON))
        rows = await session.execute(
            select(RoundQuestionRow.id, RoundRow.id, RoundRow.course_id)
            .join(RoundRow, RoundRow.id == RoundQuestionRow.round_id)
            .order_by(RoundQuestionRow.id)
        )
        return [Close(*row) for row in rows]


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
