"""What time it is by Discord's clock: clicks are made by it, so rounds must be timed by it too. No network here.

A machine's clock can be wrong, and can be set while a round is played; then every answer would come "too late", or a
question would stay open for an hour. A counter that nobody sets carries Discord's time on from the last time that it was
seen. While the machine's clock agrees with that, it is the machine's that counts: Discord's is seen less exactly.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.values import dataclass

log = logging.getLogger(__name__)

# How far apart both clocks may be, beside what is not known about Discord's.
TOLERATED = timedelta(seconds=1)
# How much the counter may go wrong: a crystal that nobody corrects, with room to spare.
DRIFT = 0.0002
# An answer that took longer says too little about when it was given.
LONGEST_REQUEST_SECONDS = 10.0


def elapsed_seconds() -> float:
    """A counter of seconds that cannot be set; on Linux it also counts while the machine sleeps."""
    boottime = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boottime is None else time.clock_gettime(boottime)


@dataclass(frozen=True, slots=True)
class _Sight:
    """Discord's clock as it was seen at a moment of the counter, give or take ``doubt_seconds``."""

    elapsed: float
    theirs: datetime
    doubt_seconds: float


class DiscordTime:
    """A clock to be called. It is the machine's until Discord's was seen, and while both agree."""

    def __init__(
        self,
        machine: Callable[[], datetime],
        elapsed: Callable[[], float] = elapsed_seconds,
    ) -> None:
        self._machine = machine
        self._elapsed = elapsed
        self._sight: _Sight | None = None
        self._is_wrong = False

    def __call__(self) -> datetime:
        """What time it is."""
        ours = self._machine()
        if self._sight is None:
            return ours
        since = self._elapsed() - self._sight.elapsed
        theirs = self._sight.theirs + timedelta(seconds=since)
        doubt = TOLERATED + timedelta(seconds=self._sight.doubt_seconds + since * DRIFT)
        is_wrong = abs(ours - theirs) > doubt
        if is_wrong != self._is_wrong:
            self._is_wrong = is_wrong
            self._tell((ours - theirs).total_seconds())
        return theirs if is_wrong else ours

    def seen(self, theirs: datetime, *, asked_at: float, doubt_seconds: float = 0.0) -> None:
        """Discord has dated something that it was asked for.

        Args:
            theirs: its date.
            asked_at: what `elapsed` said when it was asked; the date is of some moment between then and now.
            doubt_seconds: how exact the date is, beside that.
        """
        now = self._elapsed()
        half = (now - asked_at) / 2
        if 2 * half <= LONGEST_REQUEST_SECONDS:
            self._sight = _Sight(asked_at + half, theirs, half + doubt_seconds)

    def elapsed(self) -> float:
        """The counter, for who is about to ask."""
        return self._elapsed()

    def _tell(self, ahead_seconds: float) -> None:
        if self._is_wrong:
            log.warning(
                "This machine's clock is %.0f seconds %s Discord's; rounds go by Discord's. Set it right: footnote doctor",
                abs(ahead_seconds),
                "ahead of" if ahead_seconds > 0 else "behind",
            )
        else:
            log.info("This machine's clock agrees with Discord's again")
