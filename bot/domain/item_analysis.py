"""Item analysis: what the answers of many learners tell of a question. Formulas, and what they warn of.

The indices are Moodle's (`question/classes/statistics/questions/calculator.php`), with shares from 0 to 1 where
Moodle prints per cent. Two things differ, because learners of live rounds come late and leave early: who did not
answer a question is not counted as wrong, and the rest of a learner's marks is their mean instead of their sum.
Where everyone answers everything, both make no difference, and the figures are Moodle's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from math import sqrt

from bot.domain.answer_tallies import TENTHS_A_SECOND, ItemTally, MarkPair
from bot.domain.question_types import QUESTION_TYPES
from bot.domain.questions import Question
from bot.domain.round_records import LETTERED
from bot.values import dataclass

# Fewer learners tell nothing of a question, and too much of each other.
FEWEST_LEARNERS = 5
# Haladyna and Downing (1993): a distractor chosen by less than one in twenty does no work.
DEAD_BELOW = 0.05
# Moodle, "Quiz report statistics": below 20 % a question discriminates very weakly, below 0 it is probably invalid.
WEAK_BELOW = 0.20
# The same page: below 35 % a question is difficult, from 95 % on extremely easy.
HARD_BELOW = 0.35
EASY_FROM = 0.95


class Concern(StrEnum):
    """What a teacher should look at, the gravest first."""

    NEGATIVE = "negative"
    WEAK = "weak"
    HARD = "hard"
    EASY = "easy"
    DEAD_DISTRACTORS = "dead_distractors"


@dataclass(frozen=True, slots=True)
class ItemStatistics:
    """The figures of one question.

    Attributes:
        question_id: the number of its version.
        learners: how many answered it.
        facility: the mean mark, from 0.0 to 1.0.
        discrimination: from -1.0 to 1.0; None where all had the same mark, or did equally well elsewhere.
        efficiency: the discrimination as a share of the greatest that these marks allow; at most 1.0.
        median_seconds: half of the learners were faster.
        shares: of each option in the file's order, how many of the learners chose it, from 0.0 to 1.0; none where
            nothing is chosen.
        dead: the positions of the distractors that hardly anybody chose.
        concerns: what to look at.
    """

    question_id: int
    learners: int
    facility: float
    discrimination: float | None
    efficiency: float | None
    median_seconds: float
    shares: tuple[float, ...]
    dead: tuple[int, ...]
    concerns: tuple[Concern, ...]


def item_statistics(question: Question, tally: ItemTally) -> ItemStatistics | None:
    """The figures of a question, or None where fewer than five learners answered it."""
    learners = tally.learners
    if learners < FEWEST_LEARNERS:
        return None
    facility = mean_mark(tally.marks)
    discrimination, efficiency = discrimination_index(tally.pairs), discriminative_efficiency(tally.pairs)
    shares = option_shares(question, tally.choices, learners)
    dead = dead_distractors(question, shares)
    return ItemStatistics(
        question_id=tally.question_id,
        learners=learners,
        facility=facility,
        discrimination=discrimination,
        efficiency=efficiency,
        median_seconds=median(tally.tenths) / TENTHS_A_SECOND,
        shares=shares,
        dead=dead,
        concerns=concerns(facility, discrimination, dead),
    )


def mean_mark(marks: Mapping[float, int]) -> float:
    """The facility index: the mean of the marks; ``marks`` counts learners by mark, and must not be empty."""
    return sum(mark * count for mark, count in marks.items()) / sum(marks.values())


def discrimination_index(pairs: Sequence[MarkPair]) -> float | None:
    """The correlation of the marks on a question with the marks on the others, from -1.0 to 1.0.

    None where either does not vary, so that there is nothing to correlate.
    """
    spread = _covariance(_by(pairs, "mark"), _by(pairs, "mark")) * _covariance(
        _by(pairs, "rest"), _by(pairs, "rest")
    )
    if not spread or not _varies(pairs):
        return None
    return max(-1.0, min(1.0, _covariance_of(pairs) / sqrt(spread)))


def discriminative_efficiency(pairs: Sequence[MarkPair]) -> float | None:
    """The covariance of the two marks as a share of the greatest that the same marks could have.

    The greatest is reached when the best mark on the question goes to whoever is best elsewhere, and so on down.
    At most 1.0; None where either mark does not vary.
    """
    if not _varies(pairs):
        return None
    greatest = _covariance(_by(pairs, "mark"), _by(pairs, "rest"))
    return min(1.0, _covariance_of(pairs) / greatest) if greatest else None


def median(counts: Mapping[int, int]) -> float:
    """The median of values that are counted; of two in the middle their mean. ``counts`` must not be empty."""
    total = sum(counts.values())
    middle = ((total - 1) // 2, total // 2)
    found: list[int] = []
    seen = 0
    for value in sorted(counts):
        seen += counts[value]
        found += [value for index in middle[len(found) :] if index < seen]
        if len(found) == len(middle):
            break
    return sum(found) / len(found)


def option_shares(question: Question, choices: Mapping[str, int], learners: int) -> tuple[float, ...]:
    """The share of learners who chose each option, in the file's order; none where options are not chosen."""
    if QUESTION_TYPES[question.type].control not in LETTERED or not learners:
        return ()
    counts = [0] * len(question.options)
    for chosen, count in choices.items():
        for position in {int(part) for part in chosen.split(",") if part}:
            if position < len(counts):
                counts[position] += count
    return tuple(count / learners for count in counts)


