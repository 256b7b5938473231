from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from bot.domain.guilds import AnswerPolicy
from bot.domain.question_types.rules import Submission
from bot.domain.refusals import AlreadyAnswered, AnsweredSince, AnswerNotSaved, NothingChosen, QuestionClosed
from bot.domain.round_records import RoundRecord
from bot.services import answering, conducting
from bot.services.answering import Receipt
from bot.storage import answers
from bot.storage.database import Database
from bot.storage.tables import AnswerRow
from tests.services.rounds import GUILD, NOON, SECOND, Stage

ADA, BEN = 101, 102


async def submit(
    stage: Stage,
    record: RoundRecord,
    learner: int,
    shown: int = 0,
    at: datetime = NOON + SECOND,
    guild: int = GUILD,
) -> Receipt:
    return await answering.submit_answer(
        stage.live,
        stage.writer,
        round_question_id=record.questions[0].id,
        guild_id=guild,
        learner_id=learner,
        given=Submission((shown,)) if shown >= 0 else Submission(),
        made_at=at,
    )


async def rows(database: Database) -> list[tuple[int, int, str]]:
    """The answers as another connection sees them: committed ones alone."""
    async with database.read() as session:
        found = await session.execute(
            select(AnswerRow.learner_id, AnswerRow.revision, AnswerRow.chosen).order_by(
                AnswerRow.learner_id, AnswerRow.revision
            )
        )
        return [(learner, revision, chosen) for learner, revision, chosen in found]


async def refuse(database: Database, learner: int) -> None:
    """Let the database itself refuse a learner's answers."""
    when = f"WHEN (NEW.learner_id = {learner})"
    function = (
        "CREATE FUNCTION refusal() RETURNS trigger AS $$ BEGIN RAISE 'bad row'; END $$ LANGUAGE plpgsql"
    )
    action = "BEGIN SELECT RAISE(ABORT, 'bad row'); END"
    if not database.is_sqlite:
        when, action = f"FOR EACH ROW {when}", "EXECUTE FUNCTION refusal()"
    async with database.write() as session:
        if not database.is_sqlite:
            await session.execute(text(function))
        await session.execute(text(f"CREATE TRIGGER refusal BEFORE INSERT ON answers {when} {action}"))


async def accept(database: Database) -> None:
    """Take `refuse` back."""
    async with database.write() as session:
        await session.execute(text("DROP TRIGGER refusal" + ("" if database.is_sqlite else " ON answers")))


async def test_a_receipt_means_that_the_answer_is_on_disk(database: Database) -> None:
    stage = Stage(database)
    record = await stage.open(await stage.start())
    receipt = await submit(stage, record, ADA, shown=2)
    assert receipt.choice.positions == (2,)
    assert await rows(database) == [(ADA, 0, str(record.questions[0].option_order[2]))]


async def test_a_second_answer_is_refused_where_answers_are_final(database: Database) -> None:
    stage = Stage(database)
    record = await stage.open(await stage.start())
    await submit(stage, record, ADA, shown=1)
    with pytest.raises(AlreadyAnswered) as refused:
        await submit(stage, record, ADA, shown=2)
    assert refused.value.choice.positions == (1,)


async def test_of_two_clicks_at_once_one_is_kept(database: Database) -> None:
    stage = Stage(database)
    record = await stage.open(await stage.start())
    results = await asyncio.gather(
        *(submit(stage, record, ADA, shown=shown) for shown in (0, 1, 2)), return_exceptions=True
    )
    assert sum(isinstance(result, Receipt) for result in results) == 1
    assert sum(isinstance(result, AlreadyAnswered) for result in results) == 2
    assert len(await rows(database)) == 1


async def test_the_last_change_counts_where_answers_can_be_changed(database: Database) -> None:
    stage = Stage(database, policy=AnswerPolicy.CHANGEABLE)
    record = await stage.open(await stage.start())
    await submit(stage, record, ADA, shown=1)
    receipt = await submit(stage, record, ADA, shown=2, at=NOON + 2 * SECOND)
    assert receipt.replaces is not None
    assert receipt.replaces.positions == (1,)
    assert [revision for _, revision, _ in await rows(database)] == [0, 1]
    async with database.read() as session:
        (counting,) = await answers.of_question(session, record.questions[0].id)
    assert record.questions[0].choice(counting.response).positions == (2,)


async def test_a_change_that_was_made_before_another_but_comes_after_it_does_not_count(
    database: Database,
) -> None:
    stage = Stage(database, policy=AnswerPolicy.CHANGEABLE)
    record = await stage.open(await stage.start())
    late = NOON + 2 * SECOND
    results = await asyncio.gather(
        submit(stage, record, ADA, shown=2, at=late),
        submit(stage, record, ADA, shown=1),
        return_exceptions=True,
    )
    assert isinstance(results[0], Receipt)
    assert isinstance(results[1], AnsweredSince)
    assert results[1].choice.positions == (2,)
    assert [revision for _, revision, _ in await rows(database)] == [0]
    # Nor after a restart, where it is known from the database alone.
    again = Stage(database, policy=AnswerPolicy.CHANGEABLE)
    await conducting.load_live(database, again.live)
    with pytest.raises(AnsweredSince):
        await submit(again, record, ADA, shown=0)


