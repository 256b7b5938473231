"""A whole course checked: what is wrong with its files, its quotations and, by the linter, its questions.

Here findings become problems with a place and a severity; how they are printed is the
command's business.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.bank.facts import FilePlace
from bot.bank.folding import fold
from bot.bank.lint import LintResult, lint
from bot.bank.load import LoadedCourse, build_course, build_documents, build_facts
from bot.bank.mend import mend_quotations
from bot.bank.problems import Problem, Severity
from bot.bank.quarantine import gone_quotations, is_gone, is_held, record_quarantine
from bot.bank.question_facts import facts_behind
from bot.bank.reading import CourseFiles, has_errors, read_course
from bot.bank.references import Entries
from bot.bank.verify import CheckedDocument, CheckedQuotation, Finding, Verification, verify_facts

OWN_DOCUMENTS = "documents"
"""The folder inside a course where its documents may lie."""

# Signs that look alike to a person who copies by hand, each of one character.
_ALIKE = str.maketrans("‘’‚“”„–—‐‑", "'''\"\"\"----")


@dataclass(frozen=True, slots=True)
class CourseCheck:
    """The result. ``course`` is None where the files have errors; ``mended`` counts quotations.

    What the linter found is among ``problems`` too; it keeps no course from being loaded.
    """

    folder: Path
    files: CourseFiles
    course: LoadedCourse | None
    documents_folder: Path | None
    verification: Verification
    problems: tuple[Problem, ...]
    lint: LintResult
    mended: int = 0

    def count(self, severity: Severity) -> int:
        """How many problems are of a severity."""
        return sum(problem.severity is severity for problem in self.problems)

    @property
    def course_id(self) -> str:
        """The id, as far as it could be read; else the folder's name."""
        return self.files.course_id

    @property
    def questions_by_type(self) -> dict[str, int]:
        """The approved questions by type."""
        entries = (item.entry for item in self.files.entries.questions)
        return dict(
            sorted(Counter(str(entry.type) for entry in entries if entry.status == "approved").items())
        )

    @property
    def quarantined(self) -> tuple[str, ...]:
        """The ids of the approved questions that are not drawn, because a quotation is gone."""
        gone = gone_quotations(self.files.entries).keys()
        entries = (item.entry for item in self.files.entries.questions)
        return tuple(
            entry.id
            for entry in entries
            if entry.status == "approved" and not gone.isdisjoint(facts_behind(entry))
        )

    @property
    def gone(self) -> int:
        """How many quotations were lost with a change of their document."""
        found = self.verification
        return sum(is_gone(checked, found, self.files.entries) for checked in found.quotations)

    @property
    def drafts(self) -> int:
        """How many questions wait for approval."""
        return sum(item.entry.status == "draft" for item in self.files.entries.questions)


def check_course(folder: Path, documents: Path | None = None, *, fix: bool = False) -> CourseCheck:
    """Check the course in ``folder`` with the documents in ``documents`` or its own.

    ``fix`` records computed offsets and places in the fact files first, if those have no errors, and which
    quotations are gone.

    Raises:
        BankError: a file could not be mended, or PyYAML lacks its C parser.
    """
    if documents is None and (folder / OWN_DOCUMENTS).is_dir():
        documents = folder / OWN_DOCUMENTS
    read, verification = _read_and_verify(folder, documents)
    mended = 0
    if fix and not has_errors(read):
        mended = mend_quotations(folder, verification.quotations)
        record_quarantine(folder, verification, read.entries)
        read, verification = _read_and_verify(folder, documents)
    found = lint(read.entries)
    problems = sorted(
        [
            *read.problems,
            *(finding.as_problem for finding in found.findings),
            *_document_problems(verification, documents),
            *_quotation_problems(verification, read.entries),
        ]
    )
    course = None if has_errors(read) else build_course(read)
    return CourseCheck(folder, read, course, documents, verification, tuple(problems), found, mended)


def _read_and_verify(folder: Path, documents: Path | None) -> tuple[CourseFiles, Verification]:
    read = read_course(folder)
    facts, sources = build_facts(read.entries), build_documents(read.entries)
    return read, verify_facts(facts, sources, documents)


def _document_problems(verification: Verification, folder: Path | None) -> Iterator[Problem]:
    for found in verification.documents if folder is not None else ():
        document = found.document
        if found.trouble:
            yield _warning(
                document.written, f"{document.file}: {found.trouble}", "its quotations were not verified"
            )
        elif not found.is_found:
            message = f"{document.file} is not in the documents' folder"
            yield _warning(document.written, message, "put it there; its quotations were not verified")
        elif found.is_same is None:
            message = f"is missing; that of the {document.file} at hand is {found.sha256}"
            yield _warning(document.written, message, "record it if this is the right file")
        elif not found.is_same:
            message = f"{document.file} is not the recorded file: its sha256 is {found.sha256}"
            expected = "get the recorded file; or, if this one is right, run the check with --fix and record its sha256"
            yield _warning(document.written, message, expected)


def _quotation_problems(verification: Verification, entries: Entries) -> Iterator[Problem]:
    documents = {found.document.source.id: found for found in verification.documents}
    for checked in verification.quotations:
        written = checked.evidence.written
        if checked.finding is Finding.MISSING:
            found = documents[checked.evidence.source_id]
            advice = _nearest_words(checked, found)
            if not is_gone(checked, verification, entries):
                message = f"the quotation does not stand in {found.document.file}"
                yield _problem(written, Severity.ERROR, message, advice)
            elif is_held(checked, entries):
                yield _warning(written, f"the quotation is gone from {found.document.file}", advice)
            else:
                message = f"the quotation is gone from {found.document.file}, which is not the recorded file"
                expected = "run the check with --fix, and the questions that rest on it are not drawn"
                yield _problem(written, Severity.ERROR, message, expected)
        elif checked.finding is not Finding.UNVERIFIED and is_held(checked, entries):
            yield _warning(
                written, "the quotation, which was gone, is found again", "run the check with --fix"
            )
        elif checked.finding is Finding.MOVED:
            message = f"the quotation stands at offset {checked.at}, not at {checked.evidence.at}"
            yield _warning(written, message, "run the check with --fix")
        elif checked.finding is Finding.VERIFIED and not checked.is_recorded:
            yield _warning(written, _unrecorded(checked), "run the check with --fix")


def _unrecorded(checked: CheckedQuotation) -> str:
    if checked.evidence.at is None:
        return f"its offset (at: {checked.at}) is not recorded"
    if checked.evidence.place is None:
        return f"its place ({checked.place}) is not recorded"
    return f"its place is {checked.place}, not {checked.evidence.place}"


def _nearest_words(checked: CheckedQuotation, found: CheckedDocument) -> str:
    """What to do about a quotation that is not there; the document's own words where signs alone differ."""
    advice = "copy it from the document letter by letter, in one stretch"
    if found.text is None:
        return advice
    quote = checked.evidence.quote
    at = next(fold(found.text.raw.translate(_ALIKE)).find(quote.translate(_ALIKE)), None)
    if at is None:
        return advice
    start = found.text.position(at)
    return (
        f"the document has other quotation marks or dashes: “{found.text.text[start : start + len(quote)]}”"
    )


def _problem(written: FilePlace, severity: Severity, message: str, expected: str) -> Problem:
    return Problem(written.file, written.line, written.column, written.field, message, expected, severity)


def _warning(written: FilePlace, message: str, expected: str) -> Problem:
    return _problem(written, Severity.WARNING, message, expected)
