"""Questions and courses as the text of a database column, and back."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from functools import cache, lru_cache

from pydantic import TypeAdapter

from bot.domain.courses import Course
from bot.domain.questions import Question
from bot.domain.stored_questions import StoredQuestions


def to_text(question: Question) -> str:
    """The question as JSON; equal questions give equal texts.

    What is at its default is left out: a field that a later release adds does not make every question a new version.
    """
    return _questions().dump_json(question, exclude_defaults=True).decode()


@lru_cache(maxsize=4096)
def from_text(text: str) -> Question:
    """The question that `to_text` made the text from; those of rounds, which are asked for again and again."""
    return read(text)


def read(text: str) -> Question:
    """The same for questions that are needed once: they are not remembered."""
    return _questions().validate_json(text)


def course_to_text(course: Course) -> str:
    """The course as JSON, without its questions, which have rows of their own."""
    return _courses().dump_json(replace(course, questions=()), exclude_defaults=True).decode()


def course_from_text(text: str, questions: Sequence[Question]) -> Course:
    """The course that `course_to_text` made the text from, with these questions."""
    return replace(_courses().validate_json(text), questions=questions)


def content_hash(text: str) -> str:
    """What tells one version of a question from another."""
    return hashlib.sha256(text.encode()).hexdigest()


def digests(questions: Sequence[Question]) -> Sequence[tuple[str, str]]:
    """Id and `content_hash` of each; of stored questions without reading them."""
    if isinstance(questions, StoredQuestions):
        return tuple(zip(questions.ids, questions.digests, strict=True))
    return [(question.id, content_hash(to_text(question))) for question in questions]


# Built when the first question is read: an import does not wait for them.
@cache
def _questions() -> TypeAdapter[Question]:
    return TypeAdapter(Question)


@cache
def _courses() -> TypeAdapter[Course]:
    return TypeAdapter(Course)
