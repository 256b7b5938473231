"""One right option among three to five."""

from __future__ import annotations

from bot.domain.question_types.arrangement import shuffled
from bot.domain.question_types.choosing import read_choice, rekey_choice, tell_choice
from bot.domain.question_types.rules import Control, QuestionTypeRules
from bot.domain.questions import Grade, Question, Response


def grade(question: Question, response: Response) -> Grade:
    """Right or wrong: there is no half of one choice."""
    return Grade(1.0 if response.choices == question.key else 0.0)


RULES = QuestionTypeRules(
    grade=grade,
    arrange=shuffled,
    control=Control.BUTTONS,
    read=read_choice(most=1),
    tell=tell_choice,
    rekey=rekey_choice,
)
