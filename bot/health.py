"""How the bot is, for whoever watches over it: a file, or a port of this machine. No rules of quizzes here."""

from __future__ import annotations

import asyncio
import json
import logging
import math
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from bot.app import App
from bot.config import Settings
from bot.errors import SettingsError
from bot.shards import GatewayState
from bot.values import dataclass

if TYPE_CHECKING:
    from aiohttp import web

log = logging.getLogger(__name__)

# Who reads the file takes one that is older than a minute for the sign of a bot that hangs.
SECONDS_BETWEEN_FILES = 10.0


@dataclass(frozen=True, slots=True)
class Health:
    """The bot at one moment. ``problems`` is empty where all is well.

    The lag is the longest time, within the last one to two minutes, in which the event loop heard nothing.
    """

    at: str
    gateway: GatewayState
    gateway_latency_ms: float | None
    event_loop_lag_ms: float
    seconds_since_last_commit: float | None
    last_commit_failed: bool
    answers_waiting: int
    rounds_running: int
    shards_held: tuple[int, ...]
    lease_seconds_left: float | None
    problems: tuple[str, ...]

    def as_json(self) -> str:
        """One line, which begins with the status."""
        return json.dumps({"status": "failing" if self.problems else "ok", **asdict(self)})


def examine(app: App) -> Health:
    """How the bot is now."""
    measures, gateway = app.context.measures, app.bot.gateway_state
    problems = []
    keeper = app.keeper
    if keeper is not None and keeper.in_doubt.ids:
        problems.append("the database is away, so the leases of the shards could not be renewed")
    # A standby is well: it waits for its turn.
    if gateway not in (GatewayState.CONNECTED, GatewayState.STANDBY):
        problems.append(f"the connection to Discord is {gateway.value}")
    if measures.commits.last_failed:
        problems.append("the database could not keep what it was given last")
    since = measures.commits.seconds_since
    return Health(
        at=app.context.clock().isoformat(timespec="seconds"),
        gateway=gateway,
        gateway_latency_ms=_milliseconds(app.bot.latency),
        event_loop_lag_ms=round(measures.lag.longest * 1000, 1),
        seconds_since_last_commit=None if since is None else round(since, 1),
        last_commit_failed=measures.commits.last_failed,
        answers_waiting=app.context.writer.waiting,
        rounds_running=app.bot.conductor.clockwork.rounds,
        shards_held=tuple(sorted(app.context.ownership.shards.ids)),
        lease_seconds_left=None if keeper is None else round(keeper.seconds_left, 1),
        problems=tuple(problems),
    )


def _milliseconds(seconds: float) -> float | None:
    # Before the first heartbeat was answered there is none, and JSON knows no infinity.
    return round(seconds * 1000, 1) if math.isfinite(seconds) else None


@asynccontextmanager
async def showing_health(app: App, settings: Settings) -> AsyncIterator[None]:
    """Show how the bot is, in the ways that the settings ask for, as long as the block lasts.

    Raises:
        SettingsError: the port cannot be had, the file cannot be written, or metrics have no port or no library.
    """
    if settings.metrics and settings.health_port is None:
        raise SettingsError("FOOTNOTE_METRICS is on, but there is no port for it: set FOOTNOTE_HEALTH_PORT.")
    async with _writing(settings.health_file, lambda: examine(app)):
        if settings.health_port is None:
            yield
            return
        metrics = _exposition(app) if settings.metrics else None
        async with listening(app, settings.health_host, settings.health_port, metrics):
            yield


@asynccontextmanager
async def _writing(file: Path | None, health: Callable[[], Health]) -> AsyncIterator[None]:
    if file is None:
        yield
        return
    try:
        write(file, health())
    except OSError as error:
        raise SettingsError(f"FOOTNOTE_HEALTH_FILE cannot be written: {error}.") from error
    task = asyncio.create_task(_keep_writing(file, health), name="health-file")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])
        # A file that is not there is no sign of life: as it should be.
        _remove(file)


async def _keep_writing(file: Path, health: Callable[[], Health]) -> None:
    while True:
        await asyncio.sleep(SECONDS_BETWEEN_FILES)
        try:
            await asyncio.to_thread(write, file, health())
        except OSError as error:
            log.warning("The health file could not be written: %s", error)


def _remove(file: Path) -> None:
    file.unlink(missing_ok=True)


def write(file: Path, health: Health) -> None:
    """Put the state into the file; whoever reads it at the same time sees the old state or the new one."""
    new = file.with_name(f".{file.name}.{os.getpid()}")
    new.write_text(health.as_json() + "\n", "utf-8")
    new.replace(file)


# What is asked of /metrics: the reader's Accept header in, the type and the text out.
Exposition = Callable[[str], tuple[str, bytes]]


@asynccontextmanager
async def listening(app: App, host: str, port: int, metrics: Exposition | None) -> AsyncIterator[int]:
    """Answer GET /health, and /metrics where there are any; gives the port, which a port of 0 leaves open.

    Raises:
        SettingsError: the port cannot be had.
    """
    from aiohttp import web

    async def health(_request: web.Request) -> web.Response:
        found = examine(app)
        return _reply(found.as_json() + "\n", "application/json", status=503 if found.problems else 200)

    async def measured(request: web.Request) -> web.Response:
        assert metrics is not None
        kind, text = metrics(request.headers.get("Accept", ""))
        return web.Response(body=text, headers={"Content-Type": kind})

    server = web.Application()
    server.router.add_get("/health", health)
    if metrics is not None:
        server.router.add_get("/metrics", measured)
    # A reader that holds its connection open must not hold up a stop.
    runner = web.AppRunner(server, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            raise SettingsError(
                f"FOOTNOTE_HEALTH_PORT: {host}:{port} cannot be had: {error.strerror}."
            ) from error
        taken = runner.addresses[0][1]
        log.info("Health is shown on http://%s:%s/health", host, taken)
        yield taken
    finally:
        await runner.cleanup()


def _reply(text: str, kind: str, *, status: int) -> web.Response:
    from aiohttp import web

    return web.Response(text=text, content_type=kind, status=status, headers={"Cache-Control": "no-store"})


def _exposition(app: App) -> Exposition:
    try:
        from bot.metrics import exposition
    except ModuleNotFoundError as error:
        raise SettingsError(
            'FOOTNOTE_METRICS needs a package that is not installed. Install it with: pip install "footnote-quiz[metrics]"'
        ) from error
    return exposition(app)
