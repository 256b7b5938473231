"""Whether a SQLite file is still the one that was opened. No queries here."""

from __future__ import annotations

import stat
from contextlib import suppress
from pathlib import Path

from bot.errors import DatabaseGone


class OpenedFile:
    """The file behind a database's connections, once the first of them is there.

    An open file that was removed takes whatever is written to it, and nobody will find it again. So it is looked at
    before and after what must not be lost; a look costs microseconds.
    """

    def __init__(self) -> None:
        self._path: Path | None = None
        self._identity: tuple[int, int] | None = None
        self._log: tuple[int, int] | None = None
        # Who may read and write it.
        self.mode = 0o600
        self.connections = 0
        # Whether connections that are given back are to be closed, because another file will lie there.
        self.is_left = False
        # How large the write-ahead log was when it was last looked at.
        self.log_bytes = 0

    def note(self, path: str) -> None:
        """A connection to this file was made; nothing where it is no file, but memory."""
        self.connections += 1
        if path and self._identity is None:
            self._path = Path(path)
            self._identity, _ = _look(self._path)
            with suppress(OSError):
                self.mode = stat.S_IMODE(self._path.stat().st_mode)

    def closed(self) -> None:
        """A connection was closed; with the last one SQLite removes the write-ahead log itself."""
        self.connections -= 1
        if self.connections <= 0:
            self._log = None

    def forget(self) -> None:
        """All connections were closed: the next one may find another file there."""
        self._path = self._identity = self._log = None
        self.connections = 0
        self.is_left = False

    def is_deleted(self) -> bool:
        """Whether nobody can find the file under any name, and only what is open holds it.

        False for one that was moved, and where the system does not tell.
        """
        if self._path is None or self._path.exists():
            return False
        # A look by the descriptors that there are: to open the file once more and close it again would end the locks
        # that SQLite has on it (https://www.sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_).
        with suppress(OSError):
            for descriptor in Path("/proc/self/fd").iterdir():
                with suppress(OSError):
                    found = descriptor.stat()
                    if (found.st_dev, found.st_ino) == self._identity:
                        return found.st_nlink == 0
        return False

    def check(self, *, has_committed: bool = False) -> None:
        """See whether the file lies where it was opened, and its write-ahead log, which holds what came last.

        With ``has_committed``, a connection has just committed, so the log that lies there now is the one in use.

        Raises:
            DatabaseGone: one of them was removed, or another one lies there.
        """
        if self._path is None:
            return
        log = self._path.with_name(f"{self._path.name}-wal")
        found, _ = _look(self._path)
        # One that was left is another, be it that its number was given to the new one.
        if self.is_left or found != self._identity:
            raise _gone(self._path, found)
        found, self.log_bytes = _look(log)
        if self._log is None and has_committed:
            self._log = found
        if self._log is not None and found != self._log:
            raise _gone(log, found)


def _gone(path: Path, found: tuple[int, int] | None) -> DatabaseGone:
    what = "was removed" if found is None else "was replaced by another"
    return DatabaseGone(
        f"The database file {path} {what} while it was open. Put it back, or stop Footnote and start it again."
    )


def _look(path: Path) -> tuple[tuple[int, int] | None, int]:
    """Which file lies there, if any, and its size in bytes."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None, 0
    return (found.st_dev, found.st_ino), found.st_size