async def test_a_late_answer_is_refused_even_if_the_round_was_not_closed_yet(database: Database) -> None:
    stage = Stage(database)
    record = await stage.open(await stage.start())
    await submit(stage, record, ADA, at=NOON + 20 * SECOND)
    with pytest.raises(QuestionClosed):
        await submit(stage, record, BEN, at=NOON + 20 * SECOND + SECOND / 1000)


async def test_an_answer_after_the_close_is_refused(database: Database) -> None:
    stage = Stage(database)
    record = await stage.open(await stage.start())
    await stage.close(record)
    with pytest.raises(QuestionClosed):
        await submit(stage, record, ADA)


async def test_an_answer_that_reaches_the_queue_after_the_close_is_not_kept(database: Database) -> None:
    stage = Stage(database)
    record = await stage.open(await stage.start())
    late = Stage(database)  # another process that has not heard of the close
    await late.open(record)
    await stage.close(record)
    with pytest.raises(QuestionClosed):
        await submit(late, record, ADA)
    assert await rows(database) == []


async def test_who_answered_in_another_process_is_told_what_he_answered(database: Database) -> None:
    stage, other = Stage(database), Stage(database)
    record = await stage.open(await stage.start())
    await other.open(record)
    await submit(stage, record, ADA, shown=1)
    for _ in range(2):
        with pytest.raises(AlreadyAnswered) as refused:
            await submit(other, record, ADA, shown=2)
        assert refused.value.choice.positions == (1,)


async def test_an_answer_from_another_process_can_be_changed_in_this_one(database: Database) -> None:
    stage, other = (Stage(database, policy=AnswerPolicy.CHANGEABLE) for _ in range(2))
    record = await stage.open(await stage.start())
    await other.open(record)
    for shown in (3, 1):
        await submit(stage, record, ADA, shown=shown)
    receipt = await submit(other, record, ADA, shown=2)
    assert receipt.replaces is not None
    assert receipt.replaces.positions == (1,)
    order = record.questions[0].option_order
    assert await rows(database) == [(ADA, at, str(order[shown])) for at, shown in enumerate((3, 1, 2))]
    await stage.close(record)
    with pytest.raises(QuestionClosed):
        await submit(other, record, ADA, shown=0)


@pytest.mark.parametrize("shown", [-1, 4, 99])
async def test_what_was_not_offered_cannot_be_chosen(database: Database, shown: int) -> None:
    stage = Stage(database)
    record = await stage.open(await stage.start())
    with pytest.raises(NothingChosen):
        await submit(stage, record, ADA, shown=shown)


async def test_a_question_of_another_server_cannot_be_answered(database: Database) -> None:
    stage = Stage(database)
    record = await stage.open(await stage.start())
    with pytest.raises(QuestionClosed):
        await submit(stage, record, ADA, guild=GUILD + 1)


async def test_an_answer_that_could_not_be_saved_is_told_and_can_be_given_again(database: Database) -> None:
    stage = Stage(database)
    record = await stage.open(await stage.start())
    await refuse(database, ADA)
    with pytest.raises(AnswerNotSaved):
        await submit(stage, record, ADA)
    await accept(database)
    await submit(stage, record, ADA)
    assert len(await rows(database)) == 1


async def test_one_bad_row_costs_only_its_own_caller(database: Database) -> None:
    stage = Stage(database)
    record = await stage.open(await stage.start())
    await refuse(database, 105)
    results = await asyncio.gather(
        *(submit(stage, record, learner) for learner in range(100, 140)), return_exceptions=True
    )
    assert [type(result) for result in results].count(Receipt) == 39
    assert isinstance(results[5], AnswerNotSaved)
    assert len(await rows(database)) == 39


async def test_a_thousand_answers_at_once_are_all_kept(database: Database) -> None:
    stage = Stage(database)
    record = await stage.open(await stage.start())
    await asyncio.gather(*(submit(stage, record, learner) for learner in range(1000)))
    assert len(await rows(database)) == 1000


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    clicks=st.lists(st.tuples(st.integers(1, 4), st.integers(0, 3)), max_size=20),
    policy=st.sampled_from(AnswerPolicy),
)
async def test_whatever_is_clicked_each_learner_counts_once(
    new_database: Callable[[], Awaitable[Database]],
    clicks: list[tuple[int, int]],
    policy: AnswerPolicy,
) -> None:
    database = await new_database()
    stage = Stage(database, policy=policy)
    record = await stage.open(await stage.start())
    results = await asyncio.gather(
        *(submit(stage, record, learner, shown=shown) for learner, shown in clicks), return_exceptions=True
    )
    closed = await stage.close(record)
    async with database.read() as session:
        counting = await answers.of_question(session, record.questions[0].id)
    learners = {learner for learner, _ in clicks}
    assert {answer.learner_id for answer in counting} == learners
    assert closed.questions[0].answered == len(learners)
    expected = clicks[-1:] and [result for result in results if not isinstance(result, Receipt)]
    assert all(isinstance(result, AlreadyAnswered) for result in expected)
    if policy is AnswerPolicy.CHANGEABLE:
        last = dict(clicks)
        chosen = {
            answer.learner_id: record.questions[0].choice(answer.response).positions for answer in counting
        }
        assert chosen == {learner: (shown,) for learner, shown in last.items()}
