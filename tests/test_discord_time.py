"""A clock that goes on when the machine's is set, and does not disturb one that is right."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.discord_time import DiscordTime

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Machine:
    """A machine whose clock can be set, and whose counter cannot."""

    def __init__(self) -> None:
        self.elapsed = 500.0
        self.wrong_by = timedelta(0)
        self.clock = DiscordTime(lambda: self.true + self.wrong_by, lambda: self.elapsed)

    @property
    def true(self) -> datetime:
        return NOON + timedelta(seconds=self.elapsed)

    def ask(self, *, takes: float = 0.2, dated: float = 0.5) -> None:
        began = self.elapsed
        date = self.true + timedelta(seconds=takes * dated)
        self.elapsed += takes
        self.clock.seen(date, asked_at=began)


@pytest.fixture
def machine() -> Machine:
    return Machine()


def test_before_discord_has_said_anything_it_is_the_machines_clock(machine: Machine) -> None:
    machine.wrong_by = timedelta(hours=1)
    assert machine.clock() == machine.true + timedelta(hours=1)


@pytest.mark.parametrize("jump", [timedelta(hours=1), timedelta(hours=-1), timedelta(seconds=-20)])
def test_a_clock_that_is_set_changes_nothing(
    machine: Machine, jump: timedelta, caplog: pytest.LogCaptureFixture
) -> None:
    machine.ask()
    machine.wrong_by = jump
    machine.elapsed += 30
    assert abs(machine.clock() - machine.true) < timedelta(seconds=0.11)
    assert "seconds" in caplog.text
    machine.clock()
    assert len(caplog.records) == 1


def test_a_clock_that_was_wrong_at_the_start_is_seen_to_be(machine: Machine) -> None:
    machine.wrong_by = timedelta(hours=-3)
    machine.ask()
    assert abs(machine.clock() - machine.true) < timedelta(seconds=0.11)


def test_a_clock_that_is_right_is_left_exactly_as_it_is(machine: Machine) -> None:
    machine.ask(takes=3.0, dated=1.0)
    machine.wrong_by = timedelta(seconds=0.4)
    machine.elapsed += 5
    assert machine.clock() == machine.true + timedelta(seconds=0.4)


def test_a_clock_that_is_mended_counts_again(machine: Machine) -> None:
    machine.ask()
    machine.wrong_by = timedelta(hours=1)
    machine.clock()
    machine.wrong_by = timedelta(0)
    assert machine.clock() == machine.true


def test_an_answer_that_took_long_says_nothing_about_the_time(machine: Machine) -> None:
    machine.ask(takes=40.0, dated=0.0)
    assert machine.clock() == machine.true


def test_a_slow_counter_is_not_taken_for_a_wrong_clock(machine: Machine) -> None:
    machine.ask()
    machine.elapsed += 86_400
    machine.wrong_by = timedelta(seconds=8)
    assert machine.clock() == machine.true + timedelta(seconds=8)
