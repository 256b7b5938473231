"""Copies of a database: whole or not at all, made while it is written to, and put back only when that is safe."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.errors import DatabaseInUse, DatabaseNewer, StorageError
from bot.housekeeping import RETRY_AFTER, keep_backing_up
from bot.storage.backup import BackupCancelled, back_up, restore
from bot.storage.backup_schedule import BackupSchedule

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def write(file: Path, *learners: int) -> None:
    """One transaction."""
    with closing(sqlite3.connect(file)) as raw, raw:
        raw.executemany("INSERT INTO departures VALUES (1, ?, 0)", [(learner,) for learner in learners])


def learners(file: Path) -> list[int]:
    with closing(sqlite3.connect(file)) as raw:
        return [who for (who,) in raw.execute("SELECT learner_id FROM departures ORDER BY 1")]


def fatten(file: Path) -> None:
    """Some megabytes, so that a copy takes many steps."""
    with closing(sqlite3.connect(file)) as raw, raw:
        raw.execute("PRAGMA journal_mode = WAL")
        raw.execute("CREATE TABLE ballast (content BLOB)")
        raw.executemany("INSERT INTO ballast VALUES (zeroblob(4000))", [()] * 2000)


def damage(file: Path) -> None:
    with file.open("r+b") as raw:
        raw.seek(4096)
        raw.write(b"\xff" * 40_000)


def strangers(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if ".partial" in path.name)


def test_a_copy_shows_one_moment_though_others_write_between_its_steps(database_file: Path) -> None:
    fatten(database_file)
    write(database_file, 1, 2)
    written: list[int] = []

    def someone_writes() -> bool:
        written.append(100 + len(written))
        write(database_file, written[-1])
        return False

    copy = database_file.with_name("copy.db")
    back_up(database_file, copy, cancelled=someone_writes)
    assert len(written) > 5
    assert learners(copy) == [1, 2]
    assert learners(database_file) == [1, 2, *written]
    assert strangers(copy.parent) == []
    # One file: nothing beside it is needed.
    with closing(sqlite3.connect(copy)) as raw:
        assert raw.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_a_copy_holds_what_still_stands_in_the_write_ahead_log(database_file: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(database_file)) as raw:
        raw.execute("PRAGMA journal_mode = WAL")
        raw.execute("PRAGMA wal_autocheckpoint = 0")
        raw.execute("INSERT INTO departures VALUES (1, 7, 0)")
        raw.commit()
        back_up(database_file, tmp_path / "deep" / "down" / "copy.db")
    assert learners(tmp_path / "deep" / "down" / "copy.db") == [7]


def test_a_name_that_is_taken_stays_with_its_file_unless_forced(database_file: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    copy.write_text("somebody's")
    with pytest.raises(StorageError, match="exists already"):
        back_up(database_file, copy)
    assert copy.read_text() == "somebody's"
    write(database_file, 5)
    back_up(database_file, copy, force=True)
    assert learners(copy) == [5]


def test_a_name_that_is_taken_while_the_copy_is_made_stays_too(database_file: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"

    def someone_is_faster() -> bool:
        copy.write_text("somebody's")
        return False

    with pytest.raises(StorageError, match="exists already"):
        back_up(database_file, copy, cancelled=someone_is_faster)
    assert copy.read_text() == "somebody's"
    assert strangers(tmp_path) == []


def test_the_database_itself_is_never_the_copy(database_file: Path) -> None:
    with pytest.raises(StorageError, match="is the database itself"):
        back_up(database_file, database_file, force=True)
    with pytest.raises(StorageError, match="is the database itself"):
        restore(database_file, database_file, now=NOW)


def test_a_copy_that_is_given_up_leaves_nothing(database_file: Path, tmp_path: Path) -> None:
    fatten(database_file)
    with pytest.raises(BackupCancelled):
        back_up(database_file, tmp_path / "copy.db", cancelled=lambda: True)
    assert not (tmp_path / "copy.db").exists()
    assert strangers(tmp_path) == []


def test_a_damaged_database_is_said_to_be_one_and_gives_no_copy(database_file: Path, tmp_path: Path) -> None:
    damage(database_file)
    with pytest.raises(StorageError, match=r"damaged|malformed"):
        back_up(database_file, tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()
    assert strangers(tmp_path) == []


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="there is no such file"):
        back_up(tmp_path / "none.db", tmp_path / "copy.db")
    assert list(tmp_path.iterdir()) == []


def test_a_copy_can_be_read_by_those_who_can_read_the_database(database_file: Path, tmp_path: Path) -> None:
    database_file.chmod(0o640)
    back_up(database_file, tmp_path / "copy.db")
    assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o640


# Putting back.


def test_a_restored_database_is_as_it_was_and_what_was_there_is_kept(
    database_file: Path, tmp_path: Path
) -> None:
    write(database_file, 1)
    copy = tmp_path / "copy.db"
    back_up(database_file, copy)
    with closing(sqlite3.connect(database_file)) as raw:
        raw.execute("PRAGMA journal_mode = WAL")
    write(database_file, 2)
    aside = restore(copy, database_file, now=NOW)
    assert aside == tmp_path / "footnote.before-restore-20260301T120000Z.db"
    assert (learners(database_file), learners(aside)) == ([1], [1, 2])
    assert learners(copy) == [1]
    assert strangers(tmp_path) == []


def test_a_database_that_is_gone_is_restored(database_file: Path, tmp_path: Path) -> None:
    write(database_file, 1)
    assert restore(database_file, tmp_path / "new.db", now=NOW) is None
    assert learners(tmp_path / "new.db") == [1]


def test_the_log_of_a_database_that_is_gone_does_not_get_into_the_restored_one(
    database_file: Path, tmp_path: Path
) -> None:
    (tmp_path / "new.db-wal").write_bytes(b"old pages")
    with pytest.raises(StorageError, match=r"new\.db-wal is: SQLite would take it"):
        restore(database_file, tmp_path / "new.db", now=NOW)
    assert not (tmp_path / "new.db").exists()


@pytest.mark.parametrize("mode", ["WAL", "DELETE"])
def test_nothing_is_restored_while_another_connection_is_open(
    database_file: Path, tmp_path: Path, mode: str
) -> None:
    copy = tmp_path / "copy.db"
    back_up(database_file, copy)
    with closing(sqlite3.connect(database_file, isolation_level=None)) as other:
        other.execute(f"PRAGMA journal_mode = {mode}")
        other.execute("BEGIN IMMEDIATE" if mode == "DELETE" else "SELECT 1")
        with pytest.raises(DatabaseInUse, match="Stop the bot"):
            restore(copy, database_file, now=NOW)
    assert not list(tmp_path.glob("*before-restore*"))


def test_a_copy_of_a_later_release_is_refused(database_file: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    back_up(database_file, copy)
    with closing(sqlite3.connect(copy)) as raw, raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(DatabaseNewer):
        restore(copy, database_file, now=NOW)


def test_what_is_no_sound_database_of_footnotes_is_refused(database_file: Path, tmp_path: Path) -> None:
    write(database_file, 1)
    text, other, broken = tmp_path / "a.txt", tmp_path / "other.db", tmp_path / "broken.db"
    text.write_text("not a database at all " * 100)
    with closing(sqlite3.connect(other)) as raw:
        raw.execute("CREATE TABLE songs (name)")
    back_up(database_file, broken)
    damage(broken)
    for unfit, why in (
        (text, "not a database"),
        (other, "not one of Footnote's"),
        (broken, "damaged"),
        (tmp_path / "missing.db", "there is no such file"),
    ):
        with pytest.raises(StorageError, match=why):
            restore(unfit, database_file, now=NOW)
    assert learners(database_file) == [1]


def test_a_damaged_database_is_replaced_and_kept_page_by_page(database_file: Path, tmp_path: Path) -> None:
    write(database_file, 1)
    copy = tmp_path / "copy.db"
    back_up(database_file, copy)
    damage(database_file)
    aside = restore(copy, database_file, now=NOW)
    assert learners(database_file) == [1]
    assert aside is not None
    assert b"\xff" * 4096 in aside.read_bytes()


def test_what_is_no_database_any_more_is_left_for_a_person_to_move(
    database_file: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    back_up(database_file, copy)
    database_file.write_bytes(b"\x00garbage" * 5000)
    with pytest.raises(StorageError, match=r"move footnote\.db and footnote\.db-wal away"):
        restore(copy, database_file, now=NOW)


# When copies are made by themselves.


def schedule(file: Path, **changes: object) -> BackupSchedule:
    values = {"file": file, "folder": file.parent / "copies", "every": 24 * HOUR, "keep": 3, **changes}
    return BackupSchedule(**values)  # type: ignore[arg-type]


def test_the_first_copy_is_due_at_once_and_the_next_a_day_after_it(database_file: Path) -> None:
    plan = schedule(database_file)
    assert plan.due_at(NOW) == NOW
    copy = plan.run(NOW, cancelled=lambda: False)
    assert copy == plan.folder / "footnote-20260301T120000Z.db"
    assert plan.due_at(NOW + HOUR) == NOW + 24 * HOUR


def test_a_copy_of_the_future_delays_nothing(database_file: Path) -> None:
    plan = schedule(database_file)
    plan.run(NOW + 1000 * HOUR, cancelled=lambda: False)
    assert plan.due_at(NOW) == NOW


def test_the_newest_stay_and_files_of_others_are_left_alone(database_file: Path) -> None:
    plan = schedule(database_file)
    plan.folder.mkdir()
    others = ["holiday.db", "footnote-20260101T000000Z.db.txt", "other-20260101T000000Z.db"]
    for name in others:
        (plan.folder / name).write_text("mine")
    for day in range(5):
        plan.run(NOW + day * 24 * HOUR, cancelled=lambda: False)
    assert sorted(path.name for path in plan.folder.iterdir()) == sorted(
        [*others, *(f"footnote-2026030{day}T120000Z.db" for day in (3, 4, 5))]
    )


async def test_a_copy_that_fails_is_logged_tried_again_and_removes_nothing(
    database_file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    plan = schedule(database_file, keep=1)
    plan.run(NOW - 24 * HOUR, cancelled=lambda: False)
    hidden = database_file.rename(database_file.with_name("hidden.db"))
    now = NOW
    slept: list[float] = []

    class Enough(Exception):
        pass

    async def sleep(seconds: float) -> None:
        nonlocal now
        slept.append(seconds)
        now += timedelta(seconds=seconds)
        if len(slept) == 1:
            assert len(plan.taken()) == 1, "the old copy stays while there is no new one"
            hidden.rename(database_file)
        else:
            raise Enough

    with caplog.at_level("INFO"), pytest.raises(Enough):
        await keep_backing_up(plan, lambda: now, sleep)
    assert slept == [RETRY_AFTER.total_seconds(), HOUR.total_seconds()]
    assert "there is no such file" in caplog.text
    assert [moment for moment, _ in plan.taken()] == [NOW + RETRY_AFTER]
