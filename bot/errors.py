"""Every error that Footnote raises on purpose.

    FootnoteError
    ├── SettingsError            the environment or .env is wrong
    ├── DiscordUnreachable       there is no way to Discord at the start
    ├── BankError                a course cannot be loaded; carries every problem found
    ├── StorageError
    │   ├── DatabaseNewer        the database is of a later release
    │   ├── DatabaseBehind       the database must be upgraded first
    │   ├── DatabaseInUse        another program has the database open
    │   ├── DatabaseUnreachable  no database answers at its address
    │   ├── DatabaseGone         the database file was removed or replaced while it was open
    │   ├── TargetInUse          a database that should be copied into holds other data
    │   ├── CopyDiffers          a copy of a database is not what was copied
    │   └── WriteFailed          the database could not keep what it was given
    └── Refusal                  a person asked for something that cannot be; the sentence is for him
        └── BrokenOff            the process that works for it ended; all others are in `domain/refusals.py`

The message of a `Refusal` is made in `ui/errors.py`, from the class and its values:
here stands only what happened. Errors that no class names are bugs.
"""

from __future__ import annotations

from collections.abc import Iterable


class FootnoteError(Exception):
    """The root: whatever Footnote raises on purpose."""


class SettingsError(FootnoteError):
    """One or more settings are wrong; the message names each and what to do."""


class DiscordUnreachable(FootnoteError):
    """Discord did not answer when the bot wanted to log in; once it has, it waits and comes back by itself."""


class BankError(FootnoteError):
    """A course cannot be loaded. ``problems`` holds every one found, each saying its place as text."""

    def __init__(self, message: str, problems: Iterable[object] = ()) -> None:
        self.problems: tuple[object, ...] = tuple(problems)
        super().__init__(message)

    def __str__(self) -> str:
        return "\n".join([str(self.args[0]), *(f"  {problem}" for problem in self.problems)])


class StorageError(FootnoteError):
    """The database cannot be used as it is."""


class DatabaseNewer(StorageError):
    """The database was made by a later release than this program."""


class DatabaseBehind(StorageError):
    """The database is older than this program and may not be upgraded by itself."""


class DatabaseInUse(StorageError):
    """Another program has the database open, and what was asked for needs it alone."""


class DatabaseUnreachable(StorageError):
    """No database answers at its address, or not to this program."""


class DatabaseGone(StorageError):
    """The database file was removed or replaced while it was open; what is written to it would be lost."""


class TargetInUse(StorageError):
    """A database that should be copied into holds other data; it was left as it is."""


class CopyDiffers(StorageError):
    """A copy of a database is not what was copied."""


class WriteFailed(StorageError):
    """The database could not keep what it was given (disk full, file gone, server down); nothing was kept."""


class Refusal(FootnoteError):
    """A person asked for something that cannot be done; he gets one private sentence."""


class BrokenOff(Refusal):
    """The process that does long work ended in the midst of it; nothing was changed by it."""
