"""One file per type of question: how its options are arranged and how a response is graded.

To add a type: a file here with its ``RULES``, a line in the table, its control in ``ui/``.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bot.domain.question_types import (
    cloze,
    evidence,
    matching,
    multiple_answer,
    numeric,
    ordering,
    short_text,
    single_choice,
    true_false,
)
from bot.domain.question_types.rules import QuestionTypeRules
from bot.domain.questions import QuestionType

QUESTION_TYPES: Mapping[QuestionType, QuestionTypeRules] = MappingProxyType(
    {
        QuestionType.SINGLE_CHOICE: single_choice.RULES,
        QuestionType.MULTIPLE_ANSWER: multiple_answer.RULES,
        QuestionType.TRUE_FALSE: true_false.RULES,
        QuestionType.NUMERIC: numeric.RULES,
        QuestionType.SHORT_TEXT: short_text.RULES,
        QuestionType.CLOZE: cloze.RULES,
        QuestionType.ORDERING: ordering.RULES,
        QuestionType.MATCHING: matching.RULES,
        QuestionType.EVIDENCE: evidence.RULES,
    }
)
