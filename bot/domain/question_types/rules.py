"""What every type of question must say of itself: the contract of the QUESTION_TYPES table."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import Protocol

from bot.domain.questions import Grade, Question, Response


class Control(StrEnum):
    """What a learner touches to answer."""

    BUTTONS = "buttons"
    SELECT = "select"


class Grader(Protocol):
    """Grades a response; pure, and defined for every response that the control can send."""

    def __call__(self, question: Question, response: Response) -> Grade:
        """How right ``response`` is."""
        ...


class Arranger(Protocol):
    """Chooses the order in which options are shown."""

    def __call__(self, question: Question, random: Random) -> tuple[int, ...]:
        """Positions in ``question.options``, in the order shown."""
        ...


@dataclass(frozen=True, slots=True)
class QuestionTypeRules:
    """The rules of one type of question."""

    grade: Grader
    arrange: Arranger
    control: Control
