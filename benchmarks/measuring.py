"""What a figure is, how it is measured in pairs, and how large a run is. No benchmark here."""

from __future__ import annotations

import gc
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

REPOSITORY = Path(__file__).resolve().parent.parent
# What is made once and kept between runs. On the disk of the repository: a temporary folder may be memory,
# where a commit costs nothing.
CACHE = REPOSITORY / "build" / "benchmarks"


@dataclass(frozen=True, slots=True)
class Size:
    """How much a run measures.

    ``repeats`` are pairs of limit and product. ``small_board`` and ``large_board`` are answers in a database;
    where both are the same, what compares them is left out.
    """

    repeats: int
    callers: int
    answers_a_caller: int
    single_commits: int
    lone_answers: int
    small_board: int
    large_board: int
    analysed_answers: int
    questions: int
    guilds: int
    clicks: int
    bursts: int
    cold_starts: int


FULL = Size(
    repeats=9,
    callers=1000,
    answers_a_caller=20,
    single_commits=2000,
    lone_answers=100,
    small_board=100_000,
    large_board=10_000_000,
    analysed_answers=100_000,
    questions=10_000,
    guilds=1000,
    clicks=1000,
    bursts=9,
    cold_starts=3,
)
QUICK = Size(
    repeats=3,
    callers=1000,
    answers_a_caller=5,
    single_commits=200,
    lone_answers=50,
    small_board=10_000,
    large_board=100_000,
    analysed_answers=20_000,
    questions=2_000,
    guilds=200,
    clicks=1000,
    bursts=3,
    cold_starts=1,
)
# For the test of the benchmarks themselves: what it measures means nothing.
TINY = Size(
    repeats=1,
    callers=4,
    answers_a_caller=2,
    single_commits=5,
    lone_answers=2,
    small_board=2_000,
    large_board=4_000,
    analysed_answers=50,
    questions=500,
    guilds=3,
    clicks=5,
    bursts=1,
    cold_starts=0,
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table.

    Attributes:
        name: what was compared with what.
        runs: what each pair gave; the median counts. None at all: it could not be measured here.
        target: the most, or with ``at_least`` the least, that it may be; None where it is only stated.
        unit: nothing for a ratio.
        note: the absolute values behind it, or why it was not measured.
    """

    name: str
    runs: Sequence[float]
    target: float | None
    at_least: bool = False
    unit: str = ""
    note: str = ""

    @property
    def measured(self) -> float | None:
        """The median of all pairs."""
        return median(self.runs) if self.runs else None

    @property
    def is_met(self) -> bool | None:
        """Whether the target is met; None where there is none, or nothing was measured."""
        if self.target is None or self.measured is None:
            return None
        return self.measured >= self.target if self.at_least else self.measured <= self.target


@dataclass(frozen=True, slots=True)
class Pair:
    """What one repeat measured of both, in the same unit."""

    limit: float
    product: float

    @property
    def ratio(self) -> float:
        """Of the product to the limit."""
        return self.product / self.limit


Measurement = Callable[[], Awaitable[float]]


async def paired(repeats: int, limit: Measurement, product: Measurement) -> list[Pair]:
    """Measure both in turn, so that whatever else this machine does falls on both.

    The first turn is not counted: it pays for what is done once. Which goes first changes from turn to turn.
    """
    pairs = []
    for turn in range(repeats + 1):
        gc.collect()
        if turn % 2:
            product_value = await product()
            limit_value = await limit()
        else:
            limit_value = await limit()
            product_value = await product()
        if turn > 0:
            pairs.append(Pair(limit_value, product_value))
    return pairs


def ratios(pairs: Sequence[Pair]) -> list[float]:
    """The ratio of each pair."""
    return [pair.ratio for pair in pairs]


def medians(pairs: Sequence[Pair]) -> tuple[float, float]:
    """The median of the limit and that of the product, for notes."""
    return median(pair.limit for pair in pairs), median(pair.product for pair in pairs)
