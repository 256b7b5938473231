"""The report of a run, as it also stands in the documentation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tests.faults.arena import Outcome


def report(outcomes: Sequence[Outcome], seed: str) -> str:
    """A table by kind of fault, and every violation in full."""
    lines = [
        f"seed {seed}",
        "",
        "| fault | times | rounds | clicks | receipts | violations |",
        "|---|---|---|---|---|---|",
    ]
    times: Counter[str] = Counter()
    sums: dict[str, list[int]] = {}
    for outcome in outcomes:
        times.update(outcome.faults)
        found = [outcome.rounds, outcome.clicks, outcome.receipts, len(outcome.violations)]
        kind = sums.setdefault(outcome.case.kind, [0, 0, 0, 0])
        sums[outcome.case.kind] = [one + other for one, other in zip(kind, found, strict=True)]
    for kind, numbers in sums.items():
        parts: Counter[str] = Counter()
        for outcome in outcomes:
            if outcome.case.kind == kind:
                parts.update(outcome.faults)
        done = ", ".join(f"{count} {what}" if what != kind else str(count) for what, count in parts.items())
        lines.append(f"| {kind} | {done} | {' | '.join(map(str, numbers))} |")
    totals = [sum(numbers[column] for numbers in sums.values()) for column in range(4)]
    lines.append(f"| all | {times.total()} | {' | '.join(map(str, totals))} |")
    bad = [outcome for outcome in outcomes if outcome.violations]
    for outcome in bad:
        lines += ["", f"VIOLATED in {outcome.seed}:", *(f"  {what}" for what in outcome.violations)]
    return "\n".join(lines)
