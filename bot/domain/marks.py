"""Marks: what each learner earned, of how much, added up from answers. No files and no sentences.

A question is worth one mark, whatever its kind; half right is half a mark. Points (which may count speed) stand
beside marks and are not marks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from bot.values import dataclass


@dataclass(frozen=True, slots=True)
class PlayedRound:
    """A round whose marks are listed: when it began, and the round's questions that were closed, in order."""

    id: int
    course_title: str
    topic: str | None
    began_at: datetime
    questions: tuple[int, ...]

    @property
    def possible(self) -> int:
        """The most that can be earned."""
        return len(self.questions)


@dataclass(frozen=True, slots=True)
class GivenMark:
    """What one learner has for one question of a round; ``mark`` from 0.0 to 1.0."""

    round_question_id: int
    learner_id: int
    mark: float
    points: int


@dataclass(frozen=True, slots=True)
class LearnerMarks:
    """One learner's marks, a cell for each column of the table; None where he did not answer or was not there."""

    learner_id: int
    cells: tuple[float | None, ...]
    answered: int
    points: int

    @property
    def earned(self) -> float:
        """All marks together."""
        return sum(cell for cell in self.cells if cell is not None)

    @property
    def taken(self) -> int:
        """How many columns have a mark."""
        return sum(cell is not None for cell in self.cells)


@dataclass(frozen=True, slots=True)
class MarkTable:
    """Marks of several learners, the best first.

    Its columns are the questions of the only round, or, with ``by_round``, the rounds. ``possible`` is the most that
    each column can give.
    """

    rounds: tuple[PlayedRound, ...]
    by_round: bool
    possible: tuple[int, ...]
    rows: tuple[LearnerMarks, ...]

    @property
    def most(self) -> int:
        """The most that can be earned."""
        return sum(self.possible)


def share(earned: float, possible: int) -> float:
    """What was earned of what could be, from 0.0 to 1.0; 0 where nothing could be."""
    return earned / possible if possible else 0.0


def table_of_round(played: PlayedRound, marks: Iterable[GivenMark]) -> MarkTable:
    """The marks of one round, a column a question."""
    column = {number: index for index, number in enumerate(played.questions)}
    rows = _rows(marks, column, len(column))
    return MarkTable((played,), by_round=False, possible=(1,) * len(column), rows=rows)


def table_of_rounds(rounds: Sequence[PlayedRound], marks: Iterable[GivenMark]) -> MarkTable:
    """The marks of several rounds, a column a round."""
    column = {number: index for index, played in enumerate(rounds) for number in played.questions}
    possible = tuple(played.possible for played in rounds)
    return MarkTable(tuple(rounds), by_round=True, possible=possible, rows=_rows(marks, column, len(rounds)))


def _rows(marks: Iterable[GivenMark], column_of: Mapping[int, int], columns: int) -> tuple[LearnerMarks, ...]:
    cells: dict[int, list[float | None]] = {}
    answered: dict[int, int] = {}
    points: dict[int, int] = {}
    for given in marks:
        row = cells.setdefault(given.learner_id, [None] * columns)
        column = column_of[given.round_question_id]
        row[column] = (row[column] or 0.0) + given.mark
        answered[given.learner_id] = answered.get(given.learner_id, 0) + 1
        points[given.learner_id] = points.get(given.learner_id, 0) + given.points
    rows = [
        LearnerMarks(learner, tuple(row), answered[learner], points[learner])
        for learner, row in cells.items()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.earned, -row.points, row.learner_id)))
