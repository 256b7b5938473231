"""A waiver takes out what it names, and nothing else; one that waives nothing is a finding."""

from __future__ import annotations

import pytest

QUESTIONS = "questions/tea.yaml"
FLAW = ("text: The harvests of India", "text: The often rich harvests")


def _waive(bank, rule: str) -> None:
    bank.replace(
        QUESTIONS, "- id: cheap-cause\n", f"- id: cheap-cause\n  waive: {{{rule}: The book says often.}}\n"
    )


def test_a_waived_finding_is_told_with_its_reason_and_counts_no_more(bank) -> None:
    bank.replace(QUESTIONS, *FLAW)
    _waive(bank, "option-vague")
    result = bank.lint()
    assert result.findings == ()
    [waived] = result.waived
    assert (waived.rule, waived.waived_because) == ("option-vague", "The book says often.")


def test_a_waiver_takes_out_no_other_rule(bank) -> None:
    bank.replace(QUESTIONS, *FLAW)
    bank.replace(QUESTIONS, "text: The revolt of Boston", "text: None of the above")
    _waive(bank, "option-vague")
    assert [rule for rule, _, _ in bank.found()] == ["option-all-or-none"]


def test_a_waiver_that_waives_nothing_is_found(bank) -> None:
    _waive(bank, "option-vague")
    assert bank.found() == [("waiver-unused", QUESTIONS, bank.line(QUESTIONS, "waive:"))]


def test_a_waiver_of_an_unknown_rule_is_found_with_the_nearest(bank) -> None:
    _waive(bank, "option-vage")
    [found] = bank.lint().findings
    assert found.rule == "waiver-unknown"
    assert found.problem.expected == "did you mean “option-vague”?"


@pytest.mark.parametrize("rule", ["waiver-unused", "waiver-unknown"])
def test_the_rules_about_waivers_cannot_be_waived(bank, rule: str) -> None:
    _waive(bank, rule)
    assert [name for name, _, _ in bank.found()] == ["waiver-unknown"]


def test_a_fact_a_source_and_the_course_can_waive_too(bank) -> None:
    bank.append(
        "sources.yaml", "- {id: diary, title: A diary, file: diary.txt, waive: {source-unused: It is new.}}\n"
    )
    bank.replace("facts/tea.yaml", 'quote: "Mrs Trimmer called it', 'quote: "Thus she judged of it,')
    bank.replace(
        "facts/tea.yaml",
        "- id: trimmer-poison\n",
        "- id: trimmer-poison\n  waive: {fact-speaker: It is her diary.}\n",
    )
    assert bank.found() == []
    assert {waived.rule for waived in bank.lint().waived} == {"source-unused", "fact-speaker"}
