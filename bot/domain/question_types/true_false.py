"""A statement that is true or false; shown in that order, which everyone knows."""

from __future__ import annotations

from bot.domain.question_types.arrangement import file_order
from bot.domain.question_types.choosing import read_choice, rekey_choice, tell_choice
from bot.domain.question_types.rules import Control, QuestionTypeRules
from bot.domain.question_types.single_choice import grade

RULES = QuestionTypeRules(
    grade=grade,
    arrange=file_order,
    control=Control.BUTTONS,
    read=read_choice(most=1),
    tell=tell_choice,
    rekey=rekey_choice,
)
