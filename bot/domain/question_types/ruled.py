"""Grading with what instructors have ruled laid over a question: the same for every type."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.question_types.rules import Grader, QuestionTypeRules
from bot.domain.questions import Grade, Question, Response, Void


def with_rulings(rules: QuestionTypeRules) -> QuestionTypeRules:
    """The same rules with a grader that looks at ``Question.ruled`` first."""
    return replace(rules, grade=_grader(rules))


def _grader(rules: QuestionTypeRules) -> Grader:
    def grade(question: Question, response: Response) -> Grade:
        """Of several answers that count, the one that is nearest: accepting another takes nothing from anybody."""
        ruled = question.ruled
        if ruled is None:
            return rules.grade(question, response)
        if ruled.void is not None:
            return Grade(1.0 if ruled.void is Void.ALL else 0.0)
        others = (rules.rekey(question, also) for also in ruled.also)
        keyed = (question, *(other for other in others if other is not None))
        return max((rules.grade(each, response) for each in keyed), key=lambda each: each.fraction)

    return grade
