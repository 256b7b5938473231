"""Rulings as changes of the course's files: they apply, they can be read, and they say what was ruled."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.bank.load import LoadedCourse, load_course
from bot.bank.ruling_patch import patch_of
from bot.domain.question_types import QUESTION_TYPES
from bot.domain.questions import Question, QuestionType, Response
from bot.domain.rulings import Ruling, RulingKind, Verdict, obstacle
from bot.paths import bundled_courses

COURSE = bundled_courses() / "zhongguancun"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def ruling(kind: RulingKind, response: Response | None = None) -> Ruling:
    return Ruling(7, 1, 1, Verdict(kind, "The source has: “both” # see page 3", response), 2, NOW, 0)


@pytest.fixture(scope="module")
def loaded() -> LoadedCourse:
    return load_course(COURSE)


def samples(loaded: LoadedCourse) -> list[Question]:
    """One question of each type, and of both formats of evidence."""
    found: dict[tuple[QuestionType, bool], Question] = {}
    for question in loaded.course.questions:
        found.setdefault((question.type, question.passage is not None), question)
    return list(found.values())


def other_key(question: Question) -> Response:
    """An answer that could be the key and is not."""
    count = len(question.options)
    match question.type:
        case QuestionType.NUMERIC:
            return Response(text="12,345")
        case QuestionType.SHORT_TEXT | QuestionType.CLOZE:
            return Response(text="something else")
        case QuestionType.ORDERING:
            return Response(tuple(reversed(range(count))))
        case QuestionType.MATCHING:
            return Response((1, 0, *range(2, count)))
        case QuestionType.MULTIPLE_ANSWER:
            keys = sorted(question.key)
            fresh = next(at for at in range(count) if at not in question.key)
            return Response(tuple(sorted([*keys[1:], fresh])))
    return Response((next(at for at in range(count) if at not in question.key),))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the course, to be changed; one change after another."""
    return Path(shutil.copytree(COURSE, tmp_path / "course"))


def apply(folder: Path, question: Question, made: Ruling) -> str:
    """Change the files by a ruling, as an author would; returns the change."""
    patch = patch_of(folder, question, made)
    assert patch is not None
    file = folder.parent / "ruling.diff"
    file.write_text(patch)
    subprocess.run(["git", "apply", str(file)], cwd=folder, check=True)
    return patch


def of(course: tuple[Question, ...], question_id: str) -> Question | None:
    return next((question for question in course if question.id == question_id), None)


def test_a_changed_key_of_every_kind_is_the_key_of_the_changed_files(
    loaded: LoadedCourse, folder: Path
) -> None:
    assert {question.type for question in samples(loaded)} == set(QuestionType)
    for question in samples(loaded):
        made = ruling(RulingKind.REKEY, other_key(question))
        assert obstacle(question, made.verdict) is None
        apply(folder, question, made)
    changed = load_course(folder)
    for question in samples(loaded):
        response = other_key(question)
        rewritten = of(changed.course.questions, question.id)
        if rewritten is None:
            # Aliases of the old key: whether they still count, an author must say.
            assert question.text_key is not None
            assert len(question.text_key.accepted) > 1
            assert of(changed.drafts, question.id) is not None
        elif question.type in (QuestionType.ORDERING, QuestionType.MATCHING):
            shown = question.matches or tuple(option.text for option in question.options)
            now = rewritten.matches or tuple(option.text for option in rewritten.options)
            assert now[: len(response.chosen)] == tuple(shown[at] for at in response.chosen)
        elif question.options:
            wanted = {question.options[at].text for at in response.chosen}
            assert {rewritten.options[at].text for at in rewritten.key} == wanted
        else:
            assert QUESTION_TYPES[question.type].grade(rewritten, response).is_right


def test_an_accepted_wording_becomes_an_alias(loaded: LoadedCourse, folder: Path) -> None:
    response = Response(text='a “new” wording: "x"')
    typed = [question for question in loaded.course.questions if question.text_key is not None][::4]
    for question in typed:
        apply(folder, question, ruling(RulingKind.ACCEPT, response))
    changed = load_course(folder).course.questions
    for question in typed:
        rewritten = of(changed, question.id)
        assert rewritten is not None
        assert rewritten.text_key is not None
        assert question.text_key is not None
        assert rewritten.text_key.accepted == (*question.text_key.accepted, response.text)


def test_what_else_is_ruled_is_said_in_the_files_as_far_as_they_can(
    loaded: LoadedCourse, folder: Path
) -> None:
    choices = [q for q in loaded.course.questions if q.type is QuestionType.SINGLE_CHOICE]
    several = next(question for question in choices if len(question.options) > 3)
    ordered = next(question for question in samples(loaded) if question.type is QuestionType.ORDERING)
    gone = [question for question in samples(loaded) if question.id not in (several.id, ordered.id)]
    apply(folder, several, ruling(RulingKind.ACCEPT, other_key(several)))
    apply(folder, ordered, ruling(RulingKind.ACCEPT, other_key(ordered)))
    for question in gone:
        patch = apply(folder, question, ruling(RulingKind.VOID_ALL))
        assert "+# Ruling 7 of 2026-03-01: voided, with points for all. The source has" in patch
        assert [line for line in patch.splitlines() if line.startswith("-")][1:] == ["-  status: approved"]
    changed = load_course(folder)
    rewritten = of(changed.course.questions, several.id)
    assert rewritten is not None
    # An option that counts as well is no distractor any more.
    assert rewritten.options == tuple(
        option for at, option in enumerate(several.options) if at not in other_key(several).chosen
    )
    assert of(changed.drafts, ordered.id) is not None
    assert all(of(changed.retired, question.id) is not None for question in gone)


def test_a_question_that_the_files_have_otherwise_now_gets_no_patch(loaded: LoadedCourse) -> None:
    question = loaded.course.questions[0]
    assert patch_of(COURSE, replace(question, stem="Another stem?"), ruling(RulingKind.VOID_ALL)) is None
    assert patch_of(COURSE, replace(question, id="no-such-question"), ruling(RulingKind.VOID_ALL)) is None