def dead_distractors(question: Question, shares: Sequence[float]) -> tuple[int, ...]:
    """The positions of wrong options that fewer than one learner in twenty chose."""
    return tuple(
        position
        for position, share in enumerate(shares)
        if not question.options[position].is_key and share < DEAD_BELOW
    )


def concerns(facility: float, discrimination: float | None, dead: Sequence[int]) -> tuple[Concern, ...]:
    """What a teacher should look at, the gravest first."""
    found: list[Concern] = []
    if discrimination is not None and discrimination < 0:
        found.append(Concern.NEGATIVE)
    elif discrimination is not None and discrimination < WEAK_BELOW:
        found.append(Concern.WEAK)
    if facility < HARD_BELOW:
        found.append(Concern.HARD)
    elif facility >= EASY_FROM:
        found.append(Concern.EASY)
    if dead:
        found.append(Concern.DEAD_DISTRACTORS)
    return tuple(found)


def worst_first(statistics: Iterable[ItemStatistics]) -> list[ItemStatistics]:
    """Those that need a look before the others: what discriminates worst, then what is hardest."""
    gravest = {Concern.NEGATIVE: 0, Concern.WEAK: 1, Concern.HARD: 2}
    return sorted(
        statistics,
        key=lambda item: (
            min((gravest.get(concern, 3) for concern in item.concerns), default=3),
            item.facility,
            item.question_id,
        ),
    )


_Counted = list[tuple[float, int]]


def _by(pairs: Sequence[MarkPair], name: str) -> _Counted:
    """One of the two marks in ascending order, with how many learners had it."""
    return sorted((float(getattr(pair, name)), pair.learners) for pair in pairs)


def _varies(pairs: Sequence[MarkPair]) -> bool:
    """Whether neither mark is the same for everyone: said of the marks, since rounding hides it in their variance."""
    return len({pair.mark for pair in pairs}) > 1 and len({pair.rest for pair in pairs}) > 1


def _covariance_of(pairs: Sequence[MarkPair]) -> float:
    total = sum(pair.learners for pair in pairs)
    mark_mean = sum(pair.mark * pair.learners for pair in pairs) / total
    rest_mean = sum(pair.rest * pair.learners for pair in pairs) / total
    return sum((pair.mark - mark_mean) * (pair.rest - rest_mean) * pair.learners for pair in pairs) / (
        total - 1
    )


def _covariance(first: _Counted, second: _Counted) -> float:
    """The covariance of two sorted rows of marks, the lowest of one beside the lowest of the other."""
    total = sum(count for _, count in first)
    if total < 2:  # noqa: PLR2004 - two make a variance
        return 0.0
    first_mean = sum(value * count for value, count in first) / total
    second_mean = sum(value * count for value, count in second) / total
    covariance = 0.0
    others = iter(second)
    other, left = 0.0, 0
    for value, count in first:
        remaining = count
        while remaining:
            if not left:
                other, left = next(others)
            taken = min(remaining, left)
            covariance += (value - first_mean) * (other - second_mean) * taken
            remaining -= taken
            left -= taken
    return covariance / (total - 1)
