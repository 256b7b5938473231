"""What the bot and the process that parses courses for it say to one another. Neither of the two is here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from bot.values import dataclass


@dataclass(frozen=True, slots=True)
class Request:
    """Which folders to read, and where to keep what they are; ``cache_folder`` is None where nothing is kept."""

    folders: tuple[Path, ...]
    cache_folder: Path | None

    def to_line(self, search_path: list[str]) -> bytes:
        """As one line of JSON, with the path on which the other process finds the program."""
        kept = None if self.cache_folder is None else str(self.cache_folder)
        return (
            json.dumps(
                {"path": search_path, "folders": [str(folder) for folder in self.folders], "cache": kept}
            )
            + "\n"
        ).encode()

    @classmethod
    def from_line(cls, line: bytes) -> Request:
        """What `to_line` made the line from."""
        said = json.loads(line)
        kept = said["cache"]
        return cls(tuple(map(Path, said["folders"])), None if kept is None else Path(kept))


@dataclass(frozen=True, slots=True)
class ReadCourse:
    """What became of a folder: ``data`` is the course, encoded, or ``message`` and ``problems`` say what is wrong.

    ``unkept`` says why it could not be kept for the next start, where it could not.
    """

    folder: Path
    course_id: str
    data: bytes = b""
    message: str = ""
    problems: tuple[str, ...] = ()
    unkept: str = ""

    def to_bytes(self) -> bytes:
        """A line of JSON, and the course after it."""
        head = {
            "folder": str(self.folder),
            "course_id": self.course_id,
            "message": self.message,
            "problems": self.problems,
            "unkept": self.unkept,
            "size": len(self.data),
        }
        return json.dumps(head).encode() + b"\n" + self.data


def received(output: bytes) -> Iterator[ReadCourse]:
    """What came, as far as it is whole."""
    at = 0
    while (line_end := output.find(b"\n", at)) >= 0:
        head = json.loads(output[at:line_end])
        at = line_end + 1 + int(head["size"])
        if at > len(output):
            return
        yield ReadCourse(
            folder=Path(head["folder"]),
            course_id=head["course_id"],
            data=output[line_end + 1 : at],
            message=head["message"],
            problems=tuple(head["problems"]),
            unkept=head["unkept"],
        )
