"""Several processes' leases over one database, turn by turn."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text

from bot.domain.leases import PATIENCE, STILL_WAITING, TERM
from bot.domain.refusals import NotServedHere
from bot.domain.shards import Shards
from bot.services import conducting, leasing
from bot.services.leasing import LeaseKeeper
from bot.services.ownership import Ownership
from bot.storage import dialects, leases, rounds
from bot.storage.database import Database
from bot.storage.tables import ShardLeaseRow
from tests.services.rounds import NOON, Stage
from tests.services.test_side_by_side import on_a_server, until_somebody_waits

COUNT = 2
# A server in each shard.
GUILDS = (5, (1 << 22) + 5)


class Process:
    """A keeper whose turns are taken by hand, and what it was told."""

    def __init__(self, database: Database, name: str, *home: int) -> None:
        self.now = 1000.0
        self.dead: set[str] = set()
        self.told: list[str] = []
        self.keeper = LeaseKeeper(
            database, elapsed=lambda: self.now, holder=name, name=name, is_dead=self.dead.__contains__
        )
        self.ownership = Ownership(self.keeper)
        self.keeper.begin(Shards.of(COUNT, home), self)
        assert self.keeper._task is not None
        self.keeper._task.cancel()

    async def turn(self) -> None:
        await self.keeper._take_turn()

    @property
    def held(self) -> set[int]:
        return set(self.keeper.held.ids)

    def lease_gained(self, shards: Shards) -> None:
        self.told.append(f"gained {shards}")
        self.ownership.admit(shards)

    def lease_lost(self, shards: Shards, *, in_doubt: bool) -> None:
        self.told.append(f"{'doubted' if in_doubt else 'lost'} {shards}")
        self.ownership.lost(shards)

    async def let_go(self, shards: Shards) -> None:
        self.told.append(f"let go {shards}")


@pytest.fixture
async def other(database: Database) -> AsyncIterator[Database]:
    """The same database, opened a second time."""
    opened = Database(database.url.render_as_string(hide_password=False))
    yield opened
    await opened.close()


async def let_pass(database: Database, passed: timedelta) -> None:
    """As if so much time had gone by on the database's clock."""
    async with database.write() as session:
        for row in await session.scalars(select(ShardLeaseRow)):
            row.until -= passed
            if row.wanted_at is not None:
                row.wanted_at -= passed


async def test_the_databases_clock_is_about_right(database: Database) -> None:
    async with database.read() as session:
        moments = [await dialects.now(session) for _ in range(3)]
    assert moments == sorted(moments)
    assert all(isinstance(moment, datetime) and moment.utcoffset() == timedelta(0) for moment in moments)
    assert abs(moments[0].timestamp() - time.time()) < 60


async def test_a_process_that_is_not_heard_of_is_taken_over_and_finds_out(
    database: Database, other: Database
) -> None:
    a, b = Process(database, "a", 0), Process(other, "b", 1)
    await a.turn()
    await b.turn()
    assert (a.held, b.held) == ({0}, {1})
    assert [a.ownership.owns(guild_id) for guild_id in GUILDS] == [True, False]
    await let_pass(database, TERM)
    await b.turn()
    assert b.held == {0, 1}
    # Its own clocks have not noticed, but the database knows: nothing that it does is kept.
    fenced = database.fenced(a.ownership.fence(GUILDS[0]) or pytest.fail("no fence"))
    with pytest.raises(NotServedHere):
        async with fenced.write():
            pytest.fail("it was let in")
    await a.turn()
    assert a.told == ["gained 0 of 2", "lost 0 of 2"]
    with pytest.raises(NotServedHere):
        a.ownership.require(GUILDS[0])
    async with other.fenced(b.ownership.fence(GUILDS[0]) or pytest.fail("no fence")).write():
        pass


async def test_a_process_that_slept_acts_no_more_before_it_has_asked(database: Database) -> None:
    a = Process(database, "a", 0, 1)
    await a.turn()
    assert a.ownership.owns(GUILDS[0])
    a.now += TERM.total_seconds()
    assert not a.ownership.owns(GUILDS[0])
    assert a.told == ["gained 0, 1 of 2", "doubted 0, 1 of 2"]
    with pytest.raises(NotServedHere):
        async with database.fenced(a.ownership.fence(GUILDS[0]) or pytest.fail("no fence")).write():
            pytest.fail("it was let in")
    await a.turn()
    assert a.held == {0, 1}
    assert a.told[2:] == ["gained 0, 1 of 2"]


