"""The benchmarks run, and judge by their targets. How fast anything is, no test asks: see `make bench`."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from alembic import command

from benchmarks import __main__ as runner
from benchmarks import generated, measuring, report, school
from benchmarks.measuring import TINY, Figure, paired
from bot.storage import migrate, standings
from bot.storage.database import Database


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(report, "LATEST", tmp_path / "latest.json")


def test_a_figure_is_judged_by_the_median_of_its_runs() -> None:
    assert Figure("a", [1.0, 9.0, 2.0], target=2.0).is_met
    assert not Figure("b", [1.0, 9.0, 3.0], target=2.0).is_met
    assert Figure("c", [1.0, 9.0, 3.0], target=2.0, at_least=True).is_met
    assert Figure("only stated", [1.0], target=None).is_met is None
    assert Figure("not measured", [], target=2.0).is_met is None


async def test_limit_and_product_are_measured_in_turn_and_the_first_turn_is_not_counted() -> None:
    order: list[str] = []

    async def limit() -> float:
        order.append("limit")
        return 2.0

    async def product() -> float:
        order.append("product")
        return float(len(order))

    pairs = await paired(2, limit, product)
    assert order == ["limit", "product", "product", "limit", "limit", "product"]
    assert [pair.ratio for pair in pairs] == [1.5, 3.0]


@pytest.mark.parametrize("family", runner.FAMILIES)
def test_each_family_measures_what_it_names(family: str) -> None:
    figures = runner.measure([family], TINY)
    assert figures
    for figure in figures:
        assert figure.name
        assert all(run >= 0 for run in figure.runs)
        assert figure.runs or figure.note, f"{figure.name}: not measured, and it is not told why"


def test_a_missed_target_makes_the_run_fail_and_stands_in_the_table_and_the_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = [Figure("fast enough", [1.0], 2.0), Figure("too slow", [3.0], 2.0), Figure("stated", [4.0], None)]
    monkeypatch.setattr(runner, "measure", lambda _families, _size: found)
    assert runner.main(["--quick"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert any("too slow" in line and "**missed**" in line for line in lines)
    saved = json.loads(report.LATEST.read_text(encoding="utf-8"))
    assert [figure["is_met"] for figure in saved["figures"]] == [True, False, None]
    assert saved["mode"] == "quick"
    monkeypatch.setattr(runner, "measure", lambda _families, _size: [found[0], found[2]])
    assert runner.main(["--quick"]) == 0


async def test_a_database_made_before_a_migration_is_upgraded_and_not_made_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = await generated.database_with(2_000)
    older = file.with_stem(f"{file.stem[:-4]}0000")
    database = Database(school.address(file))
    async with (
        database.engine.connect() as connection,
        migrate._free_of_foreign_keys(connection),
        connection.begin(),
    ):
        await connection.run_sync(lambda sync: command.downgrade(migrate._config(sync), "-1"))
    await database.close()
    file.rename(older)
    monkeypatch.setattr(generated, "_generate", None)
    assert await generated.database_with(2_000) == file
    assert not older.exists()
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT count(*) FROM answers").fetchone() == (2_000,)


async def test_a_generated_board_is_what_the_product_makes_of_the_answers(tmp_path: Path) -> None:
    file = Path(shutil.copyfile(await generated.database_with(2_000), tmp_path / "board.db"))

    def rows() -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(file)) as connection:
            return connection.execute("SELECT * FROM standings ORDER BY 1, 2, 3, 4").fetchall()

    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT count(*) FROM answers").fetchone() == (2_000,)
        assert not connection.execute("PRAGMA foreign_key_check").fetchall()
    before = rows()
    database = Database(school.address(file))
    async with database.write() as session:
        await standings.rebuild(session, school.GUILD, ZoneInfo(school.TIME_ZONE))
    await database.close()
    assert rows() == before
