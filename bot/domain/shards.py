"""Shards: the parts into which Discord divides a bot's servers, so that several connections share them. Values only."""

from __future__ import annotations

from collections.abc import Iterable

from bot.values import dataclass

# An id's lower 22 bits count what was made in the same millisecond; Discord shards by the rest.
BITS_BELOW_TIME = 22


def shard_of(guild_id: int, count: int) -> int:
    """The shard, from 0, that hears of a server where there are ``count``.

    Source: Discord's documentation of the gateway, "Sharding": ``(guild_id >> 22) % num_shards``.
    """
    return (guild_id >> BITS_BELOW_TIME) % count


@dataclass(frozen=True, slots=True)
class Shards:
    """Some of a bot's ``count`` shards, and so the servers in them; ids from 0."""

    count: int
    ids: frozenset[int]

    @classmethod
    def of(cls, count: int, ids: Iterable[int]) -> Shards:
        """Those of ``count`` with these ids."""
        return cls(count, frozenset(ids))

    @property
    def are_all(self) -> bool:
        """Whether every server is in one of them."""
        return len(self.ids) == self.count

    def among(self, others: Shards) -> Shards | None:
        """Those of them that are also among the others, or None where none is."""
        ids = self.ids & others.ids if self.count == others.count else frozenset[int]()
        return Shards(self.count, ids) if ids else None

    def shard_of(self, guild_id: int) -> int:
        """The shard of a server, be it one of these or not."""
        return shard_of(guild_id, self.count)

    def have(self, guild_id: int) -> bool:
        """Whether a server is in one of them."""
        return shard_of(guild_id, self.count) in self.ids

    def __str__(self) -> str:
        ids = ", ".join(map(str, sorted(self.ids))) or "none"
        return f"{ids} of {self.count}"


ALL = Shards(1, frozenset({0}))
