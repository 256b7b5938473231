"""What a rule of the linter is, and what it finds. The table of all rules is in ``bot.bank.lint``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from bot.bank.lint.material import AnyItem, Material
from bot.bank.problems import Severity
from bot.bank.yaml_values import Path


class Flaw(NamedTuple):
    """One flaw of one entry: the field at ``path``, what is wrong, and how to mend it."""

    item: AnyItem
    path: Path
    message: str
    mend: str


Check: TypeAlias = Callable[[Material], Iterator[Flaw]]


@dataclass(frozen=True, slots=True)
class LintRule:
    """A function that finds flaws, and how grave they are.

    The function's docstring says what the rule holds, why, and by whose authority.
    """

    check: Check
    severity: Severity = Severity.ERROR
