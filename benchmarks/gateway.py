"""A stand-in for Discord, gateway and REST on loopback, that costs little itself: frames and replies are made before.

It knows what a bot needs to connect and to play a round, keeps what is posted, and measures how long each click waits
for its reply: from the frame's way out to the reply's way in.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import perf_counter

from aiohttp import WSMsgType, web

from benchmarks import payloads
from benchmarks.payloads import Payload

DISCORD_EPOCH_MS = 1_420_070_400_000
ANYBODY, ANY_NUMBER, ANY_NAME = "<who>", "<number>", "<custom_id>"
API = "/api/v10"
UPDATES_A_GUILD = 2


@dataclass(frozen=True, slots=True)
class Click:
    """Somebody presses a button of the message that `Gateway.card` holds."""

    who: int
    custom_id: str


@dataclass
class Gateway:
    """One bot's Discord."""

    guild_ids: list[int]
    port: int = 0
    is_secure: bool = False
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    posts: asyncio.Queue[Payload] = field(default_factory=asyncio.Queue)
    card: Payload = field(default_factory=lambda: payloads.message(1, {}))
    unknown: list[str] = field(default_factory=list)
    _replies: dict[int, asyncio.Future[Payload]] = field(default_factory=dict)
    _sent_at: dict[int, float] = field(default_factory=dict)
    _latencies: list[float] = field(default_factory=list)
    _all_replied: asyncio.Event = field(default_factory=asyncio.Event)
    _commands: list[Payload] = field(default_factory=list)
    _sequence: int = 0
    _last_id: int = 0
    _socket: web.WebSocketResponse | None = None

    @property
    def address(self) -> str:
        """The gateway's address, as Discord would tell it."""
        return f"{'wss' if self.is_secure else 'ws'}://127.0.0.1:{self.port}/gateway"

    # What people do.

    async def command(self, who: int, name: str, sub: str, **options: int | str) -> Payload:
        """Type a slash command; returns what is replied."""
        command = next(entry for entry in self._commands if entry["name"] == name)
        given = [
            {"name": key, "type": 4 if isinstance(value, int) else 3, "value": value}
            for key, value in options.items()
        ]
        data = {
            "id": command["id"],
            "name": name,
            "type": 1,
            "options": [{"name": sub, "type": 1, "options": given}],
        }
        return await self._ask(who, 2, data, None)

    async def click(self, who: int, custom_id: str, on: Payload) -> Payload:
        """Press a button; returns what is replied."""
        return await self._ask(who, 3, {"custom_id": custom_id, "component_type": 2}, on)

    async def burst(
        self, clicks: Sequence[Click], *, others: Sequence[int] = (), within: float = 0.0
    ) -> list[float]:
        """All these clicks at once, or evenly ``within`` so many seconds; seconds until each reply.

        Events of the ``others``, which are servers, are sent among them.
        """
        frames = self._frames(clicks)
        between = [
            self._frame("CHANNEL_UPDATE", payloads.channel(number + 1, number) | {"topic": f"news {update}"})
            for update in range(UPDATES_A_GUILD)
            for number in others
        ]
        step = max(1, len(frames) // max(1, len(between)))
        self._latencies.clear()
        self._all_replied.clear()
        assert self._socket is not None
        began = perf_counter()
        for index, (number, frame) in enumerate(frames):
            wait = began + within * index / len(frames) - perf_counter()
            if within and wait > 0:
                await asyncio.sleep(wait)
            if between and index % step == 0:
                await self._socket.send_str(between.pop())
            self._sent_at[number] = perf_counter()
            await self._socket.send_str(frame)
        async with asyncio.timeout(30):
            while len(self._latencies) < len(frames):
                self._all_replied.clear()
                await self._all_replied.wait()
        return list(self._latencies)

    def _frames(self, clicks: Sequence[Click]) -> list[tuple[int, str]]:
        data = {"custom_id": ANY_NAME, "component_type": 2, "id": 2}
        pattern = self._frame(
            "INTERACTION_CREATE", payloads.interaction(ANY_NUMBER, 3, ANYBODY, data, self.card)
        )
        frames = []
        for click in clicks:
            number = self._new_id()
            frame = pattern.replace(ANY_NUMBER, str(number)).replace(ANYBODY, str(click.who))
            frames.append((number, frame.replace(ANY_NAME, click.custom_id)))
        return frames

    async def _ask(self, who: int, kind: int, data: Payload, on: Payload | None) -> Payload:
        number = self._new_id()
        replied = self._replies[number] = asyncio.get_running_loop().create_future()
        await self._dispatch(
            "INTERACTION_CREATE", payloads.interaction(str(number), kind, str(who), data, on)
        )
        return await asyncio.wait_for(replied, 10)

    def _new_id(self) -> int:
        """A snowflake of now, greater than any before."""
        now_ms = int(datetime.now(UTC).timestamp() * 1000)
        self._last_id = max(self._last_id + 1, (now_ms - DISCORD_EPOCH_MS) << 22)
        return self._last_id

    # The gateway.

    def _frame(self, name: str, data: Payload) -> str:
        self._sequence += 1
        return json.dumps({"op": 0, "t": name, "s": self._sequence, "d": data}, separators=(",", ":"))

    async def _dispatch(self, name: str, data: Payload) -> None:
        assert self._socket is not None
        await self._socket.send_str(self._frame(name, data))

    async def serve_gateway(self, request: web.Request) -> web.WebSocketResponse:
        """The bot's one connection."""
        socket = web.WebSocketResponse(max_msg_size=0, compress=False)
        await socket.prepare(request)
        await socket.send_str(json.dumps({"op": 10, "d": {"heartbeat_interval": 41_250}}))
        async for frame in socket:
            if frame.type is not WSMsgType.TEXT:
                continue
            operation = json.loads(frame.data)["op"]
            if operation == 1:
                await socket.send_str(json.dumps({"op": 11, "d": None}))
            elif operation == 2:  # noqa: PLR2004 - IDENTIFY
                self._socket = socket
                await self._dispatch("READY", payloads.ready(self.guild_ids, self.address))
                for number in self.guild_ids:
                    await self._dispatch("GUILD_CREATE", payloads.guild(number))
                self.ready.set()
        return socket

    # REST.

    async def reply_to_interaction(self, request: web.Request) -> web.Response:
        """The reply that is measured."""
        arrived_at = perf_counter()
        number = int(request.match_info["interaction"])
        sent_at = self._sent_at.pop(number, None)
        body = await request.read()
        if sent_at is not None:
            self._latencies.append(arrived_at - sent_at)
            self._all_replied.set()
            return _json(_REPLIED)
        replied = self._replies.pop(number)
        if not replied.done():
            replied.set_result(json.loads(body).get("data") or {})
        return _json(_REPLIED)

    async def create_message(self, request: web.Request) -> web.Response:
        """A post."""
        message = payloads.message(self._new_id(), await request.json())
        await self.posts.put(message)
        return _json(_encoded(message))

    async def edit_message(self, request: web.Request) -> web.Response:
        """An edit; nobody looks at what it says."""
        number = int(request.match_info["message"])
        return _json(_encoded(payloads.message(number, await request.json())))

    async def register(self, request: web.Request) -> web.Response:
        """The bot's slash commands."""
        self._commands = [
            command | {"id": str(3000 + index), "application_id": str(payloads.APPLICATION), "version": "1"}
            for index, command in enumerate(await request.json())
        ]
        return _json(_encoded(self._commands))

    async def tell_gateway(self, _request: web.Request) -> web.Response:
        """Where the gateway is."""
        limit = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
        return _json(_encoded({"url": self.address, "shards": 1, "session_start_limit": limit}))

    async def tell_user(self, _request: web.Request) -> web.Response:
        """Who the bot is."""
        return _json(_encoded(payloads.user(payloads.BOT, is_bot=True)))

    async def tell_application(self, _request: web.Request) -> web.Response:
        """What the bot belongs to."""
        return _json(_encoded(payloads.application()))

    async def no_history(self, _request: web.Request) -> web.Response:
        """The channel's messages: none, the bot is never asked to find one again."""
        return _json(b"[]")

    async def refuse(self, request: web.Request) -> web.Response:
        """What is not known here; a benchmark that needs it fails."""
        self.unknown.append(f"{request.method} {request.path}")
        return web.Response(status=404, text='{"code": 0, "message": "unknown to the stand-in"}')


def _encoded(data: object) -> bytes:
    return json.dumps(data).encode()


def _json(body: bytes) -> web.Response:
    # discord.py compares the header as a whole: a charset would make it read text instead of JSON.
    return web.Response(body=body, headers={"Content-Type": "application/json"})


_REPLIED = _encoded(
    {
        "interaction": {
            "id": "1",
            "type": 3,
            "response_message_id": "2",
            "response_message_loading": False,
            "response_message_ephemeral": True,
        },
        "resource": {
            "type": 4,
            "message": payloads.message(2, {"content": "Your answer.", "flags": payloads.EPHEMERAL}),
        },
    }
)


@asynccontextmanager
async def gateway(
    guilds: int = 1, *, tls: ssl.SSLContext | None = None, keepalive_seconds: float = 75
) -> AsyncIterator[Gateway]:
    """The stand-in on a free port; an idle connection is closed after ``keepalive_seconds``, as Discord does."""
    others = [payloads.FIRST_OTHER_GUILD + 100 * index for index in range(guilds - 1)]
    discord = Gateway([payloads.GUILD, *others], is_secure=tls is not None)
    app = web.Application()
    add = app.router.add_route
    add("POST", API + "/interactions/{interaction}/{token}/callback", discord.reply_to_interaction)
    add("GET", "/gateway", discord.serve_gateway)
    add("GET", API + "/users/@me", discord.tell_user)
    add("GET", API + "/oauth2/applications/@me", discord.tell_application)
    add("GET", API + "/gateway", discord.tell_gateway)
    add("GET", API + "/gateway/bot", discord.tell_gateway)
    add("PUT", API + "/applications/{application}/commands", discord.register)
    add("POST", API + "/channels/{channel}/messages", discord.create_message)
    add("GET", API + "/channels/{channel}/messages", discord.no_history)
    add("PATCH", API + "/channels/{channel}/messages/{message}", discord.edit_message)
    add("*", "/{anything:.*}", discord.refuse)
    runner = web.AppRunner(app, access_log=None, keepalive_timeout=keepalive_seconds)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls, backlog=4096)
    await site.start()
    discord.port = runner.addresses[0][1]
    try:
        yield discord
    finally:
        await runner.cleanup()
