"""Assignments in the database, on both kinds of it: windows, attempts, accommodations, releases and marks."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from discord.ui import TextDisplay

from bot.domain.assignments import Accommodation, Assignment, AssignmentState, Explain
from bot.domain.guilds import AnswerPolicy, GuildSettings
from bot.domain.marking import AttemptPolicy
from bot.domain.question_types.rules import Submission
from bot.domain.refusals import (
    AlreadyAnswered,
    AnsweredLive,
    AssignmentClosed,
    AssignmentGone,
    AssignmentNotOpen,
    AttemptOver,
    ClosesBeforeOpens,
    KeysWithheld,
    NoAttemptsLeft,
    NoQuestions,
    NoSuchAssignment,
    NothingGranted,
    NotYourAttempt,
    QuestionClosed,
    QuestionsHeld,
    SpeedNeedsSeconds,
    TimePassed,
    TooFarAhead,
)
from bot.domain.round_choices import RoundChoices
from bot.domain.rounds import EndReason, QuestionState
from bot.domain.rulings import RulingKind
from bot.domain.scoring import ScoringRule
from bot.services import (
    accommodating,
    assigning,
    assignment_marks,
    assignment_steps,
    attempting,
    conducting,
    delivering,
    disputing,
    learner_desk,
    marking,
    proposing,
    recomputing,
    reminding,
    reviewing,
    ruling,
)
from bot.services.assigning import AssignmentChoices
from bot.services.attempt_seats import AttemptPage
from bot.services.publishing import publish_courses
from bot.storage import standings
from bot.storage.database import Database
from bot.ui import assignment_cards
from tests.services.interruptions import interrupted
from tests.services.rounds import CHANNEL, GUILD, NOON, TEACHER, Stage
from tests.services.test_answering import submit

ADA, BEN, CHEN = 101, 102, 103
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class School(Stage):
    """Sets assignments, and lets learners take them at moments that a test chooses."""

    async def propose_paper(self, *, at: datetime = NOON, **choices: Any) -> Assignment:
        await self.publish()
        return await assigning.propose_assignment(
            self.database,
            self.courses,
            AssignmentChoices(**({"closes_at": NOON + DAY, "questions": 2} | choices)),
            settings=self.settings,
            channel_id=CHANNEL,
            creator_id=TEACHER,
            seed=5,
            now=at,
        )

    async def publish(self) -> None:
        await publish_courses(self.database, self.courses.values(), now=NOON)

    async def assign(self, **choices: Any) -> Assignment:
        proposed = await self.propose_paper(**choices)
        confirmed = await assigning.confirm_assignment(
            self.database, proposed.id, guild_id=GUILD, creator_id=TEACHER, now=NOON
        )
        await assignment_steps.record_posted(self.database, confirmed.id, message_id=77)
        return await assigning.find_assignment(self.database, confirmed.id, guild_id=GUILD)

    async def begin(self, assignment: Assignment, learner: int = ADA, at: datetime = NOON) -> AttemptPage:
        return await attempting.begin(
            self.database, assignment.id, guild_id=GUILD, learner_id=learner, made_at=at
        )

    async def answer(
        self,
        page: AttemptPage,
        *,
        right: bool = True,
        at: datetime = NOON,
        learner: int = ADA,
        guild: int = GUILD,
    ) -> AttemptPage:
        asked = page.asked
        assert asked is not None
        shown = next(
            at
            for at, position in enumerate(asked.option_order)
            if asked.question.options[position].is_key is right
        )
        _receipt, following = await attempting.submit(
            self.database,
            self.writer,
            round_question_id=asked.id,
            guild_id=guild,
            learner_id=learner,
            given=Submission((shown,)),
            made_at=at,
        )
        return following

    async def hand_in(self, page: AttemptPage, *, at: datetime = NOON, learner: int = ADA) -> None:
        await attempting.hand_in(
            self.database,
            self.writer,
            page.attempt.round_id,
            guild_id=GUILD,
            learner_id=learner,
            made_at=at,
            now=at,
        )

    async def take(
        self, assignment: Assignment, *rights: bool, learner: int = ADA, at: datetime = NOON
    ) -> AttemptPage:
        page = await self.begin(assignment, learner, at)
        for right in rights:
            page = await self.answer(page, right=right, at=at, learner=learner)
        await self.hand_in(page, at=at, learner=learner)
        return page

    async def desk(
        self, assignment: Assignment, learner: int = ADA, at: datetime = NOON
    ) -> learner_desk.Desk:
        return await learner_desk.desk(
            self.database, self.writer, assignment.id, guild_id=GUILD, learner_id=learner, now=at
        )

    async def close_paper(self, assignment: Assignment, at: datetime) -> None:
        await assignment_steps.close(self.database, self.writer, assignment.id, now=at)

    async def review(self, page: AttemptPage, learner: int = ADA) -> reviewing.ReviewPage:
        return await reviewing.review_page(
            self.database, page.attempt.round_id, 0, guild_id=GUILD, learner_id=learner
        )

    async def marks(self, assignment: Assignment) -> dict[int, float | None]:
        found = await assignment_marks.assignment_marks(self.database, assignment.id, guild_id=GUILD)
        return {each.learner_id: each.mark.share if each.mark else None for each in found.learners}


@pytest.fixture
def school(database: Database) -> School:
    return School(database)


async def test_what_cannot_be_is_refused_and_nothing_is_kept(school: School) -> None:
    wrong: list[tuple[type[Exception], dict[str, Any]]] = [
        (ClosesBeforeOpens, {"opens_at": NOON + DAY, "closes_at": NOON + HOUR}),
        (ClosesBeforeOpens, {"opens_at": NOON + DAY, "closes_at": NOON + DAY}),
        (TimePassed, {"closes_at": NOON - HOUR}),
        (TimePassed, {"opens_at": NOON - HOUR}),
        (TooFarAhead, {"closes_at": NOON + 400 * DAY}),
        (SpeedNeedsSeconds, {"scoring": ScoringRule.SPEED}),
        (NoQuestions, {"questions": 0}),
    ]
    for refusal, choices in wrong:
        with pytest.raises(refusal):
            await school.propose_paper(**choices)
    assert await assigning.list_assignments(school.database, GUILD) == []


async def test_more_questions_than_there_are_give_as_many_as_can_be_asked(school: School) -> None:
    assert (await school.propose_paper(questions=50)).questions == 12


async def test_a_preview_is_confirmed_once_by_whoever_made_it_and_in_time(school: School) -> None:
    proposed = await school.propose_paper()
    said = {"guild_id": GUILD, "creator_id": TEACHER, "now": NOON}
    wrong: list[dict[str, Any]] = [{"guild_id": 11}, {"creator_id": ADA}, {"now": NOON + 16 * MINUTE}]
    for other in wrong:
        with pytest.raises(AssignmentGone):
            await assigning.confirm_assignment(school.database, proposed.id, **(said | other))
    both = await asyncio.gather(
        *(assigning.confirm_assignment(school.database, proposed.id, **said) for _ in range(2)),
        return_exceptions=True,
    )
    assert sorted(type(each).__name__ for each in both) == ["Assignment", "AssignmentGone"]
    with pytest.raises(AssignmentGone):
        await assigning.cancel_assignment(school.database, proposed.id, **said)


async def test_a_cancelled_preview_is_gone(school: School) -> None:
    proposed = await school.propose_paper()
    said = {"guild_id": GUILD, "creator_id": TEACHER, "now": NOON}
    await assigning.cancel_assignment(school.database, proposed.id, **said)
    with pytest.raises(AssignmentGone):
        await assigning.confirm_assignment(school.database, proposed.id, **said)
    with pytest.raises(NoSuchAssignment):
        await school.begin(proposed)


async def test_everyone_gets_the_same_questions_and_attempts_stand_on_no_board(school: School) -> None:
    assignment = await school.assign()
    pages = [await school.take(assignment, True, False, learner=learner) for learner in (ADA, BEN)]
    asked = [[(each.question.id, each.option_order) for each in page.record.questions] for page in pages]
    assert asked[0] == asked[1]
    assert await school.marks(assignment) == {ADA: 0.5, BEN: 0.5}
    async with school.database.read() as session:
        assert await standings.totals(session, GUILD, school.settings.zone) == {}
    assert await conducting.rounds_of_guild(school.database, GUILD) == []
    assert await conducting.round_in_place(school.database, CHANNEL) is None


async def test_an_attempt_is_left_and_gone_on_with_where_it_was(school: School) -> None:
    assignment = await school.assign()
    first = await school.begin(assignment)
    await school.answer(first)
    again = await School(school.database).begin(assignment, at=NOON + HOUR)
    assert again.attempt.round_id == first.attempt.round_id
    assert again.asked is not None
    assert again.asked.position == 1
    desk = await school.desk(assignment, at=NOON + HOUR)
    assert desk.current is not None
    assert desk.scores[0].answered == 1


async def test_of_two_presses_on_begin_one_attempt_comes(school: School) -> None:
    assignment = await school.assign(attempts=3)
    pages = await asyncio.gather(school.begin(assignment), school.begin(assignment))
    assert pages[0].attempt.round_id == pages[1].attempt.round_id


async def test_it_takes_attempts_from_its_opening_to_its_close_and_no_more_than_allowed(
    school: School,
) -> None:
    assignment = await school.assign(opens_at=NOON + HOUR, attempts=2)
    with pytest.raises(AssignmentNotOpen):
        await school.begin(assignment)
    for _ in range(2):
        await school.take(assignment, True, at=NOON + 2 * HOUR)
    with pytest.raises(NoAttemptsLeft):
        await school.begin(assignment, at=NOON + 3 * HOUR)
    with pytest.raises(AssignmentClosed):
        await school.begin(assignment, BEN, at=NOON + DAY)


async def test_late_answers_are_refused_and_the_attempt_ends_by_itself(school: School) -> None:
    assignment = await school.assign(limit_minutes=30)
    page = await school.begin(assignment)
    page = await school.answer(page, at=NOON + 30 * MINUTE)
    with pytest.raises(AttemptOver):
        await school.answer(page, at=NOON + 30 * MINUTE + timedelta(milliseconds=1))
    await assignment_steps.settle(school.database, school.writer, assignment.id, now=NOON + 31 * MINUTE)
    desk = await school.desk(assignment, at=NOON + 31 * MINUTE)
    assert desk.current is None
    assert desk.attempts[0].submitted_at == NOON + 30 * MINUTE
    assert desk.left == 0
    assert await school.marks(assignment) == {ADA: 0.5}


async def test_looking_after_the_time_ends_the_attempt_even_before_due_work_does(school: School) -> None:
    assignment = await school.assign(limit_minutes=30, attempts=2)
    await school.begin(assignment)
    desk = await school.desk(assignment, at=NOON + HOUR)
    assert (desk.current, desk.left) == (None, 1)


async def test_handing_in_late_counts_what_was_answered_in_time(school: School) -> None:
    assignment = await school.assign(limit_minutes=30)
    page = await school.answer(await school.begin(assignment))
    await school.hand_in(page, at=NOON + HOUR)
    await school.hand_in(page, at=NOON + HOUR)
    desk = await school.desk(assignment, at=NOON + HOUR)
    assert desk.attempts[0].submitted_at == NOON + 30 * MINUTE
    with pytest.raises(AttemptOver):
        await school.answer(page, at=NOON + MINUTE)


async def test_a_question_with_its_own_time_closes_from_its_first_showing(school: School) -> None:
    assignment = await school.assign(question_seconds=20, scoring=ScoringRule.SPEED)
    page = await school.begin(assignment)
    with pytest.raises(QuestionClosed):
        await school.answer(page, at=NOON + timedelta(seconds=21))
    again = await school.begin(assignment, at=NOON + HOUR)
    assert not again.can_answer
    following = await attempting.page(
        school.database, page.attempt.round_id, 1, guild_id=GUILD, learner_id=ADA, now=NOON + HOUR
    )
    await school.answer(following, at=NOON + HOUR + timedelta(seconds=10))
    await school.hand_in(following, at=NOON + 2 * HOUR)
    (learner,) = (
        await assignment_marks.assignment_marks(school.database, assignment.id, guild_id=GUILD)
    ).learners
    assert learner.mark is not None
    assert learner.mark.points == 750


async def test_final_answers_are_final_and_changeable_ones_change_until_the_end(school: School) -> None:
    assignment = await school.assign()
    page = await school.begin(assignment)
    await school.answer(page, right=False)
    with pytest.raises(AlreadyAnswered):
        await school.answer(page, right=True)
    school.settings = GuildSettings(GUILD, answer_policy=AnswerPolicy.CHANGEABLE)
    other = await school.assign()
    page = await school.begin(other)
    await school.answer(page, right=False)
    await asyncio.gather(school.answer(page), school.answer(page))
    await school.hand_in(page)
    assert await school.marks(other) == {ADA: 0.5}


async def test_two_answers_at_once_are_one_answer(school: School) -> None:
    page = await school.begin(await school.assign())
    both = await asyncio.gather(school.answer(page), school.answer(page, right=False), return_exceptions=True)
    assert sum(isinstance(each, AttemptPage) for each in both) == 1
    assert sum(isinstance(each, AlreadyAnswered) for each in both) == 1


async def test_an_attempt_is_its_learners_own(school: School) -> None:
    page = await school.take(await school.assign(explain=Explain.AFTER_ATTEMPT), True, True)
    with pytest.raises(NotYourAttempt):
        await school.review(page, BEN)
    with pytest.raises(NotYourAttempt):
        await reviewing.explain(school.database, page.record.questions[0].id, guild_id=GUILD, learner_id=BEN)
    other = await school.begin(await school.assign(), CHEN)
    with pytest.raises(NotYourAttempt):
        await school.answer(other, learner=BEN)
    with pytest.raises(NotYourAttempt):
        await school.answer(other, learner=CHEN, guild=11)
    with pytest.raises(NotYourAttempt):
        await school.hand_in(other, learner=BEN)


@pytest.mark.parametrize("explain", Explain)
async def test_keys_are_told_when_that_was_chosen_and_not_before(school: School, explain: Explain) -> None:
    assignment = await school.assign(explain=explain)
    page = await school.begin(assignment)
    first = page.record.questions[0].id

    async def is_told() -> bool:
        try:
            await reviewing.explain(school.database, first, guild_id=GUILD, learner_id=ADA)
            await school.review(page)
        except KeysWithheld:
            return False
        return True

    following = await school.answer(page)
    assert following.is_told is (explain is Explain.AT_ONCE)
    assert await is_told() is (explain is Explain.AT_ONCE)
    await school.hand_in(page)
    assert await is_told() is (explain is not Explain.AFTER_CLOSE)
    assert ((await school.desk(assignment)).mark is None) is (explain is Explain.AFTER_CLOSE)
    await school.close_paper(assignment, NOON + DAY)
    assert await is_told()
    assert (await school.desk(assignment, at=NOON + DAY)).mark is not None


async def test_what_is_answered_once_explained_cannot_be_changed(school: School) -> None:
    school.settings = GuildSettings(GUILD, answer_policy=AnswerPolicy.CHANGEABLE)
    page = await school.begin(await school.assign(explain=Explain.AT_ONCE))
    await school.answer(page, right=False)
    with pytest.raises((AlreadyAnswered, QuestionClosed)):
        await school.answer(page)


async def test_what_an_assignment_asks_is_asked_nowhere_else_until_its_close(school: School) -> None:
    assignment = await school.assign(questions=8)
    held = {each.question.id for each in (await school.begin(assignment)).record.questions}
    live = await school.propose(questions=12, channel_id=999)
    assert held.isdisjoint(asked.question.id for asked in live.questions)
    assert len(live.questions) == 4
    await assigning.close_assignment(school.database, assignment.id, guild_id=GUILD, now=NOON + HOUR)
    await school.close_paper(assignment, NOON + HOUR)
    assert len((await school.propose(questions=12, channel_id=999)).questions) == 12


async def test_where_all_is_held_back_that_is_said(school: School) -> None:
    before = await school.propose(questions=3)
    await school.assign(questions=12)
    with pytest.raises(QuestionsHeld):
        await school.propose(questions=1)
    with pytest.raises(QuestionsHeld):
        await proposing.start_round(school.database, before.id, starter_id=TEACHER, now=NOON)


async def test_of_two_previews_that_ask_the_same_one_is_confirmed(school: School) -> None:
    async def confirm(proposed: Assignment) -> Assignment:
        return await assigning.confirm_assignment(
            school.database, proposed.id, guild_id=GUILD, creator_id=TEACHER, now=NOON
        )

    first, second = [await school.propose_paper(questions=8) for _each in range(2)]
    open_longer = await school.propose(questions=8, stays_open_hours=2)
    await confirm(first)
    with pytest.raises(QuestionsHeld):
        await confirm(second)
    with pytest.raises(QuestionsHeld):
        await proposing.start_round(school.database, open_longer.id, starter_id=TEACHER, now=NOON)


async def test_all_assignments_of_a_long_year_are_listed(school: School) -> None:
    for _week in range(30):
        assignment = await school.assign(questions=1)
        await assigning.close_assignment(school.database, assignment.id, guild_id=GUILD, now=NOON + HOUR)
        await school.close_paper(assignment, NOON + HOUR)
    found = await assigning.list_assignments(school.database, GUILD)
    assert len(found) == 30
    card = assignment_cards.listed([replace(each, message_id=10**19) for each in found], school.settings.zone)
    (told,) = [item.content for item in card.walk_children() if isinstance(item, TextDisplay)]
    assert re.search(r"and \d+ more: /assignment results", told)
    assert len(told) <= 4000


async def test_more_time_that_is_given_while_attempts_are_ended_counts(school: School) -> None:
    assignment = await school.assign(limit_minutes=10)
    page = await school.begin(assignment)
    late = interrupted(school.database, lambda: grant(school, factor=2.0), before="write", times=0)
    now = NOON + 11 * MINUTE
    await assignment_steps.settle(late, school.writer, assignment.id, now=now)
    assert (await school.begin(assignment, at=now)).attempt == page.attempt
    await assignment_steps.settle(school.database, school.writer, assignment.id, now=NOON + 21 * MINUTE)
    with pytest.raises(NoAttemptsLeft):
        await school.begin(assignment, at=NOON + 21 * MINUTE)


async def test_extending_moves_the_close_for_attempts_under_way_until_it_is_closed(school: School) -> None:
    assignment = await school.assign()
    page = await school.begin(assignment)
    await assigning.extend_assignment(
        school.database, assignment.id, NOON + 2 * DAY, guild_id=GUILD, now=NOON
    )
    await school.answer(page, at=NOON + DAY + HOUR)
    with pytest.raises(NoSuchAssignment):
        await assigning.extend_assignment(
            school.database, assignment.id, NOON + 3 * DAY, guild_id=11, now=NOON
        )
    with pytest.raises(TimePassed):
        await assigning.extend_assignment(
            school.database, assignment.id, NOON - HOUR, guild_id=GUILD, now=NOON
        )
    await school.close_paper(assignment, NOON + 2 * DAY)
    with pytest.raises(AssignmentClosed):
        await assigning.extend_assignment(
            school.database, assignment.id, NOON + 3 * DAY, guild_id=GUILD, now=NOON + 2 * DAY
        )


async def test_closing_ends_attempts_under_way_and_one_not_opened_is_given_up(school: School) -> None:
    assignment = await school.assign()
    await school.answer(await school.begin(assignment))
    await assigning.close_assignment(school.database, assignment.id, guild_id=GUILD, now=NOON + HOUR)
    await school.close_paper(assignment, NOON + HOUR + timedelta(seconds=1))
    assert await school.marks(assignment) == {ADA: 0.5}
    with pytest.raises(AssignmentClosed):
        await assigning.close_assignment(school.database, assignment.id, guild_id=GUILD, now=NOON + HOUR)
    planned = await school.propose_paper(opens_at=NOON + HOUR)
    await assigning.confirm_assignment(
        school.database, planned.id, guild_id=GUILD, creator_id=TEACHER, now=NOON
    )
    given_up = await assigning.close_assignment(school.database, planned.id, guild_id=GUILD, now=NOON)
    assert given_up.state is AssignmentState.CANCELLED


async def grant(school: School, learner: int = ADA, **wanted: Any) -> accommodating.Granted:
    basis = Accommodation(learner, None, None, None)
    return await accommodating.grant(
        school.database, replace(basis, **wanted), guild_id=GUILD, granted_by=TEACHER, now=NOON
    )


async def test_a_factor_holds_at_once_for_an_attempt_under_way(school: School) -> None:
    assignment = await school.assign(limit_minutes=30, question_seconds=60)
    page = await school.begin(assignment)
    await grant(school, factor=2.0)
    following = await school.answer(page, at=NOON + timedelta(seconds=119))
    assert following.due_at == NOON + HOUR
    assert (await school.begin(assignment, BEN)).due_at == NOON + 30 * MINUTE


async def test_speed_is_measured_by_the_learners_own_time_as_the_round_keeps_it(school: School) -> None:
    assignment = await school.assign(question_seconds=20, scoring=ScoringRule.SPEED)
    await grant(school, factor=2.0)
    page = await school.begin(assignment)
    assert page.record.limit_seconds == 40
    await school.hand_in(await school.answer(page, at=NOON + timedelta(seconds=20)))
    (learner,) = (
        await assignment_marks.assignment_marks(school.database, assignment.id, guild_id=GUILD)
    ).learners
    assert learner.attempts[0].points == 750


async def test_a_later_close_holds_for_one_learner_and_keeps_his_explanations_back(school: School) -> None:
    assignment = await school.assign()
    await grant(school, assignment_id=assignment.id, closes_at=NOON + 2 * DAY)
    bens = await school.take(assignment, True, True, learner=BEN)
    adas = await school.begin(assignment, at=NOON + DAY - HOUR)
    await school.close_paper(assignment, NOON + DAY)
    await school.review(bens, BEN)
    adas = await school.answer(adas, at=NOON + DAY + HOUR)
    await school.hand_in(adas, at=NOON + DAY + HOUR)
    with pytest.raises(KeysWithheld):
        await school.review(adas)
    found = await assignment_steps.load(school.database, assignment.id)
    assert found is not None
    assert found[1].releases_due == (NOON + 2 * DAY,)
    await assignment_steps.settle(school.database, school.writer, assignment.id, now=NOON + 2 * DAY)
    await school.review(adas)


async def test_an_accommodation_must_give_time(school: School) -> None:
    assignment = await school.assign()
    for wanted in (
        {},
        {"factor": 1.0},
        {"factor": 0.5},
        {"factor": 6.0},
        {"closes_at": NOON + 2 * DAY},
        {"assignment_id": assignment.id, "closes_at": NOON + HOUR},
    ):
        with pytest.raises(NothingGranted):
            await grant(school, **wanted)
    with pytest.raises(TimePassed):
        await grant(school, assignment_id=assignment.id, closes_at=NOON - HOUR)
    with pytest.raises(NoSuchAssignment):
        await grant(school, assignment_id=assignment.id + 1, factor=2.0)
    assert await accommodating.list_accommodations(school.database, GUILD) == []


async def test_accommodations_add_up_are_listed_and_are_taken_back(school: School) -> None:
    assignment = await school.assign()
    await grant(school, assignment_id=assignment.id, factor=1.5)
    both = await grant(school, assignment_id=assignment.id, closes_at=NOON + 2 * DAY)
    assert both.accommodation == Accommodation(ADA, assignment.id, 1.5, NOON + 2 * DAY)
    assert await accommodating.list_accommodations(school.database, GUILD) == [both.accommodation]
    assert await assigning.later_closes(school.database, assignment) == 1
    await accommodating.revoke(school.database, ADA, assignment.id, guild_id=GUILD)
    assert (await school.desk(assignment)).closes_at == NOON + DAY


async def test_reminders_go_to_those_who_asked_and_have_not_handed_in(school: School) -> None:
    assignment = await school.assign(closes_at=NOON + 4 * DAY)

    async def switch(learner: int) -> datetime | None:
        return await reminding.switch_reminder(
            school.database, assignment.id, guild_id=GUILD, learner_id=learner, now=NOON
        )

    assert [await switch(learner) for learner in (ADA, BEN, CHEN)] == [NOON + 3 * DAY] * 3
    assert await switch(CHEN) is None
    await school.take(assignment, True, learner=BEN)
    assert await assignment_steps.due_reminders(school.database, assignment.id, now=NOON + DAY) == []
    due = await assignment_steps.due_reminders(school.database, assignment.id, now=NOON + 3 * DAY)
    assert [(each.learner_id, each.has_begun) for each in due] == [(ADA, False)]
    await assignment_steps.record_reminded(school.database, assignment.id, ADA, now=NOON + 3 * DAY)
    found = await assignment_steps.load(school.database, assignment.id)
    assert found is not None
    assert found[1].reminders_due == ()


@pytest.mark.parametrize("policy", AttemptPolicy)
async def test_marks_follow_the_policy(school: School, policy: AttemptPolicy) -> None:
    assignment = await school.assign(attempts=3, attempt_policy=policy)
    for rights in ((True, False), (True, True), (False, False)):
        await school.take(assignment, *rights)
    await school.begin(assignment, BEN)
    expected = {"best": 1.0, "last": 0.0, "first": 0.5, "mean": 0.5}[policy.value]
    assert await school.marks(assignment) == {ADA: expected, BEN: None}
    with pytest.raises(NoSuchAssignment):
        await assignment_marks.assignment_marks(school.database, assignment.id, guild_id=11)


async def live_round(school: School) -> int:
    """A live round that stays open, in which ada has answered the first of two questions; it has just ended."""
    await school.publish()
    record = await proposing.propose_round(
        school.database,
        school.courses,
        RoundChoices(questions=2, stays_open_hours=2),
        settings=school.settings,
        channel_id=CHANNEL,
        starter_id=TEACHER,
        seed=7,
        now=NOON,
    )
    record = await proposing.start_round(school.database, record.id, starter_id=TEACHER, now=NOON)
    for position in range(2):
        record = await school.open(record, position)
        if position == 0:
            await submit(school, record, ADA)
        record = await school.close(record, position)
        await conducting.record_revealed(school.database, record, position, message_id=900 + position)
    await conducting.end_round(school.database, record.id, EndReason.COMPLETED)
    assignment_id = await conducting.record_result(school.database, record.id, result_id=1, now=NOON + HOUR)
    assert assignment_id is not None
    assert await conducting.record_result(school.database, record.id, result_id=1, now=NOON) is None
    return assignment_id


async def test_a_live_round_stays_open_for_the_absent_and_holds_its_keys_back(school: School) -> None:
    assignment_id = await live_round(school)
    await assignment_steps.record_posted(school.database, assignment_id, message_id=5)
    assignment = await assigning.find_assignment(school.database, assignment_id, guild_id=GUILD)
    assert assignment.closes_at == NOON + 3 * HOUR
    with pytest.raises(KeysWithheld):
        await reviewing.review_page(school.database, assignment.round_id, 0, guild_id=GUILD, learner_id=ADA)
    with pytest.raises(AnsweredLive):
        await school.begin(assignment, ADA, NOON + HOUR)
    assert (await school.desk(assignment, ADA, NOON + HOUR)).answered_live
    bens = await school.take(assignment, True, True, learner=BEN, at=NOON + HOUR)
    live = await conducting.load_round(school.database, assignment.round_id)
    assert live is not None
    assert [each.question.id for each in bens.record.questions] == [
        each.question.id for each in live.questions
    ]
    await school.close_paper(assignment, NOON + 3 * HOUR)
    await reviewing.review_page(school.database, assignment.round_id, 0, guild_id=GUILD, learner_id=ADA)
    marks = await assignment_marks.assignment_marks(school.database, assignment_id, guild_id=GUILD)
    by_learner = {each.learner_id: each for each in marks.learners}
    assert by_learner[ADA].mark is not None
    assert by_learner[ADA].mark.counted == (0,)
    assert by_learner[BEN].mark is not None
    assert by_learner[BEN].mark.share == 1.0
    async with school.database.read() as session:
        assert {
            learner
            for _course, _period, learner in await standings.totals(session, GUILD, school.settings.zone)
        } == {ADA}


async def test_attempts_close_their_questions_for_all_that_counts_answers(school: School) -> None:
    page = await school.take(await school.assign(), True)
    kept = await conducting.load_round(school.database, page.attempt.round_id)
    assert kept is not None
    assert [asked.state for asked in kept.questions] == [QuestionState.CLOSED] * 2
    assert [asked.answered for asked in kept.questions] == [1, 0]
    assert all(asked.closes_at == NOON for asked in kept.questions)


async def test_a_ruling_tells_nobody_a_key_that_is_still_held_back_for_him(school: School) -> None:
    done = await school.assign(questions=12, explain=Explain.AFTER_ATTEMPT)
    adas = await school.take(done, False)
    await assigning.close_assignment(school.database, done.id, guild_id=GUILD, now=NOON)
    await school.close_paper(done, NOON)
    held = await school.assign(questions=12)
    await school.take(held, *([False] * 12), learner=BEN)
    opened = await disputing.open_dispute(
        school.database,
        adas.record.questions[0].id,
        guild_id=GUILD,
        learner_id=ADA,
        case="It is ambiguous.",
        now=NOON,
    )
    await ruling.rule(
        school.database,
        school.live,
        opened.dispute.id,
        RulingKind.VOID_ALL,
        reason="Ambiguous.",
        given=None,
        guild_id=GUILD,
        instructor_id=TEACHER,
        now=NOON,
        default_timezone="UTC",
    )

    async def told() -> set[int]:
        waiting = await delivering.notices_waiting(school.database, GUILD, most=10)
        return {notice.learner_id for notice in waiting}

    assert await told() == {ADA}
    await school.close_paper(held, NOON + DAY)
    assert await told() == {ADA, BEN}


@pytest.mark.parametrize("hands_in_at_once", [False, True])
async def test_what_is_answered_while_a_ruling_is_worked_out_is_marked_by_it_when_handed_in(
    school: School, hands_in_at_once: bool
) -> None:
    held = await school.assign(explain=Explain.AFTER_ATTEMPT)
    adas = await school.take(held, False, True)
    bens = await school.begin(held, BEN)
    opened = await disputing.open_dispute(
        school.database,
        adas.record.questions[0].id,
        guild_id=GUILD,
        learner_id=ADA,
        case="It is ambiguous.",
        now=NOON,
    )

    async def ben_answers() -> None:
        await school.answer(bens, right=False, learner=BEN)
        if hands_in_at_once:
            await school.hand_in(bens, learner=BEN)

    await ruling.rule(
        interrupted(school.database, ben_answers, before="write", times=0),
        school.live,
        opened.dispute.id,
        RulingKind.VOID_ALL,
        reason="Ambiguous.",
        given=None,
        guild_id=GUILD,
        instructor_id=TEACHER,
        now=NOON,
        default_timezone="UTC",
    )
    await school.hand_in(bens, learner=BEN)
    assert await school.marks(held) == {ADA: 1.0, BEN: 0.5}
    assert (await recomputing.check_books(school.database, default_timezone="UTC")).agree


async def test_a_question_void_for_all_counts_for_nobodys_mark(school: School) -> None:
    paper = await school.assign(explain=Explain.AFTER_ATTEMPT)
    adas = await school.take(paper, False, True)
    await school.take(paper, True, False, learner=BEN)
    opened = await disputing.open_dispute(
        school.database,
        adas.record.questions[0].id,
        guild_id=GUILD,
        learner_id=ADA,
        case="It is ambiguous.",
        now=NOON,
    )
    await ruling.rule(
        school.database,
        school.live,
        opened.dispute.id,
        RulingKind.VOID_NONE,
        reason="Ambiguous.",
        given=None,
        guild_id=GUILD,
        instructor_id=TEACHER,
        now=NOON,
        default_timezone="UTC",
    )
    assert await school.marks(paper) == {ADA: 1.0, BEN: 0.0}
    table, _scope = await marking.marks_of_assignment(school.database, paper.id, guild_id=GUILD)
    assert table.possible == (1,)
    assert {row.learner_id: (row.earned, row.answered) for row in table.rows} == {
        ADA: (1.0, 1),
        BEN: (0.0, 1),
    }
    mark = (await school.desk(paper)).mark
    assert mark is not None
    assert mark.share == 1.0
