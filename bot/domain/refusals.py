"""What can be refused, and with which values; the sentences are made in `ui/errors`."""

from __future__ import annotations

from datetime import datetime

from bot.domain.round_records import ShownChoice
from bot.domain.rulings import Obstacle
from bot.errors import Refusal
from bot.values import dataclass


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


@dataclass(eq=False)
class AnsweredSince(Refusal):
    """A click that came after a later one of the same learner; ``choice`` is the later one, which counts."""

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


class NotServedHere(Refusal):
    """The server is another process's at this moment, or nobody's: nothing may be done for it here."""


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
class UnknownQuestion(Refusal):
    """An id that no question has; ``near`` are those most like it."""

    asked: str
    near: tuple[str, ...]


class AlreadyReported(Refusal):
    """A second report of one person on the same question while the first one waits."""


class CoursesBeingRead(Refusal):
    """The courses' files are being read again for somebody else."""


class ProblemMissing(Refusal):
    """A question was reported without a word about what is wrong with it."""


class AlreadySettled(Refusal):
    """A report that somebody has put aside before."""


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


class KeysWithheld(Refusal):
    """Keys are asked for that are held back until an assignment closes, or an attempt is handed in."""


class NotYourAttempt(Refusal):
    """Somebody reaches for another learner's attempt."""


class AttemptOver(Refusal):
    """An answer, or a page, of an attempt that is handed in, or whose time was over."""


class AnsweredLive(Refusal):
    """An attempt at a round that this learner answered while it was live."""


class AssignmentGone(Refusal):
    """The preview of an assignment was confirmed too late, or twice."""


class NoSuchAssignment(Refusal):
    """There is no assignment of that number in this server."""


@dataclass(eq=False)
class AssignmentNotOpen(Refusal):
    """An assignment does not take attempts yet."""

    opens_at: datetime


class AssignmentClosed(Refusal):
    """An assignment takes no more attempts."""


@dataclass(eq=False)
class NoAttemptsLeft(Refusal):
    """A learner has used all attempts."""

    allowed: int


@dataclass(eq=False)
class TooManyAssignments(Refusal):
    """A server has as many assignments that are not closed as it may have."""

    most: int


@dataclass(eq=False)
class QuestionsHeld(Refusal):
    """What is asked for stands in assignments that are still open, so that it cannot be asked elsewhere."""

    course: str


@dataclass(eq=False)
class UnreadableTime(Refusal):
    """What was typed is no time."""

    asked: str


@dataclass(eq=False)
class TimePassed(Refusal):
    """A time that should lie ahead has passed."""

    moment: datetime


@dataclass(eq=False)
class TooFarAhead(Refusal):
    """A time lies further ahead than can be planned; ``days`` is how far."""

    days: int


class ClosesBeforeOpens(Refusal):
    """An assignment would close before it opens, or at that moment."""


class SpeedNeedsSeconds(Refusal):
    """Speed is to be scored, and there is no time to measure it by."""


class ReminderTooLate(Refusal):
    """A reminder is asked for so shortly before the close that none can come."""


class NothingGranted(Refusal):
    """An accommodation without more time."""


class NoAccommodation(Refusal):
    """There is nothing to take back."""


class NothingToDispute(Refusal):
    """Somebody disputes a question that he did not answer."""


class EmptyCase(Refusal):
    """A dispute without a word of why."""


class EmptyReason(Refusal):
    """A ruling without a word of why."""


@dataclass(eq=False)
class AlreadyRuled(Refusal):
    """A dispute that an instructor settled before."""

    instructor_id: int


@dataclass(eq=False)
class RulingUndone(Refusal):
    """A ruling that an instructor undid before."""

    instructor_id: int


@dataclass(eq=False)
class RulingImpossible(Refusal):
    """A ruling that the question cannot have."""

    obstacle: Obstacle


@dataclass(eq=False)
class ChannelForAll(Refusal):
    """A channel that learners can read was named as the instructors' own."""

    channel_id: int


class NoMarksYet(Refusal):
    """Marks are asked for, and nobody has answered a question that is closed."""


class TooFewLearners(Refusal):
    """An analysis of what fewer than five learners answered."""
