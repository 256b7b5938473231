"""What a question is, what a learner may answer, and what the answer is worth.

Pure values. Nothing here knows of files, databases or Discord.
"""

from __future__ import annotations

from enum import StrEnum

from bot.values import dataclass


class QuestionType(StrEnum):
    """The kinds of question; each has its rules in ``question_types``."""

    SINGLE_CHOICE = "single_choice"
    MULTIPLE_ANSWER = "multiple_answer"
    TRUE_FALSE = "true_false"
    NUMERIC = "numeric"
    SHORT_TEXT = "short_text"
    CLOZE = "cloze"
    ORDERING = "ordering"
    MATCHING = "matching"
    EVIDENCE = "evidence"


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
class NumericKey:
    """A number to be typed, and how far from it still counts as right.

    ``absolute`` is in the unit of the question, ``relative`` a share of the value (0.05 is 5 %); where both
    are 0 the number must be exact.
    """

    value: float
    unit: str | None = None
    absolute: float = 0.0
    relative: float = 0.0


@dataclass(frozen=True, slots=True)
class TextKey:
    """Words to be typed: the first is the answer as it is shown, the others count as well.

    ``threshold`` is the least similarity that counts, from 0 to 100 (100: no misspelling is forgiven).
    """

    accepted: tuple[str, ...]
    threshold: int = 88


@dataclass(frozen=True, slots=True)
class Response:
    """What a learner answered, in the question's own terms (not as shown).

    ``chosen`` holds positions in ``Question.options``: of choices in ascending order, of an ordering in the
    learner's order; of a matching, position i holds the place in ``Question.matches`` given to option i.
    ``text`` is what was typed.
    """

    chosen: tuple[int, ...] = ()
    text: str = ""

    @property
    def choices(self) -> frozenset[int]:
        """The chosen positions without their order."""
        return frozenset(self.chosen)


class Void(StrEnum):
    """Who gets the marks of a question that was taken out: all who answered it, or nobody."""

    ALL = "all"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Ruled:
    """What instructors have ruled of a question, over what its version says (see `rulings`).

    ``also`` are responses that count as the key does; ``remarks`` are the reasons that were given, oldest first.
    """

    also: tuple[Response, ...] = ()
    void: Void | None = None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it is played.

    Complete in itself, so that a round can be shown again years later, whatever has become of the course's files.

    ``options`` stand in the file's order; a round shuffles them and stores the order. What they are hangs on the
    type: choices (keys first), the items of an ordering in their right order, the left sides of a matching
    (``matches`` are the right sides, in the same order, and after them those that go with nothing); none where
    the answer is typed. ``passage`` is a quotation that is judged, and so is shown with the question.
    ``footnotes`` holds at least one quotation; the first proves the
    key. ``difficulty`` runs from 1 (easy) to 5.

    No version of a question has the last two: ``ruled`` is what lies over it, and ``arrangement`` the right order, or
    the right pairs, where a ruling has made them others than the file's.
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
    numeric_key: NumericKey | None = None
    text_key: TextKey | None = None
    matches: tuple[str, ...] = ()
    passage: Quotation | None = None
    ruled: Ruled | None = None
    arrangement: tuple[int, ...] = ()

    @property
    def key(self) -> frozenset[int]:
        """The positions in ``options`` that are right."""
        return frozenset(i for i, option in enumerate(self.options) if option.is_key)


@dataclass(frozen=True, slots=True)
class Grade:
    """How right a response is: ``fraction`` from 0.0 (wrong) to 1.0 (right)."""

    fraction: float

    @property
    def is_right(self) -> bool:
        """Whether the response is right in full."""
        return self.fraction >= 1.0
