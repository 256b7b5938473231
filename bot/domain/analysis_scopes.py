"""What an analysis covers: one round, or all rounds of a course, on one server."""

from __future__ import annotations

from bot.values import dataclass


@dataclass(frozen=True, slots=True)
class AnalysisScope:
    """The questions whose answers are looked at; a server never sees those of another.

    With ``round_id`` one round, otherwise every round of the course ``course_row_id`` on the server.
    """

    guild_id: int
    course_row_id: int | None = None
    round_id: int | None = None


@dataclass(frozen=True, slots=True)
class AskedItem:
    """A question as one round of the scope asked it: the round's question, and which version of which question."""

    round_question_id: int
    question_id: int
    key: str
    version: int
