"""What is wrong with a course's files, said to the person who writes them.

A problem names its place as editors do (file:line:column), the field, what is wrong and
what was expected. Nothing here reads files.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Severity(StrEnum):
    """An error keeps a course from being loaded, unless it is the linter's; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong in one place.

    ``file`` is relative to the course's folder, with forward slashes. ``line`` and ``column``
    count from 1. ``field`` is a path such as ``zone-1988.evidence[1].quote`` whose numbers
    count from 1 too; it is empty where the whole file is meant. ``expected`` says what to do.
    """

    file: str
    line: int
    column: int
    field: str
    message: str
    expected: str = ""
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        parts = [f"{self.file}:{self.line}:{self.column}", self.field, self.message]
        said = ": ".join(part for part in parts if part)
        return f"{said}; {self.expected}" if self.expected else said


def errors_in(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems that keep a course from being loaded."""
    return tuple(problem for problem in problems if problem.severity is Severity.ERROR)


def nearest(word: str, known: Iterable[str]) -> str:
    """The sentence "did you mean …?" for a misspelt word; empty where nothing is near."""
    near = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"did you mean “{near[0]}”?" if near else ""
