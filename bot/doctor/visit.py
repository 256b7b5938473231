"""One visit to Discord over its REST interface: who the bot is, where it is, and what time it is there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from types import SimpleNamespace

import aiohttp
import discord

SECONDS_FOR_A_VISIT = 20.0
_GUILDS_A_PAGE = 200


@dataclass(frozen=True, slots=True)
class Guild:
    """A server the bot is in, and what it may do there by its roles alone."""

    id: int
    name: str
    permissions: discord.Permissions


@dataclass(frozen=True, slots=True)
class Account:
    """The bot as Discord knows it."""

    name: str
    application_id: int
    flags: discord.ApplicationFlags
    guilds: tuple[Guild, ...]


@dataclass(slots=True)
class Visit:
    """What came of it.

    ``trouble`` says why there is no ``account``; ``is_refused`` that Discord did not take the token. ``clock_ahead``
    is how far this machine's clock is ahead of Discord's, where Discord has answered at all.
    """

    account: Account | None = None
    trouble: str | None = None
    is_refused: bool = False
    clock_ahead: timedelta | None = None


async def visit(token: str, clock: Callable[[], datetime]) -> Visit:
    """Log in and look around; the gateway is not opened, so a bot that runs elsewhere is not disturbed."""
    found = Visit()
    client = discord.Client(intents=discord.Intents.none(), http_trace=_watch_the_clock(found, clock))
    try:
        async with asyncio.timeout(SECONDS_FOR_A_VISIT), client:
            await client.login(token)
            found.account = await _account(client)
    except discord.LoginFailure:
        found.is_refused = True
        found.trouble = "Discord does not take the token."
    except TimeoutError:
        found.trouble = f"Discord did not answer within {SECONDS_FOR_A_VISIT:.0f} seconds."
    except (aiohttp.ClientError, OSError, discord.HTTPException) as error:
        found.trouble = f"Discord could not be asked ({error})."
    return found


async def _account(client: discord.Client) -> Account:
    assert client.user is not None
    assert client.application is not None
    return Account(
        client.user.name, client.application.id, client.application.flags, tuple(await _guilds(client))
    )


async def _guilds(client: discord.Client) -> list[Guild]:
    guilds: list[Guild] = []
    while True:
        # The library's own way drops the one thing that is wanted here: the permissions.
        after = discord.Object(guilds[-1].id).id if guilds else None
        page = await client.http.get_guilds(_GUILDS_A_PAGE, after=after, with_counts=False)
        for raw in page:
            allowed = discord.Permissions(int(raw.get("permissions") or 0))
            guilds.append(Guild(int(raw["id"]), raw["name"], allowed))
        if len(page) < _GUILDS_A_PAGE:
            return guilds


def _watch_the_clock(found: Visit, clock: Callable[[], datetime]) -> aiohttp.TraceConfig:
    trace = aiohttp.TraceConfig()

    async def begin(
        _session: aiohttp.ClientSession, context: SimpleNamespace, _sent: aiohttp.TraceRequestStartParams
    ) -> None:
        context.began_at = clock()

    async def end(
        _session: aiohttp.ClientSession, context: SimpleNamespace, got: aiohttp.TraceRequestEndParams
    ) -> None:
        written = got.response.headers.get("Date")
        if written is not None:
            # Discord cuts its time to seconds, and wrote it at some moment between the question and the answer.
            theirs = parsedate_to_datetime(written) + timedelta(seconds=0.5)
            found.clock_ahead = context.began_at + (clock() - context.began_at) / 2 - theirs

    trace.on_request_start.append(begin)
    trace.on_request_end.append(end)
    return trace
