"""A SQLite file that was deleted under the running bot, written back from what is still open. No tables, no queries.

What was deleted is there until the last who has it open closes it: with it every answer that has a receipt.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from time import monotonic

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.storage import sqlite_files
from bot.storage.opened_file import OpenedFile
from bot.storage.sqlite_thread import SqliteThread

log = logging.getLogger(__name__)

# A process that plays rounds writes every few seconds; one that stands by waits for it at least so long.
SECONDS_FOR_ANOTHER = 20.0
# Those who read the deleted file come to their end within this, or it is gone on with at the next write.
LOOKS_AT_READERS, _SECONDS_BETWEEN_LOOKS = 250, 0.02


class WritingBack:
    """One step after another, whichever write finds the file gone: a copy, an end to what is open, and a new file.

    ``close`` closes every connection that nobody uses at the moment.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        thread: SqliteThread,
        opened: OpenedFile,
        close: Callable[[], Awaitable[None]],
    ) -> None:
        self._engine = engine
        self._thread = thread
        self._opened = opened
        self._close = close
        self._copying: asyncio.Task[Path] | None = None
        self._copy: Path | None = None
        self._has_said = False
        # Whether another process is at work on the file, which is then the one to write it back.
        self.is_anothers = False
        self._missed_at: float | None = None

    async def write_back(self, file: Path) -> bool:
        """Put a deleted file back, with all that was committed to it; whether it lies there again.

        Nobody may write meanwhile. It does nothing for a file that was only moved, since somebody has it.

        Raises:
            DatabaseGone: nobody here has it open.
            sqlite3.Error, OSError: there is no room for it.
        """
        if self._copy is None:
            if self._copying is None and not (self._opened.is_deleted() and self._is_our_turn()):
                return False
            self._copy = await self._whole_copy(file)
            self._opened.is_left = True
        # A connection to the deleted file that is closed later would take the new file's log with it: SQLite
        # deletes the log by its name.
        await self._close()
        if not await self._all_closed() or not _put(self._copy, file):
            if not self._has_said:
                log.error(
                    "The database file %s was deleted while it was open; all that was in it is in %s",
                    file,
                    self._copy,
                )
            self._has_said = True
            return False
        self._copy, self._has_said, self._missed_at = None, False, None
        self._opened.forget()
        log.warning("The database file %s was deleted while it was open, and was written back whole", file)
        return True

    def _is_our_turn(self) -> bool:
        # Whoever comes second has to be started again, so it should not be the one that people speak to.
        if self._missed_at is None:
            self._missed_at = monotonic()
        return not self.is_anothers or monotonic() - self._missed_at > SECONDS_FOR_ANOTHER

    async def _whole_copy(self, file: Path) -> Path:
        if self._copying is None:
            self._copying = asyncio.create_task(self._copied(file), name="written-back")
        try:
            # Whoever waits for it may have less patience than a large file needs; then the next one waits for it.
            copy = await asyncio.shield(self._copying)
        except Exception:
            self._copying = None
            raise
        self._copying = None
        return copy

    async def _copied(self, file: Path) -> Path:
        copy = _new_file(file, self._opened.mode)
        try:
            if not await self._thread.copy_to(copy):
                await self._copy_by_any(copy)
        except BaseException:
            _remove(copy)
            raise
        return copy

    async def _copy_by_any(self, copy: Path) -> None:
        async with self._engine.connect() as connection:
            driver = (await connection.get_raw_connection()).driver_connection
            assert driver is not None
            with closing(sqlite3.connect(copy, check_same_thread=False)) as target:
                await driver.backup(target)

    async def _all_closed(self) -> bool:
        for _look in range(LOOKS_AT_READERS):
            if not self._opened.connections:
                return True
            await asyncio.sleep(_SECONDS_BETWEEN_LOOKS)
        return False


def _put(copy: Path, file: Path) -> bool:
    """Let the copy be the file, unless somebody has put another one there; whether it is."""
    try:
        sqlite_files.put_in_place(copy, file, force=False)
    except FileExistsError:
        return False
    _remove(copy)
    return True


def _new_file(file: Path, mode: int) -> Path:
    """An empty one for the copy, of a name that nobody else has: another process may be writing the file back too."""
    handle, name = tempfile.mkstemp(prefix=f"{file.name}.written-back-", dir=file.parent)
    os.close(handle)
    copy = Path(name)
    copy.chmod(mode)
    return copy


def _remove(copy: Path) -> None:
    copy.unlink(missing_ok=True)
