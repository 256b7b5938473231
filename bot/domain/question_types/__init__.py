"""One file per type of question: how its options are arranged and how a response is graded.

To add a type: a file here with its ``RULES``, a line in the table, its control in ``ui/``. The graders of the table
know of rulings; those in the files do not.
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
from bot.domain.question_types.ruled import with_rulings
from bot.domain.question_types.rules import QuestionTypeRules
from bot.domain.questions import QuestionType

QUESTION_TYPES: Mapping[QuestionType, QuestionTypeRules] = MappingProxyType(
    {
        QuestionType.SINGLE_CHOICE: with_rulings(single_choice.RULES),
        QuestionType.MULTIPLE_ANSWER: with_rulings(multiple_answer.RULES),
        QuestionType.TRUE_FALSE: with_rulings(true_false.RULES),
        QuestionType.NUMERIC: with_rulings(numeric.RULES),
        QuestionType.SHORT_TEXT: with_rulings(short_text.RULES),
        QuestionType.CLOZE: with_rulings(cloze.RULES),
        QuestionType.ORDERING: with_rulings(ordering.RULES),
        QuestionType.MATCHING: with_rulings(matching.RULES),
        QuestionType.EVIDENCE: with_rulings(evidence.RULES),
    }
)
