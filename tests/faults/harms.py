"""What Discord, or the way to it, can do to a request."""

from __future__ import annotations

import asyncio
import json

from aiohttp import web
from aiohttp.typedefs import Handler

from tests.faults.world import Harm, refusal


def limited(retry_after: float) -> Harm:
    """429, as Discord itself says it."""

    async def harm(_request: web.Request, _handler: Handler) -> web.StreamResponse:
        body = {"message": "You are being rate limited.", "retry_after": retry_after, "global": False}
        return web.Response(
            status=429,
            body=json.dumps(body).encode(),
            headers={
                "Content-Type": "application/json",
                "Via": "1.1 google",
                "Retry-After": str(retry_after),
            },
        )

    return harm


def limited_without_a_word() -> Harm:
    """429 from the guard before Discord: a page, and nothing about when to come again."""

    async def harm(_request: web.Request, _handler: Handler) -> web.StreamResponse:
        return web.Response(status=429, text="<html>error code: 1015</html>", content_type="text/html")

    return harm


def failing(status: int, *, after: bool = False) -> Harm:
    """A server error, before or ``after`` Discord did what was asked."""

    async def harm(request: web.Request, handler: Handler) -> web.StreamResponse:
        if after:
            await handler(request)
        return web.Response(status=status, text="upstream error", content_type="text/plain")

    return harm


def refused(status: int, code: int, why: str) -> Harm:
    """No, for good."""

    async def harm(_request: web.Request, _handler: Handler) -> web.StreamResponse:
        return refusal(status, code, why)

    return harm


def dropped(*, after: bool = False) -> Harm:
    """The connection breaks, before or ``after`` Discord did what was asked."""

    async def harm(request: web.Request, handler: Handler) -> web.StreamResponse:
        if after:
            await handler(request)
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    return harm


def silent(seconds: float, *, after: bool = False) -> Harm:
    """No answer for a long time, though the connection stands."""

    async def harm(request: web.Request, handler: Handler) -> web.StreamResponse:
        if after:
            await handler(request)
        await asyncio.sleep(seconds)
        return web.Response(status=504, text="upstream request timeout", content_type="text/plain")

    return harm
