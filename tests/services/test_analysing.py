"""Marks and item analysis from answers in a database."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.domain.analysis_scopes import AnalysisScope
from bot.domain.marks import MarkTable
from bot.domain.question_types.rules import Submission
from bot.domain.refusals import NoMarksYet, NoRoundYet, NotThisServer, TooFewLearners, UnknownCourse
from bot.domain.reteaching import Grouping
from bot.domain.round_records import RoundRecord
from bot.domain.rulings import RulingKind
from bot.services import analysing, answering, disputing, marking, ruling, scopes
from bot.services.scopes import ScopeChoice
from bot.storage.database import Database
from tests.services.rounds import GUILD, NOON, SECOND, TEACHER, Stage

LEARNERS = range(101, 107)
ELSEWHERE = 11


async def play(stage: Stage, right: dict[int, set[int]], *, channel_id: int = 20) -> RoundRecord:
    """A round of three questions; for each learner the positions that he has right, all others being wrong."""
    record = await stage.start(channel_id=channel_id)
    at = NOON
    for position in range(3):
        record = await stage.open(record, position, at)
        order = record.questions[position].option_order
        for number, (learner, rights) in enumerate(right.items(), start=1):
            option = 0 if position in rights else 1
            moment = at + number * SECOND
            await submit(stage, record, position, learner, order.index(option), moment)
        record = await stage.close(record, position, at + 20 * SECOND)
        at += 40 * SECOND
    return record


async def submit(
    stage: Stage, record: RoundRecord, position: int, learner: int, shown: int, at: datetime
) -> None:
    await answering.submit_answer(
        stage.live,
        stage.writer,
        round_question_id=record.questions[position].id,
        guild_id=GUILD,
        learner_id=learner,
        given=Submission((shown,)),
        made_at=at,
    )


RIGHT: dict[int, set[int]] = {101: {0, 1, 2}, 102: {0, 1}, 103: {0, 1}, 104: {0}, 105: set(), 106: {2}}


async def test_marks_of_a_round_add_up_and_the_best_come_first(database: Database) -> None:
    record = await play(Stage(database), RIGHT)
    table = await marking.marks_of(database, AnalysisScope(GUILD, round_id=record.id))
    assert [(row.learner_id, row.earned) for row in table.rows][:3] == [(101, 3.0), (102, 2.0), (103, 2.0)]
    assert table.rows[-1].cells == (0.0, 0.0, 0.0)
    assert table.possible == (1, 1, 1)


async def test_marks_of_a_course_and_of_a_learner_have_a_column_a_round(database: Database) -> None:
    stage = Stage(database)
    await play(stage, RIGHT)
    await play(stage, {101: {0}}, channel_id=21)
    course = await scopes.find_scope(database, GUILD, ScopeChoice(course="rivers"), courses=["rivers"])
    table = await marking.marks_of(database, course.covers)
    assert table.possible == (3, 3)
    assert by_learner(table)[101] == (3.0, 1.0)
    assert by_learner(table)[102] == (2.0, None)
    own = await marking.marks_of_learner(database, GUILD, 102)
    assert [row.learner_id for row in own.rows] == [102]
    assert own.rows[0].cells == (2.0,), "a round in which he was not is not his"


async def test_another_server_has_no_marks_and_no_figures(database: Database) -> None:
    record = await play(Stage(database), RIGHT)
    for scope in (AnalysisScope(ELSEWHERE), AnalysisScope(ELSEWHERE, round_id=record.id)):
        with pytest.raises(NoMarksYet):
            await marking.marks_of(database, scope)
        with pytest.raises(TooFewLearners):
            await analysing.analyse_questions(database, scope)
        with pytest.raises(TooFewLearners):
            await analysing.find_gaps(database, scope, Grouping.FACT)
    with pytest.raises(NoMarksYet):
        await marking.marks_of_learner(database, ELSEWHERE, 101)
    with pytest.raises(NotThisServer):
        await scopes.find_scope(database, ELSEWHERE, ScopeChoice(str(record.id)), courses=[])
    with pytest.raises(NoRoundYet):
        await scopes.find_scope(database, ELSEWHERE, ScopeChoice(), courses=[])
    with pytest.raises(UnknownCourse):
        await scopes.find_scope(database, GUILD, ScopeChoice(course="lakes"), courses=["rivers"])


async def test_figures_of_a_round_are_those_worked_out_by_hand(database: Database) -> None:
    """The first question: right for 101 to 104, whose other marks are 1, 1/2, 1/2, 0; wrong for 0 and 1/2."""
    record = await play(Stage(database), RIGHT)
    found = await analysing.analyse_questions(database, AnalysisScope(GUILD, round_id=record.id))
    assert len(found.questions) == 3
    first = next(
        each for each in found.questions if each.question.id == record.questions[0].question.id
    ).statistics
    assert first.learners == 6
    assert first.facility == pytest.approx(4 / 6)
    # Covariance 1/15 (sum 1/3 over 5), variances 4/15 and 17/120; the best pairing has covariance 1/6.
    assert first.discrimination == pytest.approx((1 / 15) / (4 / 15 * 17 / 120) ** 0.5)
    assert first.efficiency == pytest.approx((1 / 15) / (1 / 6))
    assert first.shares == pytest.approx((4 / 6, 2 / 6, 0, 0))
    assert first.dead == (2, 3)
    assert first.median_seconds == 3.5


async def test_fewer_than_five_learners_give_nothing(database: Database) -> None:
    few = {learner: RIGHT[learner] for learner in list(RIGHT)[:4]}
    record = await play(Stage(database), few)
    scope = AnalysisScope(GUILD, round_id=record.id)
    with pytest.raises(TooFewLearners):
        await analysing.analyse_questions(database, scope)
    for by in Grouping:
        with pytest.raises(TooFewLearners):
            await analysing.find_gaps(database, scope, by)


async def test_the_least_known_comes_first_with_the_words_that_teach_it(database: Database) -> None:
    record = await play(Stage(database), RIGHT)
    scope = AnalysisScope(GUILD, round_id=record.id)
    facts = await analysing.find_gaps(database, scope, Grouping.FACT)
    assert [round(gap.facility, 3) for gap in facts] == [0.333, 0.5, 0.667]
    hardest = record.questions[2].question
    assert (facts[0].name, facts[0].answers) == (hardest.fact_ids[0], 6)
    assert facts[0].quotation == hardest.footnotes[0]
    topics = await analysing.find_gaps(database, scope, Grouping.TOPIC)
    assert sum(gap.answers for gap in topics) == 18
    (passage,) = await analysing.find_gaps(database, scope, Grouping.PASSAGE)
    assert passage.facility == pytest.approx(0.5)
    assert passage.quotation.place == "paragraph 7"


async def test_a_second_meeting_with_a_question_does_not_count(database: Database) -> None:
    stage = Stage(database)
    await play(stage, RIGHT)
    everything = {learner: {0, 1, 2} for learner in RIGHT}
    await play(stage, everything, channel_id=21)  # the same draw: all know the keys by now
    scope = (await scopes.find_scope(database, GUILD, ScopeChoice(course="rivers"), courses=[])).covers
    found = await analysing.analyse_questions(database, scope)
    assert sum(each.statistics.facility * 6 for each in found.questions) == pytest.approx(9)
    assert {each.statistics.learners for each in found.questions} == {6}


async def test_an_open_question_is_not_counted(database: Database) -> None:
    stage = Stage(database)
    record = await stage.open(await stage.start())
    for number, learner in enumerate(LEARNERS, start=1):
        await submit(stage, record, 0, learner, 0, NOON + number * SECOND)
    with pytest.raises(TooFewLearners):
        await analysing.analyse_questions(database, AnalysisScope(GUILD, round_id=record.id))
    with pytest.raises(NoMarksYet):
        await marking.marks_of(database, AnalysisScope(GUILD, round_id=record.id))


@pytest.mark.parametrize("kind", [RulingKind.VOID_ALL, RulingKind.VOID_NONE])
async def test_a_question_that_was_made_void_leaves_the_figures(database: Database, kind: RulingKind) -> None:
    stage = Stage(database)
    record = await play(stage, RIGHT)
    scope = AnalysisScope(GUILD, round_id=record.id)
    await rule(stage, record, kind)
    found = await analysing.analyse_questions(database, scope)
    assert record.questions[0].question.id not in {each.question.id for each in found.questions}
    table = await marking.marks_of(database, scope)
    if kind is RulingKind.VOID_NONE:
        assert table.possible == (1, 1), "nobody can earn anything by it"
    else:
        assert {row.cells[0] for row in table.rows} == {1.0}


async def rule(stage: Stage, record: RoundRecord, kind: RulingKind) -> None:
    opened = await disputing.open_dispute(
        stage.database, record.questions[0].id, guild_id=GUILD, learner_id=105, case="No.", now=NOON
    )
    await ruling.rule(
        stage.database,
        stage.live,
        opened.dispute.id,
        kind,
        reason="Ambiguous.",
        given=None,
        guild_id=GUILD,
        instructor_id=TEACHER,
        now=NOON + timedelta(hours=1),
        default_timezone="UTC",
    )


def by_learner(table: MarkTable) -> dict[int, tuple[float | None, ...]]:
    return {row.learner_id: row.cells for row in table.rows}
