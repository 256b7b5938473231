"""`footnote doctor`: each illness is recognised, said in one line, and comes with what to do."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import discord
import pytest
from aiohttp import web
from aiohttp.typedefs import Handler

from benchmarks.payloads import APPLICATION, EVERYTHING
from bot.config import Settings
from bot.doctor import content_checks, data_checks, discord_checks, shard_checks
from bot.doctor.case import Case
from bot.doctor.examination import CHECKS
from bot.doctor.findings import Level, as_text, has_problem, ok, problem, warning
from bot.domain.leases import TERM, Lease
from bot.storage import condition
from bot.storage.backup import back_up
from bot.storage.migrate import SchemaState
from tests.operations.program import Program
from tests.process.standin import reply, standin

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
OPERATORS = Path(__file__).parents[2] / "docs" / "operators.md"


class Discord:
    """What Discord says to a doctor, over the stand-in."""

    def __init__(self) -> None:
        self.guilds: list[dict[str, str]] = [guild(1, "School")]
        self.flags = 0
        self.status: int | None = None
        self.clock_ahead = timedelta(0)

    @property
    def middleware(self) -> Any:
        @web.middleware
        async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
            response: web.StreamResponse
            if self.status is not None:
                response = web.Response(
                    status=self.status, text='{"message": "no", "code": 0}', content_type="application/json"
                )
            elif request.path.endswith("/users/@me/guilds"):
                after = int(request.query.get("after", 0))
                rest = [each for each in self.guilds if int(each["id"]) > after]
                response = reply(rest[: int(request.query["limit"])])
            elif request.path.endswith("/applications/@me"):
                given = await handler(request)
                assert isinstance(given, web.Response)
                assert isinstance(given.body, bytes)
                response = reply({**json.loads(given.body), "flags": self.flags})
            else:
                response = await handler(request)
            # A second of the future has not begun; Discord's own are cut off too.
            response.headers["Date"] = format_datetime(datetime.now(UTC) + self.clock_ahead, usegmt=True)
            return response

        return answer


def guild(number: int, name: str, permissions: str = EVERYTHING) -> dict[str, str]:
    return {"id": str(number), "name": name, "permissions": permissions}


@asynccontextmanager
async def clinic(folder: Path, there: Discord, **environ: str) -> AsyncIterator[Program]:
    async with standin(None, there.middleware) as world:
        yield Program(world, folder, **environ)


async def examined(folder: Path, there: Discord, **environ: str) -> dict[str, dict[str, str]]:
    """The real command's findings by the name of the check."""
    async with clinic(folder, there, **environ) as it:
        code, said, errors = await it.run("doctor", "--json")
    assert not errors
    result = json.loads(said)
    found = {each["check"]: each for each in result["findings"]}
    has_one = any(each["level"] == "problem" for each in found.values())
    assert (code, result["ok"]) == (int(has_one), not has_one)
    for each in found.values():
        assert "\n" not in each["message"]
        assert each["remedy"] or each["level"] == "ok", "whoever is told of an illness is told what to do"
    return found


async def test_where_all_is_well_each_check_says_so(database_file: Path, tmp_path: Path) -> None:
    back_up(database_file, tmp_path / "copies" / f"footnote-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.db")
    there = Discord()
    async with clinic(tmp_path, there, FOOTNOTE_BACKUP_FOLDER=str(tmp_path / "copies")) as it:
        code, said, errors = await it.run("doctor")
    assert (code, errors) == (0, "")
    lines = said.splitlines()
    assert [line[9:21].strip() for line in lines[:-2]] == ["settings", *(name for name, _ in CHECKS)]
    assert all(
        line.startswith("ok ") for line in lines[:-2] if "time zones" not in line and "disk" not in line
    )
    assert "the bot is called footnote" in said
    assert "tiny (1 questions, 1 facts, 1 sources)" in said
    assert lines[-1].startswith("problems: 0")


async def test_without_a_token_the_rest_is_examined_all_the_same(tmp_path: Path) -> None:
    found = await examined(tmp_path, Discord(), DISCORD_TOKEN="")
    assert found["token"]["level"] == "problem"
    assert found["clock"]["level"] == found["permissions"]["level"] == "warning"
    assert found["bank"]["level"] == "ok"


