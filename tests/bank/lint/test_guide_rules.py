"""docs/bank.md tells authors every rule of the linter, in the rule's own words; each rule says by whose authority."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.bank.lint import LINT_RULES
from bot.bank.lint.run import UNKNOWN_WAIVER, UNUSED_WAIVER
from bot.bank.lint.waivers import unknown_rules, unused_waivers
from bot.bank.problems import Severity

GUIDE = (Path(__file__).parents[3] / "docs" / "bank.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `([a-z-]+)`( \(warning\))? \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
AUTHORITY = re.compile(r"SAQUET|Haladyna \d|[Tt]he project's own|\b(?:19|20)\d\d\)")

FUNCTIONS: dict[str, Callable[..., object]] = {
    **{name: rule.check for name, rule in LINT_RULES.items()},
    UNKNOWN_WAIVER: unknown_rules,
    UNUSED_WAIVER: unused_waivers,
}


def _told() -> dict[str, tuple[str, bool]]:
    section = GUIDE.partition("## What the linter holds")[2].partition("\n## ")[0]
    return {name: (what, bool(warning)) for name, warning, what, _why, _mend in ROW.findall(section)}


def test_the_guide_names_every_rule_and_no_other() -> None:
    assert list(_told()) == list(FUNCTIONS)


@pytest.mark.parametrize("rule", FUNCTIONS)
def test_the_guide_says_what_a_rule_holds_in_its_own_words(rule: str) -> None:
    first = (FUNCTIONS[rule].__doc__ or "").partition("\n\n")[0]
    assert _told()[rule][0] == " ".join(first.split())


@pytest.mark.parametrize("rule", LINT_RULES)
def test_the_guide_says_which_rules_only_warn(rule: str) -> None:
    assert _told()[rule][1] is (LINT_RULES[rule].severity is Severity.WARNING)


@pytest.mark.parametrize("rule", FUNCTIONS)
def test_a_rule_gives_its_reason_and_its_source(rule: str) -> None:
    reason = (FUNCTIONS[rule].__doc__ or "").partition("\n\n")[2]
    assert AUTHORITY.search(reason), f"{rule}: whose rule is it?"


def test_the_waiver_of_the_guide_names_a_rule() -> None:
    [waived] = re.findall(r"  waive:\n +([a-z-]+):", GUIDE)
    assert waived in LINT_RULES
