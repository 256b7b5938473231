"""Left sides, each of which goes with one right side. There may be right sides that go with nothing."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from bot.domain.question_types.rules import Control, QuestionTypeRules, Submission
from bot.domain.questions import Grade, Question, Response


def grade(question: Question, response: Response) -> Grade:
    """The share of left sides that were given their right side."""
    if len(response.chosen) != len(question.options):
        return Grade(0.0)
    key = question.arrangement or range(len(question.options))
    right = sum(given == match for given, match in zip(response.chosen, key, strict=True))
    return Grade(right / len(question.options))


def arrange(question: Question, random: Random) -> tuple[int, ...]:
    """The right sides in a random order; the left sides stand as the file has them."""
    positions = list(range(len(question.matches)))
    random.shuffle(positions)
    return tuple(positions)


def read(question: Question, order: tuple[int, ...], given: Submission) -> Response | None:
    """For each left side the right side that was given to it."""
    if len(given.shown) != len(question.options) or not set(given.shown) <= set(range(len(order))):
        return None
    return Response(tuple(order[position] for position in given.shown))


def tell(question: Question, order: tuple[int, ...], response: Response) -> tuple[str, ...]:
    """The pairs that the learner made."""
    return tuple(
        f"{option.text} → {question.matches[match]}"
        for option, match in zip(question.options, response.chosen, strict=False)
    )


def rekey(question: Question, response: Response) -> Question | None:
    """The learner's pairs are the right ones; no right side can go with two left sides."""
    is_whole = len(response.chosen) == len(question.options) == len(set(response.chosen))
    if not is_whole or not set(response.chosen) <= set(range(len(question.matches))):
        return None
    return replace(question, arrangement=response.chosen)


RULES = QuestionTypeRules(
    grade=grade,
    arrange=arrange,
    control=Control.MATCH_FORM,
    read=read,
    tell=tell,
    rekey=rekey,
    time_factor=2.0,
)
