"""Items to be put into their right order, such as events in time."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from random import Random

from bot.domain.question_types.rules import Control, QuestionTypeRules, Submission
from bot.domain.questions import Grade, Question, Response


def grade(question: Question, response: Response) -> Grade:
    """How far the order agrees with the right one, never under 0.

    Of all pairs of items, those in the right order minus those in the wrong one, as a share of all: Kendall's
    rank correlation coefficient (tau-a, M. G. Kendall, Biometrika 30, 1938). An order by chance earns about
    nothing.
    """
    if sorted(response.chosen) != list(range(len(question.options))):
        return Grade(0.0)
    rank = {item: place for place, item in enumerate(question.arrangement or range(len(question.options)))}
    pairs = list(combinations((rank[item] for item in response.chosen), 2))
    agreeing = sum(1 if first < second else -1 for first, second in pairs)
    return Grade(max(0.0, agreeing / len(pairs)))


def arrange(question: Question, random: Random) -> tuple[int, ...]:
    """A random order that is not the right one."""
    right = list(range(len(question.options)))
    positions = right.copy()
    while positions == right:
        random.shuffle(positions)
    return tuple(positions)


def read(question: Question, order: tuple[int, ...], given: Submission) -> Response | None:
    """The learner's order; every item must be in it once."""
    if sorted(given.shown) != list(range(len(order))):
        return None
    return Response(tuple(order[position] for position in given.shown))


def tell(question: Question, order: tuple[int, ...], response: Response) -> tuple[str, ...]:
    """The items in the learner's order."""
    return tuple(question.options[position].text for position in response.chosen)


def rekey(question: Question, response: Response) -> Question | None:
    """The learner's order is the right one."""
    if sorted(response.chosen) != list(range(len(question.options))):
        return None
    return replace(question, arrangement=response.chosen)


RULES = QuestionTypeRules(
    grade=grade, arrange=arrange, control=Control.TAPS, read=read, tell=tell, rekey=rekey, time_factor=2.0
)
