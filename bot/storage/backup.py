"""Copies of a SQLite database: made while it is in use, whole or not at all, and put back.

When a copy is due is decided in `storage/backup_schedule.py`.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from bot.errors import DatabaseInUse, DatabaseNewer, StorageError
from bot.storage import sqlite_files
from bot.storage.migrate import SchemaState, state_of

# Pages are 4 KiB: a step is a few milliseconds, after which others get their turn and a stop is heard.
PAGES_A_STEP = 256
_INSTRUCTIONS_BETWEEN_LOOKS = 100_000


class BackupCancelled(Exception):
    """The program is to stop: the copy is given up and its file removed."""


def _never() -> bool:
    return False


def back_up(file: Path, target: Path, *, force: bool = False, cancelled: Callable[[], bool] = _never) -> None:
    """Copy a database as it is at this moment, also while others write to it.

    The copy appears under its name only when it is complete and was found sound.

    Args:
        file: the database.
        target: the copy to be made; its folder is made if need be.
        force: whether a file of that name may be replaced.
        cancelled: asked every few milliseconds; once it says True, the copy is given up.

    Raises:
        StorageError: the database cannot be read or is damaged, the copy cannot be written, or its name is taken.
        BackupCancelled: ``cancelled`` said so.
    """
    if target.exists() and file.exists() and target.samefile(file):
        raise StorageError(f"{target} is the database itself. Name another file for the copy.")
    if target.exists() and not force:
        raise _taken(target)
    with sqlite_files.opened(file) as source:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with _partial(target) as partial:
                _copy(source, partial, cancelled)
                shutil.copymode(file, partial)
                _put_in_place(partial, target, force=force)
        except (OSError, sqlite3.Error) as error:
            raise StorageError(f"The copy {target} could not be made: {error}.") from error


def restore(copy: Path, file: Path, *, now: datetime) -> Path | None:
    """Put a copy in the place of the database, which is copied aside first; one transaction, whole or not at all.

    Returns:
        The copy of what was there before, or None where there was nothing.

    Raises:
        DatabaseInUse: another program has the database open.
        DatabaseNewer: the copy is of a later release.
        StorageError: the copy is damaged or not Footnote's, or the present database cannot be replaced.
    """
    _refuse_unfit(copy)
    if not file.exists():
        _refuse_leftovers(file)
        back_up(copy, file)
        return None
    if copy.samefile(file):
        raise StorageError(f"{copy} is the database itself.")
    aside = file.with_name(f"{file.stem}.before-restore-{now:%Y%m%dT%H%M%SZ}{file.suffix}")
    with _alone(file) as present, sqlite_files.opened(copy) as source:
        try:
            # Page by page, even where it is damaged: this is the only copy of what is about to go.
            with _partial(aside) as partial:
                with closing(sqlite3.connect(partial)) as target:
                    present.backup(target)
                shutil.copymode(file, partial)
                _put_in_place(partial, aside, force=False)
            source.backup(present)
        except (OSError, sqlite3.Error) as error:
            raise StorageError(f"{copy} could not be put in the place of {file}: {error}.") from error
        if found := sqlite_files.faults(present):
            raise StorageError(
                f"{file} is damaged after the restore ({found[0]}); as it was, it is in {aside}."
            )
    return aside


def _copy(source: sqlite3.Connection, partial: Path, cancelled: Callable[[], bool]) -> None:
    def look(*_progress: int) -> None:
        if cancelled():
            raise BackupCancelled

    with closing(sqlite3.connect(partial, isolation_level=None)) as target:
        # Holding one state of the source, or each write to it would make the copy begin anew.
        source.execute("BEGIN")
        source.execute("SELECT 1 FROM sqlite_schema").fetchone()
        source.backup(target, pages=PAGES_A_STEP, progress=look)
        source.execute("ROLLBACK")
        # One file that can be carried about, without a -wal beside it. Footnote sets WAL itself at each start.
        target.execute("PRAGMA journal_mode = DELETE")
        target.set_progress_handler(cancelled, _INSTRUCTIONS_BETWEEN_LOOKS)
        try:
            found = sqlite_files.faults(target)
        except sqlite3.OperationalError:
            look()
            raise
    if found:
        raise StorageError(f"No copy was made, because the database is damaged: {found[0]}.")


@contextmanager
def _partial(target: Path) -> Iterator[Path]:
    """A file beside the target that is gone afterwards, unless it was moved; only its owner can read it."""
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".partial", dir=target.parent)
    os.close(handle)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _put_in_place(partial: Path, target: Path, *, force: bool) -> None:
    try:
        sqlite_files.put_in_place(partial, target, force=force)
    except FileExistsError:
        raise _taken(target) from None


def _taken(target: Path) -> StorageError:
    return StorageError(f"{target} exists already. Name another file, or say --force to replace it.")


def _refuse_unfit(copy: Path) -> None:
    with sqlite_files.opened(copy) as connection:
        try:
            found = sqlite_files.faults(connection)
        except sqlite3.OperationalError as error:
            raise StorageError(f"{copy} cannot be read: {error}.") from error
        if found:
            raise StorageError(f"{copy} is damaged or not a database, and was not restored: {found[0]}.")
        if not sqlite_files.is_footnote(connection):
            raise StorageError(f"{copy} is a database, but not one of Footnote's.")
        if state_of(sqlite_files.revision(connection)) is SchemaState.NEWER:
            raise DatabaseNewer(f"{copy} was made by a newer Footnote than this one. Install that one first.")


def _refuse_leftovers(file: Path) -> None:
    for name in (f"{file.name}-wal", f"{file.name}-journal"):
        if file.with_name(name).exists():
            raise StorageError(
                f"{file} is not there, but {name} is: SQLite would take it for the restored file's. Move it away first."
            )


@contextmanager
def _alone(file: Path) -> Iterator[sqlite3.Connection]:
    """A connection beside which there is no other, and can be none until it is closed."""
    with sqlite_files.opened(file, timeout_seconds=1.0) as connection:
        try:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            # Out of WAL there is only a way for whoever has the file alone.
            connection.execute("PRAGMA journal_mode = DELETE")
            # In this mode, a lock that was had once is kept.
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("COMMIT")
        except sqlite3.OperationalError as error:
            raise DatabaseInUse(
                f"{file} cannot be had alone ({error}). Stop the bot and whatever else has it open, and try again."
            ) from error
        except sqlite3.DatabaseError as error:
            raise StorageError(
                f"{file} is damaged ({error}). Stop the bot, move {file.name} and {file.name}-wal away, and try again."
            ) from error
        yield connection
