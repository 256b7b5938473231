"""A course whose questions are read when they are asked for is as one that holds them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.courses import Course
from bot.domain.questions import Question
from bot.domain.stored_questions import StoredQuestions
from tests import sample_course


def stored(course: Course, asked: list[int]) -> Course:
    """The same course, which notes the position of each question that is read."""

    def read(position: int) -> Question:
        asked.append(position)
        return course.questions[position]

    ids = [question.id for question in course.questions]
    topics = [question.topic for question in course.questions]
    return replace(course, questions=StoredQuestions(ids, topics, ids, read))


def test_stored_questions_are_the_questions_in_their_order() -> None:
    whole = sample_course.course()
    kept = stored(whole, [])
    assert kept == whole
    assert whole == kept
    assert hash(kept) == hash(whole)
    assert tuple(kept.questions) == whole.questions
    assert kept.questions[-1] == whole.questions[-1]
    assert kept.questions[1:3] == whole.questions[1:3]
    assert whole.questions[0] in kept.questions
    with pytest.raises(IndexError):
        kept.questions[len(whole.questions)]


def test_a_course_with_another_question_is_another_course() -> None:
    whole = sample_course.course()
    kept = stored(whole, [])
    assert replace(whole, questions=whole.questions[1:]) != kept
    assert stored(replace(whole, questions=whole.questions[1:]), []) != kept
    assert kept.questions != list(whole.questions)


def test_counting_reads_no_question() -> None:
    whole, asked = sample_course.course(), list[int]()
    kept = stored(whole, asked)
    assert len(kept.questions) == len(whole.questions)
    for topic in whole.topics:
        assert kept.count_questions(topic.id) == whole.count_questions(topic.id)
    assert asked == []


def test_selecting_reads_what_is_selected_and_nothing_else() -> None:
    whole, asked = sample_course.course(), list[int]()
    kept = stored(whole, asked)
    topic = whole.questions[0].topic
    wanted = {whole.questions[0].id, whole.questions[2].id, "no-such-question"}
    assert kept.select_questions(wanted) == [whole.questions[0], whole.questions[2]]
    assert asked == [0, 2]
    every = [question.id for question in whole.questions]
    assert kept.select_questions(every, topic) == whole.select_questions(every, topic)
    assert kept.select_questions(every, "no-such-topic") == []


def test_lists_that_do_not_belong_together_are_refused() -> None:
    with pytest.raises(ValueError, match="2 ids, 1 topics and 2 digests"):
        StoredQuestions(["a", "b"], ["t"], ["1", "2"], sample_course.course().questions.__getitem__)
