"""What goes wrong between the bot and Discord's REST interface."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from tests.faults.arena import Arena, Case
from tests.faults.harms import dropped, failing, limited, limited_without_a_word, refused, silent
from tests.faults.world import Harm, Rule

LONGEST = 100.0
POST, EDIT, LOOK, ANSWER = "post", "edit", "look", "answer"


def _path(kind: str, where: int) -> tuple[str, str]:
    return {
        POST: ("POST", rf"/channels/{where}/messages$"),
        EDIT: ("PATCH", rf"/channels/{where}/messages/"),
        LOOK: ("GET", rf"/channels/{where}/messages$"),
        ANSWER: ("POST", r"/callback$"),
    }[kind]


def _weather(name: str, *harms: tuple[str, Harm]) -> Callable[[Arena], Awaitable[None]]:
    """Each of the harms befalls some request of its kind, before rounds come to their end."""

    async def hurt(there: Arena) -> None:
        await there.question(there.channels[0], 1)
        rules = []
        for kind, harm in there.random.sample(harms, len(harms)):
            method, path = _path(kind, there.channels[0])
            rule = Rule(method, path, harm, chance=lambda: there.random.random() < 0.5)
            rules.append(rule)
        there.world.rules.extend(rules)
        try:
            async with asyncio.timeout(LONGEST):
                while any(rule.done < rule.times for rule in rules):
                    await asyncio.sleep(0.05)
        except TimeoutError:
            for rule in rules:
                if rule.done < rule.times:
                    there.found.append(f"{name}: {rule.method} {rule.path} never came")
                    rule.times = 0
        for _ in rules:
            there.hurt(name)

    return hurt


def limits() -> Case:
    """Too many requests, and how long to wait."""
    harm = limited(0.6)
    hurt = _weather(
        "429 with Retry-After", (POST, harm), (POST, harm), (EDIT, harm), (EDIT, harm), (ANSWER, harm)
    )
    return Case("429 with Retry-After", hurt, says=("rate limited",))


def limits_without_a_word() -> Case:
    """Too many requests, and no word of how long."""
    harm = limited_without_a_word()
    hurt = _weather("429 without Retry-After", (POST, harm), (POST, harm), (EDIT, harm), (ANSWER, harm))
    return Case("429 without Retry-After", hurt, says=("429",), traces=("429 Too Many Requests",))


def server_errors() -> Case:
    """500, 502 and 503, before and after the work was done."""
    hurt = _weather(
        "500, 502, 503",
        (POST, failing(500)),
        (POST, failing(502, after=True)),
        (POST, failing(503, after=True)),
        (EDIT, failing(503)),
        (EDIT, failing(500, after=True)),
        (ANSWER, failing(500)),
        (ANSWER, failing(502, after=True)),
    )
    return Case("500, 502, 503", hurt, says=("503",), traces=("503 Service Unavailable",))


def broken_connections() -> Case:
    """The connection breaks, before and after the work was done."""
    hurt = _weather(
        "dropped connection",
        (POST, dropped()),
        (POST, dropped(after=True)),
        (EDIT, dropped()),
        (EDIT, dropped(after=True)),
        (ANSWER, dropped()),
        (ANSWER, dropped(after=True)),
    )
    return Case(
        "dropped connection", hurt, says=("Server disconnected",), traces=("ServerDisconnectedError",)
    )


def silences() -> Case:
    """No answer for a minute."""
    harms = ((POST, silent(60, after=True)), (EDIT, silent(60)), (ANSWER, silent(60)), (POST, silent(60)))
    return Case("timeout", _weather("timeout", *harms), says=("did not answer",), traces=("TimeoutError",))


def late_replies() -> Case:
    """Replies that Discord does not take: too late (10062), or given already (40060)."""
    late = refused(404, 10062, "Unknown interaction")
    again = refused(400, 40060, "Interaction has already been acknowledged.")
    hurt = _weather("10062, 40060", *[(ANSWER, late)] * 3, *[(ANSWER, again)] * 3)
    return Case("10062, 40060", hurt)


def lost_messages() -> Case:
    """Somebody deletes the bot's messages (10008)."""

    async def hurt(there: Arena) -> None:
        where = there.channels[0]
        for number in (1, 2, 3):
            card = await there.question(where, number)
            # While it is open, when its count was shown, just before its reveal, or when it was revealed.
            await asyncio.sleep(there.random.choice((0.3, 2.0, 4.9, 6.5)))
            there.world.delete(card)
            there.hurt("10008")

    return Case("10008", hurt, says=("is gone",))


def lost_rights(code: int) -> Case:
    """Discord refuses posts for good: the round ends, and its starter is told."""
    why = {50001: "Missing Access", 50013: "Missing Permissions"}[code]

    async def hurt(there: Arena) -> None:
        where = there.channels[0]
        before = len(there.world.asked(where))
        await there.question(where, before + 1)
        there.closed.add(where)
        await asyncio.sleep(there.random.uniform(0.0, 9.0))
        harm = refused(403, code, why)
        rules = [Rule(*_path(kind, where), harm, times=1000) for kind in (POST, EDIT)]
        there.world.rules.extend(rules)
        while not sum(rule.done for rule in rules):
            await asyncio.sleep(0.05)
        there.hurt(str(code))

    return Case(
        str(code), hurt, says=("cannot go on", "missing_permission"), ends=("missing_permission", "completed")
    )


ALL = (
    limits,
    limits_without_a_word,
    server_errors,
    broken_connections,
    silences,
    late_replies,
    lost_messages,
    lambda: lost_rights(50001),
    lambda: lost_rights(50013),
)
