"""The small torture: twenty kills, and every other kind of fault once. `make torture` is the whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.cases import small
from tests.faults.report import report
from tests.faults.run import run_all

# All of it mostly waits, so it is one test: side by side it takes as long as its longest case.
pytestmark = pytest.mark.timeout(900)
SEED = "small"


async def test_nothing_with_a_receipt_is_lost(tmp_path: Path) -> None:
    outcomes = await run_all(small(), tmp_path, SEED, jobs=8, tell=lambda _line: None)
    assert not any(outcome.violations for outcome in outcomes), report(outcomes, SEED)
    assert sum(outcome.faults["kill -9"] for outcome in outcomes) >= 20
