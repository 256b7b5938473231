"""Answers, disputes, rulings, marks, boards, notices, and all of it undone."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, select, text

from bot.domain.disputes import NoticeState
from bot.domain.guilds import AnswerPolicy
from bot.domain.question_types.rules import Submission
from bot.domain.refusals import (
    AlreadyRuled,
    EmptyCase,
    EmptyReason,
    NothingToDispute,
    NotThisServer,
    QuestionStillOpen,
    RulingImpossible,
    RulingUndone,
)
from bot.domain.round_records import RoundRecord
from bot.domain.rulings import Obstacle, RulingKind
from bot.domain.scoring import ScoringRule
from bot.services import conducting, disputing, guild_settings, reviewing, ruling
from bot.storage import mark_notices, standings
from bot.storage.database import Database
from bot.storage.tables import AnswerRow, StandingRow
from tests.services.interruptions import interrupted
from tests.services.rounds import GUILD, NOON, SECOND, TEACHER, Stage
from tests.services.test_answering import ADA, BEN, submit

CHEN = 103
ELSEWHERE = 11


def shown(record: RoundRecord, option: int) -> int:
    return record.questions[0].option_order.index(option)


async def play(stage: Stage, given: dict[int, int], *, close: bool = True, **options: object) -> RoundRecord:
    """The first question of a round, answered with an option each, a second later each."""
    record = await stage.open(await stage.start(**options))  # type: ignore[arg-type]
    for number, (learner, option) in enumerate(given.items(), start=1):
        await submit(stage, record, learner, shown=shown(record, option), at=NOON + number * SECOND)
    return await stage.close(record) if close else record


async def dispute(
    stage: Stage, record: RoundRecord, learner: int = BEN, case: str = "It is a port too."
) -> int:
    opened = await disputing.open_dispute(
        stage.database, record.questions[0].id, guild_id=GUILD, learner_id=learner, case=case, now=NOON
    )
    return opened.dispute.id


async def rule(
    stage: Stage,
    dispute_id: int,
    kind: RulingKind,
    answer: int | None = None,
    *,
    reason: str = "The atlas has both.",
    guild_id: int = GUILD,
) -> ruling.RulingMade:
    return await ruling.rule(
        stage.database,
        stage.live,
        dispute_id,
        kind,
        reason=reason,
        given=None if answer is None else Submission((answer,)),
        guild_id=guild_id,
        instructor_id=TEACHER,
        now=NOON,
        default_timezone="UTC",
    )


async def undo(stage: Stage, ruling_id: int, guild_id: int = GUILD) -> ruling.RulingMade:
    return await ruling.undo(
        stage.database,
        stage.live,
        ruling_id,
        reason="I misread it.",
        guild_id=guild_id,
        instructor_id=TEACHER,
        now=NOON,
        default_timezone="UTC",
    )


async def points(database: Database) -> dict[int, int]:
    """The points of each learner's counting answers, summed."""
    async with database.read() as session:
        rows = (await session.scalars(select(AnswerRow).order_by(AnswerRow.revision))).all()
    newest = {(row.round_question_id, row.learner_id): row for row in rows}
    sums: dict[int, int] = {}
    for row in newest.values():
        sums[row.learner_id] = sums.get(row.learner_id, 0) + row.points
    return sums


async def everything(database: Database) -> list[tuple[object, ...]]:
    """Answers and boards, as they are kept."""
    async with database.read() as session:
        found: list[tuple[object, ...]] = []
        for table in (AnswerRow.__table__, StandingRow.__table__):
            rows = await session.execute(select(*table.columns).order_by(*table.primary_key.columns))
            found += [tuple(row) for row in rows]
    return found


async def boards_agree(database: Database) -> bool:
    """Whether the boards are what a rebuild gives."""
    columns = list(StandingRow.__table__.columns)
    query = select(*columns).order_by(*columns)
    async with database.read() as session:
        kept = (await session.execute(query)).all()
    async with database.write() as session:
        await standings.rebuild(session, GUILD, Stage(database).settings.zone)
        rebuilt = (await session.execute(query)).all()
    return kept == rebuilt


