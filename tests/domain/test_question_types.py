from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.question_types import QUESTION_TYPES
from bot.domain.question_types.arrangement import numeric_value
from bot.domain.questions import Grade, Option, Question, QuestionType, Response
from tests.sample_course import multiple_answer, single_choice, true_false

SAMPLES = {
    QuestionType.SINGLE_CHOICE: single_choice(0),
    QuestionType.MULTIPLE_ANSWER: multiple_answer(0),
    QuestionType.TRUE_FALSE: true_false(0, is_true=False),
}


def grade(question: Question, *chosen: int) -> Grade:
    return QUESTION_TYPES[question.type].grade(question, Response(frozenset(chosen)))


def test_every_question_type_has_rules_and_a_sample() -> None:
    assert set(QUESTION_TYPES) == set(QuestionType) == set(SAMPLES)


@pytest.mark.parametrize("question", SAMPLES.values(), ids=lambda question: question.type.value)
def test_the_key_alone_is_right_in_full(question: Question) -> None:
    assert grade(question, *question.key).is_right


@pytest.mark.parametrize("question", SAMPLES.values(), ids=lambda question: question.type.value)
def test_distractors_alone_earn_nothing(question: Question) -> None:
    wrong = [position for position in range(len(question.options)) if position not in question.key]
    assert grade(question, *wrong) == Grade(0.0)


@pytest.mark.parametrize(
    ("chosen", "fraction"),
    [((0, 1), 1.0), ((0,), 0.5), ((0, 1, 2), 0.5), ((0, 2), 0.0), ((0, 1, 2, 3), 0.0), ((2, 3), 0.0)],
)
def test_several_answers_earn_right_minus_wrong(chosen: tuple[int, ...], fraction: float) -> None:
    assert grade(multiple_answer(0), *chosen) == Grade(fraction)


@given(st.sampled_from(list(SAMPLES.values())), st.frozensets(st.integers(0, 3)))
def test_no_grade_is_under_nothing_or_over_everything(question: Question, chosen: frozenset[int]) -> None:
    assert 0.0 <= grade(question, *chosen).fraction <= 1.0


@given(st.sampled_from(list(SAMPLES.values())), st.integers())
def test_every_option_is_shown_exactly_once(question: Question, seed: int) -> None:
    order = QUESTION_TYPES[question.type].arrange(question, Random(seed))
    assert sorted(order) == list(range(len(question.options)))


def test_the_same_seed_gives_the_same_order() -> None:
    rules = QUESTION_TYPES[QuestionType.SINGLE_CHOICE]
    assert rules.arrange(single_choice(0), Random(5)) == rules.arrange(single_choice(0), Random(5))


def test_the_key_does_not_keep_its_place() -> None:
    rules = QUESTION_TYPES[QuestionType.SINGLE_CHOICE]
    places = {rules.arrange(single_choice(0), Random(seed)).index(0) for seed in range(40)}
    assert places == {0, 1, 2, 3}


def test_true_stands_before_false() -> None:
    question = true_false(0, is_true=False)
    assert QUESTION_TYPES[QuestionType.TRUE_FALSE].arrange(question, Random(1)) == (0, 1)


def test_numbers_stand_in_ascending_order() -> None:
    question = single_choice(0)
    options = tuple(Option(text, is_key=text == "1999") for text in ("1999", "1988", "2009", "1979"))
    years = Question(
        **{field: getattr(question, field) for field in question.__slots__} | {"options": options}
    )
    order = QUESTION_TYPES[QuestionType.SINGLE_CHOICE].arrange(years, Random(3))
    assert [options[position].text for position in order] == ["1979", "1988", "1999", "2009"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1999", 1999.0),
        ("$790 billion", 790e9),
        ("63 percent", 63.0),
        ("About 11 a day", 11.0),
        ("20,000", 20_000.0),
        ("4.5 billion dollars", 4.5e9),
        ("In 1999 and 2009", None),
        ("Haidian", None),
        ("36Kr", None),
    ],
)
def test_what_counts_as_a_number(text: str, value: float | None) -> None:
    assert numeric_value(text) == value
