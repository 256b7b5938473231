"""A course: what is taught, from which documents, with which questions."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.questions import Question, Source


@dataclass(frozen=True, slots=True)
class Topic:
    """A part of a course that a round can be limited to."""

    id: str
    title: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Course:
    """A loaded course. ``questions`` holds the approved ones only, in the files' order.

    ``topics`` and ``sources`` stand in the files' order too; a source may be quoted by no question.
    """

    id: str
    title: str
    description: str
    language: str
    topics: tuple[Topic, ...]
    sources: tuple[Source, ...]
    questions: tuple[Question, ...]

    def topic(self, topic_id: str) -> Topic | None:
        """The topic of that id, or None."""
        return next((topic for topic in self.topics if topic.id == topic_id), None)
