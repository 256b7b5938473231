"""From the bytes of a YAML file to text that a parser may see: size, encoding, characters.

Whatever is wrong is noted with its line and column and, where possible, made harmless, so
that the rest of the file can still be read. No YAML here.
"""

from __future__ import annotations

import re
from typing import NamedTuple

MAXIMUM_BYTES = 5_000_000
_REPORTED_CHARACTERS = 20  # in one file; the rest is counted

_BYTE_ORDER_MARK = "\ufeff"
_UTF_16_OR_32 = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")

# Control characters, lone surrogates, the separators that YAML takes for line ends and no
# editor does, and the marks that make text be shown in another order than it is stored.
FORBIDDEN_CHARACTERS = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
)
_BIDIRECTIONAL = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class Finding(NamedTuple):
    """Something wrong at an offset (in characters) of a text."""

    offset: int
    message: str
    expected: str

    def moved(self, by: int) -> Finding:
        """The same in a text that has ``by`` characters more before it."""
        return self._replace(offset=self.offset + by)


class FileText(NamedTuple):
    """A file's text as far as it can be read. ``text`` is None where nothing can be."""

    text: str | None
    findings: list[Finding]


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """Line and column, both from 1, of an offset in characters."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def name_of(character: str) -> str:
    """How a character that cannot be seen is named to an author."""
    kind = "changes the direction of the text" if character in _BIDIRECTIONAL else "cannot be seen"
    return f"the character U+{ord(character):04X}, which {kind},"


def decode(raw: bytes) -> FileText:
    """Read the bytes of a file as UTF-8, with or without a byte order mark."""
    if len(raw) > MAXIMUM_BYTES:
        megabytes = MAXIMUM_BYTES // 1_000_000
        return _unreadable(f"the file is larger than {megabytes} MB", "split it into several files")
    if raw.startswith(_UTF_16_OR_32) or b"\x00" in raw[:200]:
        return _unreadable("the file is saved as UTF-16 or is not a text file", "save it as UTF-8")
    findings: list[Finding] = []
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8")
        wrong = (
            f"byte 0x{raw[error.start]:02X} is not UTF-8 (the file may be saved as Latin-1 or Windows-1252)"
        )
        findings.append(Finding(len(before.removeprefix(_BYTE_ORDER_MARK)), wrong, "save the file as UTF-8"))
        # One replacement a byte: no harm is done to what is ASCII, and the rest is read on.
        text = raw.decode("utf-8", errors="replace")
    text = text.removeprefix(_BYTE_ORDER_MARK)
    return FileText(_without_forbidden(text, findings), findings)


def _unreadable(message: str, expected: str) -> FileText:
    return FileText(None, [Finding(0, message, expected)])


def _without_forbidden(text: str, findings: list[Finding]) -> str:
    """Note forbidden characters and put a space in the place of each, so that offsets stay."""
    found = list(FORBIDDEN_CHARACTERS.finditer(text))
    findings.extend(
        Finding(match.start(), f"{name_of(match[0])} stands in the text", "remove it")
        for match in found[:_REPORTED_CHARACTERS]
    )
    if len(found) > _REPORTED_CHARACTERS:
        more = len(found) - _REPORTED_CHARACTERS
        findings.append(
            Finding(found[_REPORTED_CHARACTERS].start(), f"and {more} more of the kind", "remove them")
        )
    return FORBIDDEN_CHARACTERS.sub(" ", text) if found else text
