"""`footnote db backup` and `restore` beside the real bot in a process of its own."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.operations.program import click, open_question, program
from tests.process.test_kill import until


def answers(file: Path) -> list[int]:
    with closing(sqlite3.connect(file)) as raw:
        return [who for (who,) in raw.execute("SELECT learner_id FROM answers ORDER BY 1")]


async def test_a_running_bots_database_is_copied_and_only_a_stopped_ones_put_back(tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    async with program(tmp_path, FOOTNOTE_BACKUP_FOLDER=str(folder)) as (world, it):
        await it.start()
        await it.connected()
        # The first copy is due at the start.
        (by_itself,) = await until(lambda: folder.is_dir() and list(folder.glob("footnote-*Z.db")))
        await it.logged(f"The database was copied to {by_itself}")
        card = await open_question(world)
        await click(world, 100, card)
        copy = tmp_path / "mine.db"
        code, said, errors = await it.run("db", "backup", str(copy))
        assert (code, errors) == (0, "")
        assert f"The database was copied to {copy}" in said
        await click(world, 101, card)
        assert (answers(by_itself), answers(copy), it.answers()) == ([], [100], [100, 101])

        code, _, errors = await it.run("db", "backup", str(copy))
        assert code == 1
        assert "exists already" in errors
        code, _, errors = await it.run("db", "restore", str(copy))
        assert code == 1
        assert "Stop the bot" in errors
        assert it.answers() == [100, 101]

        it.tell(signal.SIGTERM)
        assert await it.ended(within=10) == 0
        code, said, errors = await it.run("db", "restore", str(copy))
        assert (code, errors) == (0, "")
        (aside,) = tmp_path.glob("footnote.before-restore-*.db")
        assert str(aside) in said
        assert (it.answers(), answers(aside)) == ([100], [100, 101])
        # And the round goes on from there.
        await until(lambda: not world.connected.is_set())
        await it.start()
        await it.connected()
        await until(lambda: open_rounds(it.file))
        reply = await asyncio.wait_for(click(world, 101, card), 10)
        assert "Saved" in reply.content
        assert "Traceback" not in it.log()


def open_rounds(file: Path) -> int:
    with closing(sqlite3.connect(file)) as raw:
        return int(raw.execute("SELECT count(*) FROM rounds WHERE state = 'running'").fetchone()[0])


@pytest.mark.parametrize(
    ("command", "tool"), [(["db", "backup"], "pg_dump"), (["db", "restore", "copy.db"], "pg_restore")]
)
async def test_a_servers_database_has_tools_of_its_own(tmp_path: Path, command: list[str], tool: str) -> None:
    async with program(tmp_path, DATABASE_URL="postgresql://u:hunter2@127.0.0.1:1/quiz") as (_, it):
        code, _, errors = await it.run(*command)
    assert code == 2
    assert tool in errors
    assert "hunter2" not in errors
