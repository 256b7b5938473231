"""What instructors may rule of a question that is disputed, and what a question is with the rulings in force.

A version's stored content is never changed: rulings lie over it, in the order in which they were made, and one that
is undone is simply left out. So undoing gives the very marks that were there before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from bot.domain.question_types import QUESTION_TYPES
from bot.domain.question_types.rules import Control, Submission
from bot.domain.questions import Question, QuestionType, Response, Ruled, Void
from bot.values import dataclass

LONGEST_REASON = 300
_LETTER = re.compile(r"[a-j]", re.IGNORECASE)


class RulingKind(StrEnum):
    """What is done about a dispute."""

    ACCEPT = "accept"
    REKEY = "rekey"
    VOID_ALL = "void_all"
    VOID_NONE = "void_none"
    REJECT = "reject"


# What each void gives.
VOIDS = {RulingKind.VOID_ALL: Void.ALL, RulingKind.VOID_NONE: Void.NONE}


class Obstacle(StrEnum):
    """Why a ruling cannot be made."""

    COUNTS_ALREADY = "counts_already"
    IS_THE_KEY = "is_the_key"
    ONLY_TWO_ANSWERS = "only_two_answers"
    NO_WRONG_ONE_LEFT = "no_wrong_one_left"
    NOT_AN_ANSWER = "not_an_answer"
    VOIDED_ALREADY = "voided_already"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is ruled, and why. ``response`` is the answer that is accepted or becomes the key; None otherwise."""

    kind: RulingKind
    reason: str
    response: Response | None = None


@dataclass(frozen=True, slots=True)
class Ruling:
    """A verdict on one version of a question, kept for good; it holds on the server that made it.

    ``undone_at`` is None while it is in force. ``changed`` counts the answers whose marks it changed.
    """

    id: int
    guild_id: int
    question_id: int
    verdict: Verdict
    instructor_id: int
    made_at: datetime
    changed: int
    undone_at: datetime | None = None
    undone_by: int | None = None
    undone_reason: str | None = None


def ruled(question: Question, verdicts: Iterable[Verdict]) -> Question:
    """The question as it is graded and shown with these verdicts in force, oldest first.

    Of several keys, and of several voids, the last one holds; answers once accepted stay so.
    """
    verdicts = [verdict for verdict in verdicts if verdict.kind is not RulingKind.REJECT]
    if not verdicts:
        return question
    keyed, also, void = question, list[Response](), None
    for verdict in verdicts:
        if verdict.kind in VOIDS:
            void = VOIDS[verdict.kind]
        elif verdict.response is not None and verdict.kind is RulingKind.REKEY:
            keyed = _explained(_rekeyed(question, verdict.response) or keyed, verdict.reason)
        elif verdict.response is not None:
            also.append(verdict.response)
    remarks = tuple(verdict.reason for verdict in verdicts)
    return replace(keyed, ruled=Ruled(tuple(dict.fromkeys(also)), void, remarks))


def obstacle(question: Question, verdict: Verdict) -> Obstacle | None:
    """Why this verdict cannot be given on a question as it stands (rulings in force included), or None."""
    match verdict.kind:
        case RulingKind.ACCEPT:
            return _obstacle_to_accept(question, verdict.response)
        case RulingKind.REKEY:
            return _obstacle_to_rekey(question, verdict.response)
        case RulingKind.VOID_ALL | RulingKind.VOID_NONE:
            void = None if question.ruled is None else question.ruled.void
            return Obstacle.VOIDED_ALREADY if void is VOIDS[verdict.kind] else None
        case RulingKind.REJECT:
            return None


def possible_kinds(question: Question) -> tuple[RulingKind, ...]:
    """The kinds of ruling that a question's type has; whether one can be made, `obstacle` tells."""
    return tuple(
        kind
        for kind in RulingKind
        if kind is not RulingKind.ACCEPT or question.type is not QuestionType.TRUE_FALSE
    )


def read_answer(question: Question, order: tuple[int, ...], given: Submission) -> Response | None:
    """The answer that an instructor names, read as a learner's would be.

    Of an order or of pairs the letters on the card are written: "B, A, C", one for each place or each left side.
    """
    rules = QUESTION_TYPES[question.type]
    if rules.control in (Control.TAPS, Control.MATCH_FORM) and not given.shown:
        letters = _LETTER.findall(given.text)
        given = Submission(tuple(ord(letter.upper()) - ord("A") for letter in letters))
    return rules.read(question, order, given)


def _obstacle_to_accept(question: Question, response: Response | None) -> Obstacle | None:
    if question.type is QuestionType.TRUE_FALSE:
        return Obstacle.ONLY_TWO_ANSWERS
    if response is None or _rekeyed(question, response) is None:
        return Obstacle.NOT_AN_ANSWER
    if QUESTION_TYPES[question.type].grade(_unvoided(question), response).is_right:
        return Obstacle.COUNTS_ALREADY
    if QUESTION_TYPES[question.type].control is Control.BUTTONS:
        also = () if question.ruled is None else question.ruled.also
        right = question.key.union(response.choices, *(each.choices for each in also))
        if right == frozenset(range(len(question.options))):
            return Obstacle.NO_WRONG_ONE_LEFT
    return None


def _obstacle_to_rekey(question: Question, response: Response | None) -> Obstacle | None:
    changed = None if response is None else _rekeyed(question, response)
    if changed is None:
        return Obstacle.NOT_AN_ANSWER
    return Obstacle.IS_THE_KEY if _key(changed) == _key(question) else None


def _rekeyed(question: Question, response: Response) -> Question | None:
    return QUESTION_TYPES[question.type].rekey(question, response)


def _key(question: Question) -> tuple[object, ...]:
    """All that makes one key another."""
    in_order = tuple(range(len(question.options)))
    return (question.key, question.arrangement or in_order, question.numeric_key, question.text_key)


def _unvoided(question: Question) -> Question:
    return question if question.ruled is None else replace(question, ruled=replace(question.ruled, void=None))


def _explained(question: Question, reason: str) -> Question:
    """What was the key is a wrong option now: what is wrong with it is what was ruled."""
    if not any(option.is_key for option in question.options) or all(o.is_key for o in question.options):
        return question
    options = tuple(
        option if option.is_key or option.why_wrong else replace(option, why_wrong=reason)
        for option in question.options
    )
    return replace(question, options=options)
