"""What `footnote run` imports: nothing that it can do without until somebody asks for it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

# By whom each is needed, so that whoever finds it here knows where to import it: in the function that needs it.
NOT_AT_A_START = {
    "alembic": "a database that is older than the program",
    "asyncpg": "PostgreSQL",
    "bot.bank.check": "footnote bank",
    "bot.bank.lint": "footnote bank",
    "bot.bank.load": "a course that changed, and that in another process",
    "bot.bank.reading": "a course that changed",
    "bot.bank.schema": "a course that changed",
    "bot.bank.yaml_files": "a course that changed",
    "bot.cli_app": "any other command",
    "bot.cli_bank": "footnote bank",
    "bot.cli_db": "footnote db",
    "bot.cli_schedule": "footnote schedule",
    "bot.doctor": "footnote doctor",
    "bot.playground": "footnote play",
    "bot.services.course_reader": "a course that changed, in another process",
    "dateutil.rrule": "a schedule",
    "icalendar": "a calendar",
    "matplotlib": "a chart",
    "multiprocessing": "nobody",
    "numpy": "a chart",
    "PIL": "a chart",
    "prometheus_client": "metrics that are asked for",
    "pydantic": "a question, when the first one is read",
    "rapidfuzz": "a typed answer",
    "rich": "a command's help",
    "simcord": "footnote play",
    "typer": "any other command",
    "sqlalchemy.dialects.postgresql": "PostgreSQL; for a table's options see storage/table_options.py",
    "sqlalchemy.dialects.sqlite": "an SQLite database; for a table's options see storage/table_options.py",
    "yaml": "a course that changed",
}
PROGRAM = "from bot.cli import load_bot; load_bot(); import sys; print(*sys.modules)"


@pytest.fixture(scope="module")
def imported() -> frozenset[str]:
    """Every module that is there once `footnote run` has imported what it needs."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, timeout=120
    )
    return frozenset(done.stdout.split())


@pytest.mark.parametrize("module", NOT_AT_A_START)
def test_a_start_does_not_wait_for_what_it_does_not_need(imported: frozenset[str], module: str) -> None:
    assert "bot.client" in imported
    assert module not in imported, (
        f"needed for {NOT_AT_A_START[module]} alone: import it in the function there"
    )


def test_a_start_compiles_no_methods_of_values(imported: frozenset[str]) -> None:
    ours = [Path(*module.split(".")) for module in imported if module.startswith("bot.")]
    files = [
        file for path in ours for file in (path.with_suffix(".py"), path / "__init__.py") if file.exists()
    ]
    assert len(files) == len(ours)
    compiled = [
        str(file)
        for file in files
        if re.search(r"^from dataclasses import .*\bdataclass\b", file.read_text("utf-8"), re.MULTILINE)
    ]
    assert not compiled, "bot.values has the dataclass that makes them when they are needed"
