"""`footnote bank lint`, as a person or a program sees it."""

from __future__ import annotations

import json

from typer.testing import CliRunner, Result

from bot.cli_bank import bank as command

QUESTIONS = "questions/tea.yaml"


def run(*arguments: object) -> Result:
    return CliRunner(env={"NO_COLOR": "1", "COLUMNS": "200"}).invoke(command, ["lint", *map(str, arguments)])


def test_a_clean_course_exits_with_0(bank) -> None:
    result = run(bank.path)
    assert (result.exit_code, result.stdout) == (0, "tea: findings: none; waived: none.\n")


def test_a_finding_has_its_place_its_rule_and_how_to_mend_it(bank) -> None:
    bank.replace(QUESTIONS, "text: The revolt of Boston", "text: None of the above")
    result = run(bank.path)
    assert result.exit_code == 1
    line = bank.line(QUESTIONS, "None of the above")
    assert result.stdout.splitlines()[0] == (
        f"error: questions/tea.yaml:{line}:14: cheap-cause.distractors[3].text: "
        "“None of the above” is no answer of its own [option-all-or-none]; write an option that is one"
    )


def test_json_has_every_finding_and_every_waiver(bank) -> None:
    bank.replace(QUESTIONS, "text: The revolt of Boston", "text: None of the above")
    bank.replace(QUESTIONS, "in which they happened, earliest first.", "in which they happened.")
    bank.append("sources.yaml", "- {id: diary, title: D, file: d.txt, waive: {source-unused: It is new.}}\n")
    result = run(bank.path, "--json")
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert {name: told[name] for name in ("course", "files_errors", "errors", "warnings")} == {
        "course": "tea",
        "files_errors": 0,
        "errors": 1,
        "warnings": 1,
    }
    first, second = told["findings"]
    assert first == {
        "rule": "option-all-or-none",
        "severity": "error",
        "file": QUESTIONS,
        "line": bank.line(QUESTIONS, "None of the above"),
        "column": 14,
        "field": "cheap-cause.distractors[3].text",
        "message": "“None of the above” is no answer of its own",
        "mend": "write an option that is one",
    }
    assert (second["rule"], second["severity"]) == ("ordering-direction", "warning")
    [waived] = told["waived"]
    assert (waived["rule"], waived["reason"]) == ("source-unused", "It is new.")


def test_errors_in_the_files_are_told_and_exit_with_1(bank) -> None:
    bank.replace(QUESTIONS, "answer: 119", "answer: many")
    result = run(bank.path)
    assert result.exit_code == 1
    assert "Errors in the files: 1; footnote bank check names them." in result.stdout


def test_a_waived_finding_is_shown_with_its_reason(bank) -> None:
    bank.append("sources.yaml", "- {id: diary, title: D, file: d.txt, waive: {source-unused: It is new.}}\n")
    result = run(bank.path)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0].startswith("waived: sources.yaml:11:8: diary.id: no fact quotes")
    assert "(reason: It is new.)" in result.stdout
