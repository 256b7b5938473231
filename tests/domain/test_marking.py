"""Which attempt counts: golden values, and what holds for all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.marking import AttemptPolicy, AttemptScore, mark

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def score(number: int, credit: float, *, points: int | None = None, over: bool = True) -> AttemptScore:
    started_at = NOON + timedelta(hours=number)
    return AttemptScore(
        number=number,
        started_at=started_at,
        submitted_at=started_at if over else None,
        questions=4,
        answered=4,
        right=int(credit),
        credit=credit,
        points=round(credit * 1000) if points is None else points,
    )


@pytest.mark.parametrize(
    ("policy", "share", "points", "counted"),
    [
        (AttemptPolicy.BEST, 0.75, 3000, (2,)),
        (AttemptPolicy.LAST, 0.5, 2000, (3,)),
        (AttemptPolicy.FIRST, 0.25, 1000, (1,)),
        (AttemptPolicy.MEAN, 0.5, 2000, (1, 2, 3)),
    ],
)
def test_the_policy_says_which_attempt_counts(
    policy: AttemptPolicy, share: float, points: float, counted: tuple[int, ...]
) -> None:
    found = mark([score(1, 1), score(2, 3), score(3, 2)], policy)
    assert found is not None
    assert (found.share, found.points, found.counted) == (share, points, counted)


@pytest.mark.parametrize("policy", AttemptPolicy)
def test_an_attempt_under_way_counts_for_nothing(policy: AttemptPolicy) -> None:
    assert mark([score(1, 4, over=False)], policy) is None
    found = mark([score(1, 2), score(2, 4, over=False)], policy)
    assert found is not None
    assert found.counted == (1,)


def test_of_equally_right_attempts_the_one_with_more_points_counts_then_the_first() -> None:
    found = mark([score(1, 2, points=10), score(2, 2, points=30), score(3, 2, points=30)], AttemptPolicy.BEST)
    assert found is not None
    assert found.counted == (2,)


def test_what_was_not_answered_is_wrong() -> None:
    assert score(1, 1).share == 0.25


def test_a_paper_without_questions_gives_no_share() -> None:
    empty = AttemptScore(1, NOON, NOON, questions=0, answered=0, right=0, credit=0.0, points=0)
    assert empty.share == 0.0


@given(
    st.lists(st.tuples(st.sampled_from([0.0, 0.5, 1.0, 2.5, 4.0]), st.booleans()), max_size=8),
    st.randoms(use_true_random=False),
)
def test_the_mean_lies_between_first_and_best_and_order_does_not_matter(
    attempts: list, random: object
) -> None:
    scores = [score(number, credit, over=over) for number, (credit, over) in enumerate(attempts, start=1)]
    shuffled = list(scores)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    marks = {policy: mark(scores, policy) for policy in AttemptPolicy}
    assert marks == {policy: mark(shuffled, policy) for policy in AttemptPolicy}
    over = [each for each in scores if each.submitted_at is not None]
    if not over:
        assert set(marks.values()) == {None}
        return
    best, mean = marks[AttemptPolicy.BEST], marks[AttemptPolicy.MEAN]
    assert best is not None
    assert mean is not None
    assert best.share == max(each.share for each in over)
    assert min(each.share for each in over) <= mean.share + 1e-12
    assert mean.share <= best.share + 1e-12
    assert all(0.0 <= found.share <= 1.0 for found in marks.values() if found is not None)
