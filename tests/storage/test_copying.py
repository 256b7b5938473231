"""Copies from each kind of database to each, stopped half-way and gone on with."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import (
    CopyDiffers,
    DatabaseBehind,
    DatabaseInUse,
    DatabaseNewer,
    DatabaseUnreachable,
    TargetInUse,
)
from bot.storage import copying, dialects, migrate
from bot.storage.copying import copy
from bot.storage.database import Database
from bot.storage.migrate import SchemaState
from bot.storage.tables import AnswerRow, Base, DepartureRow, ShardLeaseRow
from tests import databases
from tests.services.rounds import CHANNEL, NOON, Stage
from tests.services.test_rounds_and_boards import played

BULK = 30_000


@pytest.fixture(params=["sqlite", "sqlite to postgresql", "postgresql to sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def templates(backend: str, request: pytest.FixtureRequest) -> tuple[str | Path, str | Path]:
    kinds = backend.split(" to ")
    names = {"sqlite": "migrated_file", "postgresql": "postgresql_template"}
    return request.getfixturevalue(names[kinds[0]]), request.getfixturevalue(names[kinds[-1]])


@pytest.fixture
async def source(templates: tuple[str | Path, str | Path], tmp_path: Path) -> AsyncIterator[Database]:
    """A database in which a round was played."""
    async with databases.clone(templates[0], tmp_path) as database:
        await played(database)
        yield database


@pytest.fixture
async def target(templates: tuple[str | Path, str | Path], tmp_path: Path) -> AsyncIterator[Database]:
    async with databases.clone(templates[1], tmp_path) as database:
        yield database


async def contents(database: Database) -> dict[str, list[tuple[object, ...]]]:
    async with database.read() as session:
        return {
            table.name: sorted(
                (tuple(row) for row in await session.execute(select(*table.columns))),
                key=lambda row: tuple(map(str, row)),
            )
            for table in Base.metadata.sorted_tables
        }


async def add_answers(database: Database, number: int) -> None:
    async with database.write() as session:
        one = (await session.scalars(select(AnswerRow).limit(1))).one()
        row = {column.name: getattr(one, column.name) for column in AnswerRow.__table__.columns}
        rows = [row | {"learner_id": 10**18 + learner, "points": learner % 1000} for learner in range(number)]
        await session.execute(insert(AnswerRow), rows)


def silent(table: str, done: int, total: int) -> None:
    pass


async def test_a_copy_holds_what_its_source_holds(source: Database, target: Database) -> None:
    told: dict[str, tuple[int, int]] = {}
    rows = await copy(source, target, lambda table, done, total: told.update({table: (done, total)}))
    there = await contents(target)
    assert there == await contents(source)
    assert rows == sum(map(len, there.values()))
    assert told == {name: (len(held), len(held)) for name, held in there.items()}
    assert await migrate.prepare(target, now=NOON) is None


async def test_a_database_at_which_a_bot_is_at_work_is_not_copied(source: Database, target: Database) -> None:
    async with source.write() as session:
        until = await dialects.now(session) + timedelta(seconds=10)
        session.add(
            ShardLeaseRow(
                shard_id=0,
                shard_count=1,
                token=1,
                holder="a/1/2/3",
                holder_name="host, process 1",
                until=until,
            )
        )
    with pytest.raises(DatabaseInUse, match=r"host, process 1.*at work on the source"):
        await copy(source, target, silent)
    assert not any((await contents(target)).values())
    assert await copy(source, target, silent, is_dead="a/1/2/3".__eq__)


async def test_the_bot_goes_on_with_the_copy(source: Database, target: Database) -> None:
    await copy(source, target, silent)
    stage = Stage(target)
    record = await stage.open(await stage.start(channel_id=CHANNEL + 1))
    assert record.id == 2


async def test_an_empty_database_is_given_its_tables(source: Database, target: Database) -> None:
    async with target.write() as session:
        for table in [*Base.metadata.sorted_tables[::-1], "alembic_version"]:
            await session.execute(text(f"DROP TABLE {table}"))
    await copy(source, target, silent)
    assert await contents(target) == await contents(source)


async def test_a_copy_that_was_stopped_anywhere_goes_on(
    source: Database, target: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "BATCH", 3)
    steps: list[tuple[str, int, int]] = []

    def stop_after(most: int) -> copying.Report:
        def report(*step: object) -> None:
            steps.append(step)  # type: ignore[arg-type]
            if len(steps) > most:
                raise KeyboardInterrupt

        return report

    stops = 0
    while stops < 30:
        steps.clear()
        try:
            await copy(source, target, stop_after(stops))
            break
        except KeyboardInterrupt:
            stops += 1
            with pytest.raises(DatabaseBehind, match="copy"):
                await migrate.prepare(target, now=NOON)
    assert stops > 5
    assert await contents(target) == await contents(source)


@pytest.mark.parametrize("backend", ["sqlite to postgresql", "postgresql to sqlite"])
async def test_a_copy_that_was_killed_goes_on(source: Database, target: Database) -> None:
    await add_answers(source, BULK)
    addresses = [each.url.render_as_string(hide_password=False) for each in (source, target)]

    async def start() -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "db", "copy", *addresses, stderr=asyncio.subprocess.PIPE, env=os.environ
        )  # fmt: skip

    async def copied() -> int:
        async with target.read() as session:
            return await session.scalar(select(func.count()).select_from(AnswerRow)) or 0

    killed = await start()
    async with asyncio.timeout(60):
        while not await copied():
            assert killed.returncode is None
    killed.send_signal(signal.SIGKILL)
    await killed.communicate()
    assert 0 < await copied() < BULK
    again = await start()
    _, said = await again.communicate()
    assert again.returncode == 0, said.decode()
    assert f"answers: {BULK + 3:,} rows" in said.decode()
    assert await copied() == BULK + 3
    assert await migrate.prepare(target, now=NOON) is None


async def test_a_copy_that_is_whole_is_found_to_be_so(source: Database, target: Database) -> None:
    first = await copy(source, target, silent)
    assert await copy(source, target, silent) == first


async def test_a_target_with_other_data_is_left_alone(source: Database, target: Database) -> None:
    async with target.write() as session:
        session.add(DepartureRow(guild_id=1, learner_id=2, noticed_at=NOON))
    before = await contents(target)
    with pytest.raises(TargetInUse, match="departures"):
        await copy(source, target, silent)
    assert await contents(target) == before
    assert await migrate.prepare(target, now=NOON) is None


async def test_a_target_that_was_played_on_is_left_alone(source: Database, target: Database) -> None:
    await copy(source, target, silent)
    async with target.write() as session:
        await session.execute(text("UPDATE answers SET points = points + 1"))
    with pytest.raises(TargetInUse, match="answers"):
        await copy(source, target, silent)


async def test_a_target_with_tables_of_another_program_is_left_alone(
    source: Database, target: Database
) -> None:
    async with target.write() as session:
        for table in [*Base.metadata.sorted_tables[::-1], "alembic_version"]:
            await session.execute(text(f"DROP TABLE {table}"))
        await session.execute(text("CREATE TABLE theirs (id INTEGER)"))
    with pytest.raises(TargetInUse, match="theirs"):
        await copy(source, target, silent)
    assert await migrate.schema_state(target) is SchemaState.EMPTY


async def test_a_difference_is_found_by_the_check(
    source: Database, target: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy_table = copying._copy_table

    async def copy_and_spoil(session: AsyncSession, copied: Database, table: Table, *rest: Any) -> None:
        await copy_table(session, copied, table, *rest)
        if table.name == "answers":
            async with copied.write() as spoiling:
                await spoiling.execute(text("UPDATE answers SET points = points - 1 WHERE points > 0"))

    monkeypatch.setattr(copying, "_copy_table", copy_and_spoil)
    with pytest.raises(CopyDiffers, match="answers"):
        await copy(source, target, silent)
    with pytest.raises(DatabaseBehind, match="copy"):
        await migrate.prepare(target, now=NOON)


@pytest.mark.parametrize(("revision", "error"), [("9999", DatabaseNewer), ("0001", DatabaseBehind)])
async def test_only_databases_of_this_release_are_copied(
    source: Database, target: Database, revision: str, error: type[Exception]
) -> None:
    for database in (source, target):
        async with database.write() as session:
            current = await session.scalar(text("SELECT version_num FROM alembic_version"))
            await session.execute(
                text("UPDATE alembic_version SET version_num = :number"), {"number": revision}
            )
        with pytest.raises(error):
            await copy(source, target, silent)
        async with database.write() as session:
            await session.execute(
                text("UPDATE alembic_version SET version_num = :number"), {"number": current}
            )


async def test_a_source_that_is_not_there_is_not_made(target: Database, tmp_path: Path) -> None:
    source = Database(f"sqlite+aiosqlite:///{tmp_path / 'missing.db'}")
    with pytest.raises(DatabaseUnreachable, match="no database"):
        await copy(source, target, silent)
    assert not (tmp_path / "missing.db").exists()