async def notices(database: Database) -> dict[int, tuple[int, int]]:
    async with database.read() as session:
        found = await mark_notices.in_state(session, GUILD, NoticeState.WAITING, most=100)
    return {notice.learner_id: (notice.before, notice.after) for notice in found}


async def test_an_accepted_answer_is_marked_right_for_all_who_gave_it_and_undoing_takes_it_back(
    database: Database,
) -> None:
    stage = Stage(database)
    record = await play(stage, {ADA: 0, BEN: 1, CHEN: 1, 104: 2})
    before = await everything(database)
    made = await rule(stage, await dispute(stage, record), RulingKind.ACCEPT, shown(record, 1))
    assert await points(database) == {ADA: 1000, BEN: 1000, CHEN: 1000, 104: 0}
    assert (made.learners, made.disputes, made.ruling.changed) == (2, 1, 2)
    assert await boards_agree(database)
    assert await notices(database) == {BEN: (0, 1000), CHEN: (0, 1000)}
    undone = await undo(stage, made.ruling.id)
    assert (undone.learners, undone.disputes, undone.ruling.undone_by) == (2, 1, TEACHER)
    assert await everything(database) == before
    listed = await disputing.list_disputes(database, GUILD, is_open=True)
    assert listed.total == 1


async def test_what_was_chosen_and_when_is_left_as_it_was(database: Database) -> None:
    stage = Stage(database)
    record = await play(stage, {ADA: 0, BEN: 1})
    columns = (AnswerRow.learner_id, AnswerRow.chosen, AnswerRow.answered_at, AnswerRow.elapsed_ms)

    async def log() -> list[object]:
        async with database.read() as session:
            return list((await session.execute(select(*columns).order_by(AnswerRow.learner_id))).all())

    before = await log()
    await rule(stage, await dispute(stage, record), RulingKind.REKEY, shown(record, 1))
    assert await log() == before
    assert await points(database) == {ADA: 0, BEN: 1000}


async def test_speed_is_scored_by_the_time_that_was_kept(database: Database) -> None:
    stage = Stage(database)
    record = await play(stage, {ADA: 0, BEN: 1}, scoring=ScoringRule.SPEED)
    await rule(stage, await dispute(stage, record), RulingKind.ACCEPT, shown(record, 1))
    assert await points(database) == {ADA: 975, BEN: 950}


async def test_a_void_gives_its_points_to_all_who_answered_or_to_nobody(database: Database) -> None:
    stage = Stage(database)
    record = await play(stage, {ADA: 0, BEN: 1})
    number = await dispute(stage, record)
    for kind, expected in ((RulingKind.VOID_ALL, 1000), (RulingKind.VOID_NONE, 0)):
        made = await rule(stage, number, kind)
        assert await points(database) == {ADA: expected, BEN: expected}
        assert await boards_agree(database)
        await undo(stage, made.ruling.id)
    assert await points(database) == {ADA: 1000, BEN: 0}


async def test_a_rejection_changes_no_mark_and_tells_the_learner_why(database: Database) -> None:
    stage = Stage(database)
    record = await play(stage, {ADA: 0, BEN: 1, CHEN: 1, 104: 2})
    first = await dispute(stage, record)
    await dispute(stage, record, CHEN)
    await dispute(stage, record, 104)
    before = await everything(database)
    made = await rule(stage, first, RulingKind.REJECT)
    assert await everything(database) == before
    assert made.disputes == 2  # who said the same is answered by it too
    assert await notices(database) == {BEN: (0, 0), CHEN: (0, 0)}
    file = await disputing.dispute_file(database, first, guild_id=GUILD)
    assert file.ruling is not None
    assert file.ruling.verdict.reason == "The atlas has both."


