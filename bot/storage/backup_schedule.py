"""When the next backup is due, what it is called, and which of the earlier ones go. The folder is all there is to know."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.storage.backup import back_up
from bot.values import dataclass

_MOMENT = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True)
class BackupSchedule:
    """A copy of ``file`` into ``folder`` each ``every``; the newest ``keep`` of them stay."""

    file: Path
    folder: Path
    every: timedelta
    keep: int

    def taken(self) -> list[tuple[datetime, Path]]:
        """The copies that are there, the oldest first; files of other names are none of ours."""
        pattern = re.compile(re.escape(self.file.stem) + r"-(\d{8}T\d{6}Z)\.db")
        return sorted(
            (datetime.strptime(match[1], _MOMENT).replace(tzinfo=UTC), path)
            for path in (self.folder.iterdir() if self.folder.is_dir() else ())
            if (match := pattern.fullmatch(path.name))
        )

    def due_at(self, now: datetime) -> datetime:
        """When the next copy is due; a clock that was wrong once, and left a copy of the future, delays nothing."""
        past = [moment for moment, _ in self.taken() if moment <= now]
        return past[-1] + self.every if past else now

    def run(self, now: datetime, *, cancelled: Callable[[], bool]) -> Path:
        """Make a copy, then remove those that are too many.

        Returns:
            The copy.

        Raises:
            StorageError: it could not be made; nothing was removed.
            BackupCancelled: ``cancelled`` said so.
        """
        copy = backup_file(self.file, self.folder, now)
        back_up(self.file, copy, cancelled=cancelled)
        for _, old in self.taken()[: -self.keep]:
            old.unlink(missing_ok=True)
        return copy


def backup_file(file: Path, folder: Path, now: datetime) -> Path:
    """What a copy made at this moment is called."""
    return folder / f"{file.stem}-{now.astimezone(UTC).strftime(_MOMENT)}.db"
