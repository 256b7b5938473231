"""The formulas of item analysis, against Moodle's own figures and by their properties."""

from __future__ import annotations

import statistics
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.answer_tallies import AnswerTally, GivenAnswer, GivenAnswers, ItemTally, MarkPair
from bot.domain.item_analysis import (
    Concern,
    concerns,
    discrimination_index,
    discriminative_efficiency,
    item_statistics,
    median,
    worst_first,
)
from tests.sample_course import cloze, multiple_answer, ordering, single_choice

# The marks of 25 attempts at Moodle's own test quiz "00", and what its statistics report makes of them, in per cent
# (mod/quiz/report/statistics/tests/fixtures, results00 and qstats00; worked out there in a spreadsheet). The two
# questions are those whose marks are 0 or 1; the totals are over all seven.
MOODLE_MARKS = {
    4: "1111011010101110111010101",
    6: "0100101111111011010100111",
}
MOODLE_TOTALS = [
    float(total)
    for total in [
        "6",
        "5.5",
        "5.5",
        "3",
        "3.5",
        "5",
        "5",
        "5",
        "6",
        "4",
        "4.8",
        "5.5",
        "5",
        "4.5",
        "4",
        "4.5",
        "4.3",
        "4.5",
        "4",
        "3.5",
        "4.33333",
        "4",
        "5.5",
        "3.5",
        "5",
    ]
]
MOODLE_FIGURES = {4: (0.68, -22.6306444113, -31.4411395613), 6: (0.64, -45.3785178421, -56.9365974439)}


def pairs_of(marks: list[float], totals: list[float]) -> list[MarkPair]:
    return [MarkPair(mark, total - mark, 1) for mark, total in zip(marks, totals, strict=True)]


@pytest.mark.parametrize("slot", MOODLE_FIGURES)
def test_the_indices_are_those_of_moodles_own_test(slot: int) -> None:
    marks = [float(mark) for mark in MOODLE_MARKS[slot]]
    facility, discrimination, efficiency = MOODLE_FIGURES[slot]
    pairs = pairs_of(marks, MOODLE_TOTALS)
    assert statistics.fmean(marks) == pytest.approx(facility)
    assert discrimination_index(pairs) == pytest.approx(discrimination / 100, rel=1e-5)
    assert discriminative_efficiency(pairs) == pytest.approx(efficiency / 100, rel=1e-5)


def test_an_example_that_can_be_worked_out_by_hand() -> None:
    """Marks 0, 0, 1, 1 beside 0, 1, 2, 3: covariance 2/3, variances 1/3 and 5/3, and no better pairing."""
    pairs = [MarkPair(mark, rest, 1) for mark, rest in [(0.0, 0.0), (0.0, 1.0), (1.0, 2.0), (1.0, 3.0)]]
    assert discrimination_index(pairs) == pytest.approx(2 / 5**0.5)
    assert discriminative_efficiency(pairs) == 1.0
    swapped = [MarkPair(mark, rest, 1) for mark, rest in [(0.0, 0.0), (0.0, 2.0), (1.0, 1.0), (1.0, 3.0)]]
    assert discrimination_index(swapped) == pytest.approx(1 / 5**0.5)
    assert discriminative_efficiency(swapped) == pytest.approx(0.5)


marks = st.sampled_from([0.0, 1 / 3, 0.5, 2 / 3, 1.0])
many = st.lists(st.tuples(marks, st.integers(0, 20).map(lambda n: n / 20)), min_size=1, max_size=40)


def as_pairs(values: list[tuple[float, float]]) -> list[MarkPair]:
    return [MarkPair(mark, rest, 1) for mark, rest in values]


@given(many)
def test_both_indices_stay_within_their_bounds(values: list[tuple[float, float]]) -> None:
    pairs = as_pairs(values)
    discrimination, efficiency = discrimination_index(pairs), discriminative_efficiency(pairs)
    assert (discrimination is None) == (efficiency is None)
    if discrimination is not None and efficiency is not None:
        assert -1 <= discrimination <= 1
        assert efficiency <= 1
        # The greatest covariance that is possible is at most that of a perfect correlation.
        assert abs(efficiency) >= abs(discrimination) - 1e-9


