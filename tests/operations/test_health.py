"""Whoever watches over the bot: a file, a port and Prometheus, of the real process."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot import health
from bot.app import App, open_app
from bot.config import Settings
from bot.errors import SettingsError
from tests.operations.program import Gate, click, open_question, program
from tests.process.test_kill import until


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def get(port: int, path: str) -> tuple[int, str]:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{port}{path}") as response,
    ):
        return response.status, await response.text()


async def test_the_port_tells_the_whole_life_of_a_bot(tmp_path: Path) -> None:
    port, gate = free_port(), Gate("/users/@me", "/callback")
    gate.shut()
    file = tmp_path / "health"
    async with program(
        tmp_path,
        gate,
        FOOTNOTE_HEALTH_PORT=str(port),
        FOOTNOTE_HEALTH_FILE=str(file),
        FOOTNOTE_METRICS="true",
    ) as (world, it):
        await it.start()
        await until(lambda: gate.waiting)
        status, text = await get(port, "/health")
        assert status == 503
        assert json.loads(text)["problems"] == ["the connection to Discord is starting"]
        gate.open()
        await it.connected()
        card = await open_question(world)
        await asyncio.gather(*(click(world, learner, card) for learner in range(100, 105)))
        status, text = await get(port, "/health")
        found = json.loads(text)
        assert (status, found["status"], found["gateway"], found["problems"]) == (200, "ok", "connected", [])
        assert found["rounds_running"] == 1
        assert found["answers_waiting"] == 0
        assert 0 <= found["seconds_since_last_commit"] < 60
        assert found["event_loop_lag_ms"] > 0

        status, text = await get(port, "/metrics")
        assert status == 200
        metrics = {
            sample.name: sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
            if not sample.labels
        }
        # Start, and five answers.
        assert metrics["footnote_clicks_total"] == 6
        assert metrics["footnote_answers_total"] == 5
        assert metrics["footnote_commit_seconds_count"] >= 2
        assert metrics["footnote_rounds_running"] == 1
        assert metrics["footnote_answers_waiting"] == 0
        assert metrics["footnote_gateway_connected"] == 1
        assert metrics["footnote_event_loop_lag_seconds"] > 0
        assert "process_resident_memory_bytes" in metrics or sys.platform != "linux"
        assert (await get(port, "/"))[0] == 404

        assert json.loads(file.read_text())["status"] in {"ok", "failing"}
        gate.shut()
        held = click(world, 200, card)
        await until(lambda: gate.waiting)
        it.tell(signal.SIGTERM)
        await it.logged("Stopping")
        status, text = await get(port, "/health")
        assert (status, json.loads(text)["gateway"]) == (503, "stopping")
        gate.open()
        assert "Saved" in (await held).content
        assert await it.ended(within=10) == 0
    assert not file.exists(), "a stopped bot leaves no sign of life"
    assert "Traceback" not in it.log()


async def test_a_lost_connection_is_told(tmp_path: Path) -> None:
    port, gate = free_port(), Gate("/gateway")
    async with program(tmp_path, gate, FOOTNOTE_HEALTH_PORT=str(port)) as (world, it):
        await it.start()
        await it.connected()

        async def health_becomes(status: int) -> str:
            for _ in range(1000):
                found, text = await get(port, "/health")
                if found == status:
                    return text
                await asyncio.sleep(0.01)
            raise TimeoutError

        await health_becomes(200)
        # Discord hangs up, and does not take the next call for a while.
        gate.shut()
        assert world._socket is not None
        await world._socket.close(code=4000)
        assert "the connection to Discord is disconnected" in await health_becomes(503)
        await until(lambda: gate.waiting)
        assert (await get(port, "/health"))[0] == 503
        gate.open()
        await health_becomes(200)
        assert world.connected.is_set()
        # Nothing was asked for but health.
        assert (await get(port, "/metrics"))[0] == 404


def settings(tmp_path: Path, **environ: str) -> Settings:
    return Settings.load({"DATABASE_URL": f"sqlite:///{tmp_path / 'footnote.db'}", **environ}, None)


@asynccontextmanager
async def app_of(chosen: Settings) -> AsyncIterator[App]:
    async with open_app(chosen) as app, app.bot:
        yield app


async def test_a_database_that_keeps_nothing_makes_the_bot_unwell(tmp_path: Path) -> None:
    async with app_of(settings(tmp_path)) as app, health.listening(app, "127.0.0.1", 0, None) as port:
        app.context.measures.commits.failed()
        _, text = await get(port, "/health")
        assert "the database could not keep what it was given last" in json.loads(text)["problems"]


async def test_the_file_is_whole_at_every_moment(tmp_path: Path) -> None:
    async with app_of(settings(tmp_path)) as app:
        file = tmp_path / "health"
        for _ in range(3):
            health.write(file, health.examine(app))
            assert json.loads(file.read_text())["gateway"] == "starting"
        assert [path.name for path in tmp_path.glob("*health*")] == ["health"]


async def test_what_cannot_be_shown_is_said_at_the_start(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        for environ, sentence in (
            ({"FOOTNOTE_HEALTH_PORT": port}, f"127.0.0.1:{port} cannot be had"),
            ({"FOOTNOTE_HEALTH_FILE": str(tmp_path / "no" / "health")}, "cannot be written"),
            ({"FOOTNOTE_METRICS": "true"}, "set FOOTNOTE_HEALTH_PORT"),
        ):
            chosen = settings(tmp_path, **environ)
            async with app_of(chosen) as app:
                with pytest.raises(SettingsError, match=sentence):
                    async with health.showing_health(app, chosen):
                        pass


def test_prometheus_is_imported_only_when_it_is_asked_for() -> None:
    source = "import sys, bot.running; print([m for m in sys.modules if m.startswith(('prometheus', 'aiohttp.web_'))])"
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True)
    assert "prometheus" not in done.stdout


async def test_without_its_library_metrics_say_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    monkeypatch.delitem(sys.modules, "bot.metrics", raising=False)
    chosen = settings(tmp_path, FOOTNOTE_METRICS="true", FOOTNOTE_HEALTH_PORT=str(free_port()))
    async with app_of(chosen) as app:
        with pytest.raises(SettingsError, match=r"footnote-quiz\[metrics\]"):
            async with health.showing_health(app, chosen):
                pass


async def test_the_guide_explains_each_metric(tmp_path: Path) -> None:
    from bot.metrics import exposition

    guide = (Path(__file__).parents[2] / "docs" / "operators.md").read_text("utf-8")
    explained = set(re.findall(r"^\| `(footnote_\w+)` \|", guide, re.MULTILINE))
    async with app_of(settings(tmp_path)) as app:
        _, text = exposition(app)("")
    shown = set(re.findall(r"^# TYPE (footnote_\w+) ", text.decode(), re.MULTILINE))
    assert explained == shown
