"""What can be refused, and with which values; the sentences are made in `ui/errors`."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.round_records import ShownChoice
from bot.errors import Refusal


class QuestionClosed(Refusal):
    """An answer came after the close, or to a question that is no longer asked."""


class QuestionStillOpen(Refusal):
    """Somebody asked for the key of a question that can still be answered."""


class NothingChosen(Refusal):
    """An answer without a choice, or with one that was not offered."""


@dataclass(eq=False)
class AlreadyAnswered(Refusal):
    """A second answer where answers are final; ``choice`` is the first."""

    choice: ShownChoice


class AnswerNotSaved(Refusal):
    """The database could not keep an answer; it does not count."""


class RoundRunning(Refusal):
    """A round runs in this channel already."""


class NoRoundRunning(Refusal):
    """There is no round in this channel."""


class NoRoundYet(Refusal):
    """The server has not played a round."""


class NoThreadHere(Refusal):
    """A round in a thread of its own was asked for where there can be no such thread."""


class ProposalGone(Refusal):
    """A preview was confirmed too late, or twice."""


class NotYourRound(Refusal):
    """Somebody who is neither the starter nor an instructor wants to change a round."""


class InstructorsOnly(Refusal):
    """A command for instructors."""


class StartersOnly(Refusal):
    """Starting rounds is for instructors on this server."""


class OnlyInServers(Refusal):
    """A command that needs a server."""


class NotThisServer(Refusal):
    """An id that belongs to another server."""


@dataclass(eq=False)
class UnknownCourse(Refusal):
    """A course that is not there; ``known`` are the ids that are."""

    asked: str
    known: tuple[str, ...]


@dataclass(eq=False)
class UnknownTopic(Refusal):
    """A topic that the course does not have."""

    asked: str
    known: tuple[str, ...]


@dataclass(eq=False)
class NoQuestions(Refusal):
    """Nothing can be asked with these choices."""

    course: str


@dataclass(eq=False)
class UnknownTimezone(Refusal):
    """Not an IANA time zone; ``near`` are the names most like it."""

    asked: str
    near: tuple[str, ...]


@dataclass(eq=False)
class MissingPermissions(Refusal):
    """The bot may not do in this channel what a round needs; names as discord.py has them."""

    names: tuple[str, ...]
