"""What a check finds, and how the findings are shown. No checks here."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad it is: a problem keeps the bot from its work, a warning may do so one day."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence about one thing, and what to do where it is not well."""

    level: Level
    said: str
    remedy: str | None = None


def ok(said: str) -> Finding:
    """It is well."""
    return Finding(Level.OK, said)


def warning(said: str, remedy: str) -> Finding:
    """It works, but something should be looked at."""
    return Finding(Level.WARNING, said, remedy)


def problem(said: str, remedy: str) -> Finding:
    """It does not work."""
    return Finding(Level.PROBLEM, said, remedy)


# By the name of the check, in the order of the table.
Findings = Sequence[tuple[str, Finding]]


def has_problem(findings: Findings) -> bool:
    """Whether the bot cannot do its work."""
    return any(finding.level is Level.PROBLEM for _, finding in findings)


def as_text(findings: Findings) -> str:
    """A line for each, and one that counts them."""
    width = max(len(name) for name, _ in findings)
    lines = [
        f"{finding.level:<7}  {name:<{width}}  {' '.join(filter(None, (finding.said, finding.remedy)))}"
        for name, finding in findings
    ]
    levels = [finding.level for _, finding in findings]
    problems, warnings = levels.count(Level.PROBLEM), levels.count(Level.WARNING)
    return "\n".join([*lines, "", f"problems: {problems}, warnings: {warnings}"])


def as_json(findings: Findings) -> str:
    """One object, for programs."""
    return json.dumps(
        {
            "ok": not has_problem(findings),
            "findings": [
                {
                    "check": name,
                    "level": finding.level.value,
                    "message": finding.said,
                    "remedy": finding.remedy,
                }
                for name, finding in findings
            ],
        },
        indent=2,
        ensure_ascii=False,
    )
