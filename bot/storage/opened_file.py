"""Whether a SQLite file is still the one that was opened. No queries here."""

from __future__ import annotations

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

    def note(self, path: str) -> None:
        """A connection to this file was made; nothing where it is no file, but memory."""
        if path and self._identity is None:
            self._path = Path(path)
            self._identity = _identity(self._path)

    def forget(self) -> None:
        """All connections were closed: the next one may find another file there."""
        self._path = self._identity = None

    def check(self) -> None:
        """See whether the file lies where it was opened.

        Raises:
            DatabaseGone: it was removed, or another one lies there.
        """
        if self._path is None or (found := _identity(self._path)) == self._identity:
            return
        what = "was removed" if found is None else "was replaced by another"
        raise DatabaseGone(
            f"The database file {self._path} {what} while it was open. Put it back, or stop Footnote and start it again."
        )


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino
