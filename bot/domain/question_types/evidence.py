"""Evidence for a claim: which sentence of a document supports it, or what a shown passage does to it.

Either the options are sentences, one of which supports the claim in the stem; or ``passage`` is shown and the
options are the three judgements, in their fixed order.
"""

from __future__ import annotations

from random import Random

from bot.domain.question_types.arrangement import file_order, shuffled
from bot.domain.question_types.choosing import read_choice, rekey_choice, tell_choice
from bot.domain.question_types.rules import Control, QuestionTypeRules
from bot.domain.question_types.single_choice import grade
from bot.domain.questions import Question


def arrange(question: Question, random: Random) -> tuple[int, ...]:
    """Sentences are shuffled; judgements stand in the file's order."""
    return file_order(question, random) if question.passage is not None else shuffled(question, random)


RULES = QuestionTypeRules(
    grade=grade,
    arrange=arrange,
    control=Control.BUTTONS,
    read=read_choice(most=1),
    tell=tell_choice,
    rekey=rekey_choice,
    time_factor=2.0,
)
