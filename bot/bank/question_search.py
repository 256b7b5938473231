"""A question looked up by its id, in one course or in all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from bot.bank.load import LoadedCourse
from bot.domain.questions import Question

_MOST_NAMES = 3


@dataclass(frozen=True, slots=True)
class Found:
    """A question with its course, and what becomes of it: approved, quarantined, draft or retired."""

    loaded: LoadedCourse
    question: Question
    status: str


def find_question(courses: Iterable[LoadedCourse], question_id: str) -> list[Found]:
    """The question in each course that has one of this id."""
    return [found for found in _all(courses) if found.question.id == question_id]


def nearest_questions(courses: Iterable[LoadedCourse], question_id: str) -> list[str]:
    """The ids that are most like one that does not exist, the nearest first."""
    known = {found.question.id for found in _all(courses)}
    # An id that holds the words typed is nearer than one that is merely spelt alike.
    holding = sorted(name for name in known if question_id and question_id in name)
    alike = get_close_matches(question_id, sorted(known), n=_MOST_NAMES, cutoff=0.6)
    return list(dict.fromkeys([*alike, *holding]))[:_MOST_NAMES]


def _all(courses: Iterable[LoadedCourse]) -> Iterator[Found]:
    for loaded in courses:
        for status, questions in (
            ("approved", loaded.course.questions),
            ("quarantined", loaded.quarantined),
            ("draft", loaded.drafts),
            ("retired", loaded.retired),
        ):
            for question in questions:
                yield Found(loaded, question, status)
