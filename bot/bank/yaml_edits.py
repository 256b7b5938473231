"""Changes of a YAML file that touch nothing but what they change: every other byte stays."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from bot.bank.yaml_values import Path, YamlList, YamlMapping, span_at, value_at

# Words that stand without quotation marks, but for those that YAML takes for something else.
_WORD = re.compile(r"[a-z][a-z_-]*")
_NO_WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})


class CannotEdit(ValueError):
    """The file is written in a way in which this change cannot be made by itself."""


@dataclass(frozen=True, slots=True)
class Edit:
    """``text`` in the place of what stands from ``start`` up to, not including, ``end``."""

    start: int
    end: int
    text: str


def apply(text: str, edits: list[Edit]) -> str:
    """The text with the changes, which may not overlap."""
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end), reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def scalar(value: str | float | bool) -> str:
    """A value as it is written in YAML."""
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    if isinstance(value, str) and _WORD.fullmatch(value) and value not in _NO_WORDS:
        return value
    return json.dumps(value, ensure_ascii=False)


def put(text: str, node: YamlMapping, path: Path, value: str | float | bool) -> Edit:
    """Another value at the end of a path.

    Raises:
        CannotEdit: there is none.
    """
    span = span_at(node, path)
    if span is None:
        raise CannotEdit
    written = text[span.start : span.end]
    kept = written[len(written.rstrip()) :]
    space = " " if text[span.start - 1 : span.start] == ":" else ""
    return Edit(span.start, span.end, space + scalar(value) + kept)


def rename(node: YamlMapping, path: Path, name: str) -> Edit:
    """Another name for a field.

    Raises:
        CannotEdit: there is no such field.
    """
    holder, old = value_at(node, path[:-1]) if len(path) > 1 else node, path[-1]
    if not isinstance(holder, YamlMapping) or old not in holder.keys_at:
        raise CannotEdit
    start = holder.keys_at[str(old)]
    return Edit(start, start + len(str(old)), name)


def insert_field(text: str, node: YamlMapping, after: str, line: str) -> Edit:
    """A further field behind an existing one.

    Raises:
        CannotEdit: that one is not there, or the fields stand in braces.
    """
    if node.is_flow or after not in node.values_at:
        raise CannotEdit
    span = node.values_at[after]
    end = span.start + len(text[span.start : span.end].rstrip())
    line_end = text.find("\n", end)
    line_end = len(text) if line_end < 0 else line_end
    start = node.keys_at[after]
    indentation = " " * (start - (text.rfind("\n", 0, start) + 1))
    return Edit(line_end, line_end, f"\n{indentation}{line}")


def append(text: str, node: YamlMapping, field: str, value: str) -> Edit:
    """A further text at the end of a list.

    Raises:
        CannotEdit: there is no such list, or it is empty.
    """
    items = node.get(field)
    if not isinstance(items, YamlList) or not items.values_at:
        raise CannotEdit
    last = items.values_at[-1]
    end = last.start + len(text[last.start : last.end].rstrip())
    is_flow = text[items.start : items.start + 1] == "["
    if is_flow:
        return Edit(end, end, f", {scalar(value)}")
    line_start = text.rfind("\n", 0, last.start) + 1
    indentation = text[line_start : text.index("-", line_start)]
    return Edit(end, end, f"\n{indentation}- {scalar(value)}")


def remove_item(text: str, node: YamlMapping, field: str, position: int) -> Edit:
    """A list without one of its items.

    Raises:
        CannotEdit: the items do not stand on lines of their own.
    """
    items = node.get(field)
    if not isinstance(items, YamlList) or text[items.start : items.start + 1] == "[":
        raise CannotEdit
    starts = [text.rfind("\n", 0, span.start) + 1 for span in items.values_at]
    if not text[starts[position] : items.values_at[position].start].strip().startswith("-"):
        raise CannotEdit
    if position + 1 < len(starts):
        return Edit(starts[position], starts[position + 1], "")
    whole = node.values_at[field]
    end = text.find("\n", whole.start + len(text[whole.start : whole.end].rstrip()))
    return Edit(starts[position], len(text) if end < 0 else end + 1, "")
