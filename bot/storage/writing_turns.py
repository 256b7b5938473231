"""Whose turn it is to write a SQLite file, which has one writer at a time. Who writes what is not known here."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager


class WritingTurns:
    """One after another, in the order in which they came.

    What is written in one thread (`sqlite_thread`) is written one after another there anyway. So a second one shares
    the turn of the first, and the thread has it at hand when the first is over, instead of standing still until a
    busy loop hands on the turn; but not while somebody else waits.

    ``prepare`` is what must be done when nobody writes, before anybody does.
    """

    def __init__(self, prepare: Callable[[], Awaitable[None]]) -> None:
        self._prepare = prepare
        self._lock = asyncio.Lock()
        self._waiting = 0
        self._in_thread = 0

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """A turn of one's own."""
        await self._acquire()
        try:
            yield
        finally:
            self._lock.release()

    @asynccontextmanager
    async def in_thread(self) -> AsyncIterator[None]:
        """A turn for what is written in the one thread that writes one after another."""
        if not self._in_thread or self._waiting:
            await self._acquire()
        self._in_thread += 1
        try:
            yield
        finally:
            self._in_thread -= 1
            if not self._in_thread:
                self._lock.release()

    async def _acquire(self) -> None:
        self._waiting += 1
        try:
            await self._lock.acquire()
        finally:
            self._waiting -= 1
        try:
            await self._prepare()
        except BaseException:
            self._lock.release()
            raise
