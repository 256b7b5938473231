"""A parsed course as it is kept between starts: how it stands in a file, and when that file may be believed.

Data only: nothing in it is executed, and whatever does not look as it was written is as good as not there. Parsing the
course again is not done here.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import sys
import tempfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import NamedTuple, cast

import bot.bank
import bot.domain
from bot.bank import course_files
from bot.bank.course_files import FileState
from bot.domain.courses import Course
from bot.domain.questions import Question
from bot.domain.stored_questions import StoredQuestions
from bot.errors import BankError
from bot.storage import question_content
from bot.values import dataclass

_MAGIC = b"footnote course 1\n"
_DIGEST_BYTES = 32
# Questions are compressed so many together: fewer take more room, more take longer to read one.
_IN_A_BLOCK = 32
_LARGEST_FILE = 256_000_000
_LARGEST_BLOCK = 32_000_000
# Some file systems know the time of a change to two seconds only: what was written since is not told from it.
_COARSEST_NS = 2_000_000_000
_TELLS_CHANGES = os.name != "nt"


@dataclass(frozen=True, slots=True)
class KeptCourse:
    """A course whose questions are still compressed.

    ``warnings`` did not keep it from being loaded; ``content`` and ``states`` are those of the files in ``folder``
    that it was parsed from.
    """

    course: Course
    warnings: tuple[str, ...]
    folder: str
    content: str
    states: tuple[FileState, ...]


class _Block(NamedTuple):
    start: int
    end: int
    size: int


def encode(
    course: Course, warnings: Iterable[str], *, folder: Path, content: str, states: Sequence[FileState]
) -> bytes:
    """The bytes of a course that was just parsed from files with this content hash and in these states."""
    texts = [question_content.to_text(question).encode() for question in course.questions]
    parts = [b"\n".join(texts[first : first + _IN_A_BLOCK]) for first in range(0, len(texts), _IN_A_BLOCK)]
    blocks = [zlib.compress(part) for part in parts]
    header = {
        "program": _program(),
        "folder": str(folder.resolve()),
        "content": content,
        "states": states,
        "course": question_content.course_to_text(course),
        "warnings": list(warnings),
        "ids": [question.id for question in course.questions],
        "topics": [question.topic for question in course.questions],
        "blocks": [(len(block), len(part)) for block, part in zip(blocks, parts, strict=True)],
    }
    digests = b"".join(hashlib.sha256(text).digest() for text in texts)
    return _sealed(header, digests + b"".join(blocks))


def decode(data: bytes) -> KeptCourse:
    """The course that `encode` made the bytes from.

    Raises:
        ValueError: they are not what `encode` makes.
    """
    try:
        header, start = _opened(data)
        return _decoded(header, data, start)
    except (KeyError, TypeError, IndexError, AttributeError, RecursionError) as error:
        raise ValueError("not a kept course") from error


def find(cache_folder: Path, folder: Path) -> KeptCourse | None:
    """The kept form of a course's folder, or None where there is none or its files changed since.

    Files are as they were when each has its old size, times and number, and was last changed two seconds before the
    kept form was written, or earlier; or else when their content has the old hash. Windows does not tell when a file
    was changed, so there the content is always looked at.
    """
    path = _path_of(cache_folder, folder)
    try:
        data, written_at = _believable(path)
        kept = decode(data)
        states = course_files.file_states(folder)
        if kept.folder != str(folder.resolve()):
            return None
        if _TELLS_CHANGES and states == kept.states and _are_settled(states, written_at):
            return kept
        if course_files.content_hash(folder) != kept.content:
            return None
        header, start = _opened(data)
        with suppress(OSError):
            _write(path, _sealed({**header, "states": states}, data[start:]))
    except (OSError, ValueError):
        return None
    return kept


def keep(cache_folder: Path, folder: Path, data: bytes) -> None:
    """Put the bytes of a course where `find` will look for it.

    Raises:
        OSError: they cannot be written there.
    """
    cache_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write(_path_of(cache_folder, folder), data)


def _are_settled(states: Sequence[FileState], written_at: int) -> bool:
    return all(state.is_older(written_at - _COARSEST_NS) for state in states)


def _path_of(cache_folder: Path, folder: Path) -> Path:
    return cache_folder / f"{hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:32]}.course"


def _write(path: Path, data: bytes) -> None:
    """Put a file there in one step: whoever reads it sees all of it, or the one before."""
    handle, name = tempfile.mkstemp(prefix=".", suffix=".course", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).replace(path)
    except OSError:
        with suppress(OSError):
            Path(name).unlink()
        raise


def _believable(path: Path) -> tuple[bytes, int]:
    """The bytes of a file that nobody else can have written, and when it was written."""
    # A pipe of that name must not hold up the start.
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb") as file:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode) or found.st_size > _LARGEST_FILE:
            raise ValueError("not a file of ours")
        if os.name != "nt" and (found.st_uid not in (0, os.geteuid()) or found.st_mode & 0o022):
            raise ValueError("others may have written it")
        return file.read(), found.st_mtime_ns


def _sealed(header: Mapping[str, object], body: bytes) -> bytes:
    written = json.dumps(header, ensure_ascii=False).encode()
    sealed = len(written).to_bytes(4, "big") + written + body
    return _MAGIC + hashlib.sha256(sealed).digest() + sealed


def _opened(data: bytes) -> tuple[dict[str, object], int]:
    """The header, and where the body begins."""
    sealed_at = len(_MAGIC) + _DIGEST_BYTES
    sealed = memoryview(data)[sealed_at:]
    if not data.startswith(_MAGIC) or hashlib.sha256(sealed).digest() != data[len(_MAGIC) : sealed_at]:
        raise ValueError("damaged, or of another version")
    length = int.from_bytes(sealed[:4], "big")
    header = json.loads(bytes(sealed[4 : 4 + length]))
    if not isinstance(header, dict) or header["program"] != _program():
        raise ValueError("of another version")
    return header, sealed_at + 4 + length


def _decoded(header: dict[str, object], data: bytes, start: int) -> KeptCourse:
    ids, topics = _strings(header["ids"]), list(map(sys.intern, _strings(header["topics"])))
    count = len(ids)
    hexes = data[start : start + count * _DIGEST_BYTES].hex()
    length = 2 * _DIGEST_BYTES
    digests = [hexes[first : first + length] for first in range(0, count * length, length)]
    blocks = _blocks(header["blocks"], start + count * _DIGEST_BYTES)
    if len(blocks) != -(-count // _IN_A_BLOCK) or (blocks[-1].end if blocks else start) != len(data):
        raise ValueError("incomplete")
    reader = _Reader(data, blocks)
    course = question_content.course_from_text(
        str(header["course"]), StoredQuestions(ids, topics, digests, reader.read)
    )
    states = tuple(
        FileState(*state) for state in cast("list[tuple[str, int, int, int, int]]", header["states"])
    )
    warnings = tuple(_strings(header["warnings"]))
    return KeptCourse(course, warnings, str(header["folder"]), str(header["content"]), states)


def _strings(found: object) -> list[str]:
    if not isinstance(found, list) or not all(type(each) is str for each in found):
        raise ValueError("not texts")
    return found


def _blocks(found: object, start: int) -> list[_Block]:
    blocks = []
    for compressed, size in cast("list[list[int]]", found):
        if not (type(compressed) is type(size) is int and compressed > 0 and 0 < size <= _LARGEST_BLOCK):
            raise ValueError("not a block")
        blocks.append(_Block(start, start + compressed, size))
        start += compressed
    return blocks


class _Reader:
    """Reads questions from their blocks; the block that was read last is at hand, as the next question is in it."""

    __slots__ = ("_blocks", "_data", "_last")

    def __init__(self, data: bytes, blocks: Sequence[_Block]) -> None:
        self._data = data
        self._blocks = blocks
        self._last: tuple[int, list[str]] = (-1, [])

    def read(self, position: int) -> Question:
        """The question at a position.

        Raises:
            BankError: somebody has forged the file that it was read from.
        """
        number, within = divmod(position, _IN_A_BLOCK)
        # Several threads may read: what is at hand is taken once, and replaced as a whole.
        at_hand, texts = self._last
        try:
            if at_hand != number:
                texts = self._texts(self._blocks[number])
                self._last = (number, texts)
            return question_content.read(texts[within])
        except (ValueError, IndexError, zlib.error) as error:
            raise BankError(
                "A question cannot be read from the folder of parsed courses. Empty that folder."
            ) from error

    def _texts(self, block: _Block) -> list[str]:
        packed = zlib.decompressobj()
        text = packed.decompress(memoryview(self._data)[block.start : block.end], block.size)
        return text.decode().split("\n")


@cache
def _program() -> str:
    """What tells the program that parsed a course from any other: one that checks or builds otherwise parses anew."""
    digest = hashlib.sha256()
    for package in (bot.bank, bot.domain):
        for folder in package.__path__:
            for path in sorted(Path(folder).rglob("*.py*")):
                if path.parent.name != "__pycache__":
                    digest.update(path.name.encode() + path.read_bytes())
    for module in (question_content.__file__, __file__):
        digest.update(Path(module).read_bytes())
    return digest.hexdigest()
