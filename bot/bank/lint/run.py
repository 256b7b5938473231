"""The rules run over a course: findings with their places, and what a waiver takes out.

Which rules there are is the table's business; this module is given them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from bot.bank.items import Item
from bot.bank.lint.material import AnyItem, Material
from bot.bank.lint.rule import Flaw, LintRule
from bot.bank.lint.waivers import unknown_rules, unused_waivers
from bot.bank.problems import Problem, Severity
from bot.bank.references import Entries

UNKNOWN_WAIVER = "waiver-unknown"
UNUSED_WAIVER = "waiver-unused"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found. ``waived_because`` is the author's reason; None where nobody waived it."""

    rule: str
    problem: Problem
    waived_because: str | None = None

    @property
    def as_problem(self) -> Problem:
        """The finding among other problems: its message names the rule."""
        return replace(self.problem, message=f"{self.problem.message} [{self.rule}]")


@dataclass(frozen=True, slots=True)
class LintResult:
    """Everything that was found, in the files' order: what is to be mended, and what was waived."""

    findings: tuple[Finding, ...]
    waived: tuple[Finding, ...]

    def count(self, severity: Severity) -> int:
        """How many findings are of a severity."""
        return sum(finding.problem.severity is severity for finding in self.findings)


def run_rules(entries: Entries, rules: Mapping[str, LintRule]) -> LintResult:
    """Look at the sound entries of a course by every rule."""
    material = Material(entries)
    findings: list[Finding] = []
    waived: list[Finding] = []
    used: set[tuple[int, str]] = set()
    for rule_id, rule in rules.items():
        for flaw in rule.check(material):
            reason = flaw.item.entry.waive.get(rule_id)
            finding = Finding(rule_id, _problem(flaw, rule.severity), reason)
            if reason is None:
                findings.append(finding)
            else:
                used.add((id(flaw.item), rule_id))
                waived.append(finding)
    every = list(_items(entries))
    findings += [
        Finding(UNKNOWN_WAIVER, _problem(flaw, Severity.ERROR)) for flaw in unknown_rules(every, rules)
    ]
    findings += [
        Finding(UNUSED_WAIVER, _problem(flaw, Severity.ERROR)) for flaw in unused_waivers(every, rules, used)
    ]
    return LintResult(*(tuple(sorted(found, key=_order)) for found in (findings, waived)))


def _items(entries: Entries) -> Iterator[AnyItem]:
    if entries.course is not None:
        yield entries.course
    yield from entries.sources
    yield from entries.facts
    yield from entries.questions


def _problem(flaw: Flaw, severity: Severity) -> Problem:
    item: AnyItem = flaw.item
    assert isinstance(item, Item)
    return item.problem(flaw.path, flaw.message, flaw.mend, severity)


def _order(finding: Finding) -> tuple[Problem, str]:
    return finding.problem, finding.rule
