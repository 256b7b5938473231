from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.question_types import QUESTION_TYPES
from bot.domain.question_types.arrangement import numeric_value
from bot.domain.question_types.numeric import parse_number
from bot.domain.question_types.rules import Submission
from bot.domain.questions import Grade, Option, Question, QuestionType, Response, TextKey
from tests.sample_course import (
    EVERY_TYPE,
    cloze,
    matching,
    multiple_answer,
    numeric,
    ordering,
    short_text,
    single_choice,
    true_false,
)

_CHOICES = {
    QuestionType.SINGLE_CHOICE,
    QuestionType.MULTIPLE_ANSWER,
    QuestionType.TRUE_FALSE,
    QuestionType.EVIDENCE,
}

SAMPLES = {question.type: question for question in EVERY_TYPE}
CHOSEN = [question for question in EVERY_TYPE if question.type in _CHOICES]


def grade(question: Question, *chosen: int) -> Grade:
    return QUESTION_TYPES[question.type].grade(question, Response(tuple(chosen)))


def test_every_question_type_has_rules_and_a_sample() -> None:
    assert set(QUESTION_TYPES) == set(QuestionType) == set(SAMPLES)


@pytest.mark.parametrize("question", CHOSEN, ids=lambda question: question.type.value)
def test_the_key_alone_is_right_in_full(question: Question) -> None:
    assert grade(question, *question.key).is_right


@pytest.mark.parametrize("question", CHOSEN, ids=lambda question: question.type.value)
def test_distractors_alone_earn_nothing(question: Question) -> None:
    wrong = [position for position in range(len(question.options)) if position not in question.key]
    assert grade(question, *wrong) == Grade(0.0)


@pytest.mark.parametrize(
    ("chosen", "fraction"),
    [((0, 1), 1.0), ((0,), 0.5), ((0, 1, 2), 0.5), ((0, 2), 0.0), ((0, 1, 2, 3), 0.0), ((2, 3), 0.0)],
)
def test_several_answers_earn_right_minus_wrong(chosen: tuple[int, ...], fraction: float) -> None:
    assert grade(multiple_answer(0), *chosen) == Grade(fraction)


@given(st.sampled_from(EVERY_TYPE), st.lists(st.integers(0, 5)), st.text())
def test_no_grade_is_under_nothing_or_over_everything(
    question: Question, chosen: list[int], text: str
) -> None:
    given = Response(tuple(chosen), text)
    assert 0.0 <= QUESTION_TYPES[question.type].grade(question, given).fraction <= 1.0


@given(
    st.sampled_from(EVERY_TYPE),
    st.lists(st.integers(-1, 6), max_size=7),
    st.text(max_size=200),
    st.integers(),
)
def test_whatever_a_control_sends_is_read_or_refused(
    question: Question, shown: list[int], text: str, seed: int
) -> None:
    rules = QUESTION_TYPES[question.type]
    order = rules.arrange(question, Random(seed))
    response = rules.read(question, order, Submission(tuple(shown), text))
    if response is not None:
        assert all(rules.tell(question, order, response))
        assert len(response.text) <= 120


@given(st.sampled_from(EVERY_TYPE), st.integers())
def test_every_option_is_shown_exactly_once(question: Question, seed: int) -> None:
    order = QUESTION_TYPES[question.type].arrange(question, Random(seed))
    assert sorted(order) == list(range(len(question.matches or question.options)))


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


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1997", 1997.0),
        ("in 1997", 1997.0),
        ("1,500", 1500.0),
        ("1.500", 1500.0),
        ("1 500", 1500.0),
        ("1'500'000", 1_500_000.0),
        ("1,500.25", 1500.25),
        ("1.500,25", 1500.25),
        ("4.5 billion", 4.5e9),
        ("4,5 bn", 4.5e9),
        ("$790 billion", 790e9),
        ("20 million yuan", 20e6),
        ("20M", 20e6),
        ("2亿", 2e8),
        ("20万", 200_000.0),
        ("twenty million", 20e6),
        ("Eleven", 11.0),
        ("-3", -3.0),
        ("63 %", 63.0),
        ("63 percent", 63.0),
        ("38 square miles", 38.0),
        ("mid-1990", 1990.0),
        ("a billion", 1e9),
        ("half a million", 5e5),
        ("15 mln", 15e6),
        ("about $1.5 billion a year", 1.5e9),
        ("none", None),
        ("", None),
        (".", None),
    ],
)
def test_numbers_are_read_as_people_write_them(typed: str, number: float | None) -> None:
    assert parse_number(typed) == number


@given(st.text())
def test_no_text_breaks_the_reading_of_numbers(text: str) -> None:
    assert parse_number(text) is None or isinstance(parse_number(text), float)


@pytest.mark.parametrize(("typed", "fraction"), [("1500", 1.0), ("1,530", 1.0), ("1531", 0.0), ("many", 0.0)])
def test_a_number_within_the_tolerance_is_right(typed: str, fraction: float) -> None:
    question = numeric(0)
    assert QUESTION_TYPES[question.type].grade(question, Response(text=typed)) == Grade(fraction)


@pytest.mark.parametrize(
    ("typed", "is_right"),
    [
        ("Grand Marguerite A", True),
        ("the grand  marguerite a", True),
        ("Márguerite A", True),
        ("Grand Margerite A", True),
        ("Grand-Marguerite A.", True),
        ("Grand Duchess A", False),
        ("queen", False),
    ],
)
def test_small_slips_in_typed_words_are_forgiven(typed: str, is_right: bool) -> None:
    question = short_text(0)
    assert QUESTION_TYPES[question.type].grade(question, Response(text=typed)).is_right is is_right


@pytest.mark.parametrize(
    ("answer", "typed", "is_right"),
    [
        ("科技创新", "科技创新", True),
        ("haigui", "Hǎiguī", True),
        ("haigui", "hai gui", True),
        ("36Kr", "36 kr", True),
        ("36Kr", "37Kr", False),
        ("BAT", "BAD", False),
        ("zizhu chuangxin", "zizhu chuang xin", True),
    ],
)
def test_chinese_pinyin_and_short_names_count_as_they_should(answer: str, typed: str, is_right: bool) -> None:
    question = replace(cloze(0), text_key=TextKey((answer,)))
    assert QUESTION_TYPES[question.type].grade(question, Response(text=typed)).is_right is is_right


@pytest.mark.parametrize(
    ("order", "fraction"),
    [
        ((0, 1, 2, 3), 1.0),
        ((0, 1, 3, 2), 4 / 6),
        ((1, 0, 3, 2), 2 / 6),
        ((3, 2, 1, 0), 0.0),
        ((0, 1, 2), 0.0),
    ],
)
def test_an_order_earns_what_it_agrees_with_the_right_one(order: tuple[int, ...], fraction: float) -> None:
    assert grade(ordering(0), *order).fraction == pytest.approx(fraction)


@given(st.integers())
def test_items_are_never_shown_in_their_right_order(seed: int) -> None:
    assert QUESTION_TYPES[QuestionType.ORDERING].arrange(ordering(0), Random(seed)) != (0, 1, 2, 3)


@pytest.mark.parametrize(
    ("pairs", "fraction"), [((0, 1, 2), 1.0), ((0, 2, 1), 1 / 3), ((3, 3, 3), 0.0), ((0,), 0.0)]
)
def test_each_right_pair_earns_its_share(pairs: tuple[int, ...], fraction: float) -> None:
    assert grade(matching(0), *pairs).fraction == pytest.approx(fraction)
