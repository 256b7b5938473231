"""A SQLite file looked at directly, beside the engine: for whoever copies, restores or examines one."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import make_url

from bot.errors import StorageError

# What every Footnote database has had since its first release.
_OWN_TABLES = frozenset({"alembic_version", "rounds", "answers"})


def file_of(database_url: str) -> Path | None:
    """The SQLite file of this address, or None for a server's."""
    url = make_url(database_url)
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


@contextmanager
def opened(file: Path, *, timeout_seconds: float = 10.0) -> Iterator[sqlite3.Connection]:
    """A connection to a file that exists, without transactions of its own making.

    Raises:
        StorageError: there is no such file, or it cannot be opened.
    """
    # Not read-only, though nothing is written: a reader of a database in WAL mode shares memory with the others.
    address = f"{file.absolute().as_uri()}?mode=rw"
    try:
        connection = sqlite3.connect(address, uri=True, isolation_level=None, timeout=timeout_seconds)
    except sqlite3.OperationalError as error:
        why = str(error) if file.exists() else "there is no such file"
        raise StorageError(f"{file} cannot be opened: {why}.") from error
    with closing(connection):
        yield connection


def put_in_place(new: Path, target: Path, *, force: bool) -> None:
    """Let a finished file beside the target be the target, also after a loss of power; it may keep its own name too.

    Raises:
        FileExistsError: there is a target, which is left as it is without ``force``.
    """
    if force:
        new.replace(target)
    else:
        try:
            # Unlike a rename, this fails where the name was taken in the meantime.
            target.hardlink_to(new)
        except FileExistsError:
            raise
        except OSError:
            # A file system without such links.
            new.replace(target)
    if os.name != "nt":
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def faults(connection: sqlite3.Connection) -> list[str]:
    """What SQLite finds wrong with the file's structure; empty where it is sound.

    Raises:
        sqlite3.OperationalError: it cannot be looked at: locked, or not ours to read, or interrupted.
    """
    try:
        found = [str(row) for (row,) in connection.execute("PRAGMA quick_check(5)")]
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError as error:
        return [str(error)]
    return [] if found == ["ok"] else found


def is_footnote(connection: sqlite3.Connection) -> bool:
    """Whether it has the tables of a Footnote database."""
    names = {
        str(name) for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
    }
    return names >= _OWN_TABLES


def revision(connection: sqlite3.Connection) -> str | None:
    """The revision of its schema, or None where there is none."""
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return None if row is None else str(row[0])
