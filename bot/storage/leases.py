"""Leases of shards as they are kept. The rules are the domain's; when turns are taken is the service's business."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict
from math import ceil

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain import leases
from bot.domain.leases import Claimant, Lease, Turn
from bot.domain.refusals import NotServedHere
from bot.storage import dialects
from bot.storage.database import Fence
from bot.storage.tables import ShardLeaseRow

# The number that `dialects.lock` takes: turns come one after another. No server has it as its id.
_TURNS = 3


async def take_turn(session: AsyncSession, claimant: Claimant, is_dead: Callable[[str], bool]) -> Turn:
    """A process's turn, by the database's clock."""
    await dialects.lock(session, _TURNS)
    turn = leases.take_turn(await every(session), claimant, await dialects.now(session), is_dead)
    if not turn.is_barred:
        await session.execute(delete(ShardLeaseRow).where(ShardLeaseRow.shard_id >= claimant.home.count))
        await _write(session, turn.written)
    return turn


async def give_back(session: AsyncSession, holder: str, shard_ids: Iterable[int] | None = None) -> None:
    """Let others have what this holder has: those of the shards, or all."""
    await dialects.lock(session, _TURNS)
    wanted = None if shard_ids is None else frozenset(shard_ids)
    mine = [
        each
        for each in await every(session)
        if each.holder == holder and (wanted is None or each.shard_id in wanted)
    ]
    await _write(session, leases.given_back(mine, await dialects.now(session)))


async def every(session: AsyncSession) -> list[Lease]:
    """All leases, in the order of the shards."""
    rows = await session.scalars(select(ShardLeaseRow).order_by(ShardLeaseRow.shard_id))
    return [
        Lease(
            row.shard_id,
            row.shard_count,
            row.token,
            row.holder,
            row.holder_name,
            row.until,
            row.wanted_at,
        )
        for row in rows
    ]


async def at_work(session: AsyncSession, is_dead: Callable[[str], bool]) -> tuple[str, int] | None:
    """Who is at work on the database, for people, and in how many seconds his leases end if he was killed.

    None where nobody is; ``is_dead`` knows holders who have ended without giving their leases back.
    """
    # No more columns than the first release with leases had.
    held = select(ShardLeaseRow.holder, ShardLeaseRow.holder_name, ShardLeaseRow.until)
    now = await dialects.now(session)
    for holder, name, until in await session.execute(held):
        if holder is not None and until > now and not is_dead(holder):
            return str(name), ceil((until - now).total_seconds())
    return None


def fence(lease: Lease, *, or_else: Callable[[], None]) -> Fence:
    """What lets a transaction pass only while the lease is its holder's; nobody takes it before the transaction ends.

    It raises `NotServedHere` where the lease has become another's, after a call of ``or_else``.
    """
    still_mine = (
        select(ShardLeaseRow.shard_id)
        .where(
            ShardLeaseRow.shard_id == lease.shard_id,
            ShardLeaseRow.shard_count == lease.shard_count,
            ShardLeaseRow.holder == lease.holder,
            ShardLeaseRow.token == lease.token,
        )
        .with_for_update(read=True)
    )

    async def pass_it(session: AsyncSession) -> None:
        if await session.scalar(still_mine) is None:
            or_else()
            raise NotServedHere

    return pass_it


async def _write(session: AsyncSession, changed: Iterable[Lease]) -> None:
    for lease in changed:
        await session.merge(ShardLeaseRow(**asdict(lease)))
    await session.flush()
