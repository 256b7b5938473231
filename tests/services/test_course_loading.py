"""Courses at a start: kept ones are believed only as long as they are true, and others are parsed elsewhere."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import stat
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.bank import course_files
from bot.bank.load import load_course
from bot.domain.courses import Course
from bot.errors import BankError
from bot.services import course_loading, kept_courses
from bot.services.course_loading import CourseFolders, LoadedCourses, load_courses
from tests.sample_course import course as sample_course
from tests.test_app import TINY

LONG_AGO = 1_000_000_000


class Desk:
    """A small course, another one that takes the place of the bundled ones, and a folder for parsed ones."""

    def __init__(self, folder: Path) -> None:
        self.bundled = folder / "bundled"
        self.first = self.bundled / "first"
        self.tiny = folder / "tiny"
        self.cache = folder / "cache"
        for name, content in TINY.items():
            self.write(name, content)
            self.write(name, content.replace("id: tiny", "id: first"), self.first)

    def write(self, name: str, content: str, folder: Path | None = None) -> None:
        file = (folder or self.tiny) / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)

    async def load(self, **source: Any) -> LoadedCourses:
        return await load_courses(CourseFolders((self.tiny,), self.cache, **source))

    async def course(self) -> Course:
        return (await self.load()).courses["tiny"]

    @property
    def kept(self) -> Path:
        """The file in which the small course is kept."""
        return kept_courses._path_of(self.cache, self.tiny)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    desk = Desk(tmp_path)
    monkeypatch.setattr(course_files, "bundled_courses", lambda: desk.bundled)
    return desk


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Path, ...]]:
    """What was parsed in other processes so far: the folders of each."""
    started = []
    run = course_loading._Reading._run

    def counted(self: Any, request: Any) -> Any:
        started.append(request.folders)
        return run(self, request)

    monkeypatch.setattr(course_loading._Reading, "_run", counted)
    return started


async def test_the_second_load_gives_the_same_course_and_parses_nothing(
    desk: Desk, processes: list[Any]
) -> None:
    first = await desk.load()
    assert len(processes) == 1
    second = await desk.load()
    assert len(processes) == 1
    assert list(second.courses) == list(first.courses) == ["first", "tiny"]
    for folder in (desk.first, desk.tiny):
        loaded = load_course(folder)
        for read in (first, second):
            kept = read.courses[loaded.course.id]
            assert kept == loaded.course
            assert loaded.course == kept
            assert read.warnings[loaded.course.id] == tuple(map(str, loaded.warnings))
    assert not second.broken


async def test_a_change_that_keeps_size_and_time_is_seen(desk: Desk, processes: list[Any]) -> None:
    file = desk.tiny / "questions" / "one.yaml"
    os.utime(file, ns=(LONG_AGO, LONG_AGO))
    assert (await desk.course()).questions[0].options[0].text == "Blue"
    size = file.stat().st_size
    file.write_text(TINY["questions/one.yaml"].replace("Blue", "Grey"))
    os.utime(file, ns=(LONG_AGO, LONG_AGO))
    assert file.stat().st_size == size
    assert (await desk.course()).questions[0].options[0].text == "Grey"
    assert processes[1:] == [(desk.tiny,)]


async def test_files_that_were_written_anew_with_the_same_content_are_not_parsed(
    desk: Desk, processes: list[Any]
) -> None:
    await desk.load()
    for name, content in TINY.items():
        (desk.tiny / name).unlink()
        desk.write(name, content)
    before = desk.kept.read_bytes()
    await desk.load()
    assert len(processes) == 1
    assert desk.kept.read_bytes() != before, "the new states of the files are known from here on"


async def test_files_that_have_stood_for_long_are_not_even_read(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.load()
    in_an_hour = desk.kept.stat().st_mtime_ns + 3600 * 10**9
    os.utime(desk.kept, ns=(in_an_hour, in_an_hour))
    monkeypatch.setattr(course_files, "content_hash", None)
    assert kept_courses.find(desk.cache, desk.tiny) is not None


async def test_what_was_written_a_moment_before_it_was_parsed_is_read_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.load()
    last_change = max(state.changed_at for state in course_files.file_states(desk.tiny))
    os.utime(desk.kept, ns=(last_change + 10**9, last_change + 10**9))
    looked_at = []
    content_hash = course_files.content_hash

    def watched(folder: Path) -> str:
        looked_at.append(folder)
        return content_hash(folder)

    monkeypatch.setattr(course_files, "content_hash", watched)
    assert kept_courses.find(desk.cache, desk.tiny) is not None
    assert looked_at == [desk.tiny]


@pytest.mark.parametrize("change", ["added", "removed", "renamed"])
async def test_another_set_of_files_is_another_course(desk: Desk, processes: list[Any], change: str) -> None:
    more = TINY["questions/one.yaml"].replace("sky-colour", "sky-again").replace("Which", "What")
    desk.write("questions/two.yaml", more)
    two = desk.tiny / "questions" / "two.yaml"
    await desk.load()
    match change:
        case "added":
            shutil.copy(two, two.with_name("three.yaml"))
            two.with_name("three.yaml").write_text(more.replace("sky-again", "sky-thrice"))
        case "removed":
            two.unlink()
        case _:
            two.rename(two.with_name("a.yaml"))
    ids = [question.id for question in (await desk.course()).questions]
    assert (
        ids
        == {
            "added": ["sky-colour", "sky-thrice", "sky-again"],
            "removed": ["sky-colour"],
            "renamed": ["sky-again", "sky-colour"],
        }[change]
    )
    assert processes[1:] == [(desk.tiny,)]


async def test_a_damaged_file_is_as_good_as_none(desk: Desk, processes: list[Any]) -> None:
    whole = await desk.course()
    sound = desk.kept.read_bytes()
    damages = [b"", b"\0" * 100, sound[:-1], sound[:40], sound + b"\0", sound.replace(b"Blue", b"Pink")]
    damages += [sound[:at] + bytes([sound[at] ^ 1]) + sound[at + 1 :] for at in range(0, len(sound), 97)]
    for damaged in damages:
        if damaged != sound:
            desk.kept.write_bytes(damaged)
            assert kept_courses.find(desk.cache, desk.tiny) is None
    assert await desk.course() == whole
    assert len(processes) == 2
    assert kept_courses.find(desk.cache, desk.tiny) is not None


async def test_another_release_parses_anew(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    await desk.load()
    monkeypatch.setattr(kept_courses, "_program", lambda: "another")
    assert kept_courses.find(desk.cache, desk.tiny) is None


async def test_what_was_kept_for_another_folder_is_not_taken(desk: Desk, tmp_path: Path) -> None:
    await desk.load()
    moved = Path(shutil.copytree(desk.tiny, tmp_path / "moved"))
    shutil.copy(desk.kept, kept_courses._path_of(desk.cache, moved))
    assert kept_courses.find(desk.cache, moved) is None


@pytest.mark.skipif(os.name == "nt", reason="rights are told otherwise there")
async def test_what_others_may_write_is_not_believed(desk: Desk) -> None:
    await desk.load()
    assert stat.S_IMODE(desk.cache.stat().st_mode) == 0o700
    assert stat.S_IMODE(desk.kept.stat().st_mode) == 0o600
    desk.kept.chmod(0o666)
    assert kept_courses.find(desk.cache, desk.tiny) is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with a name")
async def test_a_pipe_in_its_place_holds_nothing_up(desk: Desk) -> None:
    await desk.load()
    desk.kept.unlink()
    os.mkfifo(desk.kept)
    assert kept_courses.find(desk.cache, desk.tiny) is None
    assert (await desk.course()).id == "tiny"


async def test_where_nothing_can_be_kept_courses_are_loaded_all_the_same(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.cache.write_text("a file, and not a folder")
    assert (await desk.course()).id == "tiny"
    assert "Parsed courses cannot be kept for the next start" in caplog.text
    assert (await load_courses(CourseFolders((desk.tiny,)))).courses["tiny"].id == "tiny"


SAMPLE = kept_courses.encode(
    sample_course(), ["a warning"], folder=Path("/nowhere"), content="c" * 64, states=[]
)
JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=8),
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(some.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


def test_what_was_encoded_is_decoded() -> None:
    kept = kept_courses.decode(SAMPLE)
    assert kept.course == sample_course()
    assert (kept.warnings, kept.folder, kept.content) == (("a warning",), str(Path("/nowhere")), "c" * 64)


@given(some.binary() | some.binary().map(kept_courses._MAGIC.__add__))
def test_bytes_of_any_kind_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="damaged"):
        kept_courses.decode(data)


@given(some.sampled_from(["course", "warnings", "ids", "topics", "blocks", "states", "folder"]), JSON)
def test_a_forged_header_is_refused_or_harmless(field: str, forged: object) -> None:
    header, start = kept_courses._opened(SAMPLE)
    try:
        kept = kept_courses.decode(kept_courses._sealed({**header, field: forged}, SAMPLE[start:]))
        list(kept.course.questions)
    except (ValueError, BankError):
        return
    assert len(kept.course.questions) == len(sample_course().questions)


def test_forged_questions_cannot_be_read_and_take_no_memory() -> None:
    header, start = kept_courses._opened(SAMPLE)
    count = len(sample_course().questions)
    digests = SAMPLE[start : start + 32 * count]
    bomb = kept_courses.zlib.compress(b" " * 50_000_000)
    forged = {**header, "blocks": [[len(bomb), 100]]}
    kept = kept_courses.decode(kept_courses._sealed(forged, digests + bomb))
    with pytest.raises(BankError, match="Empty that folder"):
        kept.course.questions[0]
    too_large = {**header, "blocks": [[len(bomb), 10**9]]}
    with pytest.raises(ValueError, match="not a block"):
        kept_courses.decode(kept_courses._sealed(too_large, digests + bomb))


async def test_a_broken_course_is_told_with_every_problem_and_read_at_each_load(
    desk: Desk, processes: list[Any]
) -> None:
    desk.write("questions/two.yaml", "- id: [broken\n")
    for _ in range(2):
        loaded = await desk.load()
        assert list(loaded.courses) == ["first"]
        with pytest.raises(BankError) as told:
            load_course(desk.tiny)
        assert str(loaded.broken["tiny"]) == str(told.value)
    assert processes[1] == (desk.tiny,)


async def test_one_course_alone_can_be_asked_for(desk: Desk) -> None:
    loaded = await desk.load(only="tiny")
    assert list(loaded.courses) == ["tiny"]
    assert loaded.known == ("first", "tiny")


async def test_two_courses_of_one_id_are_refused(desk: Desk, tmp_path: Path) -> None:
    copy = shutil.copytree(desk.tiny, tmp_path / "copy")
    with pytest.raises(BankError, match="is used twice"):
        await load_courses(CourseFolders((desk.tiny, copy), desk.cache))


async def test_a_course_that_ends_the_parser_costs_no_other(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = course_loading._PROGRAM.replace(
        "main(line)",
        f"from bot.services import course_reader as r; read = r.read; "
        f"r.read = lambda folder, cache: sys.exit('out of memory') if str(folder) == {str(desk.first)!r} "
        "else read(folder, cache); main(line)",
    )
    monkeypatch.setattr(course_loading, "_PROGRAM", program)
    loaded = await desk.load()
    assert list(loaded.courses) == ["tiny"]
    assert "the process that parses it stopped" in str(loaded.broken["first"])
    assert "out of memory" in str(loaded.broken["first"])


async def test_where_no_process_can_be_started_courses_are_parsed_here(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sys, "executable", "")
    assert (await desk.course()).id == "tiny"
    assert "parsed in this one" in caplog.text
    assert kept_courses.find(desk.cache, desk.tiny) is not None


async def test_a_load_that_is_given_up_ends_the_parser(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    begun = tmp_path / "begun"
    os.mkfifo(begun)
    # Tells that it runs, and then reads from a pipe into which nobody writes.
    monkeypatch.setattr(
        course_loading, "_PROGRAM", f"open({str(begun)!r}, 'w').close(); open({str(begun)!r})"
    )
    loading = asyncio.create_task(desk.load())
    with await asyncio.to_thread(begun.open):
        pass
    loading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await loading


async def test_the_parser_does_not_see_the_folder_that_somebody_is_in(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "bot.py").write_text("raise SystemExit('hijacked')")
    (tmp_path / "json.py").write_text("raise SystemExit('hijacked')")
    monkeypatch.chdir(tmp_path)
    assert (await desk.course()).id == "tiny"


def test_the_program_is_told_apart_by_what_it_does() -> None:
    assert len(kept_courses._program()) == 64
    assert json.loads(json.dumps(kept_courses._program())) == kept_courses._program()