@given(many, st.randoms())
def test_the_order_of_learners_does_not_matter(values: list[tuple[float, float]], random: object) -> None:
    mixed = list(values)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    same(discrimination_index(as_pairs(values)), discrimination_index(as_pairs(mixed)))
    same(discriminative_efficiency(as_pairs(values)), discriminative_efficiency(as_pairs(mixed)))


@given(many)
def test_learners_who_are_counted_together_count_as_if_they_stood_alone(
    values: list[tuple[float, float]],
) -> None:
    together = [MarkPair(mark, rest, values.count((mark, rest))) for mark, rest in sorted(set(values))]
    same(discrimination_index(as_pairs(values)), discrimination_index(together))
    same(discriminative_efficiency(as_pairs(values)), discriminative_efficiency(together))


@given(many, st.floats(0.5, 50))
def test_a_longer_quiz_of_the_same_kind_changes_nothing(
    values: list[tuple[float, float]], times: float
) -> None:
    """So the mean of the other marks, which is taken here, gives what Moodle's sum gives."""
    longer = as_pairs([(mark, rest * times) for mark, rest in values])
    same(discrimination_index(as_pairs(values)), discrimination_index(longer))
    same(discriminative_efficiency(as_pairs(values)), discriminative_efficiency(longer))


@given(many)
def test_a_question_that_is_marked_the_other_way_round_discriminates_the_other_way_round(
    values: list[tuple[float, float]],
) -> None:
    turned = discrimination_index(as_pairs([(1 - mark, rest) for mark, rest in values]))
    straight = discrimination_index(as_pairs(values))
    same(straight, None if turned is None else -turned)


@given(st.lists(st.floats(0, 1), min_size=2, max_size=30))
def test_whoever_is_better_elsewhere_is_better_here_is_the_best_that_can_be(rests: list[float]) -> None:
    pairs = as_pairs([(float(rest >= 0.5), rest) for rest in sorted(rests)])
    efficiency = discriminative_efficiency(pairs)
    assert efficiency is None or efficiency == pytest.approx(1.0)


@pytest.mark.parametrize("pairs", [[], [MarkPair(1.0, 0.5, 1)], [MarkPair(1.0, 0.5, 9)]])
def test_where_nothing_varies_there_is_no_index(pairs: list[MarkPair]) -> None:
    assert discrimination_index(pairs) is None
    assert discriminative_efficiency(pairs) is None


@given(st.lists(st.integers(0, 300), min_size=1, max_size=60))
def test_the_median_of_counted_values_is_their_median(values: list[int]) -> None:
    assert median({value: values.count(value) for value in values}) == statistics.median(values)


def tally_of(choices: dict[str, int], right: str = "0") -> ItemTally:
    tally = ItemTally(1, choices=choices, tenths={50: sum(choices.values())})
    tally.marks = {1.0: choices.get(right, 0), 0.0: sum(choices.values()) - choices.get(right, 0)}
    return tally


@pytest.mark.parametrize("learners", range(5))
def test_fewer_than_five_learners_give_no_figures(learners: int) -> None:
    assert item_statistics(single_choice(0), tally_of({"0": learners})) is None


def test_shares_dead_distractors_and_concerns_of_a_question() -> None:
    found = item_statistics(single_choice(0), tally_of({"0": 60, "1": 35, "2": 5}))
    assert found is not None
    assert found.learners == 100
    assert found.facility == 0.6
    assert found.shares == (0.6, 0.35, 0.05, 0.0)
    assert found.dead == (3,), "one in twenty still works, less does not"
    assert found.median_seconds == 5.0
    assert found.concerns == (Concern.DEAD_DISTRACTORS,)


def test_whoever_chose_several_options_counts_for_each() -> None:
    found = item_statistics(multiple_answer(0), tally_of({"0,1": 6, "0,2": 4}, right="0,1"))
    assert found is not None
    assert found.shares == (1.0, 0.6, 0.4, 0.0)


@pytest.mark.parametrize("question", [cloze(0), ordering(0)])
def test_where_nothing_is_chosen_there_are_no_shares(question: object) -> None:
    found = item_statistics(question, tally_of({"": 9}))  # type: ignore[arg-type]
    assert found is not None
    assert (found.shares, found.dead) == ((), ())


