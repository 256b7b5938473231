"""Courses as the text of a database column."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pydantic import TypeAdapter

from bot.domain.courses import Course
from bot.storage import question_content
from tests import sample_course


def test_a_course_comes_back_from_its_text_with_the_questions_that_are_given() -> None:
    course = sample_course.course()
    text = question_content.course_to_text(course)
    assert question_content.course_from_text(text, course.questions) == course


def test_a_courses_text_is_the_one_that_earlier_releases_wrote() -> None:
    course = replace(sample_course.course(), title="Zhōngguāncūn “中关村”")
    by_pydantic = TypeAdapter(Course).dump_json(replace(course, questions=()), exclude_defaults=True)
    assert question_content.course_to_text(course) == by_pydantic.decode()


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"id":"a"}', '{"id":1,"title":"","description":"","language":"en"}']
)
def test_what_is_no_course_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a course"):
        question_content.course_from_text(text, ())
