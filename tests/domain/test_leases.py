"""The rules of leases: at any moment at most one process believes that a shard is its own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.domain import leases
from bot.domain.leases import MARGIN, PATIENCE, RENEW_EVERY, TERM, Claimant, Lease, Turn, given_back
from bot.domain.shards import Shards

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
COUNT = 3


def nobody_is_dead(_holder: str) -> bool:
    return False


def claimant(name: str, *home: int, count: int = COUNT) -> Claimant:
    return Claimant(name, name, Shards.of(count, home))


class Table:
    """The leases as a database would keep them, and its clock."""

    def __init__(self) -> None:
        self.rows: dict[int, Lease] = {}
        self.now = NOON
        self.dead: set[str] = set()

    def turn(self, who: Claimant) -> Turn:
        turn = leases.take_turn(list(self.rows.values()), who, self.now, self.dead.__contains__)
        if not turn.is_barred:
            self.rows = {number: row for number, row in self.rows.items() if number < who.home.count}
        self.rows |= {each.shard_id: each for each in turn.written}
        return turn

    def give_back(self, who: Claimant) -> None:
        mine = [row for row in self.rows.values() if row.holder == who.holder]
        self.rows |= {each.shard_id: each for each in given_back(mine, self.now)}

    def of(self, name: str) -> set[int]:
        return {number for number, row in self.rows.items() if row.holder == name}

    def let(self, passed: timedelta) -> None:
        self.now += passed


A, B, C = claimant("a", 0), claimant("b", 1), claimant("c", 2)


@pytest.fixture
def table() -> Table:
    table = Table()
    for each in (A, B, C):
        table.turn(each)
    return table


def test_each_process_has_its_own_shards(table: Table) -> None:
    assert [table.of(name) for name in "abc"] == [{0}, {1}, {2}]


def test_the_shards_of_a_process_that_is_not_heard_of_are_taken_when_its_term_ends(table: Table) -> None:
    table.let(TERM - SECOND)
    for each in (B, C):
        table.turn(each)
    assert table.of("a") == {0}
    table.let(SECOND)
    table.turn(B)
    assert (table.of("a"), table.of("b"), table.of("c")) == (set(), {0, 1}, {2})


def test_a_process_that_is_seen_to_have_ended_is_not_waited_for(table: Table) -> None:
    table.dead.add("a")
    table.turn(C)
    assert table.of("c") == {0, 2}


def test_what_was_given_back_waits_for_its_own_process_before_another_takes_it(table: Table) -> None:
    table.give_back(A)
    table.let(PATIENCE - SECOND)
    table.turn(B)
    assert table.of("b") == {1}
    table.turn(claimant("a again", 0))
    assert table.of("a again") == {0}
    table.give_back(C)
    table.let(PATIENCE)
    table.turn(B)
    assert table.of("b") == {1, 2}


def test_its_own_process_is_given_a_shard_back(table: Table) -> None:
    table.give_back(A)
    table.let(PATIENCE)
    assert table.turn(B).asked_for == set()
    table.turn(C)
    again = claimant("a again", 0)
    assert table.turn(again).mine == ()
    assert table.turn(B).asked_for == {0}
    table.rows |= {each.shard_id: each for each in given_back([table.rows[0]], table.now)}
    table.let(PATIENCE)
    # While its own process says that it waits, no other takes it again.
    table.turn(again)
    table.turn(B)
    table.turn(C)
    assert table.of("a again") == {0}
    assert table.turn(B).asked_for == set()


def test_a_second_process_with_the_same_shards_stands_by(table: Table) -> None:
    second = claimant("a too", 0)
    for _ in range(5):
        table.let(RENEW_EVERY)
        for each in (A, B, C):
            table.turn(each)
        turn = table.turn(second)
        assert turn.mine == ()
        assert {each.holder for each in turn.others} == {"a", "b", "c"}


def test_beside_processes_with_another_number_of_shards_nothing_is_taken(table: Table) -> None:
    stranger = claimant("d", 0, 1, count=2)
    turn = table.turn(stranger)
    assert turn.is_barred
    assert turn.mine == ()
    table.let(TERM)
    turn = table.turn(stranger)
    assert not turn.is_barred
    assert table.of("d") == {0, 1}
    assert len(table.rows) == 2
    assert table.turn(A).is_barred


def test_a_clock_that_is_set_back_gives_no_lease_a_longer_term(table: Table) -> None:
    table.let(-timedelta(hours=1))
    table.turn(B)
    assert table.of("b") == {0, 1, 2}


def test_the_token_grows_with_each_holder(table: Table) -> None:
    before = table.rows[0].token
    table.turn(A)
    assert table.rows[0].token == before
    table.let(TERM)
    table.turn(B)
    assert table.rows[0].token == before + 1
    table.give_back(B)
    table.turn(A)
    assert table.rows[0].token == before + 2


@given(st.permutations("abc"))
def test_it_does_not_matter_who_comes_first(order: list[str]) -> None:
    table = Table()
    people = {"a": A, "b": B, "c": C}
    for _ in range(2):
        for name in order:
            table.turn(people[name])
    assert [table.of(name) for name in "abc"] == [{0}, {1}, {2}]


class Process:
    """What a process believes of itself: its leases, up to a moment by a clock that all share here."""

    def __init__(self, who: Claimant) -> None:
        self.who = who
        self.mine: frozenset[int] = frozenset()
        self.until = timedelta()
        self.is_there = True


class ManyProcesses(RuleBasedStateMachine):
    """Turns, pauses, deaths, ends and jumps of the database's clock, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.table = Table()
        self.elapsed = timedelta()
        self.processes = [
            Process(claimant(f"{index}", *home)) for index, home in enumerate([[0], [1], [2], [0, 1]])
        ]
        self.lives = 0

    @rule(index=st.integers(0, 3))
    def take_a_turn(self, index: int) -> None:
        process = self.processes[index]
        if process.is_there:
            process.mine = frozenset(each.shard_id for each in self.table.turn(process.who).mine)
            process.until = self.elapsed + TERM - MARGIN

    @rule(seconds=st.integers(0, 20))
    def let_time_pass(self, seconds: int) -> None:
        self.table.let(seconds * SECOND)
        self.elapsed += seconds * SECOND

    @rule(index=st.integers(0, 3))
    def be_killed_and_start_again(self, index: int) -> None:
        old = self.processes[index]
        self.table.dead.add(old.who.holder)
        self.lives += 1
        self.processes[index] = Process(Claimant(f"{index}.{self.lives}", "", old.who.home))

    @rule(index=st.integers(0, 3))
    def end_in_good_order(self, index: int) -> None:
        process = self.processes[index]
        process.mine = frozenset()
        self.table.give_back(process.who)

    @invariant()
    def nobody_shares_a_shard(self) -> None:
        for shard_id in range(COUNT):
            believers = [
                each.who.holder
                for each in self.processes
                if shard_id in each.mine and self.elapsed < each.until
            ]
            assert len(believers) <= 1, (shard_id, believers)

    @precondition(lambda self: self.elapsed)
    @rule()
    def all_shards_are_soon_held_where_a_process_is_left(self) -> None:
        for _ in range(8):
            self.let_time_pass(4)
            self.take_a_turn(0)
        assert all(row.holder is not None for row in self.table.rows.values())
        assert len(self.table.rows) == COUNT


ManyProcesses.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
test_any_order_of_turns_pauses_and_deaths = ManyProcesses.TestCase
