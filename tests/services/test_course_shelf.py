"""Courses that are read again while the bot runs: what changed is played from the next round on."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.bank import course_files
from bot.domain.refusals import UnknownCourse
from bot.errors import BankError
from bot.services.context import ServiceContext
from bot.services.course_loading import CourseFolders
from bot.services.course_shelf import Reload, open_shelf, reload_courses
from bot.services.live import LiveRounds
from bot.services.publishing import last_published
from bot.storage.answer_writer import AnswerWriter
from bot.storage.courses import Publication
from bot.storage.database import Database
from tests.test_app import NOW, TINY


def write(folder: Path, course_id: str, changes: Mapping[str, str] | None = None) -> Path:
    for name, content in (TINY | dict(changes or {})).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content.replace("id: tiny", f"id: {course_id}"))
    return folder


@pytest.fixture
def shelf_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of two small courses, beside which there are no others."""
    (tmp_path / "bundled").mkdir()
    monkeypatch.setattr(course_files, "bundled_courses", lambda: tmp_path / "bundled")
    folder = tmp_path / "shelf"
    write(folder / "one", "one")
    write(folder / "two", "two")
    return folder


@pytest.fixture
async def running(database: Database, shelf_folder: Path, tmp_path: Path) -> ServiceContext:
    folders = CourseFolders((shelf_folder,), tmp_path / "cache")
    shelf = await open_shelf(folders, database, now=NOW)
    return ServiceContext(
        database=database,
        writer=AnswerWriter(database),
        live=LiveRounds(),
        courses=shelf.courses,
        default_timezone="UTC",
        clock=lambda: NOW,
        new_seed=lambda: 1,
        course_faults=shelf.faults,
        course_folders=folders,
    )


def key(context: ServiceContext, course_id: str) -> str:
    return context.courses[course_id].questions[0].options[0].text


CHANGED = {"questions/one.yaml": TINY["questions/one.yaml"].replace("Blue", "Azure")}
BROKEN = {"questions/two.yaml": "- id: [broken\n"}
AS_IT_WAS = Publication(0, 0, 0)


async def test_a_changed_course_is_played_and_published(running: ServiceContext, shelf_folder: Path) -> None:
    write(shelf_folder / "one", "one", CHANGED)
    assert await reload_courses(running) == (
        Reload("one", Publication(0, 1, 0), 1),
        Reload("two", AS_IT_WAS, 1),
    )
    assert (key(running, "one"), key(running, "two")) == ("Azure", "Blue")
    published = await last_published(running.database, "one")
    assert published is not None
    assert published.questions[0].options[0].text == "Azure"


async def test_one_course_alone_is_reloaded(running: ServiceContext, shelf_folder: Path) -> None:
    for course_id in ("one", "two"):
        write(shelf_folder / course_id, course_id, CHANGED)
    assert await reload_courses(running, "two") == (Reload("two", Publication(0, 1, 0), 1),)
    assert (key(running, "one"), key(running, "two")) == ("Blue", "Azure")


async def test_a_broken_course_goes_on_as_it_was_until_it_is_mended(
    running: ServiceContext, shelf_folder: Path
) -> None:
    write(shelf_folder / "one", "one", CHANGED | BROKEN)
    (reloaded,) = await reload_courses(running, "one")
    assert (reloaded.publication, reloaded.questions) == (None, 1)
    assert reloaded.fault is not None
    assert "questions/two.yaml:" in reloaded.fault
    assert running.course_faults == {"one": reloaded.fault}
    assert key(running, "one") == "Blue"
    (shelf_folder / "one" / "questions" / "two.yaml").unlink()
    assert await reload_courses(running, "one") == (Reload("one", Publication(0, 1, 0), 1),)
    assert running.course_faults == {}
    assert key(running, "one") == "Azure"


async def test_a_new_course_stands_on_the_shelf_without_a_new_start(
    running: ServiceContext, shelf_folder: Path
) -> None:
    write(shelf_folder / "three", "three")
    assert await reload_courses(running, "three") == (Reload("three", Publication(1, 0, 0), 1),)
    assert list(running.courses) == ["one", "two", "three"]


async def test_a_course_whose_folder_is_gone_is_taken_off(
    running: ServiceContext, shelf_folder: Path
) -> None:
    shutil.rmtree(shelf_folder / "two")
    assert (await reload_courses(running))[1] == Reload("two", None, 0)
    assert list(running.courses) == ["one"]


async def test_a_broken_course_that_came_later_is_played_as_it_was_published(
    running: ServiceContext, shelf_folder: Path
) -> None:
    await reload_courses(running)
    del running.courses["two"]
    write(shelf_folder / "two", "two", BROKEN)
    (reloaded,) = await reload_courses(running, "two")
    assert reloaded.questions == 1
    assert key(running, "two") == "Blue"


async def test_a_course_that_nobody_knows_is_refused(running: ServiceContext) -> None:
    with pytest.raises(UnknownCourse):
        await reload_courses(running, "three")


async def test_where_the_folders_cannot_be_used_nothing_changes(
    running: ServiceContext, shelf_folder: Path
) -> None:
    before = dict(running.courses)
    shutil.copytree(shelf_folder / "one", shelf_folder / "one-again")
    with pytest.raises(BankError, match="is used twice"):
        await reload_courses(running)
    assert running.courses == before


async def test_a_shelf_with_nothing_to_play_is_refused(
    database: Database, shelf_folder: Path, tmp_path: Path
) -> None:
    with pytest.raises(BankError, match="There is no course 'three'; there are: one, two"):
        await open_shelf(CourseFolders((shelf_folder,), tmp_path / "cache", "three"), database, now=NOW)
    for course_id in ("one", "two"):
        write(shelf_folder / course_id, course_id, BROKEN)
    with pytest.raises(BankError, match="No course can be played"):
        await open_shelf(CourseFolders((shelf_folder,), tmp_path / "cache"), database, now=NOW)
