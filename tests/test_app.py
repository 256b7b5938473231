"""The house put together: courses, their last good version, and the database."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.app import open_app
from bot.config import Settings
from bot.domain.questions import QuestionType
from bot.services.course_loading import CourseFolders
from bot.services.course_shelf import open_shelf
from bot.storage.database import Database

NOW = datetime(2026, 3, 1, tzinfo=UTC)
TINY = {
    "course.yaml": "id: tiny\ntitle: A tiny course\ntopics:\n  - {id: all, title: All}\n",
    "sources.yaml": "- {id: book, title: A Book, file: book.txt}\n",
    "facts/one.yaml": """
- id: sky
  statement: The sky is blue.
  kind: definition
  subject: sky
  relation: is
  value: blue
  evidence:
    - {source: book, quote: The sky over the town is blue.}
""",
    "questions/one.yaml": """
- id: sky-colour
  type: single_choice
  facts: [sky]
  stem: Which colour has the sky over the town?
  answer: Blue
  distractors:
    - {text: Green, why_wrong: That is the grass., refuted_by: sky}
    - {text: White, why_wrong: That is the snow., refuted_by: sky}
    - {text: Black, why_wrong: That is the night., refuted_by: sky}
  explanation: Light is scattered.
  difficulty: 1
  cognitive: remember
  tags: [all]
  status: approved
""",
}


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    folder = tmp_path / "tiny"
    for name, content in TINY.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    return folder


def folders(tmp_path: Path, folder: Path) -> CourseFolders:
    return CourseFolders((folder,), tmp_path / "cache")


async def test_a_course_with_a_broken_file_stays_as_it_was_before(
    tmp_path: Path, tiny: Path, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    chosen = folders(tmp_path, tiny)
    before = await open_shelf(chosen, database, now=NOW)
    assert "tiny" not in before.faults
    (tiny / "questions" / "one.yaml").write_text(TINY["questions/one.yaml"].replace("Blue", "Azure"))
    (tiny / "questions" / "two.yaml").write_text("- id: [broken\n")
    after = await open_shelf(chosen, database, now=NOW)
    assert after.courses["tiny"] == before.courses["tiny"]
    assert after.courses["tiny"].questions[0].options[0].text == "Blue"
    assert "questions/two.yaml:" in after.faults["tiny"]
    assert "questions/two.yaml:" in caplog.text
    (tiny / "questions" / "two.yaml").unlink()
    mended = await open_shelf(chosen, database, now=NOW)
    assert "tiny" not in mended.faults
    assert mended.courses["tiny"].questions[0].options[0].text == "Azure"


async def test_a_broken_course_that_never_ran_keeps_no_other_away(
    tmp_path: Path, tiny: Path, database: Database
) -> None:
    (tiny / "questions" / "one.yaml").write_text("- id: [broken\n")
    shelf = await open_shelf(folders(tmp_path, tiny), database, now=NOW)
    assert "tiny" not in shelf.courses
    assert "zhongguancun" in shelf.courses
    assert "tiny" in shelf.faults


async def test_the_bundled_course_can_be_played(tmp_path: Path) -> None:
    environ = {"DATABASE_URL": f"sqlite:///{tmp_path / 'footnote.db'}"}
    async with open_app(Settings.load(environ, None)) as app:
        course = app.courses["zhongguancun"]
        assert len(course.questions) >= 80
        types = {question.type for question in course.questions}
        assert {QuestionType.SINGLE_CHOICE, QuestionType.MULTIPLE_ANSWER, QuestionType.TRUE_FALSE} <= types
        sources = {note.source.id for question in course.questions for note in question.footnotes}
        assert len(sources) >= 4
