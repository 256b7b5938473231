from __future__ import annotations

import asyncio
import sqlite3
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, func, select, text

from bot.errors import DatabaseInUse, DatabaseNewer, DatabaseUnreachable
from bot.storage import dialects, migrate, point_counts, standings
from bot.storage.database import Database
from bot.storage.migrate import SchemaState
from bot.storage.tables import Base, PointCountRow, ShardLeaseRow, StandingRow

FIRST_REVISION = "0001"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


async def test_the_migrations_make_the_tables_that_the_program_uses(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        return compare_metadata(MigrationContext.configure(connection), Base.metadata)

    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_a_new_database_is_made_without_a_copy(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'new.db'}")
    assert await migrate.schema_state(database) is SchemaState.EMPTY
    assert await migrate.prepare(database, now=NOW) is None
    assert await migrate.schema_state(database) is SchemaState.CURRENT
    await database.close()


async def test_an_older_database_is_copied_aside_and_its_rows_survive_the_upgrade(tmp_path: Path) -> None:
    file = tmp_path / "footnote.db"
    database = Database(f"sqlite+aiosqlite:///{file}")
    async with database.engine.begin() as connection:
        await connection.run_sync(lambda sync: command.upgrade(migrate._config(sync), FIRST_REVISION))
    await database.close()
    with closing(sqlite3.connect(file)) as raw:
        raw.execute("INSERT INTO departures VALUES (1, 2, 3)")
        raw.execute("INSERT INTO courses (id, key, title) VALUES (1, 'tea', 'Tea')")
        raw.commit()
    database = Database(f"sqlite+aiosqlite:///{file}")
    assert await migrate.schema_state(database) is SchemaState.BEHIND
    copy = await migrate.prepare(database, now=NOW)
    assert await migrate.schema_state(database) is SchemaState.CURRENT
    await database.close()
    assert copy == file.with_name("footnote.before-upgrade-20260301T120000Z.db")
    for kept, revision in ((copy, FIRST_REVISION), (file, None)):
        with closing(sqlite3.connect(kept)) as raw:
            assert raw.execute("SELECT * FROM departures").fetchall() == [(1, 2, 3)]
            assert raw.execute("SELECT id, key, title FROM courses").fetchall() == [(1, "tea", "Tea")]
            (found,) = raw.execute("SELECT version_num FROM alembic_version").fetchone()
            assert revision in (None, found)


async def test_a_database_in_which_rounds_were_played_is_upgraded_with_all_its_rows(tmp_path: Path) -> None:
    file = tmp_path / "footnote.db"
    database = Database(f"sqlite+aiosqlite:///{file}")
    async with database.engine.begin() as connection:
        await connection.run_sync(lambda sync: command.upgrade(migrate._config(sync), FIRST_REVISION))
    await database.close()
    with closing(sqlite3.connect(file)) as raw:
        raw.execute("INSERT INTO courses (id, key, title) VALUES (1, 'tea', 'Tea')")
        raw.execute("INSERT INTO questions VALUES (1, 1, 'leaf', 1, 'hash', 1, '{}', 0)")
        round_columns = [row[1] for row in raw.execute("PRAGMA table_info(rounds)")]
        values = [1 if name in ("id", "course_id") else 0 for name in round_columns]
        marks = ", ".join("?" * len(values))
        raw.execute(f"INSERT INTO rounds VALUES ({marks})", values)  # noqa: S608 - question marks
        raw.execute("INSERT INTO round_questions VALUES (1, 1, 0, 1, '0,1', 'closed', 0, 1, NULL, 1)")
        raw.execute("INSERT INTO answers VALUES (1, 7, 0, '0', 0, 1, 1.0, 1000)")
        raw.commit()
    database = Database(f"sqlite+aiosqlite:///{file}")
    await migrate.upgrade(database)
    async with database.read() as session:
        assert await session.scalar(text("PRAGMA foreign_keys")) == 1
        found = text(
            "SELECT points FROM answers JOIN round_questions q ON q.id = round_question_id "
            "JOIN rounds r ON r.id = q.round_id JOIN questions ON questions.id = q.question_id"
        )
        assert (await session.execute(found)).all() == [(1000,)]
    await database.close()


async def test_boards_that_got_numbers_show_what_they_showed_and_can_be_taken_back(
    database: Database,
) -> None:
    """Course 1 alone in a round; courses 1 and 2 in all time, so that all courses are a board of their own."""
    rows = [(5, course, "round:9", who, 900 * who, 1, 2) for course in (0, 1) for who in (7, 8)]
    rows += [(5, course, "all", 7, points, 0, 1) for course, points in ((0, 5000), (1, 3999), (2, 1001))]
    rows.sort()
    every_row = text("SELECT * FROM standings ORDER BY 1, 2, 3, 4")
    await _migrate_to(database, "0011")
    async with database.write() as session:
        for row in rows:
            await session.execute(text(f"INSERT INTO standings VALUES {row}"))  # noqa: S608 - our own rows
    await _migrate_to(database, "0012")
    async with database.read() as session:
        kept = await standings.as_kept(session, 5)
        assert kept == {(course, period, who): sums for _, course, period, who, *sums in rows}
        assert await session.scalar(select(func.count()).select_from(StandingRow)) == len(rows) - 2
        assert await point_counts.wrong(session, 5) == 0
        assert await session.scalar(select(func.sum(PointCountRow.learners))) == len(rows) - 2
    await _migrate_to(database, "0011")
    async with database.read() as session:
        assert [tuple(row) for row in await session.execute(every_row)] == rows


async def _migrate_to(database: Database, revision: str) -> None:
    def move(connection: Connection) -> None:
        config = migrate._config(connection)
        current = MigrationContext.configure(connection).get_current_revision() or ""
        (command.upgrade if current < revision else command.downgrade)(config, revision)

    async with database.engine.begin() as connection:
        await connection.run_sync(move)


async def test_a_newer_database_is_refused_and_left_alone(database_file: Path) -> None:
    with closing(sqlite3.connect(database_file)) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
        raw.commit()
    before = database_file.read_bytes()
    database = Database(f"sqlite+aiosqlite:///{database_file}")
    for refused in (migrate.upgrade(database), migrate.prepare(database, now=NOW)):
        with pytest.raises(DatabaseNewer, match="newer Footnote"):
            await refused
    await database.close()
    assert database_file.read_bytes() == before


@pytest.mark.parametrize("backend", ["postgresql"])
async def test_a_server_that_does_not_answer_is_named_without_its_password(database: Database) -> None:
    password = database.url.password
    nowhere = Database(database.url.set(port=1).render_as_string(hide_password=False))
    nobody = Database(database.url.set(username="unknown").render_as_string(hide_password=False))
    unknown = Database(database.url.set(database="unknown").render_as_string(hide_password=False))
    for unreachable in (nowhere, nobody, unknown):
        with pytest.raises(DatabaseUnreachable, match="cannot be opened") as refused:
            await migrate.prepare(unreachable, now=NOW)
        assert password is None or password not in str(refused.value)
        await unreachable.close()


def test_without_its_driver_postgresql_is_said_to_need_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "asyncpg", None)
    with pytest.raises(DatabaseUnreachable, match=r"footnote-quiz\[postgres\]"):
        Database("postgresql+asyncpg://footnote@127.0.0.1/footnote")


