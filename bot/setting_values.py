"""What the text of a setting may be: one reader for each kind of value.

Each takes the text and returns the value, or raises ``Unreadable``. Nothing here knows
where the text came from.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from bot.log import LogFormat

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_TRUE, _FALSE = frozenset({"1", "true", "yes", "on"}), frozenset({"0", "false", "no", "off"})
_DRIVERS = {
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
}
# What asyncpg takes as text from the address; its names are libpq's, but for sslmode.
_SERVER_OPTIONS = frozenset({"ssl", "host", "port", "passfile", "target_session_attrs"})


class Unreadable(ValueError):
    """A value that cannot be used: what was expected, and what to do beside correcting it."""

    def __init__(self, expected: str, remedy: str | None = None) -> None:
        super().__init__(expected)
        self.remedy = remedy


class Secret:
    """A text that no representation shows."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return "Secret(…)"

    def reveal(self) -> str:
        """The text itself."""
        return self._text


def token(text: str) -> Secret:
    """Read a bot's token."""
    if re.search(r"\s", text):
        raise Unreadable(
            "the bot's token alone, without spaces",
            "Copy it again from the page “Bot” of the developer portal.",
        )
    return Secret(text)


def database_url(text: str) -> str:
    """Read a database's address as SQLAlchemy's asyncio wants it."""
    expected = "sqlite:///path/to/file.db or postgresql://user:password@host/name"
    scheme, _, rest = text.partition(":")
    if scheme.lower() not in _DRIVERS or not rest.startswith("//"):
        raise Unreadable(expected)
    driver = _DRIVERS[scheme.lower()]
    # An SQLite file has no host, so what follows the two slashes is a third and the path.
    if driver.startswith("sqlite") and (not rest.startswith("///") or not rest.partition("?")[0].strip("/")):
        raise Unreadable(expected, "Write three slashes before a relative path, four before an absolute one.")
    if driver.startswith("sqlite") and (":memory:" in rest or "mode=memory" in rest):
        raise Unreadable(
            expected,
            "A database in memory would be another, empty one for each connection, and gone at the end: name a file.",
        )
    if driver.startswith("postgresql"):
        # What hosts hand out is libpq's spelling; asyncpg has another name for it.
        rest = re.sub(r"(?<=[?&])sslmode=", "ssl=", rest)
        _check_server(rest, expected)
    return f"{driver}:{rest}"


def _check_server(rest: str, expected: str) -> None:
    """Refuse what the driver would refuse by an error of its own, long after the start."""
    # A password ends at the first @, and may hold anything before it.
    place, _, query = re.sub(r"^//([^@]*@)?", "", rest).partition("?")
    port = re.search(r":([^:\]]*)$", place.partition("/")[0])
    if port and not re.fullmatch(r"[0-9]{1,5}", port[1]):
        raise Unreadable(expected, "What stands behind the host's colon is its port, a number.")
    unknown = {pair.partition("=")[0] for pair in query.split("&") if pair} - _SERVER_OPTIONS
    if unknown:
        raise Unreadable(
            expected,
            f"Leave out {', '.join(sorted(unknown))}: behind the question mark only "
            f"{', '.join(sorted(_SERVER_OPTIONS - {'ssl'} | {'sslmode'}))} are understood.",
        )


def folders(text: str) -> tuple[Path, ...]:
    """Read folders that exist, separated as in PATH."""
    paths = tuple(Path(part.strip()).expanduser() for part in text.split(os.pathsep) if part.strip())
    missing = [str(folder) for folder in paths if not folder.is_dir()]
    if missing:
        raise Unreadable(
            f"folders that exist, with {os.pathsep!r} between them",
            f"Make the folder or correct it: {', '.join(missing)}.",
        )
    return paths


def _one_of(names: Iterable[str], text: str) -> str:
    spelled = {name.lower(): name for name in names}
    if text.lower() not in spelled:
        raise Unreadable(f"one of {', '.join(spelled.values())}", did_you_mean(text.lower(), spelled))
    return spelled[text.lower()]


def log_level(text: str) -> str:
    """Read the name of a level, in any case."""
    return _one_of(LOG_LEVELS, text)


def log_format(text: str) -> LogFormat:
    """Read the name of a log format."""
    return LogFormat(_one_of(LogFormat, text))


def timezone(text: str) -> ZoneInfo:
    """Read the IANA name of a time zone."""
    names = available_timezones()
    if text not in names:
        raise Unreadable(
            "the IANA name of a time zone, such as Europe/Berlin",
            did_you_mean(text, {name: name for name in names}),
        )
    return ZoneInfo(text)


def boolean(text: str) -> bool:
    """Read a yes or no in the ways that people write it."""
    if text.lower() not in _TRUE | _FALSE:
        raise Unreadable("true or false")
    return text.lower() in _TRUE


def whole_number(least: int, most: int) -> Callable[[str], int]:
    """A reader of whole numbers within these bounds, both included."""

    def read(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
            raise Unreadable(f"a whole number from {least} to {most}")
        return int(text)

    return read


def shard_ids(text: str) -> frozenset[int]:
    """Read numbers of shards, and ranges of them."""
    found: set[int] = set()
    for part in text.split(","):
        match = re.fullmatch(r"\s*([0-9]{1,5})\s*(?:-\s*([0-9]{1,5})\s*)?", part)
        first = int(match[1]) if match else 0
        last = int(match[2] or match[1]) if match else -1
        if last < first:
            raise Unreadable("numbers from 0, with commas between them, or ranges: 0,1 or 0-3")
        found.update(range(first, last + 1))
    return frozenset(found)


def path(text: str) -> Path:
    """Read a path; what it names may not exist yet."""
    return Path(text).expanduser()


def server_id(text: str) -> int:
    """Read the id of a Discord server."""
    if not re.fullmatch(r"[0-9]{1,20}", text) or not int(text):
        raise Unreadable(
            "the id of a server, digits only", "Copy it with “Copy Server ID” (Discord's developer mode)."
        )
    return int(text)


def did_you_mean(text: str, names: Mapping[str, str]) -> str | None:
    """Return a question that offers the name whose spelling (the key) is nearest, or None where none is near."""
    import difflib

    nearest = difflib.get_close_matches(text, names, n=1)
    return f"Did you mean {names[nearest[0]]}?" if nearest else None


def without_password(address: str) -> str:
    """Return a database's address without what may be secret: user, password and query."""
    return re.sub(r"^([\w+]*:?//)?.*@", r"\1***@", address).partition("?")[0]
