"""What stands on the disk: the database, its revision, the space beside it and its copies. A check is one function."""

from __future__ import annotations

import asyncio
import os
import shutil
from datetime import timedelta
from pathlib import Path

from bot.doctor.case import Case
from bot.doctor.findings import Finding, ok, problem, warning
from bot.errors import StorageError
from bot.setting_values import without_password
from bot.storage import condition
from bot.storage.backup_schedule import BackupSchedule
from bot.storage.condition import Condition
from bot.storage.migrate import SchemaState
from bot.storage.sqlite_files import file_of

MEGABYTE = 1_000_000
TOO_LITTLE_SPACE = 100 * MEGABYTE
LITTLE_SPACE = 1000 * MEGABYTE
# The database, its log, and a copy of it: made before an upgrade or a restore.
ROOM_FOR = 3


def database(case: Case) -> Finding:
    """Does it open, is it sound, can it be written?"""
    file = file_of(case.settings.database_url)
    where = without_password(case.settings.database_url) if file is None else str(file)
    if file is not None and not file.exists():
        return _to_be_made(file)
    try:
        found = _condition(case, file)
    except StorageError as error:
        return problem(f"{where} cannot be used: {error}", "Correct DATABASE_URL, or start the server.")
    well = ok(f"{where} opens, is sound and can be written{'' if file is None else '; WAL works'}.")
    return _ailment(found, where) or well


def _ailment(found: Condition, where: str) -> Finding | None:
    if found.faults:
        return problem(
            f"{where} is damaged: {found.faults[0]}.", "Stop the bot and run: footnote db restore COPY"
        )
    if found.unwritable == "database is locked":
        return warning(f"{where} is locked by another program.", "Try again; if it stays so, look which one.")
    if found.unwritable is not None:
        return problem(
            f"{where} cannot be written: {found.unwritable}.",
            "Let the bot's user write to it and its folder. Is the file system full, or read-only?",
        )
    if not found.is_wal:
        return problem(
            f"SQLite's write-ahead log does not work for {where}.",
            "Move the database to a disk of this machine: network file systems cannot do it.",
        )
    return None


def _to_be_made(file: Path) -> Finding:
    if file.parent.is_dir() and os.access(file.parent, os.W_OK):
        return ok(f"there is none yet; footnote run makes {file}.")
    return problem(
        f"{file} cannot be made: its folder is missing or cannot be written.",
        "Make the folder, or correct DATABASE_URL.",
    )


def revision(case: Case) -> Finding:
    """Is its schema that of this program?"""
    file = file_of(case.settings.database_url)
    if file is not None and not file.exists():
        return ok("the newest, once footnote run has made the database.")
    try:
        found = _condition(case, file)
    except StorageError:
        return _NOT_LOOKED_AT
    state = found.state
    if state is None and (found.faults or found.unwritable):
        return _NOT_LOOKED_AT
    if state is None:
        return problem("not a database of Footnote's.", "Correct DATABASE_URL.")
    # A server's database may be in use by other processes, so it is never upgraded by itself.
    return _REVISIONS[state] if file is not None or state not in _UPGRADED_BY_HAND else _BY_HAND


_NOT_LOOKED_AT = warning("not checked.", "See the line about the database.")
_BY_HAND = problem("older than this program.", "Stop the bot and run: footnote db upgrade")
_UPGRADED_BY_HAND = frozenset({SchemaState.EMPTY, SchemaState.BEHIND})
_REVISIONS = {
    SchemaState.EMPTY: ok("the database is empty; footnote run makes the tables."),
    SchemaState.BEHIND: ok(
        "older than this program; footnote run copies the database aside and upgrades it."
    ),
    SchemaState.CURRENT: ok("that of this program."),
    SchemaState.NEWER: problem(
        "the database was made by a newer Footnote.",
        "Install that one, or set DATABASE_URL to another database.",
    ),
}


def disk(case: Case) -> Finding:
    """Is there room beside the database?"""
    file = file_of(case.settings.database_url)
    if file is None:
        return ok("the database is on a server; its disk is not looked at.")
    folder = next((each for each in file.absolute().parents if each.is_dir()), Path.cwd())
    size = sum(each.stat().st_size for each in folder.glob(f"{file.name}*"))
    return space(shutil.disk_usage(folder).free, size, folder)


def space(free: int, size: int, folder: Path) -> Finding:
    """Whether so many free bytes are enough for a database of that size."""
    said = f"{free / MEGABYTE:,.0f} MB are free in {folder}; the database has {size / MEGABYTE:,.1f} MB."
    remedy = "Free some space, or move the database to a larger disk."
    if free < TOO_LITTLE_SPACE:
        return problem(said, remedy)
    if free < max(LITTLE_SPACE, ROOM_FOR * size):
        return warning(said, remedy)
    return ok(said)


def backups(case: Case) -> Finding:
    """Are there copies, and is the newest one recent?"""
    settings, file = case.settings, file_of(case.settings.database_url)
    if file is None:
        return ok("the database is on a server: use pg_dump.")
    if settings.backup_folder is None:
        return warning("the bot makes no copies of its database.", "Set FOOTNOTE_BACKUP_FOLDER.")
    every = timedelta(hours=settings.backup_every_hours)
    taken = BackupSchedule(file, settings.backup_folder, every, settings.backup_keep).taken()
    if not taken:
        return warning(
            f"there is no copy in {settings.backup_folder} yet.",
            "The running bot makes one; look again then.",
        )
    newest, copy = taken[-1]
    said = f"{len(taken)} in {settings.backup_folder}, the newest of {newest:%Y-%m-%d %H:%M} UTC."
    if case.now - newest > 2 * every:
        return warning(
            said, "It is older than it should be: look for ERROR in the bot's log, and whether it runs."
        )
    return ok(said) if copy.stat().st_size else problem(said, f"{copy.name} is empty: remove it.")


def _condition(case: Case, file: Path | None) -> Condition:
    if file is None:
        return asyncio.run(condition.of_server(case.settings.database_url))
    return condition.of_file(file)
