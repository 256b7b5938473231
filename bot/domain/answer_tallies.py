"""Counting answers: which of a learner's answers counts, and what is counted of it. No formulas.

Made for hundreds of thousands of answers: what must be kept of each is kept as plain numbers, a question at a time.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field

from bot.values import dataclass

TENTHS_A_SECOND = 10
_MS_A_TENTH = 100

# An answer as it is read: question of the round, learner, what was chosen ("0,2"), mark (0.0 to 1.0), milliseconds.
GivenAnswer = tuple[int, int, str, float, int]


@dataclass(frozen=True, slots=True)
class MarkPair:
    """How many learners had this mark on the question and this mean mark on all others, each from 0.0 to 1.0."""

    mark: float
    rest: float
    learners: int


@dataclass(slots=True)
class ItemTally:
    """The answers to one version of a question, counted; one answer a learner.

    ``marks`` counts learners by mark, ``choices`` by what was chosen (as the database writes it: "0,2"), ``tenths``
    by the tenths of a second that they took. ``pairs`` holds those who answered at least one other question.
    """

    question_id: int
    marks: dict[float, int] = field(default_factory=dict)
    choices: dict[str, int] = field(default_factory=dict)
    tenths: dict[int, int] = field(default_factory=dict)
    pairs: list[MarkPair] = field(default_factory=list)

    @property
    def learners(self) -> int:
        """How many answered."""
        return sum(self.marks.values())


class GivenAnswers:
    """All answers to one question, as columns: no object an answer, which the garbage collector would look at."""

    def __init__(self) -> None:
        self.round_questions: list[int] = []
        self.learners: list[int] = []
        self.chosen: list[str] = []
        self.marks: list[float] = []
        self.elapsed_ms: list[int] = []

    def add(self, answers: Sequence[GivenAnswer]) -> None:
        """Take further answers, in ascending order of the rounds' questions, and of revisions."""
        if not answers:
            return
        round_questions, learners, chosen, marks, elapsed = zip(*answers, strict=True)
        self.round_questions.extend(round_questions)
        self.learners.extend(learners)
        self.chosen.extend(chosen)
        self.marks.extend(marks)
        self.elapsed_ms.extend(elapsed)

    @property
    def is_plain(self) -> bool:
        """Whether every answer counts: there is one round, and nobody has changed his mind in it."""
        is_one_round = bool(self.learners) and self.round_questions[0] == self.round_questions[-1]
        return is_one_round and len(set(self.learners)) == len(self.learners)

    def counting(self) -> Iterator[tuple[int, list[int]]]:
        """For each round's question the places of the answers that count: first meetings, the newest revision."""
        met: set[int] = set()
        for begin, end in self._rounds():
            # Later places overwrite earlier ones: newer revisions older ones.
            place_of = dict(zip(self.learners[begin:end], range(begin, end), strict=True))
            if met:
                place_of = {learner: place for learner, place in place_of.items() if learner not in met}
            met.update(place_of)
            yield self.round_questions[begin], list(place_of.values())

    def only(self, places: list[int]) -> GivenAnswers:
        """The answers at these places."""
        kept = GivenAnswers()
        kept.round_questions = [self.round_questions[place] for place in places]
        kept.learners = [self.learners[place] for place in places]
        kept.chosen = [self.chosen[place] for place in places]
        kept.marks = [self.marks[place] for place in places]
        kept.elapsed_ms = [self.elapsed_ms[place] for place in places]
        return kept

    def _rounds(self) -> list[tuple[int, int]]:
        """Where each round's answers begin and end."""
        found: list[tuple[int, int]] = []
        start = 0
        while start < len(self.round_questions):
            end = bisect_right(self.round_questions, self.round_questions[start], lo=start)
            found.append((start, end))
            start = end
        return found


class AnswerTally:
    """The answers of many learners to many questions, counted once each."""

    def __init__(self) -> None:
        self._items: list[_Item] = []
        self._totals: defaultdict[int, float] = defaultdict(float)
        self._answered: Counter[int] = Counter()

    def take(self, version_of: Mapping[int, int], answers: GivenAnswers) -> None:
        """Count the answers to one question.

        Args:
            version_of: by question of a round, the number of the version that it asked.
            answers: all that were given to it, in whatever version.
        """
        if answers.is_plain:
            self._count(version_of[answers.round_questions[0]], answers)
            return
        places: dict[int, list[int]] = {}
        for round_question, counted in answers.counting():
            places.setdefault(version_of[round_question], []).extend(counted)
        for version, all_counted in places.items():
            self._count(version, answers.only(all_counted))

    def tallies(self) -> dict[int, ItemTally]:
        """What was counted, by the number of the question's version; those without an answer are left out."""
        for item in self._items:
            item.tally.pairs = self._pairs(item)
        return {item.tally.question_id: item.tally for item in self._items}

    def _count(self, version: int, answers: GivenAnswers) -> None:
        totals = self._totals
        for learner, mark in zip(answers.learners, answers.marks, strict=True):
            totals[learner] += mark
        self._answered.update(answers.learners)
        tally = ItemTally(
            version,
            marks=Counter(answers.marks),
            choices=Counter(answers.chosen),
            tenths=_tenths(answers.elapsed_ms),
        )
        self._items.append(_Item(tally, array("q", answers.learners), array("d", answers.marks)))

    def _pairs(self, item: _Item) -> list[MarkPair]:
        totals = map(self._totals.__getitem__, item.learners)
        answered = map(self._answered.__getitem__, item.learners)
        pairs: Counter[tuple[float, float]] = Counter()
        for (mark, total, answers), learners in Counter(
            zip(item.marks, totals, answered, strict=True)
        ).items():
            if answers > 1:
                # Rounded, so that a sum that was added up in another order is still the same mark.
                pairs[mark, round((total - mark) / (answers - 1), 9)] += learners
        return [MarkPair(mark, rest, learners) for (mark, rest), learners in pairs.items()]


@dataclass(frozen=True, slots=True)
class _Item:
    """What was counted of a version, and its marks by learner."""

    tally: ItemTally
    learners: array[int]
    marks: array[float]


def _tenths(elapsed_ms: Sequence[int]) -> dict[int, int]:
    tenths: Counter[int] = Counter()
    for milliseconds, learners in Counter(elapsed_ms).items():
        tenths[milliseconds // _MS_A_TENTH] += learners
    return tenths
