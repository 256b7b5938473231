"""YAML's plain values, with the place of each: what the reader makes and the checks look up.

Places are offsets in characters into the file's text; lines and columns are computed only
when a problem is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

Path: TypeAlias = tuple[str | int, ...]
"""The way from an item to a value in it: names of fields and positions (from 0) in lists."""


class Span(NamedTuple):
    """Where a value stands in the text: from ``start`` up to, not including, ``end``."""

    start: int
    end: int


class YamlMapping(dict[str, object]):
    """Fields with values. ``keys_at`` and ``values_at`` give the place of each by its name."""

    __slots__ = ("is_flow", "keys_at", "start", "values_at")

    def __init__(self, start: int, *, is_flow: bool) -> None:
        super().__init__()
        self.start = start
        self.is_flow = is_flow
        self.keys_at: dict[str, int] = {}
        self.values_at: dict[str, Span] = {}


class YamlList(list[object]):
    """Values in order; ``values_at`` gives the place of each."""

    __slots__ = ("start", "values_at")

    def __init__(self, start: int) -> None:
        super().__init__()
        self.start = start
        self.values_at: list[Span] = []


@dataclass(frozen=True, slots=True)
class Misread:
    """An unquoted word that YAML takes for something no field of a course can be.

    ``kind`` says for what ("a date"), ``written`` is the word as it stands in the file.
    """

    kind: str
    written: str


def offset_of(root: YamlMapping | YamlList, path: Path) -> int:
    """The offset of the value at the end of ``path``, or of the deepest part of it that is there."""
    offset, value = root.start, root
    for step in path:
        span = _span_of(value, step)
        if span is None:
            break
        offset = span.start
        inner = value_at(value, (step,))
        if not isinstance(inner, YamlMapping | YamlList):
            break
        value = inner
    return offset


def _span_of(holder: YamlMapping | YamlList, step: str | int) -> Span | None:
    if isinstance(holder, YamlMapping) and isinstance(step, str):
        return holder.values_at.get(step)
    if isinstance(holder, YamlList) and isinstance(step, int) and step < len(holder.values_at):
        return holder.values_at[step]
    return None


def key_offset_of(root: YamlMapping | YamlList, path: Path) -> int:
    """The offset of the name of the field at the end of ``path``."""
    holder = value_at(root, path[:-1])
    name = path[-1]
    if isinstance(holder, YamlMapping) and isinstance(name, str) and name in holder.keys_at:
        return holder.keys_at[name]
    return offset_of(root, path)


def value_at(root: object, path: Path) -> object:
    """The value at the end of ``path``, None where there is none."""
    value = root
    for step in path:
        if isinstance(value, YamlMapping) and isinstance(step, str):
            value = value.get(step)
        elif isinstance(value, YamlList) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value


def span_at(root: YamlMapping | YamlList, path: Path) -> Span | None:
    """Where the value at the end of ``path`` stands; None where there is none."""
    holder = value_at(root, path[:-1]) if path else None
    return _span_of(holder, path[-1]) if isinstance(holder, YamlMapping | YamlList) else None
