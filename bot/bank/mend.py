"""Writing computed offsets and places of quotations into the fact files.

Only the lines `at` and `place` of a quotation are inserted or replaced; every other byte of
the file (comments, order, quotation marks, line ends) stays. The result is read again before
it is written: had it changed anything else, the file would be left as it is.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from bot.bank.verify import CheckedQuotation
from bot.bank.yaml_files import read_yaml_bytes
from bot.bank.yaml_values import Span, YamlList, YamlMapping, value_at
from bot.errors import BankError

_BYTE_ORDER_MARK = "\ufeff"
_COMPUTED = ("at", "place")


def mend_quotations(folder: Path, quotations: Iterable[CheckedQuotation]) -> int:
    """Record offset and place of each quotation that was found; how many were changed.

    Raises:
        BankError: a file cannot be written, or does not read as before with the new lines.
    """
    by_file: dict[str, list[CheckedQuotation]] = defaultdict(list)
    for checked in quotations:
        if checked.at is not None and not checked.is_recorded:
            by_file[checked.evidence.written.file].append(checked)
    for name, found in by_file.items():
        _mend_file(folder / name, name, found)
    return sum(map(len, by_file.values()))


def _mend_file(path: Path, name: str, found: Iterable[CheckedQuotation]) -> None:
    try:
        raw = path.read_bytes()
        mended = mended_text(raw, name, found)
        if mended != raw:
            replace_file(path, mended)
    except OSError as error:
        raise BankError(f"{name} cannot be written: {error.strerror}. Nothing in it was changed.") from error


def mended_text(raw: bytes, name: str, found: Iterable[CheckedQuotation]) -> bytes:
    """The bytes of a fact file with the computed lines of the quotations.

    Raises:
        BankError: the file would not read as before.
    """
    file = read_yaml_bytes(raw, name)
    text = file.text
    newline = "\r\n" if "\r\n" in text else "\n"
    edits: list[tuple[int, int, str]] = []
    for checked in found:
        evidence = _evidence_of(file.root, checked)
        if evidence is not None:
            edits += _edits(text, evidence, checked, newline)
    mended = text
    # From the end, so that offsets stay; of two at one place the later one, which belongs behind, goes first.
    edits.reverse()
    edits.sort(key=lambda edit: edit[0], reverse=True)
    for start, end, inserted in edits:
        mended = mended[:start] + inserted + mended[end:]
    prefix = _BYTE_ORDER_MARK if raw.decode("utf-8").startswith(_BYTE_ORDER_MARK) else ""
    result = (prefix + mended).encode("utf-8")
    if _without_computed(read_yaml_bytes(result, name).root) != _without_computed(file.root):
        raise BankError(f"{name} would not read as before with the computed lines. It was left as it is.")
    return result


def _evidence_of(root: object, checked: CheckedQuotation) -> YamlMapping | None:
    for fact in root if isinstance(root, YamlList) else ():
        if isinstance(fact, YamlMapping) and fact.get("id") == checked.fact.id:
            evidence = value_at(fact, ("evidence", checked.position))
            return evidence if isinstance(evidence, YamlMapping) else None
    return None


def _edits(
    text: str, evidence: YamlMapping, checked: CheckedQuotation, newline: str
) -> Iterable[tuple[int, int, str]]:
    """The replacements (from, to, by) that record what was computed for one quotation."""
    wanted = {"at": str(checked.at), "place": json.dumps(checked.place, ensure_ascii=False)}
    after = "quote"
    missing: list[str] = []
    for name in _COMPUTED:
        if name not in evidence:
            missing.append(f"{name}: {wanted[name]}")
        elif evidence[name] != (checked.at if name == "at" else checked.place):
            start, end = _trimmed(text, evidence.values_at[name])
            space = " " if text[start - 1 : start] == ":" else ""
            yield start, end, space + wanted[name]
        if name in evidence and not missing:
            after = name
    if missing:
        yield _insertion(text, evidence, after, missing, newline)


def _insertion(
    text: str, evidence: YamlMapping, after: str, fields: list[str], newline: str
) -> tuple[int, int, str]:
    """Where and how new fields are inserted behind an existing one."""
    _, end = _trimmed(text, evidence.values_at[after])
    if evidence.is_flow:
        return end, end, "".join(f", {field}" for field in fields)
    start_of_name = evidence.keys_at[after]
    indentation = " " * (start_of_name - (text.rfind("\n", 0, start_of_name) + 1))
    line_end = text.find("\n", end)
    line_end = len(text) if line_end < 0 else line_end - (text[line_end - 1] == "\r")
    return line_end, line_end, "".join(f"{newline}{indentation}{field}" for field in fields)


def _trimmed(text: str, span: Span) -> Span:
    """The span without the blank lines that YAML counts to a block of text."""
    return Span(span.start, span.start + len(text[span.start : span.end].rstrip()))


def _without_computed(value: object) -> object:
    if isinstance(value, YamlMapping):
        return {key: _without_computed(inner) for key, inner in value.items() if key not in _COMPUTED}
    if isinstance(value, YamlList):
        return [_without_computed(inner) for inner in value]
    return value


def replace_file(path: Path, content: bytes) -> None:
    """Write a file in one step: a reader, or a power cut, meets the old one or the new one."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        if path.exists():
            shutil.copymode(path, temporary)
        else:
            Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise
