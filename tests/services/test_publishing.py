"""What publishing a course changes in the database, and what it need not read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from bot.domain.courses import Course
from bot.domain.questions import Question
from bot.domain.stored_questions import StoredQuestions
from bot.services.publishing import last_published, publish_courses
from bot.storage import question_content
from bot.storage.courses import Publication
from bot.storage.database import Database
from tests import sample_course

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def stored(course: Course, asked: list[str]) -> Course:
    """The course as it is kept between starts; notes the id of each question that is read."""

    def read(position: int) -> Question:
        asked.append(course.questions[position].id)
        return course.questions[position]

    ids, digests = zip(*question_content.digests(course.questions), strict=True)
    topics = [question.topic for question in course.questions]
    return replace(course, questions=StoredQuestions(ids, topics, digests, read))


async def publish(database: Database, course: Course) -> Publication:
    return (await publish_courses(database, [course], now=NOW))[course.id]


async def test_a_course_that_did_not_change_is_published_without_reading_a_question(
    database: Database,
) -> None:
    whole, asked = sample_course.course(), list[str]()
    assert await publish(database, whole) == Publication(len(whole.questions), 0, 0)
    assert await publish(database, stored(whole, asked)) == Publication(0, 0, 0)
    assert asked == []
    assert await last_published(database, whole.id) == replace(
        whole, questions=tuple(sorted(whole.questions, key=lambda question: question.id))
    )


async def test_only_what_the_database_does_not_have_is_read(database: Database) -> None:
    whole, asked = sample_course.course(), list[str]()
    first, _second, *rest = whole.questions
    await publish(database, whole)
    changed = replace(whole, questions=(replace(first, stem="Asked in another way?"), *rest))
    assert await publish(database, stored(changed, asked)) == Publication(0, 1, 1)
    assert asked == [first.id]
    published = await last_published(database, whole.id)
    assert published is not None
    assert set(published.questions) == set(changed.questions)


async def test_a_question_that_is_as_it_was_before_its_last_change_is_current_again(
    database: Database,
) -> None:
    whole, asked = sample_course.course(), list[str]()
    first, *rest = whole.questions
    await publish(database, whole)
    await publish(database, replace(whole, questions=(replace(first, stem="Once more?"), *rest)))
    assert await publish(database, stored(whole, asked)) == Publication(0, 1, 0)
    assert asked == []
    published = await last_published(database, whole.id)
    assert published is not None
    assert set(published.questions) == set(whole.questions)


async def test_a_new_title_alone_is_published_too(database: Database) -> None:
    whole = sample_course.course()
    await publish(database, whole)
    assert await publish(database, replace(whole, title="Another title")) == Publication(0, 0, 0)
    published = await last_published(database, whole.id)
    assert published is not None
    assert published.title == "Another title"
