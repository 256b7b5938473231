"""What all types have in common in which the answer is typed."""

from __future__ import annotations

from random import Random

from bot.domain.question_types.rules import Submission
from bot.domain.questions import Question, Response

LONGEST_TEXT = 120


def no_options(question: Question, random: Random) -> tuple[int, ...]:
    """There is nothing to arrange."""
    return ()


def read_text(question: Question, order: tuple[int, ...], given: Submission) -> Response | None:
    """What was typed, on one line; nothing typed is no answer."""
    text = " ".join(given.text.split())[:LONGEST_TEXT]
    return Response(text=text) if text else None


def tell_text(question: Question, order: tuple[int, ...], response: Response) -> tuple[str, ...]:
    """What was typed."""
    return (response.text,)
