from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.draw import draw, gives_away
from bot.domain.questions import NumericKey, Option, Question
from tests.sample_course import multiple_answer, numeric, quotation, single_choice, true_false

COURSE = (*(single_choice(number) for number in range(12)), *(multiple_answer(number) for number in range(4)))


def ids(questions: tuple[Question, ...]) -> list[str]:
    return [question.id for question in questions]


def telling(words: str) -> Question:
    """A question whose footnote holds these words."""
    return replace(single_choice(0), id="telling", fact_ids=("other",), footnotes=(quotation(words),))


@given(st.integers(), st.integers(1, 16))
def test_the_same_seed_draws_the_same_round(seed: int, count: int) -> None:
    first = draw(COURSE, count, seed=seed, last_asked={})
    assert first == draw(tuple(reversed(COURSE)), count, seed=seed, last_asked={})
    assert len(set(ids(first))) == len(first) == count


def test_another_seed_draws_another_round() -> None:
    assert len({tuple(ids(draw(COURSE, 5, seed=seed, last_asked={}))) for seed in range(10)}) > 5


def test_topics_are_balanced() -> None:
    for seed in range(20):
        topics = Counter(question.topic for question in draw(COURSE, 8, seed=seed, last_asked={}))
        assert topics == {"rivers": 4, "towns": 4}


def test_questions_that_the_channel_had_lately_are_avoided() -> None:
    lately = {question.id: ago for ago, question in enumerate(COURSE[:10], start=1)}
    for seed in range(20):
        assert not set(ids(draw(COURSE, 6, seed=seed, last_asked=lately))) & set(lately)


def test_where_all_were_asked_lately_the_oldest_come_first() -> None:
    lately = {question.id: ago for ago, question in enumerate(COURSE, start=1)}
    assert ids(draw(COURSE, 3, seed=1, last_asked=lately)) == [question.id for question in COURSE[:-4:-1]]


def test_a_round_is_shorter_where_no_more_may_be_asked_together() -> None:
    same_fact = tuple(replace(question, fact_ids=("one",)) for question in COURSE)
    assert len(draw(same_fact, 5, seed=1, last_asked={})) == 1


@pytest.mark.parametrize(
    ("words", "is_told"),
    [
        ("The town of Manaus grew rich on rubber.", True),
        ("MANAUS: rich, and gone.", True),
        ("The Manausians sang.", False),
        ("Nothing of the kind.", False),
    ],
)
def test_a_quotation_gives_a_later_key_away_by_its_words(words: str, is_told: bool) -> None:
    assert gives_away(telling(words), single_choice(1)) is is_told


def test_a_question_on_the_same_fact_is_given_away() -> None:
    assert gives_away(single_choice(1), replace(single_choice(5), fact_ids=("fact-1",)))


def test_an_explanation_gives_a_later_key_away() -> None:
    shown = replace(single_choice(0), explanation="As in Manaus.")
    assert gives_away(shown, single_choice(1))


def test_the_quotation_that_refutes_a_distractor_gives_a_later_key_away() -> None:
    told = replace(single_choice(0).options[1], refutation=quotation("That was said of Manaus."))
    shown = replace(single_choice(0), options=(single_choice(0).options[0], told), fact_ids=("other",))
    assert gives_away(shown, single_choice(1))


@pytest.mark.parametrize(
    ("words", "is_told"),
    [
        ("It is 1,500 km long.", True),
        ("Some 1.5 thousand.", True),
        ("In 1501 it was dug.", False),
        ("1500000 m", False),
    ],
)
def test_a_number_is_given_away_however_it_is_written(words: str, is_told: bool) -> None:
    assert gives_away(telling(words), numeric(0)) is is_told


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("It averages over 200,000 visitors per day.", 200_000.0),
        ("Some 15 million phones were sold.", 15_000_000.0),
        ("Some 15,000,000 phones were sold.", 15_000_000.0),
    ],
)
def test_a_large_number_is_given_away_in_words_and_in_figures(words: str, key: float) -> None:
    assert gives_away(telling(words), replace(numeric(0), numeric_key=NumericKey(key, None)))


def test_the_key_of_one_question_gives_that_of_another_away() -> None:
    again = replace(single_choice(7), options=single_choice(1).options)
    assert gives_away(single_choice(1), again)


def test_very_short_keys_and_true_or_false_are_not_told_by_chance() -> None:
    options = (Option("5", is_key=True), Option("6", is_key=False))
    assert not gives_away(telling("5 ships"), replace(single_choice(1), options=options))
    assert not gives_away(telling("That is true."), true_false(1, is_true=True))


@given(st.integers())
def test_no_round_gives_a_later_key_away(seed: int) -> None:
    clues = tuple(
        replace(
            single_choice(number), explanation=f"Unlike {single_choice((number + 1) % 12).options[0].text}."
        )
        for number in range(12)
    )
    drawn = draw(clues, 8, seed=seed, last_asked={})
    for index, shown in enumerate(drawn):
        assert not any(gives_away(shown, later) for later in drawn[index + 1 :])
