"""A stand-in for Discord with several servers, whose gateway is divided into shards, and processes that share them."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

from aiohttp import WSMsgType, web

from benchmarks import payloads
from benchmarks.payloads import Payload
from bot.domain.shards import shard_of
from tests.process import standin
from tests.process.standin import Reply, StandIn, reply

TOKEN = "MTAwMQ.Gabcde.abcdefghijklmnopqrstuvwxyz0123456789AB"

SECONDS_BETWEEN_SESSIONS = 5.0

# Where a person is while he clicks or types.
_WHERE: ContextVar[int] = ContextVar("where")


@dataclass
class Session:
    """A connection of one shard of one process."""

    shard: int
    socket: web.WebSocketResponse
    sequence: int = 0

    async def send(self, name: str, data: Payload) -> None:
        self.sequence += 1
        await self.socket.send_str(json.dumps({"op": 0, "t": name, "s": self.sequence, "d": data}))


@dataclass
class ShardedStandIn(StandIn):
    """One server a shard; whoever is connected for a shard hears of its server, two processes too."""

    shards: int = 3
    sessions: list[Session] = field(default_factory=list)
    session_begun_at: float = float("-inf")
    refused_sessions: int = 0

    def __post_init__(self) -> None:
        # Numbers as Discord gives them, one in each shard, and a channel of each.
        self.guilds = {number: ((1000 + number) << 22) + 7 for number in range(self.shards * 2)}
        self.guilds = {shard_of(number, self.shards): number for number in self.guilds.values()}

    def channel_of(self, shard: int) -> int:
        return self.guilds[shard] + 1

    def heard_by(self, shard: int) -> int:
        """How many connections a shard has."""
        return sum(session.shard == shard for session in self.sessions)

    def posts_in(self, shard: int) -> list[Payload]:
        return [post for post in self.posts if post["channel_id"] == str(self.channel_of(shard))]

    async def command_in(
        self, shard: int, who: int, name: str, sub: str, **options: int | str | bool
    ) -> Reply:
        _WHERE.set(shard)
        return await self.command(who, name, sub, **options)

    async def click_in(self, shard: int, who: int, custom_id: str, message: Payload | None = None) -> Reply:
        _WHERE.set(shard)
        return await self.click(who, custom_id, message)

    async def _dispatch(self, name: str, data: Payload) -> None:
        shard = _WHERE.get()
        guild, channel = str(self.guilds[shard]), str(self.channel_of(shard))
        data |= {"guild_id": guild, "channel_id": channel, "authorizing_integration_owners": {"0": guild}}
        data["channel"] = standin.channel() | {"id": channel, "guild_id": guild}
        listening = [session for session in self.sessions if session.shard == shard]
        assert listening, f"nobody hears shard {shard}"
        for session in listening:
            await session.send(name, data)

    async def gateway(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(max_msg_size=0, compress=False)
        await socket.prepare(request)
        await socket.send_str(json.dumps({"op": 10, "d": {"heartbeat_interval": 41250}}))
        session: Session | None = None
        async for frame in socket:
            if frame.type is not WSMsgType.TEXT:
                continue
            received = json.loads(frame.data)
            if received["op"] == 1:
                await socket.send_str(json.dumps({"op": 11, "d": None}))
            elif received["op"] == 2 and not self._may_begin_session():
                await socket.send_str(json.dumps({"op": 9, "d": False}))
            elif received["op"] in {2, 6}:
                shard, count = received["d"].get("shard") or [int(received["d"]["session_id"]), self.shards]
                assert count == self.shards
                session = Session(shard, socket)
                self.sessions.append(session)
                await (self._welcome(session) if received["op"] == 2 else session.send("RESUMED", {}))
        if session is not None:
            self.sessions.remove(session)
        return socket

    def _may_begin_session(self) -> bool:
        """Discord begins one session in five seconds for a bot, whichever of its processes asks."""
        is_time = monotonic() - self.session_begun_at >= SECONDS_BETWEEN_SESSIONS
        if is_time:
            self.session_begun_at = monotonic()
        else:
            self.refused_sessions += 1
        return is_time

    async def _welcome(self, session: Session) -> None:
        guild, channel = self.guilds[session.shard], self.channel_of(session.shard)
        ready = payloads.ready([guild], f"ws://127.0.0.1:{self.port}/gateway")
        ready |= {"session_id": str(session.shard), "shard": [session.shard, self.shards]}
        await session.send("READY", ready)
        of_guild = standin.guild()
        everyone = of_guild["roles"][0] | {"id": str(guild)}
        of_channel = standin.channel() | {"id": str(channel), "guild_id": str(guild)}
        of_guild |= {"id": str(guild), "roles": [everyone], "channels": [of_channel]}
        await session.send("GUILD_CREATE", of_guild)

    async def create_message(self, request: web.Request) -> web.Response:
        done = await super().create_message(request)
        # The newest is the one that was made.
        message = self.messages[max(self.messages)]
        message["channel_id"] = request.match_info["channel"]
        done.body = json.dumps(message).encode()
        return done

    async def history(self, request: web.Request) -> web.Response:
        before, where = int(request.query.get("before", 1 << 63)), request.match_info["channel"]
        found = [
            message
            for number, message in sorted(self.messages.items())
            if number < before and message["channel_id"] == where
        ]
        return reply(list(reversed(found[-int(request.query.get("limit", 50)) :])))


class Member:
    """One of several processes over one database."""

    def __init__(self, world: StandIn, folder: Path, name: str, database: str, **environ: str) -> None:
        folder.mkdir(exist_ok=True)
        self.name = name
        self._log = folder / f"{name}.log"
        self._port = world.port
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("FOOTNOTE_")}
        self._environ = inherited | {
            "DISCORD_TOKEN": TOKEN,
            "DATABASE_URL": database,
            "LOG_LEVEL": "INFO",
            "NO_PROXY": "*",
            **environ,
        }
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *[sys.executable, "-m", "tests.process.launch", str(self._port), "run"],
                env=self._environ,
                stderr=log,
            )

    def tell(self, how: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(how)

    async def ended(self, within: float = 10) -> int:
        assert self._process is not None
        return await asyncio.wait_for(self._process.wait(), within)

    async def be_gone(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    def log(self) -> str:
        return self._log.read_text() if self._log.exists() else ""


def environ_of(index: int, course: Path, **more: Any) -> dict[str, str]:
    """Settings of the process that has one of three shards, as if on a machine of its own."""
    return {
        "SHARD_COUNT": "3",
        "SHARD_IDS": str(index),
        "TEST_MACHINE": f"machine-{index}",
        "FOOTNOTE_COURSES": str(course),
        **more,
    }
