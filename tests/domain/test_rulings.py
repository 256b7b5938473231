from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.answer_marks import mark_answer
from bot.domain.question_types import QUESTION_TYPES
from bot.domain.question_types.rules import Submission
from bot.domain.questions import Question, QuestionType, Response, Void
from bot.domain.rulings import Obstacle, RulingKind, Verdict, obstacle, possible_kinds, read_answer, ruled
from bot.domain.scoring import ScoringRule
from tests.sample_course import EVERY_TYPE

SAMPLES = {question.type: question for question in EVERY_TYPE}
ONE_CHOICE = (QuestionType.SINGLE_CHOICE, QuestionType.TRUE_FALSE, QuestionType.EVIDENCE)
ARRANGED = (QuestionType.ORDERING, QuestionType.MATCHING)

# The key of each sample, and an answer that is not the key.
KEYS = {
    QuestionType.SINGLE_CHOICE: Response((0,)),
    QuestionType.MULTIPLE_ANSWER: Response((0, 1)),
    QuestionType.TRUE_FALSE: Response((1,)),
    QuestionType.NUMERIC: Response(text="1500"),
    QuestionType.SHORT_TEXT: Response(text="Grand Marguerite A"),
    QuestionType.CLOZE: Response(text="wooden"),
    QuestionType.ORDERING: Response((0, 1, 2, 3)),
    QuestionType.MATCHING: Response((0, 1, 2)),
    QuestionType.EVIDENCE: Response((1,)),
}
OTHERS = {
    QuestionType.SINGLE_CHOICE: Response((2,)),
    QuestionType.MULTIPLE_ANSWER: Response((2, 3)),
    QuestionType.TRUE_FALSE: Response((0,)),
    QuestionType.NUMERIC: Response(text="2 thousand"),
    QuestionType.SHORT_TEXT: Response(text="Rosalind"),
    QuestionType.CLOZE: Response(text="iron"),
    QuestionType.ORDERING: Response((3, 2, 1, 0)),
    QuestionType.MATCHING: Response((3, 2, 1)),
    QuestionType.EVIDENCE: Response((2,)),
}


def fraction(question: Question, response: Response) -> float:
    return QUESTION_TYPES[question.type].grade(question, response).fraction


def accept(response: Response) -> Verdict:
    return Verdict(RulingKind.ACCEPT, "The source says so too.", response)


def rekey(response: Response) -> Verdict:
    return Verdict(RulingKind.REKEY, "The source says otherwise.", response)


@st.composite
def responses(draw: st.DrawFn, question: Question) -> Response:
    """Whatever a learner can answer to a question."""
    count = len(question.options)
    if question.type in ONE_CHOICE:
        return Response((draw(st.integers(0, count - 1)),))
    if question.type is QuestionType.MULTIPLE_ANSWER:
        return Response(tuple(sorted(draw(st.sets(st.integers(0, count - 1), min_size=1)))))
    if question.type is QuestionType.ORDERING:
        return Response(tuple(draw(st.permutations(range(count)))))
    if question.type is QuestionType.MATCHING:
        return Response(tuple(draw(st.permutations(range(len(question.matches))))[:count]))
    return Response(
        text=draw(st.sampled_from(["1500", "1531", "2 thousand", "x", "wooden", "Wodden", "iron"]))
    )


@st.composite
def cases(draw: st.DrawFn) -> tuple[Question, list[Verdict], list[Response]]:
    """A question, verdicts that could be given on it one after another, and answers to it."""
    question = draw(st.sampled_from(EVERY_TYPE))
    given_before: list[Verdict] = []
    for _ in range(draw(st.integers(0, 4))):
        kind = draw(st.sampled_from(list(RulingKind)))
        response = draw(responses(question)) if kind in (RulingKind.ACCEPT, RulingKind.REKEY) else None
        verdict = Verdict(kind, "Because.", response)
        if obstacle(ruled(question, given_before), verdict) is None:
            given_before.append(verdict)
    return question, given_before, draw(st.lists(responses(question), min_size=1, max_size=8))


@pytest.mark.parametrize("kind", QuestionType)
def test_another_answer_that_is_accepted_counts_in_full_and_the_key_goes_on_counting(
    kind: QuestionType,
) -> None:
    question, verdict = SAMPLES[kind], accept(OTHERS[kind])
    if kind is QuestionType.TRUE_FALSE:
        assert RulingKind.ACCEPT not in possible_kinds(question)
        assert obstacle(question, verdict) is Obstacle.ONLY_TWO_ANSWERS
        return
    assert fraction(question, OTHERS[kind]) == 0.0
    assert obstacle(question, verdict) is None
    changed = ruled(question, [verdict])
    assert fraction(changed, OTHERS[kind]) == 1.0
    assert fraction(changed, KEYS[kind]) == 1.0
    assert obstacle(changed, verdict) is Obstacle.COUNTS_ALREADY


@pytest.mark.parametrize("kind", QuestionType)
def test_a_changed_key_is_the_only_answer_that_counts_in_full(kind: QuestionType) -> None:
    question, verdict = SAMPLES[kind], rekey(OTHERS[kind])
    assert fraction(question, KEYS[kind]) == 1.0
    assert obstacle(question, verdict) is None
    changed = ruled(question, [verdict])
    assert fraction(changed, OTHERS[kind]) == 1.0
    assert fraction(changed, KEYS[kind]) < 1.0
    assert obstacle(changed, verdict) is Obstacle.IS_THE_KEY
    assert obstacle(question, rekey(KEYS[kind])) in (Obstacle.IS_THE_KEY, None)


