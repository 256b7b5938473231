"""The course that is shipped has no flaw that the linter finds, and few exceptions."""

from __future__ import annotations

from bot.bank.lint import LintResult, lint
from bot.bank.reading import read_course
from bot.paths import bundled_courses

MOST_WAIVERS = 10


def _linted() -> LintResult:
    return lint(read_course(bundled_courses() / "zhongguancun").entries)


def test_it_has_no_finding_without_a_waiver() -> None:
    assert [str(found.as_problem) for found in _linted().findings] == []


def test_it_has_few_waivers() -> None:
    assert len(_linted().waived) <= MOST_WAIVERS
