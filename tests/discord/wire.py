"""What every request to Discord must hold, whatever scenario made it.

The shape of each is checked against Discord's own OpenAPI description where that is at hand (`../shared`); the
rest is what the description does not know: counts and sums over a message, mentions, privacy, and that nothing
public tells the key of a question that can still be answered.
"""

from __future__ import annotations

import functools
import importlib.util
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from bot.domain.courses import Course
from bot.domain.questions import Question
from bot.ui.text import plain

SHARED = Path(__file__).resolve().parents[3] / "shared"
MOST_COMPONENTS = 40
MOST_TEXT = 4000
MOST_CONTENT = 2000
MOST_CUSTOM_ID = 100
MOST_OPTIONS = 25
EPHEMERAL = 1 << 6
COMPONENTS_V2 = 1 << 15
REPLY, UPDATE = 4, 7
V2_TYPES = {9, 10, 11, 12, 13, 14, 17}
NO_MENTIONS = {"parse": []}
_COMMAND = re.compile(r"[-_'\w]{1,32}")
_PUBLIC = re.compile(r"/channels/(\d+)/messages(?:/(\d+))?")
_ANSWER = re.compile(r"[amtox]:(\d+)(?::\d+)?")
_WHY = re.compile(r"why:(\d+)")


@functools.lru_cache(maxsize=1)
def validator() -> Any | None:
    """The checker of requests over Discord's description, built once; None where the description is not at hand."""
    tool = SHARED / "tools" / "validate_openapi.py"
    if not tool.is_file() or not (SHARED / "discord-openapi" / "openapi.json").is_file():
        return None
    spec = importlib.util.spec_from_file_location("validate_openapi", tool)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Validator()


def faults(entry: Any) -> list[str]:
    """What is wrong with one request."""
    found: list[str] = []
    checker = validator()
    if checker is not None:
        query = {key: str(value) for key, value in (entry.params or {}).items()}
        found += checker.check(entry.method, entry.path, entry.json, query)
    if entry.path.endswith("/commands") and isinstance(entry.json, list):
        found += [fault for command in entry.json for fault in _faults_of_command(command)]
    for message, is_private in messages(entry):
        found += _faults_of_message(message, is_private=is_private)
    return [f"{entry.method} {entry.path}: {fault}" for fault in found]


def messages(entry: Any) -> Iterator[tuple[dict[str, Any], bool]]:
    """The message that a request sends or changes, if any, and whether it must be private."""
    body = entry.json
    if not isinstance(body, dict):
        return
    if _PUBLIC.fullmatch(entry.path):
        yield body, False
    elif entry.path.startswith("/interactions/") and body.get("type") in (REPLY, UPDATE):
        yield body.get("data") or {}, body["type"] == REPLY
    elif entry.path.startswith("/webhooks/"):
        yield body, entry.method == "POST"


def leaks(entries: list[Any], courses: Iterable[Course]) -> list[str]:
    """Public requests that tell what only the reveal may tell."""
    found: list[str] = []
    by_stem = {plain(question.stem): question for course in courses for question in course.questions}
    still_open: dict[str, dict[str, Question]] = {}
    for entry in entries:
        match = _PUBLIC.fullmatch(entry.path)
        if match is None or not isinstance(entry.json, dict):
            continue
        here = still_open.setdefault(match[1], {})
        body = json.dumps(entry.json, ensure_ascii=False)
        for custom_id in custom_ids(entry.json):
            if revealed := _WHY.fullmatch(custom_id):
                here.pop(revealed[1], None)
            elif asked := _ANSWER.fullmatch(custom_id):
                stem = next((stem for stem in by_stem if f"### {stem}" in texts(entry.json)), None)
                if stem is None:
                    found.append(f"{entry.path}: a card whose stem is not in the course")
                elif asked[1] not in here:
                    here.clear()  # a place has one open question; the one before it was lost on its way
                    here[asked[1]] = by_stem[stem]
        for question in here.values():
            found += [f"{entry.path}: tells “{secret}”" for secret in secrets(question) if secret in body]
        found += _marked_keys(entry)
    return found


def secrets(question: Question) -> set[str]:
    """What a card of an open question may not hold, as it would be written."""
    kept = {question.explanation, *(note.text for note in question.footnotes)}
    for option in question.options:
        kept |= {option.why_wrong} if option.why_wrong else set()
        kept |= {option.refutation.text} if option.refutation else set()
    kept -= {option.text for option in question.options}
    kept -= {question.passage.text} if question.passage else set()
    if question.text_key is not None:
        kept |= {
            word for word in question.text_key.accepted if word.casefold() not in question.stem.casefold()
        }
    if question.passage is not None:
        kept -= {question.passage.text}  # the quotation that is judged stands on the card
    written = kept | {plain(text) for text in kept}
    return {json.dumps(text, ensure_ascii=False)[1:-1] for text in written}


