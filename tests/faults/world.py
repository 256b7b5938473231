"""A stand-in for Discord that can misbehave, and that keeps what the bot has promised to whom.

No faults are chosen here: a case says what happens to which request, or to the gateway.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import WSMsgType, web
from aiohttp.typedefs import Handler, Middleware

from tests.process.standin import DISCORD_EPOCH_MS, Payload, Reply, StandIn, reply
from tests.process.test_kill import buttons, components, texts

REPLY_WITHIN = timedelta(seconds=3)
HEARTBEAT_MS = 41250
# What is done to a request: gets the handler that would serve it, gives what the bot is answered.
Harm = Callable[[web.Request, Handler], Awaitable[web.StreamResponse]]


@dataclass(slots=True)
class Rule:
    """The next ``times`` requests of this kind are harmed; ``path`` is a regular expression."""

    method: str
    path: str
    harm: Harm
    times: int = 1
    done: int = 0
    # Whether it is this one, or a later one of the kind.
    chance: Callable[[], bool] = lambda: True

    def fits(self, request: web.Request) -> bool:
        return (
            self.done < self.times
            and request.method == self.method
            and re.search(self.path, request.path) is not None
            and self.chance()
        )


@dataclass(frozen=True, slots=True)
class Promise:
    """A receipt: this learner was told that this answer is saved."""

    round_question_id: int
    learner_id: int
    shown: int
    interaction_id: int


@dataclass
class HurtWorld(StandIn):
    """Discord on a bad day."""

    rules: list[Rule] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)
    clicks: int = 0
    # How often somebody has logged in anew.
    sessions: int = 0
    refusals: Counter[str] = field(default_factory=Counter)
    posted: Counter[str] = field(default_factory=Counter)
    deleted: Counter[str] = field(default_factory=Counter)
    # Questions whose reveal somebody has deleted.
    unseen: set[str] = field(default_factory=set)
    harmed: Counter[str] = field(default_factory=Counter)
    # Discord forgets a nonce after some minutes; a case may have it forget them at once.
    remembers_nonces: bool = True
    _nonces: dict[tuple[str, str], Payload] = field(default_factory=dict)
    _pressed: dict[int, tuple[int, int, int]] = field(default_factory=dict)
    _missed: list[Payload] = field(default_factory=list)
    _resumable: bool = True
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    # What happens to an event on its way to the bot; by default it is sent.
    courier: Callable[[Payload], Awaitable[None]] | None = None

    def __post_init__(self) -> None:
        self.gate.set()

    # What people do.

    async def press(self, who: int, name: str, card: Payload) -> Reply | None:
        """A learner's click on an answer; None where nothing came back in time."""
        self.clicks += 1
        try:
            return await self.click(who, name, card)
        except (TimeoutError, ConnectionError):
            return None

    # The gateway.

    async def _dispatch(self, name: str, data: Payload) -> None:
        if name == "INTERACTION_CREATE":
            self._note(data)
        self._sequence += 1
        frame = {"op": 0, "t": name, "s": self._sequence, "d": data}
        if self._socket is None and name != "READY":
            self._missed.append(frame)
            return
        if self.courier is not None and name == "INTERACTION_CREATE":
            await self.courier(frame)
        else:
            await self.send(frame)

    def _note(self, interaction: Payload) -> None:
        name = str(interaction["data"].get("custom_id", ""))
        if name.startswith("a:"):
            _, question, shown = name.split(":")[:3]
            who = int(interaction["member"]["user"]["id"])
            self._pressed[int(interaction["id"])] = (int(question), who, int(shown))

    async def send(self, frame: Payload) -> None:
        """Put a frame on the wire; one that cannot be delivered now comes with the next resume."""
        socket = self._socket
        if socket is None or socket.closed:
            self._missed.append(frame)
            return
        try:
            await socket.send_str(json.dumps(frame))
        except ConnectionError:
            self._missed.append(frame)

    async def gateway(self, request: web.Request) -> web.WebSocketResponse:
        await self.gate.wait()
        socket = web.WebSocketResponse(max_msg_size=0, compress=False)
        await socket.prepare(request)
        await socket.send_str(json.dumps({"op": 10, "d": {"heartbeat_interval": HEARTBEAT_MS}}))
        async for frame in socket:
            if frame.type is WSMsgType.TEXT:
                await self._hear(socket, json.loads(frame.data))
        if self._socket is socket:
            self._socket = None
            self.connected.clear()
        return socket

    async def _hear(self, socket: web.WebSocketResponse, received: Payload) -> None:
        if received["op"] == 1:
            await socket.send_str(json.dumps({"op": 11, "d": None}))
        elif received["op"] == 2:
            # A new session has missed everything that was said to the old one.
            self._socket, self._sequence, self._missed = socket, 0, []
            self.sessions += 1
            await self._greet()
        elif received["op"] == 6 and not self._resumable:
            self._resumable = True
            self.harmed["invalid session"] += 1
            await socket.send_str(json.dumps({"op": 9, "d": False}))
        elif received["op"] == 6:
            self._socket = socket
            missed, self._missed = self._missed, []
            for late in missed:
                await self.send(late)
            await self._dispatch("RESUMED", {})
            self.connected.set()

    async def hang_up(self, code: int, *, resumable: bool = True) -> None:
        """Close the gateway's connection; without ``resumable`` the session is lost, too."""
        socket, self._socket = self._socket, None
        self.connected.clear()
        self._resumable = resumable
        if socket is not None:
            await socket.close(code=code)

    async def tell(self, frame: Payload) -> None:
        """A word of the gateway itself: reconnect (7), invalid session (9)."""
        if self._socket is not None:
            await self._socket.send_str(json.dumps(frame))

    # REST.

    async def create_message(self, request: web.Request) -> web.Response:
        body = await request.json()
        where = request.match_info["channel"]
        nonce = body.get("nonce")
        known = self._nonces.get((where, str(nonce))) if nonce and body.get("enforce_nonce") else None
        if known is not None and self.remembers_nonces:
            return reply(known)
        message = self._message(body, where=int(where))
        self.messages[int(message["id"])] = message
        self.posts.append(message)
        self.posted[_what(message)] += 1
        self._nonces[where, str(nonce)] = message
        return reply(message)

    async def edit_message(self, request: web.Request) -> web.Response:
        message = self.messages.get(int(request.match_info["message"]))
        if message is None:
            return refusal(404, 10008, "Unknown Message")
        message.update(await request.json())
        return reply(message)

    def delete(self, message: Payload) -> None:
        """Somebody deletes a message of the bot's: it may be posted once more."""
        if self.messages.pop(int(message["id"]), None) is not None:
            self.deleted[_what(message)] += 1
            self.unseen.update(name.split(":")[1] for name in buttons(message, "why"))
            # The nonce names a message that is gone.
            self._nonces = {key: kept for key, kept in self._nonces.items() if kept is not message}

    async def callback(self, request: web.Request) -> web.Response:
        number = int(request.match_info["interaction"])
        made_at = datetime.fromtimestamp(((number >> 22) + DISCORD_EPOCH_MS) / 1000, UTC)
        if number not in self.replies or datetime.now(UTC) - made_at > REPLY_WITHIN:
            self.refusals["10062"] += 1
            return refusal(404, 10062, "Unknown interaction")
        if self.replies[number].done():
            self.refusals["40060"] += 1
            return refusal(400, 40060, "Interaction has already been acknowledged.")
        content = str(((await request.json()).get("data") or {}).get("content") or "")
        if "Saved" in content and number in self._pressed:
            self.promises.append(Promise(*self._pressed[number], number))
        return await super().callback(request)

    @property
    def weather(self) -> Middleware:
        """What every request goes through first."""

        @web.middleware
        async def harm(request: web.Request, handler: Handler) -> web.StreamResponse:
            rule = next((rule for rule in self.rules if rule.fits(request)), None)
            if rule is None:
                return await handler(request)
            rule.done += 1
            return await rule.harm(request, handler)

        return harm

    # What is seen.

    def cards(self, where: int) -> list[Payload]:
        """The questions posted in a channel that stand there as open ones."""
        return [post for post in self.posts if post["channel_id"] == str(where) and buttons(post, "a")]

    def asked(self, where: int) -> list[Payload]:
        """The questions posted in a channel, whatever has become of them."""
        return [
            post
            for post in self.posts
            if post["channel_id"] == str(where) and _what(post).startswith("question")
        ]

    def results(self, where: int) -> list[Payload]:
        """The results posted in a channel."""
        return [
            post
            for post in self.posts
            if post["channel_id"] == str(where) and _what(post).startswith("result")
        ]

    def reveals(self) -> Counter[str]:
        """How many messages show the key of each question now."""
        shown: Counter[str] = Counter()
        for message in self.messages.values():
            shown.update({name.split(":")[1] for name in buttons(message, "why")})
        return shown

    def posted_twice(self) -> list[str]:
        """What was posted more often than it was deleted, and once."""
        return [what for what, times in self.posted.items() if times > 1 + self.deleted[what]]


def refusal(status: int, code: int, why: str) -> web.Response:
    """Discord's no."""
    return web.Response(
        status=status,
        body=json.dumps({"code": code, "message": why}).encode(),
        headers={"Content-Type": "application/json"},
    )


def _what(message: Payload) -> str:
    """What a post is, however its text may have changed since."""
    for act, name in (("a", "question"), ("why", "question"), ("rev", "result")):
        found = buttons(message, act)
        if found:
            return f"{name} {found[0].split(':')[1]}"
    lines = texts(message).splitlines() or [str(message.get("content"))]
    kind = "result" if "Result" in lines[0] else "announcement"
    return f"{kind} of {message.get('nonce')}"


def custom_ids(message: dict[str, Any]) -> list[str]:
    """The names of a card's components."""
    return [component.get("custom_id") or "" for component in components(message)]