async def test_while_the_database_is_away_leases_end_by_themselves(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    a = Process(database, "a", 0, 1)
    await a.turn()
    with monkeypatch.context() as patched:

        async def away(*_: object) -> None:
            raise OSError("the database is away")

        patched.setattr(leases, "take_turn", away)
        await a.turn()
        assert a.held == {0, 1}
        a.now += TERM.total_seconds()
        await a.turn()
        assert (a.held, set(a.keeper.in_doubt.ids)) == (set(), {0, 1})
        assert "could not be renewed: OSError" in caplog.text
    await a.turn()
    assert (a.held, set(a.keeper.in_doubt.ids)) == ({0, 1}, set())


async def test_what_is_given_back_is_free_for_the_next_life_at_once(
    database: Database, other: Database
) -> None:
    a = Process(database, "a", 0)
    await a.turn()
    await a.keeper.end()
    assert a.held == set()
    b, again = Process(other, "b", 1), Process(database, "a again", 0)
    await b.turn()
    assert b.held == {1}
    await again.turn()
    assert again.held == {0}


async def test_a_shard_goes_back_to_its_own_process_between_two_rounds(
    database: Database, other: Database
) -> None:
    b = Process(other, "b", 1)
    await b.turn()
    await let_pass(database, PATIENCE)
    await b.turn()
    assert b.held == {0, 1}
    stage = Stage(database)
    record = await stage.start(questions=1)
    a = Process(
        database, "a", *(number for number in range(COUNT) if number == (record.guild_id >> 22) % COUNT)
    )
    await a.turn()
    assert a.keeper.is_waiting
    await b.turn()
    assert b.held == {0, 1}, "a round runs in it"
    async with database.write() as session:
        await rounds.set_round(session, record.id, state="ended")
    await b.turn()
    assert b.held == {1}
    assert b.told[-2:] == ["lost 0 of 2", "let go 0 of 2"]
    await b.turn()
    await a.turn()
    assert (a.held, b.held) == ({0}, {1})
    assert not a.keeper.is_waiting


async def test_whoever_stopped_waiting_for_his_shard_waits_for_a_round_anew(
    database: Database, other: Database
) -> None:
    b = Process(other, "b", 1)
    await b.turn()
    await let_pass(database, PATIENCE)
    await b.turn()
    await Stage(database).start(questions=1)
    a = Process(database, "a", 0)
    await a.turn()
    await b.turn()
    # The other one dies as he waits, and comes back when the longest wait is long over.
    await let_pass(database, STILL_WAITING)
    for _ in range(2):
        b.now += leasing.LONGEST_WAIT_FOR_ROUNDS_SECONDS
        await b.turn()
    await a.turn()
    await b.turn()
    assert b.held == {0, 1}, "a round runs in it"


async def test_a_second_process_says_that_it_stands_by(
    database: Database, other: Database, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = Process(database, "first", 0, 1), Process(other, "second", 0, 1)
    await first.turn()
    for _ in range(3):
        await second.turn()
    assert second.held == set()
    assert caplog.text.count("Waiting as a standby for the shards 0, 1 of 2, which first holds") == 1
    second.dead.add("first")
    await second.turn()
    assert second.held == {0, 1}


async def test_turns_at_the_same_moment_come_one_after_another(database: Database, other: Database) -> None:
    a, b = Process(database, "a", 0, 1), Process(other, "b", 0, 1)
    await asyncio.gather(*(each.turn() for _ in range(5) for each in (a, b)))
    assert sorted([len(a.held), len(b.held)]) == [0, 2]


@on_a_server
async def test_nobody_takes_a_shard_in_the_middle_of_a_step(database: Database, other: Database) -> None:
    a, b = Process(database, "a", 0, 1), Process(other, "b", 0, 1)
    await a.turn()
    await let_pass(database, TERM)
    async with database.fenced(a.ownership.fence(GUILDS[0]) or pytest.fail("no fence")).write():
        taking = asyncio.create_task(b.turn())
        await until_somebody_waits(database)
        assert b.held == set()
    await taking
    assert b.held == {0, 1}


async def test_a_round_is_stopped_by_its_own_process_alone(database: Database, other: Database) -> None:
    stage = Stage(database)
    record = await stage.open(await stage.start())
    a, b = Process(database, "a", 0, 1), Process(other, "b", 0, 1)
    await a.turn()
    await let_pass(database, TERM)
    await b.turn()
    for process, own in ((a, database), (b, other)):
        fenced = own.fenced(process.keeper.fence(record.guild_id))
        try:
            await conducting.stop_round(fenced, stage.live, record.id, now=NOON)
        except NotServedHere:
            assert process is a
        else:
            assert process is b


async def test_a_server_is_served_only_when_all_that_a_click_needs_is_there(database: Database) -> None:
    a = Process(database, "a", 0, 1)
    await a.turn()
    a.ownership.lost(Shards.of(COUNT, [0]))
    assert [a.ownership.owns(guild_id) for guild_id in GUILDS] == [False, True]
    assert a.ownership.shards == Shards.of(COUNT, [1])
    a.ownership.admit(Shards.of(COUNT, [0]))
    assert all(a.ownership.owns(guild_id) for guild_id in GUILDS)


def test_a_turn_fits_into_what_is_believed() -> None:
    assert leasing._BELIEF_SECONDS > leasing._SECONDS_FOR_A_TURN


@on_a_server
async def test_a_process_that_was_paused_in_a_transaction_holds_nobody_up_for_long(
    database: Database,
) -> None:
    async with database.read() as session:
        assert await session.scalar(text("SHOW idle_in_transaction_session_timeout")) == "10s"
