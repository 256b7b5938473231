"""One entry of a file: checked against its model, and able to say where each field stands.

Here pydantic's errors become sentences for an author. Which fields there are is the
schema's business.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.bank.problems import Problem, Severity, nearest
from bot.bank.texts import TEXT_ERROR
from bot.bank.yaml_files import YamlFile
from bot.bank.yaml_text import line_and_column
from bot.bank.yaml_values import (
    Misread,
    Path,
    YamlList,
    YamlMapping,
    key_offset_of,
    offset_of,
    span_at,
)

EntryT_co = TypeVar("EntryT_co", bound=BaseModel, covariant=True)

_KINDS = {
    "string_type": "text",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "list_type": "a list",
    "model_type": "a group of fields",
    "model_attributes_type": "a group of fields",
    "dict_type": "a group of fields",
}


@dataclass(frozen=True, slots=True)
class Item(Generic[EntryT_co]):
    """A sound entry with its place."""

    file: YamlFile
    node: YamlMapping
    label: str
    entry: EntryT_co

    def problem(
        self, path: Path, message: str, expected: str = "", severity: Severity = Severity.ERROR
    ) -> Problem:
        """Something wrong with the field at ``path``."""
        line, column = self.place(path)
        return Problem(
            self.file.name, line, column, field_name(self.label, path), message, expected, severity
        )

    def place(self, path: Path = ()) -> tuple[int, int]:
        """Line and column of the value at ``path``, or of the item."""
        return line_and_column(self.file.text, offset_of(self.node, path))


def field_name(label: str, path: Path) -> str:
    """How a field is called in a problem: ``zone-1988.evidence[1].quote``, counted from 1."""
    name = label
    for step in path:
        name += f"[{step + 1}]" if isinstance(step, int) else f".{step}"
    return name.removeprefix(".")


def check_item(
    file: YamlFile, node: YamlMapping, label: str, model: type[EntryT_co]
) -> Item[EntryT_co] | None:
    """The entry, or None after its problems were noted in the file."""
    try:
        return Item(file, node, label, model.model_validate(node))
    except ValidationError as error:
        for details in error.errors(include_url=False):
            file.problems.append(_problem(file, node, label, model, details))
        return None


def _problem(
    file: YamlFile, node: YamlMapping, label: str, model: type[BaseModel], details: ErrorDetails
) -> Problem:
    path: Path = details["loc"]
    kind, value = details["type"], details["input"]
    context = details.get("ctx", {})
    offset = offset_of(node, path)
    match kind:
        case "missing":
            said, expected = "is missing", "write it; every entry of this kind needs it"
        case "extra_forbidden":
            offset = key_offset_of(node, path)
            said, expected = "is not a field that is known here", _known_fields(model, path)
        case "too_short" | "too_long":
            said = f"has {context['actual_length']} entries"
            bound = "at least" if kind == "too_short" else "at most"
            expected = f"write {bound} {context.get('min_length', context.get('max_length'))}"
        case "enum" | "literal_error":
            said, expected = _not_one_of(_written(file, node, path, value), str(context["expected"]))
        case "greater_than_equal" | "less_than_equal":
            bound = "at least" if kind == "greater_than_equal" else "at most"
            said, expected = f"is {value}", f"write {bound} {context.get('ge', context.get('le'))}"
        case _ if kind == TEXT_ERROR:
            said, expected = str(context["message"]), str(context["expected"])
        case _ if kind in _KINDS:
            said, expected = _wrong_kind(_KINDS[kind], value, _written(file, node, path, value))
        case _:
            said, expected = details["msg"], ""
    return Problem(file.name, *line_and_column(file.text, offset), field_name(label, path), said, expected)


def _written(file: YamlFile, node: YamlMapping, path: Path, value: object) -> str:
    """The value as it stands in the file, shortened to one line."""
    span = span_at(node, path)
    if span is None:
        return str(value)[:60]
    # Of a group or list only the beginning is recorded; its first line tells enough.
    end = None if isinstance(value, YamlMapping | YamlList) else span.end
    return file.text[span.start : end].strip().partition("\n")[0].strip()[:60]


def _wrong_kind(wanted: str, value: object, written: str) -> tuple[str, str]:
    """What to say where a value of another kind stands than the field takes."""
    if wanted == "text":
        return _not_text(value, written)
    if wanted == "true or false" and isinstance(value, Misread | str):
        return f"{written} is not a truth value", "write true or false, without quotation marks"
    if wanted == "a whole number" and isinstance(value, str):
        return f"{written} is text, a whole number is expected", "write the number without quotation marks"
    if value is None:
        return "has no value", f"write {wanted}, or remove the field where it is optional"
    if wanted == "a list":
        return "is not a list", "write the values in brackets: [one, two], or each on its own line after “- ”"
    return f"{written} is not {wanted}", f"write {wanted}"


def _not_text(value: object, written: str) -> tuple[str, str]:
    quoted = f'write it in quotation marks: "{written}"'
    if value is None and not written:
        return "has no value", "write the text, or remove the field where it is optional"
    if isinstance(value, YamlMapping):
        read = f"“{written}” as a field with a value, because of its colon or braces"
        quoted = "write the whole text in quotation marks"
    elif isinstance(value, YamlList):
        read = "this as a list"
        quoted = "write one text; if it begins with a bracket or a hyphen, write it in quotation marks"
    else:
        read = f"{written} as {_kind_of(value)}"
    return f"YAML reads {read}, not as text", quoted


def _kind_of(value: object) -> str:
    match value:
        case None:
            return "“nothing”"
        case bool():
            return f"{str(value).lower()} (yes or no)"
        case Misread():
            return value.kind
        case _:
            return "a number"


def _not_one_of(written: str, allowed: str) -> tuple[str, str]:
    known = re.findall(r"'([^']*)'", allowed)
    near = nearest(written.strip("'\""), known)
    return f"“{written}” is not known here", f"{near + ' ' if near else ''}write one of: {', '.join(known)}"


def _known_fields(model: type[BaseModel], path: Path) -> str:
    """The advice for an unknown field: the nearest of those that the entry at ``path`` has."""
    owner: type[BaseModel] | None = model
    for step in path[:-1]:
        if owner is not None and isinstance(step, str):
            owner = _entry_in(owner, step)
    if owner is None:
        return "remove it"
    fields = owner.model_fields
    known = sorted(fields, key=lambda name: not fields[name].is_required())
    return nearest(str(path[-1]), known) or f"write one of: {', '.join(known)}"


def _entry_in(owner: type[BaseModel], name: str) -> type[BaseModel] | None:
    """The model of the entries in a field that is an entry or a list of entries."""
    info = owner.model_fields.get(name)
    annotation = info.annotation if info is not None else None
    for argument in (annotation, *getattr(annotation, "__args__", ())):
        if isinstance(argument, type) and issubclass(argument, BaseModel):
            return argument
    return None
