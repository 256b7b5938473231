"""What a class's answers tell of a question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bot.domain.question_types.short_text import fold
from bot.domain.round_records import AnswerRecord, AskedQuestion
from bot.values import dataclass


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a question was answered: ``shares`` of learners who chose each option as shown, from 0.0 to 1.0.

    With several answers a learner counts for each option that he chose, so shares may add up to more than 1.
    ``refused`` are the typed answers that did not count, with how many typed each, the most frequent first.
    """

    answered: int
    right: int
    counts: tuple[int, ...]
    fastest: tuple[AnswerRecord, ...]
    partly: int = 0
    refused: tuple[tuple[str, int], ...] = ()

    @property
    def shares(self) -> tuple[float, ...]:
        """The share of those who answered that chose each option."""
        return tuple(count / self.answered if self.answered else 0.0 for count in self.counts)

    @property
    def facility(self) -> float:
        """The facility index: the share of those who answered that were right in full."""
        return self.right / self.answered if self.answered else 0.0


def outcome(asked: AskedQuestion, answers: Sequence[AnswerRecord], *, fastest: int = 3) -> Outcome:
    """Sum the answers to one question up; ``fastest`` right ones are named, quickest first."""
    chosen: Counter[int] = Counter(position for answer in answers for position in answer.response.choices)
    right = sorted(
        (answer for answer in answers if answer.is_right),
        key=lambda answer: (answer.elapsed_ms, answer.learner_id),
    )
    return Outcome(
        answered=len(answers),
        right=len(right),
        counts=tuple(chosen[position] for position in asked.option_order),
        fastest=tuple(right[:fastest]),
        partly=sum(0.0 < answer.fraction < 1.0 for answer in answers),
        refused=_refused(answers),
    )


def _refused(answers: Sequence[AnswerRecord]) -> tuple[tuple[str, int], ...]:
    """Wrong typed answers; those that differ in case or accents alone count as one."""
    typed = [answer.response.text for answer in answers if answer.response.text and not answer.is_right]
    counted = Counter(fold(text) or text for text in typed)
    first_written = {fold(text) or text: text for text in reversed(typed)}
    return tuple((first_written[folded], count) for folded, count in counted.most_common())
