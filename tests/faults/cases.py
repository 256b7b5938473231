"""What is played: the whole programme, and the small one of `make test`."""

from __future__ import annotations

from tests.faults import clocks, disk, gateway, rest, two
from tests.faults.arena import Case, together
from tests.faults.kills import killing

KILLS_A_CASE = 5


def programme(kills: int, repeats: int) -> list[Case]:
    """So many kills, and every other kind of fault so often."""
    cases = [killing(KILLS_A_CASE) for _ in range(-(-kills // KILLS_A_CASE))]
    return cases + [case for case in others() for _ in range(repeats)]


def others() -> list[Case]:
    """Every kind of fault but the kill, once."""
    makers = (*rest.ALL, *gateway.ALL, *clocks.ALL, *two.ALL)
    return [*(make() for make in makers), *disk.everything()]


# The disk is hurt as a whole, so each of its kinds has a process of its own.
def small() -> list[Case]:
    """Twenty kills, and every other kind once; those that do not disturb one another share a process."""
    return [
        *(killing(KILLS_A_CASE, questions=2) for _ in range(4)),
        together("REST", *(make() for make in rest.ALL)),
        *(make() for make in (*gateway.ALL, *clocks.ALL, *two.ALL)),
        *disk.once(),
    ]