def custom_ids(body: Any) -> list[str]:
    """The names of all components of a message, nested ones too."""
    return [component["custom_id"] for component in walk(body.get("components")) if "custom_id" in component]


def texts(body: Any) -> str:
    """All texts of a message."""
    shown = [component["content"] for component in walk(body.get("components")) if component["type"] == 10]
    return "\n".join([str(body.get("content") or ""), *shown])


def walk(components: Any) -> Iterator[dict[str, Any]]:
    """Every component, parents first."""
    for component in components or []:
        yield component
        yield from walk(component.get("components"))
        if isinstance(component.get("accessory"), dict):
            yield component["accessory"]


def _marked_keys(entry: Any) -> list[str]:
    """Signs by which a key could be told from a distractor on an open card."""
    controls = [c for c in walk(entry.json.get("components")) if _ANSWER.fullmatch(c.get("custom_id", ""))]
    if not controls:
        return []
    found = []
    if (
        len({(c["type"], c.get("style"), c.get("disabled", False), bool(c.get("emoji"))) for c in controls})
        > 1
    ):
        found.append(f"{entry.path}: the answers' buttons differ")
    positions = [c["custom_id"].split(":")[2] for c in controls if c["custom_id"].startswith("a:")]
    if positions != [str(number) for number in range(len(positions))]:
        found.append(f"{entry.path}: the buttons do not count 0, 1, 2: {positions}")
    for menu in controls:
        options = menu.get("options") or []
        if [option["value"] for option in options] != [str(number) for number in range(len(options))]:
            found.append(f"{entry.path}: the menu's values do not count 0, 1, 2")
        if (
            len({(bool(o.get("description")), bool(o.get("default")), bool(o.get("emoji"))) for o in options})
            > 1
        ):
            found.append(f"{entry.path}: the menu's options differ")
    if any(mark in json.dumps(entry.json, ensure_ascii=False) for mark in ("✅", "right answer")):
        found.append(f"{entry.path}: a mark of the key")
    return found


def _faults_of_command(part: dict[str, Any]) -> list[str]:
    """A command, a group or an option: its name, and that options which must be given come first."""
    found: list[str] = []
    options = part.get("options") or []
    names = [part["name"], *(part.get("name_localizations") or {}).values()]
    found += [f"the name {name!r}" for name in names if not _COMMAND.fullmatch(name) or name != name.lower()]
    required = [bool(option.get("required")) for option in options]
    if required != sorted(required, reverse=True):
        found.append(f"/{part['name']}: an option that must be given stands after one that need not")
    if len(options) > MOST_OPTIONS or len(part.get("choices") or []) > MOST_OPTIONS:
        found.append(f"/{part['name']}: more than {MOST_OPTIONS} options or choices")
    return found + [fault for option in options for fault in _faults_of_command(option)]


def _announced_role(message: dict[str, Any]) -> dict[str, Any]:
    """What may be mentioned by the one message that calls a role: that of a schedule before a round."""
    called = re.findall(r"^<@&(\d+)>$", texts(message), re.MULTILINE)
    return {"parse": [], "roles": [int(called[0])]} if len(called) == 1 else NO_MENTIONS


def _faults_of_message(message: dict[str, Any], *, is_private: bool) -> list[str]:
    found: list[str] = []
    components = list(walk(message.get("components")))
    length = sum(len(component["content"]) for component in components if component["type"] == 10)
    names = custom_ids(message)
    flags = message.get("flags") or 0
    if len(components) > MOST_COMPONENTS:
        found.append(f"{len(components)} components")
    if length > MOST_TEXT:
        found.append(f"{length} characters in all texts")
    if len(str(message.get("content") or "")) > MOST_CONTENT:
        found.append(f"{len(message['content'])} characters of content")
    if len(set(names)) != len(names):
        found.append(f"custom_ids twice: {sorted(names)}")
    found += [f"a custom_id of {len(name)} characters" for name in names if len(name) > MOST_CUSTOM_ID]
    if any(component["type"] in V2_TYPES for component in components) and not flags & COMPONENTS_V2:
        found.append("components of version 2 without their flag")
    if flags & COMPONENTS_V2 and (message.get("content") or message.get("embeds")):
        found.append("content or embeds beside components of version 2")
    # In edits too: without it Discord lights up every name that an edit brings in.
    mentions = message.get("allowed_mentions")
    if ("content" in message or components) and mentions not in (NO_MENTIONS, _announced_role(message)):
        found.append(f"allowed_mentions is {mentions}")
    if is_private and not flags & EPHEMERAL:
        found.append("a reply that everyone sees")
    return found
