"""What a class does not know: facts, topics and passages by the marks of all questions about them, worst first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from bot.domain.answer_tallies import ItemTally
from bot.domain.item_analysis import FEWEST_LEARNERS, mean_mark
from bot.domain.questions import Question, Quotation
from bot.values import dataclass


class Grouping(StrEnum):
    """By what questions are put together."""

    FACT = "fact"
    TOPIC = "topic"
    PASSAGE = "passage"


@dataclass(frozen=True, slots=True)
class Gap:
    """What a class knows of one thing.

    Attributes:
        name: a fact's id, a topic's id, or a passage's place in its document.
        facility: the mean mark of all answers, from 0.0 to 1.0.
        answers: how many there were.
        questions: the questions asked about it, the hardest first.
        quotation: the words to teach from: the fact's own, or those that prove the hardest one's key.
    """

    name: str
    facility: float
    answers: int
    questions: tuple[Question, ...]
    quotation: Quotation


def gaps(tallies: Iterable[ItemTally], questions: Mapping[int, Question], by: Grouping) -> tuple[Gap, ...]:
    """Everything that was asked, the least known first; what fewer than five learners answered is left out."""
    grouped: dict[str, list[ItemTally]] = {}
    for tally in tallies:
        if tally.learners >= FEWEST_LEARNERS:
            for name in _names(questions[tally.question_id], by):
                grouped.setdefault(name, []).append(tally)
    found = [_gap(name, members, questions, by) for name, members in grouped.items()]
    return tuple(sorted(found, key=lambda gap: (gap.facility, -gap.answers, gap.name)))


def _names(question: Question, by: Grouping) -> tuple[str, ...]:
    if by is Grouping.TOPIC:
        return (question.topic,)
    if by is Grouping.PASSAGE:
        proof = question.footnotes[0]
        return (f"{proof.source.id}\n{proof.place or ''}",)
    return question.fact_ids


def _gap(name: str, members: list[ItemTally], questions: Mapping[int, Question], by: Grouping) -> Gap:
    hardest_first = sorted(members, key=lambda tally: (mean_mark(tally.marks), tally.question_id))
    answers = sum(tally.learners for tally in members)
    earned = sum(mean_mark(tally.marks) * tally.learners for tally in members)
    asked = tuple(questions[tally.question_id] for tally in hardest_first)
    return Gap(name, earned / answers, answers, asked, _proof(asked, name, by))


def _proof(asked: tuple[Question, ...], name: str, by: Grouping) -> Quotation:
    """The quotation to teach from: a fact's own, where a question's footnotes stand beside its facts one by one."""
    if by is Grouping.FACT:
        for question in asked:
            if len(question.footnotes) == len(question.fact_ids):
                return question.footnotes[question.fact_ids.index(name)]
    return asked[0].footnotes[0]
