"""What the running bot measures of itself: plain numbers, changed where things happen and read by whoever shows them.

No network and no formats here, and nothing is imported: any layer may hold one. An object of its own, which nobody
reads, is the default everywhere and costs a few additions.
"""

from __future__ import annotations

import bisect
from dataclasses import field
from time import monotonic

from bot.values import dataclass

# A stall longer than this is felt: it is logged, and counted.
STALL_SECONDS = 0.05
# A gauge of "the longest stall" that never fell again would be of no use, so it is the longest of this long.
LAG_WINDOW_SECONDS = 60.0
# One fsync is 0.1 to 20 ms on most disks; above a second the disk is in trouble.
COMMIT_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Lag:
    """How long the event loop was busy without a look at the network, in seconds."""

    def __init__(self) -> None:
        self.busy_seconds = 0.0
        self.stalls = 0
        self._longest_now = 0.0
        self._longest_before = 0.0
        self._window_began = monotonic()

    def was_busy(self, seconds: float) -> None:
        """The loop did this much work in one go."""
        self.busy_seconds += seconds
        if seconds > STALL_SECONDS:
            self.stalls += 1
        if seconds > self._longest_now:
            self._turn_window()
            self._longest_now = max(seconds, self._longest_now)

    @property
    def longest(self) -> float:
        """The longest it was busy within the last one to two minutes."""
        self._turn_window()
        return max(self._longest_now, self._longest_before)

    def _turn_window(self) -> None:
        passed = monotonic() - self._window_began
        if passed >= LAG_WINDOW_SECONDS:
            # Two windows later, what was seen in the first is forgotten.
            self._longest_before = self._longest_now if passed < 2 * LAG_WINDOW_SECONDS else 0.0
            self._longest_now = 0.0
            self._window_began = monotonic()


class Commits:
    """Transactions that write: how many, how long each commit took, and whether the last one was kept."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.failures = 0
        self.buckets = [0] * (len(COMMIT_BUCKETS) + 1)
        self.last_failed = False
        self._last: float | None = None

    @property
    def count(self) -> int:
        """How many were kept."""
        return sum(self.buckets)

    def kept(self, seconds: float) -> None:
        """A commit came back after so long."""
        self.seconds += seconds
        self.buckets[bisect.bisect_left(COMMIT_BUCKETS, seconds)] += 1
        self.last_failed = False
        self._last = monotonic()

    def failed(self) -> None:
        """The database could not keep a transaction."""
        self.failures += 1
        self.last_failed = True

    @property
    def seconds_since(self) -> float | None:
        """How long ago the last commit was, or None before the first."""
        return None if self._last is None else monotonic() - self._last


@dataclass(slots=True)
class Measures:
    """All of it. ``clicks`` counts buttons, menus and forms of ours; ``answers`` those that were kept."""

    clicks: int = 0
    answers: int = 0
    commits: Commits = field(default_factory=Commits)
    lag: Lag = field(default_factory=Lag)
