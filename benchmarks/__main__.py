"""`python -m benchmarks [--quick] [--only FAMILY …]`: measure, print the table, and say whether all targets are met."""

from __future__ import annotations

import argparse
import asyncio
import importlib
import logging
import sys
from collections.abc import Sequence
from time import perf_counter

from benchmarks import report
from benchmarks.measuring import FULL, QUICK, TINY, Figure, Size

# A module each, with a coroutine `figures`; measured in this order.
FAMILIES = ("answers", "boards", "analyses", "starts", "clicks")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what is asked for; returns 1 where a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="about a minute; without the database of ten million answers"
    )
    parser.add_argument("--tiny", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--only", nargs="+", choices=FAMILIES, default=FAMILIES, help="measure only these")
    asked = parser.parse_args(arguments)
    mode, size = ("tiny", TINY) if asked.tiny else ("quick", QUICK) if asked.quick else ("full", FULL)
    load_before = report.load()
    figures = measure(asked.only, size)
    print(f"{report.machine()}; load before: {load_before}; {mode} run\n")
    print(report.table(figures))
    if mode != "tiny":
        report.save(figures, mode=mode, load_before=load_before)
    missed = [figure.name for figure in figures if figure.is_met is False]
    if missed:
        print(f"\n{len(missed)} of {len(figures)} figures miss their target.")
    return 1 if missed else 0


def measure(families: Sequence[str], size: Size) -> list[Figure]:
    """The figures of these families, in the order in which they are measured."""
    # Warnings of the bot that is measured are wanted on the screen, its progress is not.
    logging.basicConfig(level=logging.WARNING)
    figures: list[Figure] = []
    for family in families:
        began = perf_counter()
        print(f"measuring {family} …", end="", file=sys.stderr, flush=True)
        figures += asyncio.run(importlib.import_module(f"benchmarks.{family}").figures(size))
        print(f" {perf_counter() - began:.0f} s", file=sys.stderr)
    return figures


if __name__ == "__main__":
    sys.exit(main())
