"""Something else that happens between two steps of a use case, at the worst moment."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from copy import copy
from itertools import count

from sqlalchemy.ext.asyncio import AsyncSession

from bot.storage.database import Database


def interrupted(
    database: Database, meanwhile: Callable[[], Awaitable[object]], *, before: str = "read", times: int = 1
) -> Database:
    """The database for one use case; before it reads (or writes) after so many times, something else happens."""
    seen = copy(database)
    transaction = getattr(database, before)
    begun = count()

    @asynccontextmanager
    async def begin() -> AsyncIterator[AsyncSession]:
        if next(begun) == times:
            await meanwhile()
        async with transaction() as session:
            yield session

    setattr(seen, before, begin)
    return seen
