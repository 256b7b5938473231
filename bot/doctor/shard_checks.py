"""Which processes are at work on this database, by the leases of the bot's shards."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

from bot.doctor.case import Case
from bot.doctor.findings import Finding, ok, problem, warning
from bot.domain.leases import Lease
from bot.errors import StorageError
from bot.lives import is_dead
from bot.storage import condition, dialects, leases
from bot.storage.database import Database
from bot.storage.migrate import SchemaState
from bot.storage.sqlite_files import file_of

_NOBODY = ok("no process holds one: the bot is not running.")


def shards(case: Case) -> Finding:
    """Has each shard a process that acts for its servers, and have all processes the same number of shards?"""
    file = file_of(case.settings.database_url)
    if file is not None and not file.exists():
        return _NOBODY
    found = _read(case.settings.database_url)
    if found is None:
        return warning("not checked: the database has no leases.", "See the lines about the database.")
    return holders(*found, case.settings.shard_count)


def holders(known: Sequence[Lease], now: datetime, count: int | None) -> Finding:
    """What the leases say at a moment of the database's clock; ``count`` is this machine's SHARD_COUNT."""
    live = [each for each in known if each.is_live(now) and not is_dead(each.holder or "")]
    if not live:
        return _NOBODY
    theirs = live[0].shard_count
    if count is not None and count != theirs:
        return problem(
            f"processes with {theirs} shards are at work, but SHARD_COUNT is {count} here.",
            "Give all processes the same number; to change it, stop them all first.",
        )
    said = "; ".join(
        f"{', '.join(str(each.shard_id) for each in live if each.holder_name == name)} held by {name}"
        for name in dict.fromkeys(each.holder_name for each in live)
    )
    free = sorted(set(range(theirs)) - {each.shard_id for each in live})
    if free:
        return warning(
            f"held by nobody: {', '.join(map(str, free))} of {theirs}; {said}.",
            "Another process takes them within half a minute. If it stays so, look into the processes' logs.",
        )
    return ok(f"of {theirs}: {said}.")


def _read(address: str) -> tuple[list[Lease], datetime] | None:
    file = file_of(address)
    try:
        found = asyncio.run(condition.of_server(address)) if file is None else condition.of_file(file)
    except StorageError:
        return None
    return asyncio.run(_leases(address)) if found.state is SchemaState.CURRENT else None


async def _leases(address: str) -> tuple[list[Lease], datetime]:
    database = Database(address)
    try:
        async with database.read() as session:
            return await leases.every(session), await dialects.now(session)
    finally:
        await database.close()
