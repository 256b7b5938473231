"""What the linter finds counts in a check of the course, and keeps none from being loaded."""

from __future__ import annotations

from bot.bank.check import check_course
from bot.bank.problems import Severity

QUESTIONS = "questions/tea.yaml"


def test_a_finding_is_an_error_of_the_check_and_names_its_rule(bank) -> None:
    bank.replace(QUESTIONS, "text: The revolt of Boston", "text: None of the above")
    result = check_course(bank.path)
    [problem] = result.problems
    assert problem.severity is Severity.ERROR
    assert "[option-all-or-none]" in str(problem)
    assert result.course is not None


def test_a_finding_of_a_warning_is_a_warning_of_the_check(bank) -> None:
    bank.replace(QUESTIONS, "in which they happened, earliest first.", "in which they happened.")
    assert [problem.severity for problem in check_course(bank.path).problems] == [Severity.WARNING]


def test_what_can_be_read_is_looked_at_though_other_entries_are_broken(bank) -> None:
    bank.replace(QUESTIONS, "text: The revolt of Boston", "text: None of the above")
    bank.replace(QUESTIONS, "answer: 119", "answer: many")
    told = [str(problem) for problem in check_course(bank.path).problems]
    assert any("old-duty.answer" in line for line in told)
    assert any("[option-all-or-none]" in line for line in told)
