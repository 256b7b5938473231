from __future__ import annotations

import pytest

from bot.domain.refusals import (
    AlreadyReported,
    AlreadySettled,
    NoQuestions,
    NotThisServer,
    ProblemMissing,
    UnknownQuestion,
)
from bot.services import question_desk
from bot.storage.database import Database
from tests.services.rounds import GUILD, NOON, TEACHER, Stage
from tests.services.test_answering import ADA, BEN

OTHER_GUILD = GUILD + 1


async def published(database: Database) -> Stage:
    stage = Stage(database)
    await stage.propose(questions=1)
    return stage


def ids_of(stage: Stage) -> list[str]:
    return [question.id for question in stage.courses["rivers"].questions]


async def test_a_disabled_question_is_drawn_no_more_until_it_is_enabled(database: Database) -> None:
    stage = await published(database)
    wanted, *others = ids_of(stage)
    for question_id in others:
        await question_desk.disable(
            database, stage.courses, GUILD, question_id, reason=None, by=TEACHER, now=NOON
        )
    record = await stage.propose(questions=10)
    assert [asked.question.id for asked in record.questions] == [wanted]
    assert await question_desk.enable(database, stage.courses, GUILD, others[0])
    record = await stage.propose(questions=10)
    assert {asked.question.id for asked in record.questions} <= {wanted, others[0]}


async def test_where_all_questions_are_disabled_a_round_is_refused(database: Database) -> None:
    stage = await published(database)
    for question_id in ids_of(stage):
        await question_desk.disable(
            database, stage.courses, GUILD, question_id, reason=None, by=TEACHER, now=NOON
        )
    with pytest.raises(NoQuestions):
        await stage.propose(questions=1)


async def test_what_one_server_disables_is_asked_on_all_others(database: Database) -> None:
    stage = await published(database)
    for question_id in ids_of(stage):
        await question_desk.disable(
            database, stage.courses, OTHER_GUILD, question_id, reason=None, by=TEACHER, now=NOON
        )
    assert (await stage.propose(questions=1)).questions


async def test_disabling_twice_changes_nothing(database: Database) -> None:
    stage = await published(database)
    first = ids_of(stage)[0]

    async def disable() -> bool:
        return await question_desk.disable(
            database, stage.courses, GUILD, first, reason="dull", by=TEACHER, now=NOON
        )

    assert [await disable(), await disable()] == [True, False]
    assert await question_desk.enable(database, stage.courses, GUILD, first)
    assert not await question_desk.enable(database, stage.courses, GUILD, first)


async def test_a_question_that_is_none_is_refused_with_the_ids_most_like_it(database: Database) -> None:
    stage = await published(database)
    known = ids_of(stage)[0]
    with pytest.raises(UnknownQuestion) as refused:
        await question_desk.look_at(database, stage.courses, GUILD, f"{known}x")
    assert refused.value.near[0] == known


async def test_a_report_waits_until_somebody_settles_it(database: Database) -> None:
    stage = await published(database)
    question_id = ids_of(stage)[0]
    for learner in (ADA, BEN):
        await question_desk.report(
            database, stage.courses, GUILD, question_id, reporter_id=learner, problem="A misprint.", now=NOON
        )
    page = await question_desk.waiting_report(database, GUILD, 0)
    assert page is not None
    assert (page.report.reporter_id, page.report.problem, page.waiting) == (ADA, "A misprint.", 2)
    assert page.report.reported.question.id == question_id
    await question_desk.settle(database, GUILD, page.report.id, by=TEACHER, now=NOON)
    page = await question_desk.waiting_report(database, GUILD, 1)
    assert page is not None
    assert (page.report.reporter_id, page.page, page.waiting) == (BEN, 0, 1)


async def test_a_report_of_spaces_alone_is_none(database: Database) -> None:
    stage = await published(database)
    with pytest.raises(ProblemMissing):
        await question_desk.report(
            database, stage.courses, GUILD, ids_of(stage)[0], reporter_id=ADA, problem=" \n", now=NOON
        )
    assert await question_desk.waiting_report(database, GUILD, 0) is None


async def test_a_second_report_of_one_person_waits_for_the_first(database: Database) -> None:
    stage = await published(database)
    question_id = ids_of(stage)[0]

    async def report() -> None:
        await question_desk.report(
            database, stage.courses, GUILD, question_id, reporter_id=ADA, problem="Odd.", now=NOON
        )

    await report()
    with pytest.raises(AlreadyReported):
        await report()
    page = await question_desk.waiting_report(database, GUILD, 0)
    assert page is not None
    await question_desk.settle(database, GUILD, page.report.id, by=TEACHER, now=NOON)
    await report()


async def test_a_report_can_be_settled_once_and_on_its_own_server_only(database: Database) -> None:
    stage = await published(database)
    await question_desk.report(
        database, stage.courses, GUILD, ids_of(stage)[0], reporter_id=ADA, problem="Odd.", now=NOON
    )
    page = await question_desk.waiting_report(database, GUILD, 0)
    assert page is not None
    assert await question_desk.waiting_report(database, OTHER_GUILD, 0) is None
    with pytest.raises(AlreadySettled):
        await question_desk.settle(database, OTHER_GUILD, page.report.id, by=TEACHER, now=NOON)
    await question_desk.settle(database, GUILD, page.report.id, by=TEACHER, now=NOON)
    with pytest.raises(AlreadySettled):
        await question_desk.settle(database, GUILD, page.report.id, by=TEACHER, now=NOON)


async def test_only_a_question_that_was_shown_on_this_server_can_be_reported_from_its_card(
    database: Database,
) -> None:
    stage = Stage(database)
    record = await stage.open(await stage.start())
    asked = record.questions[0]
    with pytest.raises(NotThisServer):
        await question_desk.report_asked(
            database, OTHER_GUILD, asked.id, reporter_id=ADA, problem="Odd.", now=NOON
        )
    await stage.close(record)
    await question_desk.report_asked(database, GUILD, asked.id, reporter_id=ADA, problem="Odd.", now=NOON)
    page = await question_desk.waiting_report(database, GUILD, 0)
    assert page is not None
    assert page.report.reported.question == asked.question


async def test_search_finds_questions_that_hold_every_word_anywhere(database: Database) -> None:
    stage = await published(database)
    question = stage.courses["rivers"].questions[0]
    words = " ".join(question.stem.split()[:3]).upper()
    page = await question_desk.search(database, stage.courses, GUILD, words, course=None, page=0)
    assert question.id in [hit.question.id for hit in page.hits]
    nothing = await question_desk.search(database, stage.courses, GUILD, "xyzzy", course=None, page=0)
    assert (nothing.total, nothing.hits) == (0, ())


async def test_search_tells_what_is_disabled_here_and_how_often_it_was_asked(database: Database) -> None:
    stage = Stage(database)
    record = await stage.open(await stage.start(questions=1))
    asked = record.questions[0].question
    await stage.close(record)
    await question_desk.disable(database, stage.courses, GUILD, asked.id, reason=None, by=TEACHER, now=NOON)
    page = await question_desk.search(database, stage.courses, GUILD, asked.id, course=None, page=0)
    (hit,) = page.hits
    assert (hit.is_disabled, hit.times_asked) == (True, 1)
