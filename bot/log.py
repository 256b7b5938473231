"""Logging: how lines look, and that no token is ever in one.

Only the set-up lives here. Modules log through ``logging.getLogger(__name__)``
and never choose handlers, levels or formats themselves.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from datetime import UTC, datetime
from enum import StrEnum
from typing import TextIO

REDACTED = "[token removed]"

# A bot token is base64 of the bot's id, a timestamp and a signature. The lengths are those of real tokens with
# room to grow, so that dotted names, versions and addresses are left alone.
_TOKEN = re.compile(r"[A-Za-z0-9_-]{23,32}\.[A-Za-z0-9_-]{6,7}\.[A-Za-z0-9_-]{27,64}")


class LogFormat(StrEnum):
    """How a line of the log is written."""

    TEXT = "text"
    JSON = "json"


def without_tokens(text: str) -> str:
    """Return the text with whatever looks like a Discord token replaced."""
    return _TOKEN.sub(REDACTED, text)


class _TextFormatter(logging.Formatter):
    """One line for people: time in UTC, level, logger, message; a traceback below it."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-8s %(name)s: %(message)s")

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802  (inherited)
        del datefmt
        return _time_of(record)

    def format(self, record: logging.LogRecord) -> str:
        return without_tokens(super().format(record))


class _JsonFormatter(logging.Formatter):
    """One JSON object a line, for programs."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": _time_of(record),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps({name: without_tokens(text) for name, text in line.items()}, ensure_ascii=False)


def _time_of(record: logging.LogRecord) -> str:
    return (
        datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    )


_FORMATTERS = {LogFormat.TEXT: _TextFormatter, LogFormat.JSON: _JsonFormatter}


class _OwnHandler(logging.StreamHandler[TextIO]):
    """Footnote's handler, known by its class, so that setting up twice does not write twice."""


def configure_logging(
    level: str = "INFO",
    format: LogFormat | str = LogFormat.TEXT,  # noqa: A002  (the word of LOG_FORMAT)
    stream: TextIO | None = None,
) -> None:
    """Send every logger's lines, discord.py's too, to ``stream`` (standard error) once each.

    ``level`` is the name of a level; ``format`` is ``text`` or ``json``. Calling
    it again replaces the earlier set-up. Tokens are taken out after formatting, so
    that neither arguments nor tracebacks can carry one.
    """
    handler = _OwnHandler(stream or sys.stderr)
    handler.setFormatter(_FORMATTERS[LogFormat(format)]())
    root = logging.getLogger()
    for earlier in [each for each in root.handlers if isinstance(each, _OwnHandler)]:
        root.removeHandler(earlier)
    root.addHandler(handler)
    root.setLevel(level.upper())
    # Whoever set discord.py up by itself (its own setup_logging does) would have each line twice.
    library = logging.getLogger("discord")
    for theirs in list(library.handlers):
        library.removeHandler(theirs)
    library.propagate = True
