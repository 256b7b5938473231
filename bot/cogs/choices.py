"""What autocomplete offers."""

from __future__ import annotations

from collections.abc import Mapping

from discord import app_commands

from bot.domain.courses import Course
from bot.ui.text import shorten

MOST_CHOICES = 25
MOST_NAME = 100

Choice = app_commands.Choice[str]


def course_choices(courses: Mapping[str, Course], typed: str) -> list[Choice]:
    """Courses whose title or id holds what was typed."""
    return _choices([(course.title, course.id) for course in courses.values()], typed)


def topic_choices(course: Course | None, typed: str) -> list[Choice]:
    """Topics of a course whose title or id holds what was typed, with the number of their questions."""
    if course is None:
        return []
    counted = [(topic, course.count_questions(topic.id)) for topic in course.topics]
    return _choices([(f"{topic.title} ({count})", topic.id) for topic, count in counted if count], typed)


def _choices(pairs: list[tuple[str, str]], typed: str) -> list[Choice]:
    wanted = typed.strip().casefold()
    return [
        app_commands.Choice(name=shorten(name, MOST_NAME), value=value)
        for name, value in pairs
        if wanted in name.casefold() or wanted in value.casefold()
    ][:MOST_CHOICES]
