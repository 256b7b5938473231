"""Golden tables: the figures were worked out by hand from the published formulas."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.questions import Grade
from bot.domain.scoring import MAXIMUM_POINTS, SCORING_RULES, ScoringRule


def test_every_scoring_rule_is_in_the_table() -> None:
    assert set(SCORING_RULES) == set(ScoringRule)


@pytest.mark.parametrize(
    ("fraction", "elapsed", "points"),
    [
        (1.0, 0.1, 1000),
        (1.0, 19.9, 1000),
        (0.5, 3.0, 500),
        (1 / 3, 3.0, 333),
        (2 / 3, 3.0, 667),
        (0.0, 1.0, 0),
    ],
)
def test_accuracy_gives_the_same_however_long_it_took(fraction: float, elapsed: float, points: int) -> None:
    assert SCORING_RULES[ScoringRule.ACCURACY](Grade(fraction), elapsed, 20.0) == points


@pytest.mark.parametrize(
    ("fraction", "elapsed", "limit", "points"),
    [
        (1.0, 0.0, 20.0, 1000),
        (1.0, 0.49, 20.0, 1000),
        (1.0, 0.5, 20.0, 988),  # 987.5, half up
        (1.0, 2.0, 30.0, 967),  # Kahoot's own example: 966.67
        (1.0, 5.0, 20.0, 875),
        (1.0, 10.0, 20.0, 750),
        (1.0, 20.0, 20.0, 500),
        (1.0, 25.0, 20.0, 500),
        (0.5, 10.0, 20.0, 375),
        (0.0, 0.1, 20.0, 0),
    ],
)
def test_speed_follows_kahoots_formula(fraction: float, elapsed: float, limit: float, points: int) -> None:
    assert SCORING_RULES[ScoringRule.SPEED](Grade(fraction), elapsed, limit) == points


@given(
    st.sampled_from(list(ScoringRule)),
    st.floats(0.0, 1.0),
    st.floats(0.0, 10_000.0),
    st.floats(1.0, 600.0),
)
def test_points_stay_between_nothing_and_the_maximum(
    rule: ScoringRule, fraction: float, elapsed: float, limit: float
) -> None:
    assert 0 <= SCORING_RULES[rule](Grade(fraction), elapsed, limit) <= MAXIMUM_POINTS