async def test_later_rounds_with_that_version_are_graded_as_ruled(database: Database) -> None:
    stage = Stage(database)
    record = await play(stage, {BEN: 1})
    await rule(stage, await dispute(stage, record), RulingKind.REKEY, shown(record, 1))
    key = record.questions[0].question.id
    stage.courses = {
        "rivers": type(stage.courses["rivers"])(
            **{
                name: getattr(stage.courses["rivers"], name)
                for name in ("id", "title", "description", "language", "topics", "sources")
            },
            questions=tuple(q for q in stage.courses["rivers"].questions if q.id == key),
        )
    }
    later = await play(stage, {ADA: 0, BEN: 1}, channel_id=77, questions=1)
    assert later.questions[0].question.id == key
    assert (await points(database))[ADA] == 0
    page = await reviewing.review_page(database, later.id, 0, guild_id=GUILD, learner_id=ADA)
    assert page.asked.question.key == {1}
    assert page.asked.question.ruled is not None


async def test_a_question_that_is_open_is_graded_by_the_ruling_from_then_on(database: Database) -> None:
    stage = Stage(database)
    first = await play(stage, {BEN: 1})
    number = await dispute(stage, first)
    stage_seed = await stage.propose(channel_id=77)
    from bot.services import proposing

    second = await proposing.start_round(database, stage_seed.id, starter_id=TEACHER, now=NOON)
    assert second.questions[0].question.id == first.questions[0].question.id
    second = await stage.open(second)
    await submit(stage, second, CHEN, shown=shown(second, 1))
    await rule(stage, number, RulingKind.ACCEPT, shown(first, 1))
    await submit(stage, second, ADA, shown=shown(second, 1))
    closed = await stage.close(second)
    given = await reviewing.question_outcome(database, closed.questions[0])
    assert (given.answered, given.right) == (2, 2)
    assert await boards_agree(database)


async def test_marks_that_were_given_before_the_ruling_reached_the_click_are_mended_at_the_close(
    database: Database,
) -> None:
    stage = Stage(database)
    first = await play(stage, {BEN: 1})
    number = await dispute(stage, first)
    proposed = await stage.propose(channel_id=77)
    from bot.services import proposing

    second = await stage.open(
        await proposing.start_round(database, proposed.id, starter_id=TEACHER, now=NOON)
    )
    stale = stage.live.find(second.questions[0].id)
    assert stale is not None
    question = stale.question
    await rule(stage, number, RulingKind.ACCEPT, shown(first, 1))
    stale.question = question  # as if the ruling had not reached this process yet
    await submit(stage, second, CHEN, shown=shown(second, 1))
    assert (await points(database))[CHEN] == 0
    await stage.close(second)
    assert (await points(database))[CHEN] == 1000
    assert await boards_agree(database)


async def test_every_revision_is_marked_and_the_last_one_counts(database: Database) -> None:
    stage = Stage(database, policy=AnswerPolicy.CHANGEABLE)
    record = await stage.open(await stage.start())
    await submit(stage, record, ADA, shown=shown(record, 1), at=NOON + SECOND)
    await submit(stage, record, ADA, shown=shown(record, 0), at=NOON + 2 * SECOND)
    await submit(stage, record, BEN, shown=shown(record, 1), at=NOON + 2 * SECOND)
    record = await stage.close(record)
    made = await rule(stage, await dispute(stage, record), RulingKind.REKEY, shown(record, 1))
    assert made.ruling.changed == 3
    assert await points(database) == {ADA: 0, BEN: 1000}
    assert await notices(database) == {ADA: (1000, 0), BEN: (0, 1000)}
    assert await boards_agree(database)