async def test_a_token_that_discord_does_not_take_is_a_problem_but_the_clock_is_known(tmp_path: Path) -> None:
    there = Discord()
    there.status = 401
    found = await examined(tmp_path, there)
    assert "Reset Token" in found["token"]["remedy"]
    assert found["token"]["level"] == "problem"
    assert found["clock"]["level"] == "ok"


async def test_without_a_network_it_is_said_and_is_no_problem_of_the_token(tmp_path: Path) -> None:
    async with clinic(tmp_path, Discord()) as it:
        it._world.port = 1
        code, said, _ = await it.run("doctor", "--json")
    found = {each["check"]: each for each in json.loads(said)["findings"]}
    assert code == 0
    assert found["token"]["level"] == "warning"
    assert "Discord could not be asked" in found["token"]["message"]
    assert "Is this machine online" in found["token"]["remedy"]


async def test_missing_permissions_are_named_by_server(tmp_path: Path) -> None:
    there = Discord()
    lacking = discord.Permissions(int(EVERYTHING) & ~(1 << 3))
    lacking.update(send_messages_in_threads=False, read_message_history=False, administrator=False)
    # More servers than Discord tells at once.
    there.guilds = [guild(number, f"School {number}") for number in range(1, 251)]
    there.guilds.append(guild(300, "Evening class", str(lacking.value)))
    found = (await examined(tmp_path, there))["permissions"]
    assert found["level"] == "problem"
    assert found["message"] == "Evening class (300) lacks Read Message History, Send Messages in Threads."
    assert f"client_id={APPLICATION}" in found["remedy"]


async def test_a_bot_in_no_server_gets_its_invitation(tmp_path: Path) -> None:
    there = Discord()
    there.guilds = []
    found = (await examined(tmp_path, there))["permissions"]
    assert found["level"] == "warning"
    assert f"client_id={APPLICATION}" in found["remedy"]


async def test_a_privileged_intent_that_is_on_is_told(tmp_path: Path) -> None:
    there = Discord()
    there.flags = 1 << 19 | 1 << 14
    found = (await examined(tmp_path, there))["intents"]
    assert found["level"] == "warning"
    assert "Server Members Intent, Message Content Intent" in found["message"]


@pytest.mark.parametrize(("seconds", "direction"), [(-60, "ahead of"), (60, "behind")])
async def test_a_wrong_clock_is_a_problem(tmp_path: Path, seconds: int, direction: str) -> None:
    there = Discord()
    there.clock_ahead = timedelta(seconds=seconds)
    found = (await examined(tmp_path, there))["clock"]
    assert found["level"] == "problem"
    assert f"seconds {direction} Discord's" in found["message"]


async def test_wrong_settings_are_the_first_finding(tmp_path: Path) -> None:
    async with clinic(tmp_path, Discord(), LOG_LEVEL="loud", FOOTNOTE_BACKUP_KEEP="many") as it:
        code, said, _ = await it.run("doctor")
    assert code == 1
    assert said.startswith("problem  settings  2 settings are wrong:")
    assert "a whole number from 1 to 10000" in said


# The data, each check by itself on real files.


def case(file: Path, **environ: str) -> Case:
    return Case(Settings.load({"DATABASE_URL": f"sqlite:///{file}", **environ}, None), None, NOW)


def test_a_sound_database_of_this_release_is_well(database_file: Path) -> None:
    it = case(database_file)
    assert data_checks.database(it).level is data_checks.revision(it).level is Level.OK
    with closing(sqlite3.connect(database_file)) as raw:
        assert "examined_by_doctor" not in str(raw.execute("SELECT name FROM sqlite_schema").fetchall())


def test_a_database_that_is_not_there_yet_is_not_made(tmp_path: Path) -> None:
    it = case(tmp_path / "new.db")
    assert data_checks.database(it).level is data_checks.revision(it).level is Level.OK
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_missing_is_a_problem(tmp_path: Path) -> None:
    it = case(tmp_path / "no" / "new.db")
    assert data_checks.database(it).level is Level.PROBLEM
    assert data_checks.disk(it).level is not Level.PROBLEM


