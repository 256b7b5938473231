"""Questions and courses as the text of a database column, and back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import fields
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from bot.domain.courses import Course, Topic
from bot.domain.questions import Question, Source
from bot.domain.stored_questions import StoredQuestions

if TYPE_CHECKING:
    from pydantic import TypeAdapter


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
    """The course as JSON, without its questions, which have rows of their own; what is at its default is left out."""
    whole = {each.name: getattr(course, each.name) for each in fields(Course) if each.name != "questions"}
    parts = {
        "topics": list(map(_without_defaults, course.topics)),
        "sources": list(map(_without_defaults, course.sources)),
    }
    return json.dumps({**whole, **parts, "questions": []}, ensure_ascii=False, separators=(",", ":"))


def course_from_text(text: str, questions: Sequence[Question]) -> Course:
    """The course that `course_to_text` made the text from, with these questions.

    By hand, since every start reads courses, and pydantic would take longer than all else that a start does.

    Raises:
        ValueError: the text is of no course.
    """
    try:
        found = json.loads(text)
        return Course(
            id=found["id"],
            title=found["title"],
            description=found["description"],
            language=found["language"],
            topics=tuple(Topic(**each) for each in found["topics"]),
            sources=tuple(Source(**each) for each in found["sources"]),
            questions=questions,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError("not a course") from error


def _without_defaults(part: Topic | Source) -> dict[str, object]:
    return {each.name: value for each in fields(part) if (value := getattr(part, each.name)) != each.default}


def content_hash(text: str) -> str:
    """What tells one version of a question from another."""
    return hashlib.sha256(text.encode()).hexdigest()


def digests(questions: Sequence[Question]) -> Sequence[tuple[str, str]]:
    """Id and `content_hash` of each; of stored questions without reading them."""
    if isinstance(questions, StoredQuestions):
        return tuple(zip(questions.ids, questions.digests, strict=True))
    return [(question.id, content_hash(to_text(question))) for question in questions]


# Built when the first question is read, and pydantic imported: a start does not wait for either.
@cache
def _questions() -> TypeAdapter[Question]:
    from pydantic import TypeAdapter

    return TypeAdapter(Question)
