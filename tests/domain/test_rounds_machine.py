"""A round under any interleaving of time, answers, crashes, replays and stops, by its rules alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.domain.rounds import (
    EMPTY_QUESTIONS_THAT_END_A_ROUND,
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
LIMIT, PAUSE = timedelta(seconds=20), timedelta(seconds=12)
STATES = list(QuestionState)


class RoundRules(RuleBasedStateMachine):
    """What the database says of one round, changed as the steps say; a crash leaves it as it was."""

    @initialize(questions=st.integers(1, 6))
    def begin(self, questions: int) -> None:
        self.now = NOON
        self.count = questions
        asked = tuple(QuestionProgress(position, QuestionState.PENDING) for position in range(questions))
        self.round = RoundProgress(
            RoundState.RUNNING, is_announced=False, is_result_posted=False, end_reason=None, questions=asked
        )
        self.round = self._with(0, opens_at=NOON)
        self.seen = [QuestionState.PENDING] * questions
        self.shown: Counter[tuple[StepKind, int | None]] = Counter()
        self.steps = 0

    @rule(seconds=st.integers(0, 40))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule()
    def the_step_is_taken(self) -> None:
        step = next_step(self.round)
        if step is not None and (step.due_at is None or step.due_at <= self.now):
            self._take(step)

    @rule()
    def the_process_dies_before_it_records(self) -> None:
        # Nothing was recorded, so the same step is next, however often this happens.
        assert next_step(self.round) == next_step(replace(self.round))

    @rule(learners=st.integers(1, 3))
    def somebody_answers(self, learners: int) -> None:
        for question in self.round.questions:
            if question.state is QuestionState.OPEN:
                self.round = self._with(question.position, answered=question.answered + learners)

    @rule()
    def the_message_is_lost(self) -> None:
        for question in self.round.questions:
            if question.state is QuestionState.OPEN:
                self.round = self._with(question.position, is_posted=False)

    @rule(often=st.integers(0, 9))
    def it_is_stopped(self, often: int) -> None:
        if not often and self.round.state is RoundState.RUNNING and self.round.end_reason is None:
            self._end(EndReason.STOPPED)

    @invariant()
    def states_only_move_down(self) -> None:
        for question in self.round.questions:
            assert STATES.index(question.state) >= STATES.index(self.seen[question.position])
            self.seen[question.position] = question.state

    @invariant()
    def one_question_at_a_time_and_in_order(self) -> None:
        states = [question.state for question in self.round.questions]
        begun = [state for state in states if state is not QuestionState.PENDING]
        assert states[: len(begun)] == begun
        assert sum(state in (QuestionState.OPEN, QuestionState.CLOSED) for state in states) <= 1

    @invariant()
    def each_question_is_revealed_once(self) -> None:
        revealed = [self.shown[StepKind.REVEAL, position] for position in range(self.count)]
        assert max(revealed) <= 1
        assert self.shown[StepKind.POST_RESULT, None] <= 1

    def teardown(self) -> None:
        while (step := next_step(self.round)) is not None:
            self.now = max(self.now, step.due_at or self.now)
            self._take(step)
            assert self.steps < 1000, "the round does not end"
        assert self.round.state is RoundState.ENDED
        assert self.round.end_reason is not None
        if self.round.end_reason is EndReason.UNANSWERED:
            assert empty_streak(self.round.questions) >= EMPTY_QUESTIONS_THAT_END_A_ROUND
        if self.round.end_reason is EndReason.COMPLETED:
            assert all(question.state is QuestionState.REVEALED for question in self.round.questions)

    def _with(self, position: int, **changes: object) -> RoundProgress:
        questions = list(self.round.questions)
        questions[position] = replace(questions[position], **changes)  # type: ignore[arg-type]
        return replace(self.round, questions=tuple(questions))

    def _take(self, step: Step) -> None:
        self.steps += 1
        self.shown[step.kind, step.position] += 1
        position = -1 if step.position is None else step.position
        match step.kind:
            case StepKind.ANNOUNCE:
                self.round = replace(self.round, is_announced=True)
            case StepKind.OPEN | StepKind.POST:
                self.round = self._with(
                    position, state=QuestionState.OPEN, is_posted=True, closes_at=self.now + LIMIT
                )
            case StepKind.CLOSE:
                self.round = self._with(position, state=QuestionState.CLOSED)
                if position + 1 < self.count:
                    self.round = self._with(position + 1, opens_at=self.now + PAUSE)
            case StepKind.REVEAL:
                self.round = self._with(position, state=QuestionState.REVEALED)
            case StepKind.END:
                assert step.end_reason is not None
                self._end(step.end_reason)
            case StepKind.POST_RESULT:
                self.round = replace(self.round, is_result_posted=True, state=RoundState.ENDED)

    def _end(self, reason: EndReason) -> None:
        self.round = replace(self.round, end_reason=reason)
        for question in self.round.questions:
            if question.state is QuestionState.PENDING:
                self.round = self._with(question.position, state=QuestionState.SKIPPED)


TestRoundRules = RoundRules.TestCase
TestRoundRules.settings = settings(max_examples=100, stateful_step_count=40, deadline=None, derandomize=True)
