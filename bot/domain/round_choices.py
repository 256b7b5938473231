"""What is asked of a round before it is drawn, and the bounds of each choice. How it is drawn stands in `draw`."""

from __future__ import annotations

from bot.domain.scoring import ScoringRule
from bot.values import dataclass

DEFAULT_QUESTIONS = 10
MOST_QUESTIONS = 50
DEFAULT_SECONDS = 20
SHORTEST_SECONDS = 5
LONGEST_SECONDS = 600
DEFAULT_PAUSE_SECONDS = 12
SHORTEST_PAUSE_SECONDS = 3
LONGEST_PAUSE_SECONDS = 120
LONGEST_STAY_HOURS = 336


@dataclass(frozen=True, slots=True)
class RoundChoices:
    """What a starter asks for; None means the default.

    ``stays_open_hours`` is how long after its end the round can be taken by those who were absent, if at all.
    """

    course: str | None = None
    topic: str | None = None
    questions: int = DEFAULT_QUESTIONS
    limit_seconds: int = DEFAULT_SECONDS
    pause_seconds: int = DEFAULT_PAUSE_SECONDS
    scoring: ScoringRule = ScoringRule.ACCURACY
    in_thread: bool = False
    stays_open_hours: int | None = None
