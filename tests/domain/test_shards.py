"""Which servers are in which shard."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.shards import ALL, Shards, shard_of

IDS = st.integers(min_value=0, max_value=2**63 - 1)
COUNTS = st.integers(min_value=1, max_value=300)


def test_the_shard_of_a_server_is_that_of_discords_formula() -> None:
    assert shard_of(197038439483310086, 16) == 2


@given(IDS, COUNTS)
def test_each_server_is_in_exactly_one_shard(guild_id: int, count: int) -> None:
    assert sum(Shards.of(count, [number]).have(guild_id) for number in range(count)) == 1
    assert ALL.have(guild_id)


def test_shards_of_another_count_have_nothing_in_common() -> None:
    assert Shards.of(4, [0, 1]).among(Shards.of(4, [1, 2])) == Shards.of(4, [1])
    assert Shards.of(4, [0, 1]).among(Shards.of(4, [2])) is None
    assert Shards.of(4, [0, 1]).among(Shards.of(2, [0, 1])) is None
