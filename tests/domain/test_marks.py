from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.learner_progress import Attention, middle_share, progress
from bot.domain.marks import GivenMark, PlayedRound, share, table_of_round, table_of_rounds

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
FIRST = PlayedRound(1, "Rivers", None, NOON, (11, 12, 13))
SECOND = PlayedRound(2, "Rivers", "towns", NOON, (21,))
ADA, BEN = 100, 200


def test_a_round_has_a_column_a_question_and_the_best_come_first() -> None:
    table = table_of_round(
        FIRST,
        [GivenMark(11, BEN, 0.5, 500), GivenMark(11, ADA, 1.0, 1000), GivenMark(13, ADA, 0.0, 0)],
    )
    assert [row.learner_id for row in table.rows] == [ADA, BEN]
    assert table.rows[0].cells == (1.0, None, 0.0)
    assert (table.rows[0].earned, table.rows[0].answered, table.rows[0].points) == (1.0, 2, 1000)
    assert table.most == 3


def test_several_rounds_have_a_column_each_and_an_absence_is_no_zero() -> None:
    table = table_of_rounds(
        [FIRST, SECOND], [GivenMark(11, ADA, 1.0, 9), GivenMark(12, ADA, 0.5, 9), GivenMark(21, BEN, 0.0, 0)]
    )
    by_learner = {row.learner_id: row for row in table.rows}
    assert by_learner[ADA].cells == (1.5, None)
    assert by_learner[BEN].cells == (None, 0.0)
    assert (by_learner[ADA].taken, by_learner[BEN].taken) == (1, 1)
    assert table.possible == (3, 1)


def test_the_share_of_nothing_is_nothing() -> None:
    assert share(0.0, 0) == 0.0


@given(
    st.dictionaries(
        st.tuples(st.sampled_from([11, 12, 13, 21]), st.integers(1, 5)), st.floats(0, 1), max_size=20
    )
)
def test_marks_lie_between_nothing_and_all_and_none_is_lost(
    given_marks: dict[tuple[int, int], float],
) -> None:
    marks = [GivenMark(question, who, mark, 1) for (question, who), mark in given_marks.items()]
    table = table_of_rounds([FIRST, SECOND], marks)
    assert sum(row.answered for row in table.rows) == len(marks)
    assert abs(sum(row.earned for row in table.rows) - sum(given_marks.values())) < 1e-9
    assert all(0 <= row.earned <= table.most for row in table.rows)


def test_learners_who_may_need_help_come_first_and_strangers_last() -> None:
    played = PlayedRound(1, "Rivers", None, NOON, tuple(range(1, 13)))
    marks = [GivenMark(number, ADA, 1.0, 1) for number in range(1, 13)]
    marks += [GivenMark(number, BEN, 0.0, 0) for number in range(1, 13)]
    marks += [GivenMark(number, 300, 1.0, 0) for number in range(1, 6)]
    marks += [GivenMark(1, 400, 0.0, 0)]
    found = progress(table_of_round(played, marks))
    assert [(each.learner_id, each.attention) for each in found] == [
        (BEN, Attention.KNOWS_LITTLE),
        (300, Attention.SELDOM_HERE),
        (ADA, None),
        (400, Attention.TOO_FEW_ANSWERS),
    ]
    assert middle_share(found) == 0.5
