"""What the linter and the count of a course say, for people and for programs.

For the people who write courses, and in English as their error messages are: nothing here is translated.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from bot.bank.lint import Finding, LintResult
from bot.bank.problems import Severity
from bot.bank.stats import CourseStats, FactCount, Share
from bot.domain.questions import FactKind

KeyT = TypeVar("KeyT", bound=str | int)

BAR = 30
"""The longest bar, in characters."""
NAMED = 12
"""How many ids a line of text names; programs get all."""


def lint_as_object(result: LintResult, course: str, errors: int) -> dict[str, object]:
    """The findings for programs; `docs/bank.md` describes each field."""
    return {
        "course": course,
        "files_errors": errors,
        "errors": result.count(Severity.ERROR),
        "warnings": result.count(Severity.WARNING),
        "findings": [_finding(found) for found in result.findings],
        "waived": [{**_finding(found), "reason": found.waived_because} for found in result.waived],
    }


def _finding(found: Finding) -> dict[str, object]:
    problem = found.problem
    return {
        "rule": found.rule,
        "severity": str(problem.severity),
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "field": problem.field,
        "message": problem.message,
        "mend": problem.expected,
    }


def lint_as_text(result: LintResult, course: str, errors: int) -> str:
    """The findings for people: each with its place, then one sentence."""
    lines = [f"{found.problem.severity}: {found.as_problem}" for found in result.findings]
    lines += [f"waived: {found.as_problem} (reason: {found.waived_because})" for found in result.waived]
    if lines:
        lines.append("")
    if errors:
        lines.append(
            f"Errors in the files: {errors}; footnote bank check names them. What can be read was linted."
        )
    found, waived = len(result.findings), len(result.waived)
    lines.append(f"{course}: findings: {found or 'none'}; waived: {waived or 'none'}.")
    return "\n".join(lines)


def stats_as_object(stats: CourseStats) -> dict[str, object]:
    """The numbers for programs; `docs/bank.md` describes each field."""
    coverage, keys = stats.coverage, stats.keys
    return {
        "course": stats.course,
        "questions": stats.questions,
        "drafts": stats.drafts,
        "by_type": _plain(stats.by_type),
        "by_document": _plain(stats.by_document),
        "by_topic": _plain(stats.by_topic),
        "by_cognitive": _plain(stats.by_cognitive),
        "by_difficulty": _plain(stats.by_difficulty),
        "above_remember": stats.above_remember.value,
        "coverage": {
            "core": coverage.core.value,
            "core_one": coverage.core_one.value,
            "usable": coverage.usable.value,
            "by_document": {name: share.value for name, share in coverage.by_document.items()},
            "by_kind": {str(kind): share.value for kind, share in coverage.by_kind.items() if share.total},
            "core_facts": coverage.core.total,
            "usable_facts": coverage.usable.total,
            "core_missing": list(coverage.core_missing),
            "usable_missing": list(coverage.usable_missing),
        },
        "keys": {
            "items": keys.items,
            "longest": keys.longest.value if keys.items else None,
            "shortest": keys.shortest.value if keys.items else None,
            "positions": list(keys.positions),
            "true_statements": keys.true_statements.value if keys.true_statements.total else None,
        },
        "facts": {
            str(kind): {"core": count.core, "detail": count.detail, "unusable": count.unusable}
            for kind, count in stats.facts.items()
        },
    }


def _plain(counts: Mapping[KeyT, int]) -> dict[str, int]:
    return {str(key): count for key, count in counts.items()}


def stats_as_text(stats: CourseStats) -> str:
    """The numbers for people: tables with bars, then the shares."""
    coverage, keys = stats.coverage, stats.keys
    lines = [f"{stats.course}: {stats.questions} approved questions, {stats.drafts} drafts."]
    for title, counts in (
        ("Kind of question", _plain(stats.by_type)),
        ("Document of the footnote", _plain(stats.by_document)),
        ("Topic", _plain(stats.by_topic)),
        ("Cognitive level", _plain(stats.by_cognitive)),
        ("Difficulty", _plain(stats.by_difficulty)),
    ):
        lines += ["", title, *_bars(counts)]
    lines += ["", "Facts by kind: core + detail (unusable)", *_facts(stats.facts)]
    lines += [
        "",
        f"Above remembering: {_share(stats.above_remember)}.",
        f"Usable core facts with two questions or more: {_share(coverage.core)}; with one: {_share(coverage.core_one)}.",
        f"Usable facts with a question: {_share(coverage.usable)}.",
        *(f"  {name}: {_share(share)}" for name, share in coverage.by_document.items()),
        *_missing("Core facts with fewer than two", coverage.core_missing),
        *_missing("Usable facts without any", coverage.usable_missing),
    ]
    if keys.items:
        spread = ", ".join(f"{share:.0%}" for share in keys.positions)
        lines += [
            f"Keys among four options: longest in {_share(keys.longest)}, shortest in {_share(keys.shortest)};",
            f"  expected at the first to the fourth place: {spread} (by chance 25 % each).",
        ]
    if keys.true_statements.total:
        lines.append(f"True statements among true-or-false: {_share(keys.true_statements)}.")
    return "\n".join(lines)


def _bars(counts: Mapping[str, int]) -> Iterator[str]:
    width = max(map(len, counts), default=0)
    most = max(counts.values(), default=0)
    for name, count in counts.items():
        bar = "█" * round(BAR * count / most) if most else ""
        yield f"  {name:<{width}}  {count:>5}  {bar}".rstrip()


def _facts(facts: Mapping[FactKind, FactCount]) -> Iterator[str]:
    width = max(map(len, facts), default=0)
    for kind, count in facts.items():
        if count.core or count.detail or count.unusable:
            unusable = f" ({count.unusable})" if count.unusable else ""
            yield f"  {kind:<{width}}  {count.core:>4} + {count.detail}{unusable}"


def _missing(what: str, ids: tuple[str, ...]) -> Iterable[str]:
    if not ids:
        return []
    more = f" and {len(ids) - NAMED} more (--json names all)" if len(ids) > NAMED else ""
    return [f"{what}: {', '.join(ids[:NAMED])}{more}."]


def _share(share: Share) -> str:
    return f"{share.count} of {share.total} ({share.value:.1%})"
