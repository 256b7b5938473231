"""One YAML file: read with PyYAML's C parser into plain values with places, no trap silent.

Never raises for what an author wrote: every problem is noted with its place, and where one
item of a list is not YAML, the others are read. What a course's fields are is not known here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from bot.bank.problems import Problem
from bot.bank.yaml_advice import explain
from bot.bank.yaml_builder import YamlBuilder
from bot.bank.yaml_text import Finding, decode, line_and_column
from bot.bank.yaml_values import YamlList

_ITEM = re.compile(r"^-(?=[ \r\n])", re.MULTILINE)
_COMMENTS = re.compile(r"(?:---)?[ \t]*(?:(?:#.*)?\r?\n)*")
_ID = re.compile(r"-\s+id:[ \t]*[\"']?([\w-]+)")


@dataclass(slots=True)
class YamlFile:
    """What could be read of a file.

    ``name`` is how problems call it. ``root`` is None where nothing could be read.
    ``unread_ids`` are the ids of items whose YAML is broken: they exist, unread.
    """

    name: str
    text: str = ""
    root: object = None
    problems: list[Problem] = field(default_factory=list)
    unread_ids: set[str] = field(default_factory=set)

    def note(self, offset: int, message: str, expected: str, of: str = "") -> None:
        """Add a problem at an offset of the text; ``of`` is the field."""
        self.problems.append(Problem(self.name, *line_and_column(self.text, offset), of, message, expected))


def read_yaml(path: Path, name: str) -> YamlFile:
    """Read a file. Whatever is wrong is in ``problems``; a broken item of a list spares the others.

    Raises:
        BankError: PyYAML was installed without its C parser.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        why = error.strerror or type(error).__name__
        return YamlFile(name, problems=[Problem(name, 1, 1, "", f"the file cannot be read: {why}")])
    return read_yaml_bytes(raw, name)


def read_yaml_bytes(raw: bytes, name: str) -> YamlFile:
    """`read_yaml` for bytes that are at hand already."""
    text, findings = decode(raw)
    file = YamlFile(name, text or "")
    for finding in findings:
        file.note(*finding)
    if text is None:
        return file
    builder = YamlBuilder(text)
    try:
        file.root = builder.build()
        found = builder.findings
    except yaml.YAMLError as error:
        file.root, found = _read_items(text, file.unread_ids) or (None, [explain(error, text)])
    for finding in found:
        file.note(*finding)
    if not found and not findings and not builder.has_document:
        file.note(0, "the file is empty", "write its content, or [] for an empty list, or remove the file")
    return file


def _read_items(text: str, unread_ids: set[str]) -> tuple[YamlList, list[Finding]] | None:
    """Read a list whose YAML is broken item by item; None where no single item is to blame."""
    starts = [match.start() for match in _ITEM.finditer(text)]
    if not starts or _COMMENTS.fullmatch(text, 0, starts[0]) is None:
        return None
    items, findings, is_broken = YamlList(starts[0]), list[Finding](), False
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        builder = YamlBuilder(text, start, end)
        try:
            read = builder.build()
        except yaml.YAMLError as error:
            part = text[start:end]
            findings.append(explain(error, part).moved(start))
            is_broken = True
            if named := _ID.match(part):
                unread_ids.add(named[1])
            continue
        findings += builder.findings
        if isinstance(read, YamlList):
            items.extend(read)
            items.values_at.extend(read.values_at)
    return (items, findings) if is_broken else None