def test_damage_is_found(database_file: Path) -> None:
    with database_file.open("r+b") as raw:
        raw.seek(4096)
        raw.write(b"\xff" * 40_000)
    found = data_checks.database(case(database_file))
    assert found.level is Level.PROBLEM
    assert found.remedy is not None
    assert "footnote db restore" in found.remedy


def test_what_is_no_database_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "song.db").write_text("la la la " * 1000)
    it = case(tmp_path / "song.db")
    assert data_checks.database(it).level is Level.PROBLEM
    assert data_checks.revision(it).said == "not checked."


def test_anothers_database_is_a_problem(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "songs.db")) as raw:
        raw.execute("CREATE TABLE songs (name)")
    assert data_checks.revision(case(tmp_path / "songs.db")).level is Level.PROBLEM


def test_a_locked_database_is_waited_for_and_then_told(database_file: Path) -> None:
    with closing(sqlite3.connect(database_file, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("BEGIN IMMEDIATE")
        assert "locked" in data_checks.database(case(database_file)).said


@pytest.mark.skipif(
    os.name == "nt" or not hasattr(os, "geteuid"), reason="permissions are other things there"
)
def test_a_database_that_may_not_be_written_is_a_problem(database_file: Path) -> None:
    database_file.chmod(0o444)
    found = subprocess.run(
        [sys.executable, "-c", READ_ONLY, str(database_file)], capture_output=True, text=True, check=True
    ).stdout
    assert found.startswith("problem"), found
    assert "cannot be written" in found or "cannot be used" in found


# As root nothing is forbidden, so the examination is made by nobody.
READ_ONLY = """
import os, sys
from datetime import datetime, UTC
from pathlib import Path
from bot.config import Settings
from bot.doctor import data_checks
from bot.doctor.case import Case
file = Path(sys.argv[1])
settings = Settings.load({"DATABASE_URL": f"sqlite:///{file}"}, None)
from bot.storage import migrate, sqlite_files, condition
if os.geteuid() == 0:
    for folder in [file.parent, *file.parents]:
        if str(folder).startswith("/tmp/"):
            folder.chmod(0o755)
    os.setuid(65534)
found = data_checks.database(Case(settings, None, datetime(2026, 3, 1, tzinfo=UTC)))
print(found.level, found.said)
"""


@pytest.mark.parametrize(("number", "level"), [("9999", Level.PROBLEM), ("0001", Level.OK)])
def test_the_revision_of_another_release_is_recognised(
    database_file: Path, number: str, level: Level
) -> None:
    with closing(sqlite3.connect(database_file)) as raw, raw:
        raw.execute("UPDATE alembic_version SET version_num = ?", [number])
    found = data_checks.revision(case(database_file))
    assert found.level is level
    assert ("newer" if level is Level.PROBLEM else "upgrades") in found.said


def test_a_server_that_does_not_answer_is_a_problem_and_its_password_is_not_shown() -> None:
    it = Case(Settings.load({"DATABASE_URL": "postgresql://u:hunter2@127.0.0.1:1/quiz"}, None), None, NOW)
    found = data_checks.database(it)
    assert found.level is Level.PROBLEM
    assert "hunter2" not in found.said
    assert data_checks.revision(it).said == "not checked."
    assert data_checks.disk(it).level is data_checks.backups(it).level is Level.OK


def test_space_is_judged_by_what_a_copy_needs(tmp_path: Path) -> None:
    gigabyte = 1_000_000_000
    assert data_checks.space(50_000_000, 1, tmp_path).level is Level.PROBLEM
    assert data_checks.space(gigabyte // 2, 1, tmp_path).level is Level.WARNING
    assert data_checks.space(5 * gigabyte, 1, tmp_path).level is Level.OK
    assert data_checks.space(5 * gigabyte, 2 * gigabyte, tmp_path).level is Level.WARNING


def test_copies_are_missed_when_they_are_old(database_file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    it = case(database_file, FOOTNOTE_BACKUP_FOLDER=str(folder))
    assert data_checks.backups(case(database_file)).level is Level.WARNING
    assert data_checks.backups(it).level is Level.WARNING
    back_up(database_file, folder / f"footnote-{NOW - timedelta(hours=60):%Y%m%dT%H%M%SZ}.db")
    assert "older than it should be" in str(data_checks.backups(it).remedy)
    back_up(database_file, folder / f"footnote-{NOW - timedelta(hours=20):%Y%m%dT%H%M%SZ}.db")
    assert data_checks.backups(it).level is Level.OK


# What the bot knows.


def test_a_broken_course_is_named_with_the_command_that_shows_why(tmp_path: Path) -> None:
    from tests.test_app import TINY

    for name, content in TINY.items():
        (tmp_path / "tiny" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "tiny" / name).write_text(content.replace("id: tiny", "id: tiny\nno_such_key: 1"))
    found = content_checks.bank(case(tmp_path / "x.db", FOOTNOTE_COURSES=str(tmp_path / "tiny")))
    assert found.level is Level.PROBLEM
    assert "broken: tiny (" in found.said
    assert "sound: zhongguancun (" in found.said
    assert found.remedy == "The errors are shown by: footnote bank check tiny"


def test_the_systems_zones_are_found_with_their_version(tmp_path: Path) -> None:
    assert content_checks.system_zones((str(tmp_path),)) is None
    (tmp_path / "Etc").mkdir()
    (tmp_path / "Etc" / "UTC").write_bytes(b"TZif")
    assert content_checks.system_zones((str(tmp_path / "no"), str(tmp_path))) == (None, str(tmp_path))
    (tmp_path / "tzdata.zi").write_text("# version 2025b\nR ...\n")
    assert content_checks.system_zones((str(tmp_path),)) == ("2025b", str(tmp_path))
    assert content_checks.time_zones(case(tmp_path / "x.db")).level is not Level.PROBLEM


def test_zones_of_the_system_alone_are_enough_but_grow_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def version(_name: str) -> str:
        raise metadata.PackageNotFoundError

    monkeypatch.setattr(metadata, "version", version)
    monkeypatch.setattr(content_checks, "system_zones", lambda: ("2025b", "/usr/share/zoneinfo"))
    assert content_checks.time_zones(case(tmp_path / "x.db")).remedy == "Install it: pip install tzdata"


@pytest.mark.parametrize("command", ["doctor", "run"])
def test_without_any_time_zones_the_remedy_is_one_sentence(tmp_path: Path, command: str) -> None:
    environ = {"PYTHONTZPATH": "", "DATABASE_URL": f"sqlite:///{tmp_path}/x.db", "DISCORD_TOKEN": "x"}
    it = subprocess.run(
        [sys.executable, "-c", WITHOUT_ZONES, command],
        capture_output=True,
        text=True,
        env=os.environ | environ,
        check=False,
    )
    assert (it.returncode, it.stdout) == (1, "")
    assert it.stderr.endswith(
        "footnote: No time zone found with key UTC. Install the package tzdata: pip install --upgrade tzdata\n"
    )
    assert "Traceback" not in it.stderr


WITHOUT_ZONES = """
import importlib.abc, sys
class NoPackage(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name.partition(".")[0] == "tzdata":
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, NoPackage())
from bot.cli import main
main()
"""


def test_a_check_that_breaks_hides_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.doctor import examination

    def breaks(_case: Case) -> Any:
        raise ZeroDivisionError("no")

    monkeypatch.setattr(examination, "CHECKS", (("first", breaks), ("bank", content_checks.bank)))
    monkeypatch.delenv("DISCORD_TOKEN", raising=False)
    environ = {"DATABASE_URL": f"sqlite:///{tmp_path}/x.db"}
    findings = examination.examine(lambda: Settings.load(environ, None), lambda: NOW)
    assert [(name, finding.level) for name, finding in findings] == [
        ("settings", Level.OK),
        ("first", Level.PROBLEM),
        ("bank", Level.OK),
    ]


def test_text_is_one_line_a_finding() -> None:
    findings = [
        ("disk", ok("fine.")),
        ("clock", warning("late.", "Set it.")),
        ("token", problem("no.", "Get one.")),
    ]
    assert as_text(findings).splitlines() == [
        "ok       disk   fine.",
        "warning  clock  late. Set it.",
        "problem  token  no. Get one.",
        "",
        "problems: 1, warnings: 1",
    ]
    assert has_problem(findings)


def test_the_permissions_are_called_as_discord_calls_them() -> None:
    nothing = discord_checks.Guild(1, "School", discord.Permissions.none())
    assert sorted(discord_checks.missing_in(nothing)) == [
        "Create Public Threads",
        "Read Message History",
        "Send Messages",
        "Send Messages in Threads",
        "View Channels",
    ]
    admin = discord_checks.Guild(1, "School", discord.Permissions(administrator=True))
    assert discord_checks.missing_in(admin) == []


def test_every_check_is_in_the_operators_guide() -> None:
    guide = OPERATORS.read_text("utf-8")
    for name, _ in CHECKS:
        assert f"| {name} |" in guide, name


def test_the_guide_lists_the_needed_permissions_and_no_other() -> None:
    listed = OPERATORS.read_text("utf-8").partition("| Permission |")[2].partition("\n\n")[0]
    nothing = discord_checks.Guild(1, "School", discord.Permissions.none())
    assert sorted(re.findall(r"^\| ([A-Z][\w ]+) \|", listed, re.MULTILINE)) == sorted(
        discord_checks.missing_in(nothing)
    )


def test_a_servers_database_is_examined_too(postgresql_template: str) -> None:
    environ = {"DATABASE_URL": postgresql_template}
    it = Case(Settings.load(environ, None), None, NOW)
    assert data_checks.database(it).level is Level.OK
    assert data_checks.revision(it) == ok("that of this program.")


async def test_a_servers_empty_database_is_to_be_upgraded_by_hand(postgresql_template: str) -> None:
    from tests import databases

    empty = await databases.create(postgresql_template)
    try:
        found = await condition.of_server(Settings.load({"DATABASE_URL": empty}, None).database_url)
    finally:
        await databases.drop(empty)
    assert (found.state, found.unwritable) == (SchemaState.EMPTY, None)


def lease(shard_id: int, holder: str | None, *, until: datetime = NOW + TERM) -> Lease:
    return Lease(shard_id, 3, 1, holder, holder, until)


@pytest.mark.parametrize(
    ("leases", "count", "level", "said"),
    [
        ([], None, Level.OK, "the bot is not running"),
        ([lease(0, "a", until=NOW)], None, Level.OK, "the bot is not running"),
        (
            [lease(0, "a"), lease(1, "b"), lease(2, "a")],
            3,
            Level.OK,
            "of 3: 0, 2 held by a; 1 held by b.",
        ),
        (
            [lease(0, "a"), lease(1, None, until=NOW)],
            None,
            Level.WARNING,
            "held by nobody: 1, 2 of 3; 0 held by a.",
        ),
        ([lease(0, "a")], 4, Level.PROBLEM, "with 3 shards are at work, but SHARD_COUNT is 4"),
    ],
)
def test_who_holds_the_shards_is_told(
    leases: list[Lease], count: int | None, level: Level, said: str
) -> None:
    found = shard_checks.holders(leases, NOW, count)
    assert found.level is level
    assert said in found.said


def test_the_leases_of_a_database_are_read(database_file: Path, tmp_path: Path) -> None:
    assert "not running" in shard_checks.shards(case(database_file)).said
    assert "not running" in shard_checks.shards(case(tmp_path / "none.db")).said
    with closing(sqlite3.connect(database_file)) as raw, raw:
        raw.execute(
            "INSERT INTO shard_leases VALUES (0, 1, 1, 'x', 'x', ?, NULL)",
            [int((datetime.now(UTC).timestamp() + 10) * 1_000_000)],
        )
    assert shard_checks.shards(case(database_file)) == ok("of 1: 0 held by x.")
    (tmp_path / "broken.db").write_text("this is not a database, " * 100)
    assert shard_checks.shards(case(tmp_path / "broken.db")).level is Level.WARNING
