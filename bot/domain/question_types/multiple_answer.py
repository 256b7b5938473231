"""Two or more right options; each right choice earns its share, each wrong one takes a share away."""

from __future__ import annotations

from bot.domain.question_types.arrangement import shuffled
from bot.domain.question_types.choosing import read_choice, rekey_choice, tell_choice
from bot.domain.question_types.rules import Control, QuestionTypeRules
from bot.domain.questions import Grade, Question, Response


def grade(question: Question, response: Response) -> Grade:
    """Right minus wrong, as a share of the keys, and never under 0.

    Marking everything therefore earns nothing where there are as many distractors as keys.
    """
    right = len(response.choices & question.key)
    wrong = len(response.choices - question.key)
    return Grade(max(0.0, (right - wrong) / len(question.key)))


RULES = QuestionTypeRules(
    grade=grade,
    arrange=shuffled,
    control=Control.SELECT,
    read=read_choice(most=None),
    tell=tell_choice,
    rekey=rekey_choice,
)
