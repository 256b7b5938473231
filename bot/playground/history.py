"""What was said on the demo server, kept in a file between two starts over the same database.

A round that goes on after a restart edits the messages it had posted, so they must be there again.
Rows in, rows out; what a message is made of is the business of ``world``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

_FORMAT = 1


class History:
    """A JSON file of messages."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def read(self) -> list[dict[str, object]]:
        """Every kept message, oldest first; none if the file is not there or not one of ours."""
        try:
            kept = json.loads(self._file.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return []
        if not isinstance(kept, dict) or kept.get("format") != _FORMAT:
            return []
        return list(kept["messages"])

    def write(self, messages: Iterable[Mapping[str, object]]) -> None:
        """Keep ``messages``, all or none: a process killed here leaves the older file."""
        kept = {"format": _FORMAT, "messages": list(messages)}
        unfinished = self._file.with_name(self._file.name + ".part")
        unfinished.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
        unfinished.replace(self._file)
