"""Values with places, built from the events of PyYAML's C parser.

From the events rather than with its constructor, because the constructor forgets where a
value stood, resolves words that the author meant as text, lets the second of two equal keys
win, and follows aliases. One loop and no recursion: no nesting can exhaust the stack.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol, cast

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from bot.bank.yaml_scalars import resolve_plain
from bot.bank.yaml_text import Finding, line_and_column
from bot.bank.yaml_values import Span, YamlList, YamlMapping
from bot.errors import BankError

MAXIMUM_DEPTH = 20

_STRING_TAG = "tag:yaml.org,2002:str"
_DISCARDED: Final = "\x00"  # the key of a value that is read and thrown away; no file can hold it


class _Mark(Protocol):
    index: int


class _Event(Protocol):
    """An event of the parser; which of these it has depends on its class."""

    start_mark: _Mark
    end_mark: _Mark
    anchor: str | None
    tag: str | None
    value: str
    implicit: tuple[bool, bool]
    flow_style: bool | None


class RefusedYaml(yaml.YAMLError):
    """YAML that is well-formed and refused all the same; nothing behind it can be trusted."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


def c_parser() -> type[yaml.CSafeLoader]:
    """PyYAML's parser in C: the one in Python takes minutes for a large course.

    Raises:
        BankError: PyYAML was installed without it.
    """
    parser: type[yaml.CSafeLoader] | None = getattr(yaml, "CSafeLoader", None)
    if parser is None:
        raise BankError(
            "PyYAML is installed without its C parser (libyaml), which courses are read with. "
            "Install its wheel: pip install --force-reinstall --only-binary :all: pyyaml"
        )
    return parser


class YamlBuilder:
    """Builds the value of one YAML text, or of a part of it (offsets ``start`` to ``end``).

    Places, and offsets in ``findings``, count from the beginning of the whole text.
    """

    def __init__(self, text: str, start: int = 0, end: int | None = None) -> None:
        self._text = text
        self._base = start
        self._parser = c_parser()(text[start:end])
        self._holders: list[YamlMapping | YamlList] = []
        self._keys: list[str | None] = []  # for each holder: the key that waits for its value
        self._root: object = None
        self.findings: list[Finding] = []
        self.has_document = False

    def build(self) -> object:
        """The value of the first document; None for a text without one.

        Raises:
            yaml.YAMLError: the text is not YAML, or is `RefusedYaml`.
        """
        next_event = cast("Callable[[], _Event]", self._parser.get_event)
        try:
            while True:
                event = next_event()
                kind: type = event.__class__
                if kind is ScalarEvent:
                    self._scalar(event)
                elif kind is MappingStartEvent or kind is SequenceStartEvent:
                    self._open(event)
                elif kind is MappingEndEvent or kind is SequenceEndEvent:
                    self._holders.pop()
                    self._keys.pop()
                elif kind is StreamEndEvent or not self._is_read_on(event):
                    return self._root
        finally:
            self._parser.dispose()

    def _is_read_on(self, event: _Event) -> bool:
        """Take an event that is neither value nor end; False where reading stops."""
        if isinstance(event, AliasEvent):
            self._find(
                event,
                f"YAML takes “*{event.anchor}” for an alias, which courses do not use",
                "write the text out, or in quotation marks if the * belongs to it",
            )
            if self._awaits_key():
                self._keys[-1] = _DISCARDED
            else:
                self._place(None, event)
        elif isinstance(event, DocumentStartEvent):
            if self.has_document:
                self._find(event, "a second document begins here (“---”)", "keep one document in a file")
                return False
            self.has_document = True
        return True

    def _scalar(self, event: _Event) -> None:
        if event.anchor is not None or event.tag is not None:
            self._refuse_anchor_and_tag(event)
        if self._keys and self._keys[-1] is None and self._awaits_key():
            self._key(event)
        elif event.implicit[0] and event.tag is None:
            self._place(resolve_plain(event.value), event)
        else:
            self._place(event.value, event)

    def _awaits_key(self) -> bool:
        return bool(self._holders) and self._keys[-1] is None and isinstance(self._holders[-1], YamlMapping)

    def _key(self, event: _Event) -> None:
        holder, key = self._holders[-1], event.value
        assert isinstance(holder, YamlMapping)
        if key == "<<" and event.implicit[0]:
            self._find(event, "“<<” merges fields from elsewhere, which courses do not use", "write them out")
            key = _DISCARDED
        elif key in holder.keys_at:
            line, column = line_and_column(self._text, holder.keys_at[key])
            said = f"the field “{key}” stands twice in one item (first at line {line}, column {column})"
            self._find(event, said, "keep one of them")
            key = _DISCARDED
        else:
            holder.keys_at[key] = self._base + event.start_mark.index
        self._keys[-1] = key

    def _open(self, event: _Event) -> None:
        if self._awaits_key():
            expected = (
                "write the field's name as one word; put a text that begins with ?, [ or { in quotation marks"
            )
            raise RefusedYaml(
                Finding(event.start_mark.index, "a list or a group of fields stands as a name", expected)
            )
        if len(self._holders) >= MAXIMUM_DEPTH:
            said = f"values are nested more than {MAXIMUM_DEPTH} deep"
            raise RefusedYaml(
                Finding(event.start_mark.index, said, "compare it with the example in docs/bank.md")
            )
        if event.anchor is not None or event.tag is not None:
            self._refuse_anchor_and_tag(event)
        start = self._base + event.start_mark.index
        opened: YamlMapping | YamlList
        kind: type = event.__class__
        if kind is MappingStartEvent:
            opened = YamlMapping(start, is_flow=bool(event.flow_style))
        else:
            opened = YamlList(start)
        self._place(opened, event)
        self._holders.append(opened)
        self._keys.append(None)

    def _place(self, value: object, event: _Event) -> None:
        if not self._holders:
            self._root = value
            return
        holder = self._holders[-1]
        span = Span(self._base + event.start_mark.index, self._base + event.end_mark.index)
        if isinstance(holder, YamlList):
            holder.append(value)
            holder.values_at.append(span)
            return
        key = self._keys[-1]
        self._keys[-1] = None
        if key is not None and key is not _DISCARDED:
            holder[key] = value
            holder.values_at[key] = span

    def _refuse_anchor_and_tag(self, event: _Event) -> None:
        if event.anchor is not None:
            said = f"YAML takes “&{event.anchor}” for an anchor and drops it from the text; courses do not use anchors"
            self._find(event, said, "remove it, or write the whole text in quotation marks")
        tag = event.tag
        if tag is not None and tag != _STRING_TAG:
            said = f"YAML takes “{tag}” for a tag and drops it from the text; courses do not use tags"
            self._find(event, said, "remove it, or write the whole text in quotation marks")

    def _find(self, event: _Event, message: str, expected: str) -> None:
        self.findings.append(Finding(self._base + event.start_mark.index, message, expected))
