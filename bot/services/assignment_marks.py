"""What each learner's attempts at an assignment earned, and the mark that follows from them."""

from __future__ import annotations

from bot.domain.assignments import Assignment, AssignmentState
from bot.domain.marking import AttemptScore, Mark, mark
from bot.domain.refusals import NoSuchAssignment
from bot.storage import assignments, attempts, guilds, voids
from bot.storage.database import Database
from bot.values import dataclass

_UNCONFIRMED = (AssignmentState.PROPOSED, AssignmentState.CANCELLED)


@dataclass(frozen=True, slots=True)
class LearnerMark:
    """One learner's attempts in order, and his mark; None while none of them is over.

    An attempt of number 0 is the live round that stayed open: whoever answered it keeps those answers.
    """

    learner_id: int
    attempts: tuple[AttemptScore, ...]
    mark: Mark | None


@dataclass(frozen=True, slots=True)
class AssignmentMarks:
    """The marks of an assignment: best first, then those without a mark; whoever has left is not among them."""

    assignment: Assignment
    learners: tuple[LearnerMark, ...]


async def assignment_marks(database: Database, assignment_id: int, *, guild_id: int) -> AssignmentMarks:
    """Every learner's mark in an assignment, worked out anew from the log of answers.

    ``mark.share`` is from 0.0 to 1.0: the sum of how right each answer is, divided by the number of questions; what was
    not answered is wrong, and a question that is void, so that none get its points, is left out. Attempts under way are listed, but count for nothing yet.

    Raises:
        NoSuchAssignment: there is none of that number in this server.
    """
    async with database.read() as session:
        assignment = await assignments.get(session, assignment_id)
        if assignment is None or assignment.guild_id != guild_id or assignment.state in _UNCONFIRMED:
            raise NoSuchAssignment
        without = await voids.worth_nothing(session, guild_id)
        by_learner = await attempts.scores(session, assignment_id, without=without)
        if assignment.is_live_round:
            played = await attempts.live_scores(session, assignment.round_id, without=without)
            for learner_id, live in played.items():
                by_learner.setdefault(learner_id, []).insert(0, live)
        gone = await guilds.departed(session, guild_id)
    learners = [
        LearnerMark(learner_id, tuple(scores), mark(scores, assignment.attempt_policy))
        for learner_id, scores in by_learner.items()
        if learner_id not in gone
    ]
    learners.sort(key=_rank)
    return AssignmentMarks(assignment, tuple(learners))


def _rank(learner: LearnerMark) -> tuple[bool, float, float, int]:
    if learner.mark is None:
        return True, 0.0, 0.0, learner.learner_id
    return False, -learner.mark.share, -learner.mark.points, learner.learner_id
