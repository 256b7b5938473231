from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.rounds import (
    CLOSE_GRACE,
    EndReason,
    QuestionProgress,
    QuestionState,
    RoundProgress,
    RoundState,
    Step,
    StepKind,
    empty_streak,
    next_step,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def progress(*questions: QuestionProgress, **values: object) -> RoundProgress:
    base = RoundProgress(RoundState.RUNNING, True, False, None, questions)
    return replace(base, **values)  # type: ignore[arg-type]


def question(position: int, state: QuestionState, **values: object) -> QuestionProgress:
    return replace(QuestionProgress(position, state), **values)  # type: ignore[arg-type]


PENDING = question(0, QuestionState.PENDING, opens_at=NOON)
OPEN = question(0, QuestionState.OPEN, opens_at=NOON, closes_at=NOON + timedelta(seconds=20))


@pytest.mark.parametrize("state", [RoundState.PROPOSED, RoundState.CANCELLED, RoundState.ENDED])
def test_a_round_that_does_not_run_does_nothing(state: RoundState) -> None:
    assert next_step(progress(PENDING, state=state)) is None


def test_first_of_all_a_round_is_announced() -> None:
    assert next_step(progress(PENDING, is_announced=False)) == Step(StepKind.ANNOUNCE)


def test_a_question_opens_at_its_time() -> None:
    assert next_step(progress(PENDING)) == Step(StepKind.OPEN, 0, NOON)


def test_an_open_question_that_was_not_posted_is_posted() -> None:
    assert next_step(progress(OPEN)) == Step(StepKind.POST, 0)


def test_an_open_question_closes_a_moment_after_its_time() -> None:
    posted = replace(OPEN, is_posted=True)
    assert next_step(progress(posted)) == Step(StepKind.CLOSE, 0, NOON + timedelta(seconds=20) + CLOSE_GRACE)


def test_a_closed_question_is_revealed_at_once() -> None:
    assert next_step(progress(question(0, QuestionState.CLOSED))) == Step(StepKind.REVEAL, 0)


def test_after_the_last_reveal_the_round_ends() -> None:
    done = question(0, QuestionState.REVEALED, answered=1)
    assert next_step(progress(done)) == Step(StepKind.END, end_reason=EndReason.COMPLETED)


def test_a_stopped_round_still_closes_and_reveals_its_open_question() -> None:
    stopped = {"end_reason": EndReason.STOPPED}
    assert next_step(progress(replace(OPEN, is_posted=True), **stopped)).kind is StepKind.CLOSE
    assert next_step(progress(question(0, QuestionState.CLOSED), **stopped)).kind is StepKind.REVEAL
    assert next_step(progress(question(0, QuestionState.REVEALED), **stopped)).kind is StepKind.POST_RESULT


def test_three_questions_that_nobody_answered_end_the_round() -> None:
    shown = [question(position, QuestionState.REVEALED) for position in range(3)]
    pending = question(3, QuestionState.PENDING, opens_at=NOON)
    assert next_step(progress(*shown, pending)) == Step(StepKind.END, end_reason=EndReason.UNANSWERED)
    assert next_step(progress(*shown[:2], replace(pending, position=2))).kind is StepKind.OPEN


def test_an_answer_breaks_the_row_of_empty_questions() -> None:
    shown = [question(position, QuestionState.REVEALED, answered=int(position == 1)) for position in range(4)]
    assert empty_streak(tuple(shown)) == 2


@given(st.lists(st.booleans(), min_size=1, max_size=12))
def test_taking_each_step_leads_every_round_to_its_result(answered: list[bool]) -> None:
    """Whatever is answered, the steps come in order, none twice, and end."""
    state = progress(
        *(question(position, QuestionState.PENDING, opens_at=NOON) for position in range(len(answered))),
        is_announced=False,
    )
    taken: list[tuple[StepKind, int | None]] = []
    while (step := next_step(state)) is not None:
        assert (step.kind, step.position) not in taken
        taken.append((step.kind, step.position))
        state = take(state, step, answered)
    shown = sum(kind is StepKind.REVEAL for kind, _ in taken)
    assert taken[0] == (StepKind.ANNOUNCE, None)
    assert taken[-2:] == [(StepKind.END, None), (StepKind.POST_RESULT, None)]
    assert shown == len(answered) or answered[shown - 3 : shown] == [False] * 3


def take(state: RoundProgress, step: Step, answered: list[bool]) -> RoundProgress:
    """What the services do to a round, without a database."""
    match step.kind:
        case StepKind.ANNOUNCE:
            return replace(state, is_announced=True)
        case StepKind.END:
            return replace(state, end_reason=step.end_reason)
        case StepKind.POST_RESULT:
            return replace(state, is_result_posted=True, state=RoundState.ENDED)
        case _:
            assert step.position is not None
            changes = {
                StepKind.OPEN: {"state": QuestionState.OPEN, "closes_at": NOON},
                StepKind.POST: {"is_posted": True},
                StepKind.CLOSE: {"state": QuestionState.CLOSED, "answered": int(answered[step.position])},
                StepKind.REVEAL: {"state": QuestionState.REVEALED},
            }[step.kind]
            questions = list(state.questions)
            questions[step.position] = replace(questions[step.position], **changes)  # type: ignore[arg-type]
            return replace(state, questions=tuple(questions))