@pytest.mark.parametrize("kind", QuestionType)
def test_a_voided_question_gives_its_marks_to_all_or_to_none(kind: QuestionType) -> None:
    question = SAMPLES[kind]
    for void, worth in ((RulingKind.VOID_ALL, 1.0), (RulingKind.VOID_NONE, 0.0)):
        verdict = Verdict(void, "The passage is unclear.")
        changed = ruled(question, [verdict])
        assert [fraction(changed, each) for each in (KEYS[kind], OTHERS[kind])] == [worth, worth]
        assert obstacle(changed, verdict) is Obstacle.VOIDED_ALREADY


@pytest.mark.parametrize("kind", QuestionType)
def test_what_is_not_an_answer_to_the_question_cannot_be_accepted_or_made_the_key(kind: QuestionType) -> None:
    question = SAMPLES[kind]
    for nonsense in (None, Response(), Response((9,)), Response(text="!?")):
        assert obstacle(question, rekey(nonsense) if nonsense else Verdict(RulingKind.REKEY, "x")) is (
            Obstacle.NOT_AN_ANSWER
        )
        if kind is not QuestionType.TRUE_FALSE and nonsense is not None:
            assert obstacle(question, accept(nonsense)) is Obstacle.NOT_AN_ANSWER


def test_a_choice_keeps_at_least_one_wrong_option() -> None:
    judged = SAMPLES[QuestionType.EVIDENCE]
    first = accept(Response((0,)))
    assert obstacle(judged, first) is None
    assert obstacle(ruled(judged, [first]), accept(Response((2,)))) is Obstacle.NO_WRONG_ONE_LEFT
    several = SAMPLES[QuestionType.MULTIPLE_ANSWER]
    assert obstacle(several, rekey(Response((0, 1, 2, 3)))) is Obstacle.NOT_AN_ANSWER


def test_a_number_that_is_accepted_has_the_tolerance_of_the_key() -> None:
    changed = ruled(SAMPLES[QuestionType.NUMERIC], [accept(Response(text="2000 kilometres"))])
    assert fraction(changed, Response(text="2,039")) == 1.0
    assert fraction(changed, Response(text="2,041")) == 0.0


def test_part_of_an_accepted_choice_earns_its_part() -> None:
    changed = ruled(SAMPLES[QuestionType.MULTIPLE_ANSWER], [accept(Response((2, 3)))])
    assert fraction(changed, Response((2,))) == 0.5


def test_the_former_key_is_told_to_be_wrong_for_the_reason_that_was_given() -> None:
    changed = ruled(SAMPLES[QuestionType.SINGLE_CHOICE], [rekey(Response((2,)))])
    assert changed.options[0].why_wrong == "The source says otherwise."
    assert changed.options[2].why_wrong is None
    assert changed.options[2].is_key
    assert changed.ruled is not None
    assert changed.ruled.remarks == ("The source says otherwise.",)


@pytest.mark.parametrize("kind", ARRANGED)
def test_orders_and_pairs_are_named_by_the_letters_on_the_card(kind: QuestionType) -> None:
    question = SAMPLES[kind]
    order = (2, 0, 3, 1)
    expected = {
        QuestionType.ORDERING: Response((1, 3, 0, 2)),
        QuestionType.MATCHING: Response((1, 3, 0)),
    }[kind]
    letters = "d, C b A" if kind is QuestionType.ORDERING else "1D 2C 3B"
    assert read_answer(question, order, Submission(text=letters)) == expected
    assert read_answer(question, order, Submission(text="A B")) is None
    assert read_answer(question, order, Submission(text="")) is None


@given(cases())
def test_undoing_every_ruling_gives_the_marks_of_before(
    case: tuple[Question, list[Verdict], list[Response]],
) -> None:
    question, verdicts, given_answers = case
    for number in range(len(verdicts)):
        without = verdicts[:number] + verdicts[number + 1 :]
        before = [fraction(ruled(question, verdicts[:number]), each) for each in given_answers]
        if number == len(verdicts) - 1:
            assert [fraction(ruled(question, without), each) for each in given_answers] == before
    assert ruled(question, []) == question
    assert ruled(ruled(question, []), verdicts) == ruled(question, verdicts)


@given(cases(), st.integers(0, 60_000), st.sampled_from(ScoringRule))
def test_accepting_an_answer_takes_nothing_from_anybody(
    case: tuple[Question, list[Verdict], list[Response]], elapsed_ms: int, scoring: ScoringRule
) -> None:
    question, verdicts, given_answers = case
    current = ruled(question, verdicts)
    new, *others = given_answers
    if obstacle(current, accept(new)) is not None:
        return
    after = ruled(question, [*verdicts, accept(new)])

    def points(asked: Question, response: Response) -> int:
        return mark_answer(asked, response, scoring, elapsed_ms=elapsed_ms, limit_seconds=20.0).points

    assert all(points(after, each) >= points(current, each) for each in others)
    if current.ruled is None or current.ruled.void is not Void.NONE:
        assert points(after, new) == points(ruled(question, [Verdict(RulingKind.VOID_ALL, "")]), new)


@given(cases())
def test_a_rejection_changes_no_mark_and_shows_nothing(
    case: tuple[Question, list[Verdict], list[Response]],
) -> None:
    question, verdicts, _ = case
    assert ruled(question, [*verdicts, Verdict(RulingKind.REJECT, "No.")]) == ruled(question, verdicts)


def test_the_content_of_the_version_is_not_touched() -> None:
    question = SAMPLES[QuestionType.SINGLE_CHOICE]
    copy = replace(question)
    ruled(question, [rekey(Response((1,))), accept(Response((2,)))])
    assert question == copy
