"""How simulated learners decide: pure functions of a seeded random source."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.questions import CognitiveLevel, Option, Question, QuestionType, Quotation, Source
from bot.playground.learners import FASTEST_SECONDS, SLOWEST_SHARE, draw_skill, plan_answer

LIMIT = 20.0


def question(kind: QuestionType, *keys: bool) -> Question:
    return Question(
        id="q",
        type=kind,
        topic="t",
        stem="?",
        options=tuple(Option(text=str(number), is_key=is_key) for number, is_key in enumerate(keys)),
        explanation="",
        footnotes=(Quotation(source=Source(id="s", title="S"), text="x"),),
        fact_ids=("f",),
        difficulty=1,
        cognitive=CognitiveLevel.REMEMBER,
    )


SINGLE = question(QuestionType.SINGLE_CHOICE, True, False, False, False)
MULTIPLE = question(QuestionType.MULTIPLE_ANSWER, True, True, False, False, False)
TRUE_FALSE = question(QuestionType.TRUE_FALSE, False, True)
EVERY_KIND = [SINGLE, MULTIPLE, TRUE_FALSE, question(QuestionType.MULTIPLE_ANSWER, True, True)]


@given(asked=st.sampled_from(EVERY_KIND), skill=st.floats(0, 1), seed=st.integers(), limit=st.floats(5, 600))
def test_a_plan_is_an_answer_that_can_be_given_in_time(asked, skill, seed, limit):
    plan = plan_answer(asked, limit, skill, Random(seed))
    if plan is None:
        return
    assert min(FASTEST_SECONDS, limit * SLOWEST_SHARE) <= plan.delay_seconds <= limit * SLOWEST_SHARE
    assert plan.chosen
    assert plan.chosen <= set(range(len(asked.options)))
    if asked.type is not QuestionType.MULTIPLE_ANSWER:
        assert len(plan.chosen) == 1


@pytest.mark.parametrize("asked", EVERY_KIND, ids=lambda asked: f"{asked.type} of {len(asked.options)}")
@pytest.mark.parametrize("skill", [0.5, 0.85])
def test_a_learner_is_right_as_often_as_his_skill_says(asked, skill):
    random = Random(7)
    plans = [plan_answer(asked, LIMIT, skill, random) for _ in range(4000)]
    given_answers = [plan for plan in plans if plan is not None]
    right = sum(plan.chosen == asked.key for plan in given_answers)
    assert right / len(given_answers) == pytest.approx(skill, abs=0.03)


def test_one_in_twenty_questions_goes_unanswered():
    random = Random(7)
    skipped = sum(plan_answer(SINGLE, LIMIT, 0.7, random) is None for _ in range(4000))
    assert skipped / 4000 == pytest.approx(0.05, abs=0.015)


def test_learners_do_not_answer_all_at_once():
    random = Random(7)
    plans = [plan_answer(SINGLE, LIMIT, 0.7, random) for _ in range(400)]
    delays = sorted(plan.delay_seconds for plan in plans if plan is not None)
    assert delays[len(delays) // 10] < 4.5
    assert delays[-len(delays) // 10] > 9


def test_skills_lie_between_a_guess_and_near_mastery():
    random = Random(7)
    skills = [draw_skill(random) for _ in range(1000)]
    assert min(skills) >= 0.5
    assert max(skills) <= 0.85
    assert max(skills) - min(skills) > 0.3
