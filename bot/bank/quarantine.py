"""Quotations that their documents no longer hold, and the questions that are not drawn until they do.

Documents change, and are not at hand when the bot runs. So the check records what is gone in a
file of the course, which every later reading of the course honours, and takes it out again once
the quotation is found, or is another.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from bot.bank.course_files import QUARANTINE_FILE
from bot.bank.items import Item
from bot.bank.mend import replace_file
from bot.bank.problems import Problem, Severity
from bot.bank.question_facts import facts_behind
from bot.bank.references import Entries
from bot.bank.schema import QuarantineEntry
from bot.bank.verify import CheckedQuotation, Finding, Verification
from bot.errors import BankError

_HEADING = """\
# Quotations that do not stand in their documents any more. The questions that rest on them are not drawn.
# Written by footnote bank check --documents DIR --fix, which also removes what it finds again.
"""


def gone_quotations(entries: Entries) -> dict[str, list[Item[QuarantineEntry]]]:
    """What is in quarantine, by fact; without the entries whose quotation the fact no longer has."""
    quoted = {
        (item.entry.id, shown.source, shown.quote) for item in entries.facts for shown in item.entry.evidence
    }
    gone: dict[str, list[Item[QuarantineEntry]]] = {}
    for item in entries.quarantine:
        if (item.entry.fact, item.entry.source, item.entry.quote) in quoted:
            gone.setdefault(item.entry.fact, []).append(item)
    return gone


def quarantine_problems(entries: Entries) -> Iterator[Problem]:
    """A warning for each question that is not drawn, and for each entry that holds nothing back."""
    gone = gone_quotations(entries)
    files = {item.entry.id: item.entry.file for item in entries.sources}
    for item in entries.questions:
        for name in facts_behind(item.entry) if item.entry.status == "approved" else ():
            if name in gone:
                source = gone[name][0].entry.source
                said = f"is not drawn: a quotation of “{name}” is gone from {files.get(source, source)}"
                mend = "quote the document as it is now and check it with --fix, or retire the question"
                yield item.problem(("id",), said, mend, Severity.WARNING)
    for stale in entries.quarantine:
        if stale not in gone.get(stale.entry.fact, ()):
            said = f"“{stale.entry.fact}” has no such quotation any more"
            mend = "run the check with --fix, which removes this entry"
            yield stale.problem(("fact",), said, mend, Severity.WARNING)


def is_gone(checked: CheckedQuotation, verification: Verification, entries: Entries) -> bool:
    """Whether a quotation was lost with a change of its document, rather than miscopied.

    It was where it has an offset, which only the check writes, and the document is not the recorded file; or
    where it is in quarantine already.
    """
    if checked.finding is not Finding.MISSING:
        return False
    if is_held(checked, entries):
        return True
    [is_same] = [
        found.is_same
        for found in verification.documents
        if found.document.source.id == checked.evidence.source_id
    ]
    return checked.evidence.at is not None and is_same is not True


def is_held(checked: CheckedQuotation, entries: Entries) -> bool:
    """Whether a quotation is in quarantine."""
    return bool(_held(checked, entries))


def record_quarantine(folder: Path, verification: Verification, entries: Entries) -> None:
    """Write what is gone to the course's file; what could not be looked up stays as it was recorded.

    Raises:
        BankError: the file cannot be written.
    """
    hashes = {found.document.source.id: found.sha256 for found in verification.documents}
    lines: list[str] = []
    for checked in verification.quotations:
        is_unknown = checked.finding is Finding.UNVERIFIED and is_held(checked, entries)
        if is_unknown or is_gone(checked, verification, entries):
            evidence = checked.evidence
            recorded = [each.entry for each in _held(checked, entries)]
            missed_in = recorded[0].missed_in if recorded else hashes[evidence.source_id]
            quote = json.dumps(evidence.quote, ensure_ascii=False)
            lines.append(f"- fact: {checked.fact.id}\n  source: {evidence.source_id}")
            lines.append(f"  quote: {quote}\n  missed_in: {missed_in}")
    path = folder / QUARANTINE_FILE
    content = "\n".join([_HEADING, *lines, ""]).encode()
    try:
        if not lines:
            path.unlink(missing_ok=True)
        elif not path.is_file() or path.read_bytes() != content:
            replace_file(path, content)
    except OSError as error:
        raise BankError(f"{QUARANTINE_FILE} cannot be written: {error.strerror}.") from error


def _held(checked: CheckedQuotation, entries: Entries) -> list[Item[QuarantineEntry]]:
    wanted = (checked.fact.id, checked.evidence.source_id, checked.evidence.quote)
    return [
        item
        for item in entries.quarantine
        if (item.entry.fact, item.entry.source, item.entry.quote) == wanted
    ]