@pytest.mark.parametrize("revision", [None, FIRST_REVISION], ids=["new", "old"])
async def test_processes_that_start_together_on_one_file_take_turns(
    tmp_path: Path, revision: str | None
) -> None:
    address = f"sqlite+aiosqlite:///{tmp_path / 'footnote.db'}"
    first = Database(address)
    if revision is not None:
        async with first.engine.begin() as connection:
            await connection.run_sync(lambda sync: command.upgrade(migrate._config(sync), revision))
    await first.close()
    databases = [Database(address) for _ in range(3)]
    copies = await asyncio.gather(*(migrate.prepare(each, now=NOW) for each in databases))
    assert len([copy for copy in copies if copy is not None]) == (0 if revision is None else 1)
    for each in databases:
        assert await migrate.schema_state(each) is SchemaState.CURRENT
        await each.close()


@pytest.mark.parametrize("backend", ["postgresql"])
async def test_processes_that_upgrade_a_server_together_take_turns(database: Database) -> None:
    async with database.write() as session:
        for table in [*Base.metadata.sorted_tables[::-1], "alembic_version"]:
            await session.execute(text(f"DROP TABLE {table}"))
    others = [Database(database.url.render_as_string(hide_password=False)) for _ in range(3)]
    await asyncio.gather(*map(migrate.upgrade, others))
    assert await migrate.schema_state(database) is SchemaState.CURRENT
    for other in others:
        await other.close()


async def test_a_database_at_which_an_older_release_is_at_work_is_not_upgraded_under_it(
    tmp_path: Path,
) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'footnote.db'}")
    async with database.engine.begin() as connection:
        await connection.run_sync(lambda sync: command.upgrade(migrate._config(sync), "0009"))
    async with database.write() as session:
        until = await dialects.now(session) + timedelta(seconds=10)
        session.add(
            ShardLeaseRow(
                shard_id=0,
                shard_count=1,
                token=1,
                holder="here/1/2/3",
                holder_name="host, process 1",
                until=until,
            )
        )
    with pytest.raises(DatabaseInUse, match=r"host, process 1.*wait (9|10) seconds"):
        await migrate.prepare(database, now=NOW)
    assert await migrate.schema_state(database) is SchemaState.BEHIND
    assert not list(tmp_path.glob("*before-upgrade*"))
    assert await migrate.prepare(database, now=NOW, is_dead="here/1/2/3".__eq__) is not None
    assert await migrate.schema_state(database) is SchemaState.CURRENT
    await database.close()
