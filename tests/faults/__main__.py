"""`make torture`: every fault, many times, with a report; exits with 1 where something owed was not kept."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.faults.cases import programme
from tests.faults.report import report
from tests.faults.run import run_all


def main() -> int:
    """Run it all; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--seed", default="1", help="everything random hangs on it (1)")
    parser.add_argument("--kills", type=int, default=200, help="how often the process is killed (200)")
    parser.add_argument("--repeats", type=int, default=3, help="how often each other case is played (3)")
    parser.add_argument("--jobs", type=int, default=6, help="how many cases are played side by side (6)")
    parser.add_argument("--only", default="", help="only the kinds of fault with this in their name")
    parser.add_argument(
        "--keep", type=Path, help="a folder for databases and logs; by default they are removed"
    )
    given = parser.parse_args()
    kinds = programme(given.kills, given.repeats)
    cases = [case for case in kinds if given.only in case.kind]
    with TemporaryDirectory(prefix="footnote-torture-") as temporary:
        folder = given.keep or Path(temporary)
        outcomes = asyncio.run(run_all(cases, folder, given.seed, given.jobs, tell))
    tell(report(outcomes, given.seed))
    return 1 if any(outcome.violations for outcome in outcomes) else 0


def tell(line: str) -> None:
    """Say it at once, also into a pipe."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
