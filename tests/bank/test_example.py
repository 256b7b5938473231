"""The example course that a newcomer copies is whole and without a finding."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from bot.cli_bank import bank

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "course"


def test_the_example_course_has_no_problem() -> None:
    done = CliRunner(env={"NO_COLOR": "1", "COLUMNS": "200"}).invoke(bank, ["check", str(EXAMPLE)])
    assert done.exit_code == 0, done.output
    assert "0 errors, 0 warnings." in done.output
