"""What autocomplete offers."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

from discord import app_commands

from bot.domain.courses import Course
from bot.domain.question_search import search
from bot.ui.text import shorten

MOST_CHOICES = 25
MOST_NAME = 100

Choice = app_commands.Choice[str]


def course_choices(courses: Mapping[str, Course], typed: str) -> list[Choice]:
    """Courses whose title or id holds what was typed."""
    return choices([(course.title, course.id) for course in courses.values()], typed)


def topic_choices(course: Course | None, typed: str) -> list[Choice]:
    """Topics of a course whose title or id holds what was typed, with the number of their questions."""
    if course is None:
        return []
    counted = [(topic, course.count_questions(topic.id)) for topic in course.topics]
    return choices([(f"{topic.title} ({count})", topic.id) for topic, count in counted if count], typed)


def question_choices(courses: Mapping[str, Course], typed: str) -> list[Choice]:
    """Questions that hold the words typed, by their text; the value is the id."""
    every = (question for course in courses.values() for question in course.questions)
    return [
        app_commands.Choice(name=shorten(f"{question.stem} ({question.id})", MOST_NAME), value=question.id)
        for question in islice(search(every, typed), MOST_CHOICES)
        if len(question.id) <= MOST_NAME
    ]


def choices(pairs: list[tuple[str, str]], typed: str) -> list[Choice]:
    """Pairs of name and value of which either holds what was typed."""
    wanted = typed.strip().casefold()
    return [
        app_commands.Choice(name=shorten(name, MOST_NAME), value=value)
        for name, value in pairs
        if wanted in name.casefold() or wanted in value.casefold()
    ][:MOST_CHOICES]
