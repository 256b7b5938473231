"""`footnote db copy` as it is typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli_app import app
from bot.errors import DatabaseUnreachable


def test_a_copy_is_told_table_by_table_and_at_the_end(migrated_file: Path, tmp_path: Path) -> None:
    addresses = [f"sqlite:///{migrated_file}", f"sqlite:///{tmp_path / 'copy.db'}"]
    done = CliRunner().invoke(app, ["db", "copy", *addresses])
    assert done.exit_code == 0
    assert "answers: 0 rows" in done.output
    assert "All 0 rows are copied" in done.output


@pytest.mark.parametrize(
    ("addresses", "said"),
    [
        (["footnote.db", "sqlite:///copy.db"], "FROM"),
        (["sqlite:///footnote.db", "mysql://host/name"], "TO"),
        (["sqlite:///footnote.db", "sqlite:///footnote.db"], "the same database"),
    ],
)
def test_an_address_that_cannot_be_is_named(addresses: list[str], said: str) -> None:
    done = CliRunner().invoke(app, ["db", "copy", *addresses])
    assert done.exit_code == 2
    assert said in done.output


def test_a_source_that_is_not_there_is_an_error_in_words(tmp_path: Path) -> None:
    addresses = [f"sqlite:///{tmp_path / 'none.db'}", f"sqlite:///{tmp_path / 'copy.db'}"]
    done = CliRunner().invoke(app, ["db", "copy", *addresses])
    assert isinstance(done.exception, DatabaseUnreachable)
    assert not (tmp_path / "copy.db").exists()
