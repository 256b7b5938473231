"""A stand-in for Discord: gateway and REST on loopback, for the real bot in a real process of its own.

It keeps what Discord would keep (messages, nonces), so the bot can be killed and started again against it. It
knows only what the bot uses, and refuses the rest with a 404 that a test can see in `unknown`.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from aiohttp import WSMsgType, web
from aiohttp.typedefs import Middleware

from benchmarks import payloads
from benchmarks.payloads import APPLICATION, BOT, CHANNEL, EPHEMERAL, GUILD, Payload

DISCORD_EPOCH_MS = 1420070400000
COMMAND, CLICK = 2, 3
# A person's private channel has his own number on top of this.
PRIVATE = 9_000_000


@dataclass
class Reply:
    """What the bot answered to one interaction."""

    kind: int
    data: Payload
    at: datetime

    @property
    def is_private(self) -> bool:
        return bool(self.data.get("flags", 0) & EPHEMERAL)

    @property
    def content(self) -> str:
        return str(self.data.get("content") or "")


@dataclass
class StandIn:
    """The state that outlives the bot's process, and the acts of people."""

    messages: dict[int, Payload] = field(default_factory=dict)
    posts: list[Payload] = field(default_factory=list)
    replies: dict[int, asyncio.Future[Reply]] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    commands: list[Payload] = field(default_factory=list)
    channels: tuple[int, ...] = (CHANNEL,)
    connected: asyncio.Event = field(default_factory=asyncio.Event)
    port: int = 0
    _sequence: int = 0
    _last_id: int = 0
    _socket: web.WebSocketResponse | None = None

    def new_id(self) -> int:
        """A snowflake of now, greater than any before."""
        now_ms = int(datetime.now(UTC).timestamp() * 1000)
        self._last_id = max(self._last_id + 1, (now_ms - DISCORD_EPOCH_MS) << 22)
        return self._last_id

    # What people do.

    async def command(
        self, who: int, name: str, sub: str, *, where: int = CHANNEL, **options: int | str | bool
    ) -> Reply:
        """Type a slash command in a channel."""
        command = next(entry for entry in self.commands if entry["name"] == name)
        kinds = {bool: 5, int: 4, str: 3}
        given = [{"name": key, "type": kinds[type(value)], "value": value} for key, value in options.items()]
        data = {
            "id": command["id"],
            "name": name,
            "type": 1,
            "options": [{"name": sub, "type": 1, "options": given}],
        }
        return await self._interact(who, COMMAND, data, where=where)

    async def click(self, who: int, custom_id: str, message: Payload | None = None) -> Reply:
        """Press a button; of a private message where none is given."""
        where = CHANNEL if message is None else int(message["channel_id"])
        return await self._interact(
            who, CLICK, {"custom_id": custom_id, "component_type": 2}, message, where=where
        )

    async def _interact(
        self, who: int, kind: int, data: Payload, message: Payload | None = None, *, where: int
    ) -> Reply:
        number = self.new_id()
        self.replies[number] = asyncio.get_running_loop().create_future()
        on = message or self._message({"flags": EPHEMERAL}, number, where=where) if kind == CLICK else None
        payload = payloads.interaction(str(number), kind, str(who), data, on)
        payload |= {"token": f"token-{number}", "channel_id": str(where), "channel": channel(where)}
        await self._dispatch("INTERACTION_CREATE", payload)
        return await asyncio.wait_for(self.replies[number], 5)

    # The gateway.

    async def _dispatch(self, name: str, data: Payload) -> None:
        assert self._socket is not None
        self._sequence += 1
        await self._socket.send_str(json.dumps({"op": 0, "t": name, "s": self._sequence, "d": data}))

    async def gateway(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(max_msg_size=0, compress=False)
        await socket.prepare(request)
        await socket.send_str(json.dumps({"op": 10, "d": {"heartbeat_interval": 41250}}))
        async for frame in socket:
            if frame.type is not WSMsgType.TEXT:
                continue
            received = json.loads(frame.data)
            if received["op"] == 1:
                await socket.send_str(json.dumps({"op": 11, "d": None}))
            elif received["op"] == 2:
                self._socket, self._sequence = socket, 0
                await self._greet()
            elif received["op"] == 6:
                self._socket = socket
                await self._dispatch("RESUMED", {})
                self.connected.set()
        if self._socket is socket:
            self._socket = None
            self.connected.clear()
        return socket

    async def _greet(self) -> None:
        ready = payloads.ready([GUILD], f"ws://127.0.0.1:{self.port}/gateway")
        await self._dispatch("READY", ready)
        await self._dispatch("GUILD_CREATE", guild(self.channels))
        self.connected.set()

    # REST.

    def _message(self, body: Payload, number: int | None = None, *, where: int = CHANNEL) -> Payload:
        number = number or self.new_id()
        created = datetime.fromtimestamp(((number >> 22) + DISCORD_EPOCH_MS) / 1000, UTC)
        when = {"channel_id": str(where), "timestamp": created.isoformat()}
        return payloads.message(number, body) | when

    async def create_message(self, request: web.Request) -> web.Response:
        body = await request.json()
        message = self._message(body, where=int(request.match_info["channel"]))
        self.messages[int(message["id"])] = message
        self.posts.append(message)
        return reply(message)

    async def edit_message(self, request: web.Request) -> web.Response:
        message = self.messages[int(request.match_info["message"])]
        message.update(await request.json())
        return reply(message)

    async def history(self, request: web.Request) -> web.Response:
        after, before = int(request.query.get("after", 0)), int(request.query.get("before", 1 << 63))
        limit, where = int(request.query.get("limit", 50)), request.match_info["channel"]
        found = [
            message
            for number, message in sorted(self.messages.items())
            if after < number < before and message["channel_id"] == where
        ]
        # From the oldest on where "after" is given, else the newest; newest first in both cases.
        return reply(list(reversed(found[:limit] if after else found[-limit:])))

    async def callback(self, request: web.Request) -> web.Response:
        number = int(request.match_info["interaction"])
        body = await request.json()
        data = body.get("data") or {}
        future = self.replies[number]
        if not future.done():
            future.set_result(Reply(body["type"], data, datetime.now(UTC)))
        told = {
            "interaction": {
                "id": str(number),
                "type": 2,
                "response_message_id": str(self.new_id()),
                "response_message_loading": False,
                "response_message_ephemeral": True,
            },
            "resource": {"type": body["type"], "message": self._message(data)},
        }
        return reply(told)

    async def register(self, request: web.Request) -> web.Response:
        self.commands = [
            {**command, "id": str(3000 + index), "application_id": str(APPLICATION), "version": "1"}
            for index, command in enumerate(await request.json())
        ]
        return reply(self.commands)

    async def private_channel(self, request: web.Request) -> web.Response:
        """The channel of private messages with one person."""
        who = int((await request.json())["recipient_id"])
        return reply({"id": str(PRIVATE + who), "type": 1, "flags": 0, "recipients": [payloads.user(who)]})

    async def gateway_url(self, _request: web.Request) -> web.Response:
        limit = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
        url = f"ws://127.0.0.1:{self.port}/gateway"
        return reply({"url": url, "shards": 1, "session_start_limit": limit})

    async def me(self, _request: web.Request) -> web.Response:
        return reply(payloads.user(BOT, is_bot=True) | {"username": "footnote", "global_name": None})

    async def application(self, _request: web.Request) -> web.Response:
        return reply(payloads.application())

    async def nothing_of_that_name(self, request: web.Request) -> web.Response:
        self.unknown.append(f"{request.method} {request.path}")
        return web.Response(status=404, text=json.dumps({"code": 0, "message": "unknown to the stand-in"}))


def reply(data: object) -> web.Response:
    # discord.py compares the header as a whole: a charset would make it read text instead of JSON.
    return web.Response(body=json.dumps(data).encode(), headers={"Content-Type": "application/json"})


def channel(number: int = CHANNEL) -> Payload:
    name = "quiz" if number == CHANNEL else f"quiz-{number}"
    return payloads.channel(number, GUILD) | {"name": name}


def guild(channels: tuple[int, ...] = (CHANNEL,)) -> Payload:
    return payloads.guild(GUILD) | {
        "name": "School",
        "member_count": 5,
        "channels": [channel(number) for number in channels],
        # Without the intent for members there is one: the bot itself.
        "members": [
            {
                "user": payloads.user(BOT, is_bot=True),
                "roles": [],
                "joined_at": payloads.WHEN,
                "deaf": False,
                "mute": False,
                "flags": 0,
            }
        ],
    }


@asynccontextmanager
async def standin(world: StandIn | None = None, *middlewares: Middleware) -> AsyncIterator[StandIn]:
    """The stand-in, listening on a free port of loopback; ``middlewares`` see every request first."""
    world = world or StandIn()
    app = web.Application(middlewares=middlewares)
    add = app.router.add_route
    add("GET", "/gateway", world.gateway)
    add("GET", "/api/v10/users/@me", world.me)
    add("GET", "/api/v10/oauth2/applications/@me", world.application)
    add("GET", "/api/v10/gateway", world.gateway_url)
    add("GET", "/api/v10/gateway/bot", world.gateway_url)
    add("POST", "/api/v10/users/@me/channels", world.private_channel)
    add("PUT", "/api/v10/applications/{application}/commands", world.register)
    add("POST", "/api/v10/channels/{channel}/messages", world.create_message)
    add("GET", "/api/v10/channels/{channel}/messages", world.history)
    add("PATCH", "/api/v10/channels/{channel}/messages/{message}", world.edit_message)
    add("POST", "/api/v10/interactions/{interaction}/{token}/callback", world.callback)
    add("*", "/{anything:.*}", world.nothing_of_that_name)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    world.port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
    try:
        yield world
    finally:
        await runner.cleanup()
