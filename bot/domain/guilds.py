"""What a server can set."""

from __future__ import annotations

from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.values import dataclass


class WhoMayStart(StrEnum):
    """Who may start rounds."""

    EVERYONE = "everyone"
    INSTRUCTORS = "instructors"


class AnswerPolicy(StrEnum):
    """Whether an answer stands at once, or can be changed until the question closes."""

    FINAL = "final"
    CHANGEABLE = "changeable"


@dataclass(frozen=True, slots=True)
class GuildSettings:
    """The settings of one server. ``timezone`` is an IANA name that exists.

    ``instructors_channel_id`` is where instructors get what is for them alone; None where they have no such channel.
    """

    guild_id: int
    timezone: str = "UTC"
    instructor_role_id: int | None = None
    who_may_start: WhoMayStart = WhoMayStart.EVERYONE
    answer_policy: AnswerPolicy = AnswerPolicy.FINAL
    instructors_channel_id: int | None = None

    @property
    def zone(self) -> ZoneInfo:
        """The server's time zone."""
        return ZoneInfo(self.timezone)
