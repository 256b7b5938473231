"""A digest: what an instructor is told after a scheduled round, if he wants it."""

from __future__ import annotations

from enum import StrEnum

from bot.domain.reteaching import Gap
from bot.domain.round_records import RoundRecord
from bot.values import dataclass


class DigestState(StrEnum):
    """Where the digest of a round stands: to be brought once it is over, brought, or refused by Discord for good."""

    DUE = "due"
    SENT = "sent"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Digest:
    """A scheduled round in short.

    Attributes:
        record: the round, which is over.
        schedule_name: what its schedule is called.
        turnout: how many learners answered at least one question.
        right: how many answers of all were right in full.
        answered: how many answers there were.
        hardest: the two facts known least, with their quotations; none where fewer than five learners answered.
        disputes: how many disputes wait on the server.
        reports: how many reports of mistakes wait on the server.
    """

    record: RoundRecord
    schedule_name: str
    turnout: int
    right: int
    answered: int
    hardest: tuple[Gap, ...]
    disputes: int
    reports: int
