"""Copying what was committed from SQLite's write-ahead log into its file, while nobody waits. No tables, no queries.

Left to itself SQLite does it within the commit that fills the log, and the learner whose answer, or the class whose
question, came with that commit waits for all that others have written. Nothing depends on when it is done: a commit
is durable once it is in the log.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from time import perf_counter

from bot.errors import DatabaseGone
from bot.storage.opened_file import OpenedFile

log = logging.getLogger(__name__)

# From this size on the log is copied.
LOG_BYTES = 16 << 20
# Where copying aside fails or cannot keep up, the commit that exceeds this does it itself. In pages of 4 KiB.
MOST_LOG_PAGES = 4 * LOG_BYTES >> 12
# A log that begins anew is not cut below this: to grow again costs more than what is written to it, a fifth of what
# answers cost in a burst. So its size tells only that it was large once.
PRAGMAS = (f"journal_size_limit = {4 * LOG_BYTES}", f"wal_autocheckpoint = {MOST_LOG_PAGES}")
# So a log that was large is copied as long as there are commits, but not after each: a burst has a hundred a second.
SECONDS_BETWEEN_COPIES = 0.05


class Checkpoints:
    """One thread with a connection of its own, which is made when it is first needed.

    Writers and readers go on meanwhile; only the beginning of a new log waits for it.
    """

    def __init__(self, file: OpenedFile, connect: Callable[[], sqlite3.Connection]) -> None:
        self._file = file
        self._connect = connect
        self._connection: sqlite3.Connection | None = None
        self._executor: ThreadPoolExecutor | None = None
        self._running: Future[None] | None = None
        self._has_failed = False
        self._next_at = float("-inf")

    def consider(self) -> None:
        """After a commit: begin, if the log is large, and was not copied a moment ago, and nothing is under way."""
        is_copying = self._running is not None and not self._running.done()
        if self._file.log_bytes <= LOG_BYTES or is_copying or perf_counter() < self._next_at:
            return
        self._next_at = perf_counter() + SECONDS_BETWEEN_COPIES
        if self._executor is None:
            self._executor = ThreadPoolExecutor(1, thread_name_prefix="checkpoint")
        self._running = self._executor.submit(self._copy)

    async def settled(self) -> None:
        """Return once nothing is under way."""
        if self._running is not None:
            await asyncio.wrap_future(self._running)

    async def close(self) -> None:
        """Close the connection, after what is under way."""
        if self._executor is not None:
            # The thread stays, for a commit that comes meanwhile: a connection is for one at a time.
            await asyncio.get_running_loop().run_in_executor(self._executor, self._disconnect)

    def _copy(self) -> None:
        try:
            self._file.check()
            self._connection = self._connection or self._connect()
            # Passive: it copies what no reader of an older state stands in the way of, and waits for nobody.
            self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        except (sqlite3.Error, OSError, DatabaseGone) as error:
            # Nothing is lost: it stays in the log. Said once, since each commit asks for it again.
            if not self._has_failed:
                log.warning("The write-ahead log could not be copied into the database file: %s", error)
            self._has_failed = True
            self._disconnect()
        else:
            self._has_failed = False

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
            self._file.closed()
