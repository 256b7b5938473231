"""What the running bot does beside quizzing: copies of its database when they are due. No rules of quizzes here."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from bot.config import Settings
from bot.errors import StorageError
from bot.storage.backup import BackupCancelled
from bot.storage.backup_schedule import BackupSchedule
from bot.storage.database import Database

log = logging.getLogger(__name__)

RETRY_AFTER = timedelta(minutes=10)
# The machine's clock may have been set, and somebody may have emptied the folder.
LONGEST_SLEEP = timedelta(hours=1)


def backup_schedule(settings: Settings, database: Database) -> BackupSchedule | None:
    """What the settings ask for, or None where no copies are to be made."""
    if settings.backup_folder is None:
        return None
    if database.file is None:
        log.warning("FOOTNOTE_BACKUP_FOLDER is for SQLite. Back PostgreSQL up with pg_dump.")
        return None
    every = timedelta(hours=settings.backup_every_hours)
    return BackupSchedule(database.file, settings.backup_folder, every, settings.backup_keep)


@asynccontextmanager
async def backing_up(schedule: BackupSchedule | None, clock: Callable[[], datetime]) -> AsyncIterator[None]:
    """Make copies when they are due, as long as the block lasts."""
    if schedule is None:
        yield
        return
    task = asyncio.create_task(keep_backing_up(schedule, clock), name="backups")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def keep_backing_up(
    schedule: BackupSchedule,
    clock: Callable[[], datetime],
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Make a copy whenever one is due, for ever; one that fails is logged and tried again later."""
    while True:
        try:
            wait = await asyncio.to_thread(schedule.due_at, clock()) - clock()
            if wait <= timedelta(0):
                copy = await _run(schedule, clock())
                log.info("The database was copied to %s", copy)
                continue
        except (StorageError, OSError) as error:
            log.error("The database could not be copied; trying again in %s. %s", RETRY_AFTER, error)  # noqa: TRY400 - the sentence says it all
            wait = RETRY_AFTER
        await sleep(min(wait, LONGEST_SLEEP).total_seconds())


async def _run(schedule: BackupSchedule, now: datetime) -> object:
    stopped = threading.Event()

    def run() -> object:
        try:
            return schedule.run(now, cancelled=stopped.is_set)
        except BackupCancelled:
            return None

    try:
        return await asyncio.to_thread(run)
    finally:
        # A thread cannot be cancelled, but it looks here every few milliseconds.
        stopped.set()
