"""The Dockerfile and the systemd unit: read, and run as far as that goes without Docker and systemd."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bot.config import settings_table
from tests.operations.program import Gate, program
from tests.process.test_kill import until

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
UNIT = ROOT / "docs" / "examples" / "footnote.service"
SETTINGS = {row.name for row in settings_table()}


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions in their order, each on one line."""
    joined = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", DOCKERFILE, flags=re.MULTILINE))
    return [
        (word, rest.strip())
        for word, _, rest in (line.partition(" ") for line in joined.splitlines() if line)
    ]


def last(word: str) -> str:
    return [rest for name, rest in instructions() if name == word][-1]


def image_environment() -> dict[str, str]:
    return dict(each.split("=", 1) for each in shlex.split(last("ENV")))


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """What the image has in its working folder, as far as .dockerignore lets it in."""
    app = tmp_path / "app"
    app.mkdir()
    allowed = [
        line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")
    ]
    copies = [rest.split() for name, rest in instructions() if name == "COPY" and "--from" not in rest]
    for source, target in copies:
        assert source.rstrip("/") in allowed, f"{source} does not get past .dockerignore"
        if not (ROOT / source).is_dir():
            shutil.copy(ROOT / source, app)
            continue
        shutil.copytree(
            ROOT / source, app / target, ignore=shutil.ignore_patterns("__pycache__", "documents")
        )
    return app


def in_image(image: Path, *command: str, **environ: str) -> subprocess.CompletedProcess[str]:
    data = image.parent / "data"
    data.mkdir(exist_ok=True)
    given = {name: value.replace("/data", str(data)) for name, value in image_environment().items()}
    given["PATH"] = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return subprocess.run(
        [*json.loads(last("ENTRYPOINT")), *command],
        cwd=image,
        env={"HOME": str(data), **given, **environ},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_image_has_two_stages_and_takes_only_locked_packages() -> None:
    stages = [rest for name, rest in instructions() if name == "FROM"]
    assert len(stages) == 2
    assert {stage.split()[0] for stage in stages} == {"python:3.13-slim-bookworm"}
    assert "--require-hashes" in DOCKERFILE
    assert "--only-binary=:all:" in DOCKERFILE
    assert "apt-get" not in DOCKERFILE


def test_the_container_runs_as_nobody_of_the_host_and_hears_sigterm() -> None:
    names = [name for name, _ in instructions()]
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", last("USER"))
    assert names.index("USER") < names.index("ENTRYPOINT")
    # As words, not as a line for a shell: the program itself must be the first process.
    assert json.loads(last("ENTRYPOINT"))[0] == "python"
    assert json.loads(last("CMD")) == ["run"]
    assert last("STOPSIGNAL") == "SIGTERM"
    assert last("VOLUME") == "/data"


def test_no_secret_is_in_the_image_and_its_settings_are_real_ones() -> None:
    environ = image_environment()
    assert "DISCORD_TOKEN" not in environ
    own = {name for name in environ if not name.startswith(("PYTHON", "PATH"))}
    assert own <= SETTINGS
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert next(line for line in ignored if not line.startswith("#")) == "*"


def test_what_is_in_the_image_is_enough_to_run(image: Path) -> None:
    done = in_image(image, "doctor", "--json")
    found = {each["check"]: each for each in json.loads(done.stdout)["findings"]}
    assert found["bank"]["level"] == "ok", done.stdout
    assert found["token"]["level"] == "problem"
    assert str(image.parent / "data" / "footnote.db") in found["database"]["message"]
    assert in_image(image, "db", "upgrade").returncode == 0
    assert in_image(image, "db", "backup").returncode == 0
    (copy,) = (image.parent / "data" / "backups").iterdir()
    assert copy.stat().st_size > 10_000
    assert "Traceback" not in done.stderr


async def test_the_health_check_asks_what_the_bot_answers(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    health = last("HEALTHCHECK").partition("CMD ")[2]
    assert f":{image_environment()['FOOTNOTE_HEALTH_PORT']}/" in health
    words = json.loads(health.replace(":8080/", f":{port}/"))

    def is_healthy() -> bool:
        done = subprocess.run([sys.executable, *words[1:]], capture_output=True, timeout=10, check=False)
        return done.returncode == 0

    gate = Gate("/users/@me")
    gate.shut()
    async with program(tmp_path, gate, FOOTNOTE_HEALTH_PORT=port) as (_, it):
        assert not is_healthy()
        await it.start()
        await until(lambda: gate.waiting)
        assert not await asyncio.to_thread(is_healthy), "not yet connected"
        gate.open()
        await it.connected()
        for _ in range(50):
            if await asyncio.to_thread(is_healthy):
                break
        else:
            raise TimeoutError
        it.tell(signal.SIGTERM)
        assert await it.ended(within=10) == 0


def test_the_units_settings_are_real_ones_and_its_folders_its_own() -> None:
    lines = [line.partition("=") for line in UNIT.read_text("utf-8").splitlines() if not line.startswith("#")]
    given = dict(value.split("=", 1) for key, _, value in lines if key == "Environment")
    service = {key: value for key, _, value in lines if key != "Environment"}
    assert {name for name in given if not name.startswith("PYTHON")} <= SETTINGS
    assert given["DATABASE_URL"] == f"sqlite:////var/lib/{service['StateDirectory']}/footnote.db"
    assert given["FOOTNOTE_BACKUP_FOLDER"].startswith(f"/var/lib/{service['StateDirectory']}/")
    assert given["FOOTNOTE_CACHE_FOLDER"] == f"/var/cache/{service['CacheDirectory']}"
    assert given["FOOTNOTE_HEALTH_FILE"].startswith(f"/run/{service['RuntimeDirectory']}/")
    assert service["ExecStart"].endswith("python -m bot run")
    assert int(service["TimeoutStopSec"]) > 10
    assert service["User"] != "root"
    assert "DISCORD_TOKEN" not in given


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    copy = tmp_path / UNIT.name
    copy.write_text(
        UNIT.read_text("utf-8").replace("/opt/footnote/.venv/bin/python", sys.executable), "utf-8"
    )
    done = subprocess.run(
        ["systemd-analyze", "verify", str(copy)], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
