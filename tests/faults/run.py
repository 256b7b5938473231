"""Several cases side by side: each mostly waits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.faults.arena import Case, Outcome, play


async def run_all(
    cases: Sequence[Case], folder: Path, seed: str, jobs: int, tell: Callable[[str], None]
) -> list[Outcome]:
    """Play all cases, at most ``jobs`` at once; what is random in each hangs on the seed, its kind and its number."""
    turns = asyncio.Semaphore(jobs)

    async def one(number: int, case: Case) -> Outcome:
        async with turns:
            own = f"{seed}/{case.kind}/{number}"
            outcome = await play(case, folder / f"{number:03}", own)
        verdict = "; ".join(outcome.violations) or "kept"
        tell(
            f"{number + 1:>3}/{len(cases)} {case.kind}: {outcome.receipts} receipts, {outcome.seconds:.0f} s: {verdict}"
        )
        return outcome

    return list(await asyncio.gather(*(one(number, case) for number, case in enumerate(cases))))
