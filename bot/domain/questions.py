"""What a question is, what a learner may answer, and what the answer is worth.

Pure values. Nothing here knows of files, databases or Discord.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class QuestionType(StrEnum):
    """The kinds of question; each has its rules in ``question_types``."""

    SINGLE_CHOICE = "single_choice"
    MULTIPLE_ANSWER = "multiple_answer"
    TRUE_FALSE = "true_false"


class FactKind(StrEnum):
    """What a fact states; distractors are drawn from facts of the same kind."""

    DATE = "date"
    YEAR = "year"
    QUANTITY = "quantity"
    MONEY = "money"
    PERCENTAGE = "percentage"
    PERSON_ROLE = "person-role"
    ORGANISATION = "organisation"
    PLACE = "place"
    DEFINITION = "definition"
    ATTRIBUTION = "attribution"
    CAUSE = "cause"
    COMPARISON = "comparison"
    EVENT = "event"
    EVENT_ORDER = "event-order"


class CognitiveLevel(StrEnum):
    """Levels of Bloom's revised taxonomy that the bank uses, lowest first."""

    REMEMBER = "remember"
    UNDERSTAND = "understand"
    APPLY = "apply"
    ANALYSE = "analyse"


@dataclass(frozen=True, slots=True)
class Source:
    """A document that a course quotes, as it is cited.

    ``published`` is an ISO date, a year, or None for an undated document.
    """

    id: str
    title: str
    author: str | None = None
    publisher: str | None = None
    published: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words of a source, verbatim, and where they stand in it.

    ``at`` is the offset in characters in the raw document; ``place`` says the same
    to a reader ("in “Introduction”, paragraph 2"). Both are computed, never typed.
    """

    source: Source
    text: str
    at: int | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a question; a distractor says why it is wrong, and by what.

    ``refutation`` is the quotation that refutes it; None where only the
    question's own footnote does.
    """

    text: str
    is_key: bool
    why_wrong: str | None = None
    refutation: Quotation | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it is played.

    Complete in itself, so that a round can be shown again years later, whatever has become of the course's files.

    ``options`` stand in the file's order (keys first); a round shuffles them and
    stores the order. ``footnotes`` holds at least one quotation; the first proves the
    key. ``difficulty`` runs from 1 (easy) to 5.
    """

    id: str
    type: QuestionType
    topic: str
    stem: str
    options: tuple[Option, ...]
    explanation: str
    footnotes: tuple[Quotation, ...]
    fact_ids: tuple[str, ...]
    difficulty: int
    cognitive: CognitiveLevel
    language: str = "en"

    @property
    def key(self) -> frozenset[int]:
        """The positions in ``options`` that are right."""
        return frozenset(i for i, option in enumerate(self.options) if option.is_key)


@dataclass(frozen=True, slots=True)
class Response:
    """What a learner answered: positions in ``Question.options`` (not as shown)."""

    chosen: frozenset[int]


@dataclass(frozen=True, slots=True)
class Grade:
    """How right a response is: ``fraction`` from 0.0 (wrong) to 1.0 (right)."""

    fraction: float

    @property
    def is_right(self) -> bool:
        """Whether the response is right in full."""
        return self.fraction >= 1.0
