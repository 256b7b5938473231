"""The books: marks from the log of answers and the rulings, boards from the marks."""

from __future__ import annotations

from random import Random

import pytest
from sqlalchemy import text

from bot.domain.guilds import AnswerPolicy
from bot.domain.rulings import RulingKind
from bot.domain.scoring import ScoringRule
from bot.errors import Refusal
from bot.services import proposing
from bot.services.recomputing import Books, check_books, mend_books
from bot.storage.database import Database
from tests.services.rounds import NOON, SECOND, TEACHER, Stage
from tests.services.test_answering import ADA, BEN, submit
from tests.services.test_disputes import boards_agree, dispute, everything, play, rule, shown, undo


async def check(database: Database) -> Books:
    return await check_books(database, default_timezone="UTC")


async def change(database: Database, statement: str, **values: int) -> None:
    async with database.write() as session:
        await session.execute(text(statement), values)


async def test_books_agree_after_rulings_and_their_undoing(database: Database) -> None:
    stage = Stage(database)
    record = await play(stage, {ADA: 0, BEN: 1}, scoring=ScoringRule.SPEED)
    number = await dispute(stage, record)
    for kind, answer in ((RulingKind.ACCEPT, 1), (RulingKind.REKEY, 1), (RulingKind.VOID_NONE, None)):
        made = await rule(stage, number, kind, None if answer is None else shown(record, answer))
        books = await check(database)
        assert books.agree
        assert (books.guilds, books.answers, books.boards) == (1, 2, 20)
        await undo(stage, made.ruling.id)
    assert (await check(database)).agree


async def test_what_differs_is_named_and_left_until_it_is_mended(database: Database) -> None:
    stage = Stage(database)
    await play(stage, {ADA: 0, BEN: 1})
    before = await everything(database)
    await change(database, "UPDATE answers SET points = 7, fraction = 0.25 WHERE learner_id = :who", who=BEN)
    await change(
        database,
        "UPDATE standings SET points = 1 WHERE learner_id = :who AND board_id = "
        "(SELECT id FROM boards WHERE period = 'all')",
        who=ADA,
    )
    await change(
        database,
        "DELETE FROM standings WHERE learner_id = :who AND board_id = (SELECT id FROM boards WHERE period = 'all')",
        who=BEN,
    )
    await change(database, "UPDATE point_counts SET learners = learners + 1")
    books = await check(database)
    assert not books.agree
    (wrong,) = books.marks_named
    assert (wrong.learner_id, wrong.kept.points, wrong.computed.points) == (BEN, 7, 0)
    # Boards are compared with the marks as they are kept.
    assert books.wrong_boards == 2 + 10
    assert books.wrong_counts == 5
    assert (await check(database)).wrong_marks == 1
    mended = await mend_books(database, default_timezone="UTC")
    assert mended.wrong_marks == 1
    assert await everything(database) == before
    assert (await check(database)).agree


async def test_an_open_question_comes_into_the_books_at_its_close(database: Database) -> None:
    stage = Stage(database)
    record = await play(stage, {BEN: 1}, close=False)
    await change(database, "UPDATE answers SET points = 3")
    assert (await check(database)).answers == 0
    await stage.close(record)
    assert (await check(database)).wrong_marks == 1


@pytest.mark.parametrize("seed", range(3))
async def test_marks_boards_and_books_agree_whatever_is_answered_ruled_and_undone(
    database: Database, seed: int
) -> None:
    random = Random(seed)
    stage = Stage(database, policy=AnswerPolicy.CHANGEABLE)
    made: list[int] = []
    for number in range(4):
        proposed = await stage.propose(
            questions=1, scoring=random.choice(list(ScoringRule)), channel_id=50 + number, seed=1
        )
        record = await proposing.start_round(database, proposed.id, starter_id=TEACHER, now=NOON)
        record = await stage.open(record)
        learners = random.sample(range(200, 208), 5)
        for at, learner in enumerate([*learners, *learners[:2]]):
            moment = NOON + (at + random.random()) * SECOND
            await submit(stage, record, learner, shown=random.randrange(4), at=moment)
        await act(stage, random, made)
        record = await stage.close(record)
        await dispute(stage, record, learners[0])
        await act(stage, random, made)
        assert await boards_agree(database)
        assert (await check(database)).agree
    assert made


async def act(stage: Stage, random: Random, made: list[int]) -> None:
    """Rule on some dispute or undo some ruling; what is refused changes nothing."""
    for _ in range(3):
        try:
            if made and random.random() < 0.4:
                await undo(stage, random.choice(made))
            else:
                kind = random.choice(list(RulingKind))
                answer = random.randrange(4) if kind in (RulingKind.ACCEPT, RulingKind.REKEY) else None
                made.append((await rule(stage, random.randint(1, 4), kind, answer)).ruling.id)
        except Refusal:
            continue
