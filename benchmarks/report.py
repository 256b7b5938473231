"""The table and the file of a run's figures, and the machine that they come from."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.measuring import REPOSITORY, Figure

LATEST = REPOSITORY / "benchmarks" / "latest.json"
HEADINGS = ("figure", "measured", "target", "", "behind it")


def table(figures: Sequence[Figure]) -> str:
    """The figures as a Markdown table, aligned so that it reads well as plain text too."""
    rows = [HEADINGS, *map(_row, figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    return "\n".join([lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]])


def machine() -> str:
    """The machine in one line: what a reader needs to know to compare."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") if hasattr(os, "sysconf") else 0
    return (
        f"{_processor()}, {os.cpu_count()} cores, {memory / 2**30:.0f} GB, {platform.system()} "
        f"{platform.release()}, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    )


def load() -> str:
    """How many processes wanted a core in the last minute, where the system tells."""
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"


def save(figures: Sequence[Figure], *, mode: str, load_before: str) -> None:
    """Write the figures, each run's value among them, to `LATEST`."""
    content = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "mode": mode,
        "machine": machine(),
        "load_before": load_before,
        "figures": [
            {
                "name": figure.name,
                "measured": figure.measured,
                "runs": list(figure.runs),
                "target": figure.target,
                "at_least": figure.at_least,
                "unit": figure.unit,
                "is_met": figure.is_met,
                "note": figure.note,
            }
            for figure in figures
        ],
    }
    LATEST.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _row(figure: Figure) -> tuple[str, ...]:
    verdict = {True: "met", False: "**missed**", None: "stated"}[figure.is_met]
    if figure.measured is None:
        verdict = "not measured"
    target = ""
    if figure.target is not None:
        target = f"{'≥' if figure.at_least else '≤'} {_number(figure.target, figure.unit)}"
    measured = "–" if figure.measured is None else _number(figure.measured, figure.unit)
    return figure.name, measured, target, verdict, figure.note


def _number(value: float, unit: str) -> str:
    digits = f"{value:.3g}" if abs(value) < 100 else f"{value:,.0f}"  # noqa: PLR2004 - three digits are enough
    return f"{digits} {unit}".rstrip()


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
