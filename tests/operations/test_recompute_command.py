"""`footnote db recompute`, as it is typed."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli_app import app
from bot.errors import DatabaseBehind
from bot.storage.database import Database
from tests.services.test_answering import ADA, BEN
from tests.services.test_disputes import Stage, play


@pytest.fixture
async def played(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database in which one question was answered, as the command's own."""
    await play(Stage(database), {ADA: 0, BEN: 1})
    await database.close()
    file = tmp_path / "footnote.db"
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{file}")
    return file


def test_it_says_that_all_agrees(played: Path) -> None:
    result = CliRunner().invoke(app, ["db", "recompute", "--check"])
    assert result.exit_code == 0
    assert "2 answers and 20 places on boards of 1 servers were computed." in result.output
    assert "Every mark and every board is what the answers and the rulings give." in result.output


def test_it_names_what_differs_and_mends_it_only_without_check(played: Path) -> None:
    with closing(sqlite3.connect(played)) as raw:
        raw.execute("UPDATE answers SET points = 7 WHERE learner_id = ?", (BEN,))
        raw.execute("DELETE FROM standings WHERE learner_id = ?", (BEN,))
        raw.commit()
    for _ in range(2):
        result = CliRunner().invoke(app, ["db", "recompute", "--check"])
        assert result.exit_code == 1
        assert f"learner {BEN}, revision 0: kept 0 (7 points), computed 0 (0 points)" in result.output
        assert "kept nothing, computed 7 points, 0 of 1 right" in result.output
        assert "footnote db backup" in result.output
    mended = CliRunner().invoke(app, ["db", "recompute"])
    assert mended.exit_code == 0
    assert "All of them are mended." in mended.output
    assert CliRunner().invoke(app, ["db", "recompute", "--check"]).exit_code == 0


def test_a_database_of_another_version_is_left_untouched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'new.db'}")
    result = CliRunner().invoke(app, ["db", "recompute"])
    assert isinstance(result.exception, DatabaseBehind)
