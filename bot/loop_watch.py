"""An event loop that knows how long it was busy: whatever holds it up, every learner waits for.

Measured where the loop asks for network events: between two such questions it runs callbacks and hears nothing. So
every stall is seen, at its true length, without a timer that would wake an idle process.
"""

from __future__ import annotations

import asyncio
import logging
import selectors
from collections.abc import Callable
from time import perf_counter

from bot.measures import STALL_SECONDS, Lag

log = logging.getLogger(__name__)

# Somebody who is in trouble does not need twenty lines a second about it.
SECONDS_BETWEEN_LINES = 1.0


class WatchingSelector(selectors.DefaultSelector):
    """The platform's selector, which also measures what happens between its calls."""

    def __init__(self, lag: Lag) -> None:
        super().__init__()
        self._lag = lag
        self._returned_at: float | None = None
        self._logged_at = float("-inf")
        self._unlogged = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """As the platform's; the time since the last return was work."""
        asked_at = perf_counter()
        if self._returned_at is not None:
            busy = asked_at - self._returned_at
            self._lag.was_busy(busy)
            if busy > STALL_SECONDS:
                self._log(busy, asked_at)
        events = super().select(timeout)
        self._returned_at = perf_counter()
        return events

    def _log(self, busy: float, now: float) -> None:
        if now - self._logged_at < SECONDS_BETWEEN_LINES:
            self._unlogged += 1
            return
        log.warning(
            "The event loop was held up for %.0f ms (%s more such stalls since the last line)",
            busy * 1000,
            self._unlogged,
        )
        self._logged_at, self._unlogged = now, 0


def watched_loop(lag: Lag) -> Callable[[], asyncio.AbstractEventLoop]:
    """A factory of event loops that tell ``lag`` how busy they are, for `asyncio.Runner`."""
    return lambda: asyncio.SelectorEventLoop(WatchingSelector(lag))