@pytest.mark.parametrize(
    ("facility", "discrimination", "expected"),
    [
        (0.6, -0.01, Concern.NEGATIVE),
        (0.6, 0.19, Concern.WEAK),
        (0.34, 0.5, Concern.HARD),
        (0.95, 0.5, Concern.EASY),
    ],
)
def test_each_concern_has_its_bound(facility: float, discrimination: float, expected: Concern) -> None:
    assert concerns(facility, discrimination, ()) == (expected,)
    assert concerns(0.6, 0.2, ()) == ()
    assert concerns(0.6, None, ()) == ()


def test_what_may_be_wrong_comes_before_what_is_only_hard() -> None:
    base = item_statistics(single_choice(0), tally_of({"0": 6, "1": 1, "2": 1, "3": 1}))
    assert base is not None
    fine = replace(base, question_id=1)
    hard = replace(base, question_id=2, facility=0.1, concerns=(Concern.HARD,))
    wrong = replace(base, question_id=3, facility=0.9, concerns=(Concern.NEGATIVE,))
    assert [item.question_id for item in worst_first([fine, hard, wrong])] == [3, 2, 1]


def counted(version_of: dict[int, int], rows: list[GivenAnswer]) -> dict[int, ItemTally]:
    answers, tally = GivenAnswers(), AnswerTally()
    answers.add(sorted(rows, key=lambda row: row[:2]))
    tally.take(version_of, answers)
    return tally.tallies()


def test_of_changed_answers_the_newest_revision_counts() -> None:
    found = counted({1: 10}, [(1, 7, "3", 0.0, 900), (1, 7, "0", 1.0, 1900), (1, 8, "1", 0.0, 50)])
    assert found[10].choices == {"0": 1, "1": 1}
    assert found[10].tenths == {19: 1, 0: 1}


def test_of_several_meetings_with_a_question_the_first_counts_whatever_its_version() -> None:
    found = counted({1: 10, 5: 11}, [(1, 7, "3", 0.0, 900), (5, 7, "0", 1.0, 900), (5, 8, "0", 1.0, 900)])
    assert found[10].choices == {"3": 1}
    assert found[11].choices == {"0": 1}


@given(
    st.lists(
        st.tuples(st.integers(1, 4), st.integers(1, 6), st.sampled_from(["0", "1"]), st.integers(0, 9000)),
        max_size=40,
    )
)
def test_counting_agrees_with_counting_one_by_one(raw: list[tuple[int, int, str, int]]) -> None:
    rows: list[GivenAnswer] = [(q, who, chosen, float(chosen == "0"), ms) for q, who, chosen, ms in raw]
    version_of = {1: 10, 2: 10, 3: 11, 4: 12}
    first: dict[int, GivenAnswer] = {}
    for row in sorted(rows, key=lambda row: row[:2]):
        if row[1] not in first or first[row[1]][0] == row[0]:
            first[row[1]] = row
    found = counted(version_of, rows)
    assert sum(tally.learners for tally in found.values()) == len(first)
    for version, tally in found.items():
        mine = [row for row in first.values() if version_of[row[0]] == version]
        assert sum(tally.choices.values()) == sum(tally.tenths.values()) == len(mine)
        assert tally.marks.get(1.0, 0) == sum(row[3] for row in mine)
        assert tally.pairs == [], "there is no other question"


def test_the_rest_is_the_mean_mark_of_all_other_questions_that_were_answered() -> None:
    tally = AnswerTally()
    for number, marks_of in enumerate([{7: 1.0, 8: 0.0}, {7: 0.5, 8: 1.0}, {7: 1.0}], start=1):
        answers = GivenAnswers()
        answers.add([(number, who, "0", mark, 10) for who, mark in marks_of.items()])
        tally.take({number: number}, answers)
    pairs = {(pair.mark, pair.rest) for pair in tally.tallies()[1].pairs}
    assert pairs == {(1.0, 0.75), (0.0, 1.0)}


def same(one: float | None, other: float | None) -> None:
    assert one == other or one == pytest.approx(other, abs=1e-7)