async def test_rulings_belong_to_the_server_that_made_them(database: Database) -> None:
    stage = Stage(database)
    record = await play(stage, {ADA: 0, BEN: 1})
    other = await play(stage, {CHEN: 1}, channel_id=99)
    async with database.write() as session:
        await session.execute(
            text("UPDATE rounds SET guild_id = :guild WHERE id = :round"),
            {"guild": ELSEWHERE, "round": other.id},
        )
    number = await dispute(stage, record)
    made = await rule(stage, number, RulingKind.ACCEPT, shown(record, 1))
    assert await points(database) == {ADA: 1000, BEN: 1000, CHEN: 0}
    untouched = await conducting.load_round(database, other.id)
    assert untouched is not None
    assert untouched.questions[0].question.ruled is None
    for attempt in (
        disputing.dispute_file(database, number, guild_id=ELSEWHERE),
        rule(stage, number, RulingKind.REJECT, guild_id=ELSEWHERE),
        undo(stage, made.ruling.id, guild_id=ELSEWHERE),
        disputing.own_dispute(database, record.questions[0].id, guild_id=ELSEWHERE, learner_id=BEN),
        disputing.dispute_file(database, 999, guild_id=GUILD),
    ):
        with pytest.raises(NotThisServer):
            await attempt


async def test_a_dispute_is_refused_where_there_is_nothing_to_dispute(database: Database) -> None:
    stage = Stage(database)
    record = await play(stage, {BEN: 1}, close=False)
    with pytest.raises(QuestionStillOpen):
        await dispute(stage, record)
    await stage.close(record)
    with pytest.raises(NothingToDispute):
        await dispute(stage, record, ADA)
    with pytest.raises(EmptyCase):
        await dispute(stage, record, case=" \n ")
    assert (await disputing.list_disputes(database, GUILD, is_open=True)).total == 0


async def test_one_dispute_for_a_learner_and_version_is_kept_with_its_first_case(database: Database) -> None:
    stage = Stage(database)
    record = await play(stage, {BEN: 1})
    first = await dispute(stage, record, case="First.")
    assert await dispute(stage, record, case="Second.") == first
    file = await disputing.dispute_file(database, first, guild_id=GUILD)
    assert file.dispute.case == "First."


async def test_a_second_ruling_and_a_second_undoing_are_refused(database: Database) -> None:
    stage = Stage(database)
    record = await play(stage, {ADA: 0, BEN: 1})
    number = await dispute(stage, record)
    with pytest.raises(EmptyReason):
        await rule(stage, number, RulingKind.REJECT, reason="  ")
    with pytest.raises(RulingImpossible) as impossible:
        await rule(stage, number, RulingKind.ACCEPT, shown(record, 0))
    assert impossible.value.obstacle is Obstacle.COUNTS_ALREADY
    made = await rule(stage, number, RulingKind.ACCEPT, shown(record, 1))
    with pytest.raises(AlreadyRuled) as settled:
        await rule(stage, number, RulingKind.VOID_ALL)
    assert settled.value.instructor_id == TEACHER
    await undo(stage, made.ruling.id)
    with pytest.raises(RulingUndone):
        await undo(stage, made.ruling.id)


async def test_two_instructors_at_once_make_one_ruling(database: Database) -> None:
    import asyncio

    stage = Stage(database)
    record = await play(stage, {ADA: 0, BEN: 1})
    number = await dispute(stage, record)
    results = await asyncio.gather(
        rule(stage, number, RulingKind.ACCEPT, shown(record, 1)),
        rule(stage, number, RulingKind.VOID_NONE),
        return_exceptions=True,
    )
    assert sorted(isinstance(result, AlreadyRuled) for result in results) == [False, True]
    assert await boards_agree(database)


async def test_a_ruling_counts_that_was_made_while_another_was_looked_into(database: Database) -> None:
    stage = Stage(database)
    record = await play(stage, {ADA: 0, BEN: 1, CHEN: 2})
    first, second = await dispute(stage, record), await dispute(stage, record, CHEN)
    slow = Stage(interrupted(database, lambda: rule(stage, second, RulingKind.ACCEPT, shown(record, 2))))
    await rule(slow, first, RulingKind.ACCEPT, shown(record, 1))
    assert await points(database) == {ADA: 1000, BEN: 1000, CHEN: 1000}
    assert await boards_agree(database)


