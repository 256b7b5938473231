"""Rules about waivers: each names a rule that there is, and waives something.

A waiver is for a flaw that is none; it is read like a comment, so its reason must be true.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from bot.bank.lint.material import AnyItem
from bot.bank.lint.rule import Flaw
from bot.bank.problems import nearest


def unknown_rules(items: Iterable[AnyItem], rules: Collection[str]) -> Iterator[Flaw]:
    """A waiver names a rule of the linter.

    One with a misspelt name waives nothing, and hides that it does not. The project's own.
    """
    for item in items:
        for rule_id in item.entry.waive:
            if rule_id not in rules:
                mend = nearest(rule_id, rules) or "see docs/bank.md for the rules"
                yield Flaw(item, ("waive", rule_id), f"there is no rule “{rule_id}”", mend)


def unused_waivers(
    items: Iterable[AnyItem], rules: Collection[str], used: Collection[tuple[int, str]]
) -> Iterator[Flaw]:
    """A waiver waives a finding.

    One that outlives its flaw would hide the next one. The project's own, after mypy's unused-ignore.
    """
    for item in items:
        for rule_id in item.entry.waive:
            if rule_id in rules and (id(item), rule_id) not in used:
                yield Flaw(
                    item, ("waive", rule_id), f"there is no finding of “{rule_id}” here", "remove the waiver"
                )
