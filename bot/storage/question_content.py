"""Questions and courses as the text of a database column, and back."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import lru_cache

from pydantic import TypeAdapter

from bot.domain.courses import Course
from bot.domain.questions import Question

_QUESTION = TypeAdapter(Question)
_COURSE = TypeAdapter(Course)


def to_text(question: Question) -> str:
    """The question as JSON; equal questions give equal texts.

    What is at its default is left out: a field that a later release adds does not make every question a new version.
    """
    return _QUESTION.dump_json(question, exclude_defaults=True).decode()


@lru_cache(maxsize=4096)
def from_text(text: str) -> Question:
    """The question that `to_text` made the text from."""
    return _QUESTION.validate_json(text)


def course_to_text(course: Course) -> str:
    """The course as JSON, without its questions, which have rows of their own."""
    return _COURSE.dump_json(replace(course, questions=()), exclude_defaults=True).decode()


def course_from_text(text: str, questions: tuple[Question, ...]) -> Course:
    """The course that `course_to_text` made the text from, with these questions."""
    return replace(_COURSE.validate_json(text), questions=questions)


def content_hash(text: str) -> str:
    """What tells one version of a question from another."""
    return hashlib.sha256(text.encode()).hexdigest()