async def test_a_ruling_that_was_undone_while_its_undoing_was_looked_into_is_not_undone_again(
    database: Database,
) -> None:
    stage = Stage(database)
    made = await rule(stage, await dispute(stage, await play(stage, {ADA: 0, BEN: 1})), RulingKind.VOID_ALL)
    slow = Stage(interrupted(database, lambda: undo(stage, made.ruling.id)))
    with pytest.raises(RulingUndone):
        await undo(slow, made.ruling.id)
    assert await points(database) == {ADA: 1000, BEN: 0}


async def test_the_file_tells_the_distribution_and_who_said_the_same(database: Database) -> None:
    stage = Stage(database)
    record = await play(stage, {ADA: 0, BEN: 1, CHEN: 1, 104: 2})
    number = await dispute(stage, record)
    await dispute(stage, record, CHEN)
    await dispute(stage, record, 104)
    file = await disputing.dispute_file(database, number, guild_id=GUILD)
    assert (file.others, file.same) == (2, 1)
    assert (file.outcome.answered, file.outcome.right) == (4, 1)
    assert file.outcome.counts[shown(record, 1)] == 2
    assert (file.name.course_key, file.name.key, file.name.version) == (
        "rivers",
        record.questions[0].question.id,
        1,
    )


async def test_looking_into_a_dispute_asks_as_little_where_many_dispute_the_same(database: Database) -> None:
    stage = Stage(database)
    learners = range(200, 212)
    record = await play(stage, {ADA: 0, BEN: 1} | dict.fromkeys(learners, 1))
    number = await dispute(stage, record)
    statements: list[str] = []
    event.listen(
        database.engine.sync_engine, "before_cursor_execute", lambda *told: statements.append(told[2])
    )

    async def asked() -> int:
        statements.clear()
        await disputing.dispute_file(database, number, guild_id=GUILD)
        return len(statements)

    alone = await asked()
    for learner in learners:
        await dispute(stage, record, learner)
    assert await asked() == alone
    statements.clear()
    made = await rule(stage, number, RulingKind.VOID_ALL)
    assert made.disputes == 1 + len(learners)
    assert len([each for each in statements if each.startswith("SELECT answers.")]) < len(learners)


async def test_the_boards_of_every_window_move_with_a_ruling(database: Database) -> None:
    stage = Stage(database)
    record = await stage.open(await stage.start(), at=NOON + timedelta(days=40))
    at = NOON + timedelta(days=40)
    await submit(stage, record, BEN, shown=shown(record, 1), at=at + SECOND)
    record = await stage.close(record, at=at + 20 * SECOND)
    await rule(stage, await dispute(stage, record), RulingKind.VOID_ALL)
    async with database.read() as session:
        rows = (await session.scalars(select(StandingRow))).all()
    assert len(rows) == 5  # one a window: all courses are one
    assert {(row.points, row.right, row.answered) for row in rows} == {(1000, 1, 1)}


@pytest.mark.parametrize("is_undone", [False, True])
async def test_a_ruling_stays_on_the_boards_that_are_made_anew_for_a_time_zone_meanwhile(
    database: Database, *, is_undone: bool
) -> None:
    stage = Stage(database)
    number = await dispute(stage, await play(stage, {ADA: 0, BEN: 1}))
    if is_undone:
        made = await rule(stage, number, RulingKind.VOID_ALL)

    async def meanwhile() -> None:
        if is_undone:
            await undo(stage, made.ruling.id)
        else:
            await rule(stage, number, RulingKind.VOID_ALL)

    slow = interrupted(database, meanwhile, before="write", times=0)
    await guild_settings.set_timezone(slow, GUILD, "Asia/Shanghai", default_timezone="UTC")
    async with database.read() as session:
        zone = ZoneInfo("Asia/Shanghai")
        assert await standings.as_kept(session, GUILD) == await standings.totals(session, GUILD, zone)
