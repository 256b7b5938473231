"""A course: what is taught, from which documents, with which questions."""

from __future__ import annotations

from collections.abc import Container, Sequence

from bot.domain.questions import Question, Source
from bot.domain.stored_questions import StoredQuestions
from bot.values import dataclass


@dataclass(frozen=True, slots=True)
class Topic:
    """A part of a course that a round can be limited to."""

    id: str
    title: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Course:
    """A loaded course. ``questions`` holds the approved ones only, in the files' order.

    They may be read anew each time they are asked for (`StoredQuestions`): whoever wants all of them does so in a
    thread, and does not keep them.

    ``topics`` and ``sources`` stand in the files' order too; a source may be quoted by no question.
    """

    id: str
    title: str
    description: str
    language: str
    topics: tuple[Topic, ...]
    sources: tuple[Source, ...]
    questions: Sequence[Question]

    def topic(self, topic_id: str) -> Topic | None:
        """The topic of that id, or None."""
        return next((topic for topic in self.topics if topic.id == topic_id), None)

    def count_questions(self, topic_id: str) -> int:
        """How many questions a topic has; reads none of them."""
        return sum(topic == topic_id for topic in self._topics())

    def select_questions(self, ids: Container[str], topic_id: str | None = None) -> list[Question]:
        """The questions with one of these ids, of one topic or of all; reads no others."""
        wanted = [
            position
            for position, (question_id, topic) in enumerate(
                zip(self.question_ids(), self._topics(), strict=True)
            )
            if question_id in ids and topic_id in (None, topic)
        ]
        return [self.questions[position] for position in wanted]

    def question_ids(self) -> Sequence[str]:
        """The id of each question, in order; reads none of them."""
        if isinstance(self.questions, StoredQuestions):
            return self.questions.ids
        return [question.id for question in self.questions]

    def _topics(self) -> Sequence[str]:
        if isinstance(self.questions, StoredQuestions):
            return self.questions.topics
        return [question.topic for question in self.questions]
