"""Asking Discord for something: how long to wait for it, and which errors are Discord's or the line's."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

import aiohttp
import discord

# discord.py itself waits for five minutes, with a whole class before an open question. This is longer than the
# pauses that it makes after server errors (1, 3 and 5 s), and than nearly all that Discord's rate limits ask for.
PATIENCE_SECONDS = 20.0

# What is nobody's mistake here: Discord refuses or fails, the line breaks (which aiohttp does not call an OSError),
# or no answer comes (a TimeoutError, which is one).
TROUBLE = (discord.HTTPException, aiohttp.ClientError, OSError)

# Refusals that pass: the token may be renewed, the request was slow, there were too many.
WORTH_ANOTHER_TRY = frozenset({401, 408, 429})
FIRST_SERVER_ERROR = 500

UNKNOWN_INTERACTION = 10062
ALREADY_ACKNOWLEDGED = 40060

_T = TypeVar("_T")


async def ask(request: Awaitable[_T], seconds: float = PATIENCE_SECONDS) -> _T:
    """What Discord answers, if it does so within so many seconds.

    Raises:
        TimeoutError: it did not. Nobody knows whether it did what was asked.
    """
    try:
        async with asyncio.timeout(seconds):
            return await request
    except TimeoutError:
        raise TimeoutError(f"Discord did not answer within {seconds:.0f} seconds") from None


def may_pass(error: discord.HTTPException) -> bool:
    """Whether what Discord refuses now it may take later."""
    return error.status in WORTH_ANOTHER_TRY or error.status >= FIRST_SERVER_ERROR


def is_too_late(error: BaseException) -> bool:
    """Whether Discord takes no reply to an interaction any more: it is too old, or has had its reply."""
    return isinstance(error, discord.HTTPException) and error.code in (
        UNKNOWN_INTERACTION,
        ALREADY_ACKNOWLEDGED,
    )


def is_broken_line(error: BaseException) -> bool:
    """Whether the way to Discord failed under a request; a silence is not meant, which has lasted long enough."""
    return isinstance(error, (aiohttp.ClientError, OSError)) and not isinstance(error, TimeoutError)
