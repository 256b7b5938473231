"""What every type of question must say of itself: the contract of the QUESTION_TYPES table."""

from __future__ import annotations

from enum import StrEnum
from random import Random
from typing import Protocol

from bot.domain.questions import Grade, Question, Response
from bot.values import dataclass


class Control(StrEnum):
    """What a learner touches to answer."""

    BUTTONS = "buttons"
    SELECT = "select"
    FORM = "form"
    TAPS = "taps"
    MATCH_FORM = "match_form"


@dataclass(frozen=True, slots=True)
class Submission:
    """What a control sends: positions as shown, in the order given, or a typed text."""

    shown: tuple[int, ...] = ()
    text: str = ""


class Grader(Protocol):
    """Grades a response; pure, and defined for every response that the control can send."""

    def __call__(self, question: Question, response: Response) -> Grade:
        """How right ``response`` is."""
        ...


class Arranger(Protocol):
    """Chooses the order in which options are shown."""

    def __call__(self, question: Question, random: Random) -> tuple[int, ...]:
        """Positions in ``question.options``, in the order shown; of ``question.matches`` in a matching."""
        ...


class Reader(Protocol):
    """Turns what a control sent into a response."""

    def __call__(self, question: Question, order: tuple[int, ...], given: Submission) -> Response | None:
        """The response, or None where something was given that was not offered."""
        ...


class Teller(Protocol):
    """Says a response in words, as its learner saw it."""

    def __call__(self, question: Question, order: tuple[int, ...], response: Response) -> tuple[str, ...]:
        """One text for each part of the response."""
        ...


class Rekeyer(Protocol):
    """Gives a question another key."""

    def __call__(self, question: Question, response: Response) -> Question | None:
        """The question to which ``response`` is the right answer, or None where it cannot be one."""
        ...


@dataclass(frozen=True, slots=True)
class QuestionTypeRules:
    """The rules of one type of question.

    ``time_factor`` is how much longer it takes to answer than a choice of one: a round's seconds are multiplied by it.
    """

    grade: Grader
    arrange: Arranger
    control: Control
    read: Reader
    tell: Teller
    rekey: Rekeyer
    time_factor: float = 1.0
