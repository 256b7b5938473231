"""What every check is given, and what a check is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.config import Settings
from bot.doctor.findings import Finding
from bot.doctor.visit import Visit


@dataclass(frozen=True, slots=True)
class Case:
    """The settings, what Discord said (None without a token), and the time."""

    settings: Settings
    visit: Visit | None
    now: datetime


Check = Callable[[Case], Finding]
