"""Who may have a shard: the rules by which processes that share a database divide the shards among them.

All moments here are the database's: each process asks it for the time in the transaction in which it takes its turn, so
that no machine's clock decides about another machine's lease. On SQLite, whose users are all on one machine, that is
the machine's own clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.shards import Shards
from bot.values import dataclass

# A holder who is not heard of for so long has lost his shards.
TERM = timedelta(seconds=16)
RENEW_EVERY = timedelta(seconds=4)
# So long before others may take his shards, a holder who cannot renew stops acting; what he began must end by then.
MARGIN = timedelta(seconds=3)
# So long a shard that was given back waits for its own process to start again, before another process takes it.
PATIENCE = timedelta(seconds=10)
# A process that waits for its own shard says so at each turn; so long ago, and it waits no longer.
STILL_WAITING = 3 * RENEW_EVERY


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to act for the servers of one shard.

    ``token`` grows whenever the holder changes. ``until`` is the end of a term; of a shard without a holder, when it was
    given back. ``wanted_at`` is when the process that the shard belongs to asked for it last.
    """

    shard_id: int
    shard_count: int
    token: int
    holder: str | None
    holder_name: str | None
    until: datetime
    wanted_at: datetime | None = None

    def is_wanted(self, now: datetime) -> bool:
        """Whether the process that the shard belongs to waits for it."""
        return self.wanted_at is not None and abs(now - self.wanted_at) < STILL_WAITING

    def is_live(self, now: datetime) -> bool:
        """Whether a holder keeps all others away.

        A term that ends later than any can is one from before the clock was set back.
        """
        return self.holder is not None and now < self.until <= now + TERM


@dataclass(frozen=True, slots=True)
class Claimant:
    """A process: ``holder`` is unlike that of any other process at any time; ``home`` are the shards that belong to it."""

    holder: str
    name: str
    home: Shards


@dataclass(frozen=True, slots=True)
class Turn:
    """What a process's turn comes to.

    ``at`` is when, by the database's clock. ``written`` are the leases as they are from now on, where they change; ``mine`` all that the process holds;
    ``others`` what others hold; ``asked_for`` are those of ``mine`` that the process to which they belong waits for.
    ``is_barred`` says that processes with another number of shards are at work, beside whom nothing may be taken.
    """

    at: datetime
    written: tuple[Lease, ...]
    mine: tuple[Lease, ...]
    others: tuple[Lease, ...]
    asked_for: frozenset[int] = frozenset()
    is_barred: bool = False


def take_turn(
    leases: Sequence[Lease], claimant: Claimant, now: datetime, is_dead: Callable[[str], bool]
) -> Turn:
    """Renew what the claimant holds, and take what is free for it.

    Args:
        leases: every lease there is.
        claimant: whose turn it is.
        now: by the database's clock.
        is_dead: whether a holder is known to have ended, so that his term need not be waited for.
    """
    live = [each for each in leases if each.is_live(now) and not is_dead(each.holder or "")]
    count = claimant.home.count
    barring = tuple(each for each in live if each.shard_count != count)
    if barring:
        return Turn(now, (), (), barring, is_barred=True)
    known = {each.shard_id: each for each in leases}
    turned = [
        _turned(_of_count(known.get(number), number, count, now), claimant, now, is_dead)
        for number in range(count)
    ]
    mine = tuple(each for each in turned if each.holder == claimant.holder)
    return Turn(
        at=now,
        written=tuple(each for each in turned if each != known.get(each.shard_id)),
        mine=mine,
        others=tuple(each for each in turned if each.holder is not None and each not in mine),
        asked_for=frozenset(
            each.shard_id for each in mine if each.shard_id not in claimant.home.ids and each.is_wanted(now)
        ),
    )


def given_back(leases: Iterable[Lease], now: datetime) -> tuple[Lease, ...]:
    """The leases without their holder."""
    return tuple(replace(each, holder=None, holder_name=None, until=now) for each in leases)


def _of_count(lease: Lease | None, shard_id: int, count: int, now: datetime) -> Lease:
    """The lease of a shard; one that nobody has had yet, or that is from another number of shards, is free from now on."""
    if lease is None:
        return Lease(shard_id, count, 0, None, None, now)
    if lease.shard_count != count:
        return Lease(shard_id, count, lease.token, None, None, now)
    return lease


def _turned(lease: Lease, claimant: Claimant, now: datetime, is_dead: Callable[[str], bool]) -> Lease:
    is_home = lease.shard_id in claimant.home.ids
    if lease.holder == claimant.holder:
        return replace(lease, until=now + TERM, wanted_at=None if is_home else lease.wanted_at)
    if _is_free_for(lease, now, is_dead, is_home=is_home):
        return Lease(
            lease.shard_id, lease.shard_count, lease.token + 1, claimant.holder, claimant.name, now + TERM
        )
    return replace(lease, wanted_at=now) if is_home else lease


def _is_free_for(lease: Lease, now: datetime, is_dead: Callable[[str], bool], *, is_home: bool) -> bool:
    if lease.is_live(now) and not is_dead(lease.holder or ""):
        return False
    if is_home:
        return True
    if lease.is_wanted(now):
        return False
    return lease.holder is not None or not now - PATIENCE < lease.until <= now
