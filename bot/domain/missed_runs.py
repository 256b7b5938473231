"""Which run of a schedule is to begin now, after a pause in which nobody could begin any.

Whether the bot is up, and what it says to a channel that waited, stands elsewhere.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.recurrence import Recurrence, Run, runs
from bot.values import dataclass

PUNCTUAL = timedelta(minutes=2)
"""A run that begins at most so long after its moment is not late: a busy machine, or a restart."""


class WhenMissed(StrEnum):
    """What becomes of a run whose moment passed while nobody could begin it."""

    SKIP = "skip"
    RUN_LATE = "run_late"


@dataclass(frozen=True, slots=True)
class MissedPolicy:
    """How late a run may begin: up to ``grace`` with RUN_LATE; with SKIP it must be `PUNCTUAL`."""

    when_missed: WhenMissed
    grace: timedelta = timedelta()

    @property
    def allowed(self) -> timedelta:
        """The longest time after its moment at which a run may still begin."""
        return max(self.grace, PUNCTUAL) if self.when_missed is WhenMissed.RUN_LATE else PUNCTUAL


@dataclass(frozen=True, slots=True)
class Due:
    """What has come due since the last run: at most one run to begin now, however many have passed.

    ``missed`` is the number of runs that passed and are dropped. ``latest`` is the last that passed, begun or dropped:
    once it is kept as the last run, it and those before it do not come due again.
    """

    run: Run | None
    is_late: bool
    missed: int
    latest: Run


def due_run(
    recurrence: Recurrence,
    last_run_at: datetime | None,
    now: datetime,
    policy: MissedPolicy,
    *,
    last_day: date | None = None,
) -> Due | None:
    """What has come due after ``last_run_at`` and not after ``now``; None where nothing has.

    ``last_run_at`` is the planned moment of the last run, held or dropped, and ``last_day`` its date (see `runs`).
    Before the first run it is the moment at which the schedule was made, changed or resumed: nothing before that
    was missed.
    """
    latest, passed = None, 0
    for run in runs(recurrence, last_run_at, after_day=last_day):
        if run.utc > now:
            break
        latest, passed = run, passed + 1
    if latest is None:
        return None
    lateness = now - latest.utc
    if lateness > policy.allowed:
        return Due(None, is_late=False, missed=passed, latest=latest)
    return Due(latest, is_late=lateness > PUNCTUAL, missed=passed - 1, latest=latest)
