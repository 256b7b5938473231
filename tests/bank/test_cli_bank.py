"""`footnote bank check`, as a person or a program sees it."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli_bank import bank


def check(*arguments: object, **environment: str) -> Result:
    return CliRunner(env={"NO_COLOR": "1", "COLUMNS": "200", **environment}).invoke(
        bank, ["check", *map(str, arguments)]
    )


def test_a_clean_course_exits_with_0_and_says_what_was_verified(tea) -> None:
    check(tea.path, "--documents", tea.documents, "--fix")
    result = check(tea.path, "--documents", tea.documents)
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        (
            f"tea in {tea.path}: 4 files, 1 source, 3 facts, 3 approved questions "
            "(1 multiple_answer, 1 single_choice, 1 true_false), 1 draft."
        ),
        f"3 of 3 quotations verified in {tea.documents}.",
        "1 of 1 document at hand as recorded (sha256).",
        "0 errors, 0 warnings.",
    ]


def test_without_documents_it_says_what_was_not_verified(tea) -> None:
    result = check(tea.path)
    assert result.exit_code == 0
    assert "3 quotations not verified: no documents at hand; give --documents DIR." in result.stdout


def test_json_has_every_count(tea) -> None:
    check(tea.path, "--documents", tea.documents, "--fix")
    result = check(tea.path, "--documents", tea.documents, "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "course": "tea",
        "files": 4,
        "facts": 3,
        "questions": 3,
        "questions_by_type": {"multiple_answer": 1, "single_choice": 1, "true_false": 1},
        "drafts": 1,
        "sources": 1,
        "quotes": 3,
        "quotes_verified": 3,
        "quotes_moved": 0,
        "quotes_missing": 0,
        "quotes_unverified": 0,
        "quotes_gone": 0,
        "quotes_mended": 0,
        "quarantined": [],
        "documents": [{"source": "history", "file": "history.txt", "found": True, "sha256_matches": True}],
        "errors": 0,
        "warnings": 0,
        "problems": [],
    }


def test_errors_exit_with_1_and_are_told_with_their_place(tea) -> None:
    tea.replace("questions/tea.yaml", "difficulty: 2", "difficulty: 9")
    result = check(tea.path)
    assert result.exit_code == 1
    assert result.stdout.splitlines()[0] == (
        "error: questions/tea.yaml:15:15: tea-year.difficulty: is 9; write at most 5"
    )
    [problem] = json.loads(check(tea.path, "--json").stdout)["problems"]
    assert problem == {
        "severity": "error",
        "file": "questions/tea.yaml",
        "line": 15,
        "column": 15,
        "field": "tea-year.difficulty",
        "message": "is 9",
        "expected": "write at most 5",
    }


def test_a_quotation_that_is_not_found_exits_with_1(tea) -> None:
    tea.replace("facts/tea.yaml", "Tea came to the harbour in 1610.", "Tea came to the harbor in 1610.")
    result = check(tea.path, "--documents", tea.documents, "--json")
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert (told["quotes_missing"], told["quotes_verified"], told["errors"]) == (1, 2, 1)


def test_warnings_alone_exit_with_0(tea) -> None:
    result = check(tea.path, "--documents", tea.documents)
    assert result.exit_code == 0
    assert "0 errors, 3 warnings." in result.stdout


def test_an_unknown_course_exits_with_2_and_names_the_nearest() -> None:
    result = check("zhonguancun")
    assert result.exit_code == 2
    assert "did you mean “zhongguancun”?" in result.stderr


def test_a_documents_folder_that_is_not_there_exits_with_2(tea) -> None:
    result = check(tea.path, "--documents", tea.path / "nowhere")
    assert result.exit_code == 2
    assert "is not a folder" in result.stderr


def test_fix_without_documents_exits_with_2(tea) -> None:
    result = check(tea.path, "--fix")
    assert result.exit_code == 2
    assert "--documents" in result.stderr


def test_fix_says_what_it_recorded(tea) -> None:
    result = check(tea.path, "--documents", tea.documents, "--fix")
    assert result.exit_code == 0
    assert "Offset and place of 3 quotations recorded." in result.stdout


def test_fix_on_a_course_with_errors_says_that_nothing_was_recorded(tea) -> None:
    tea.replace("course.yaml", "language: en", "language: EN")
    result = check(tea.path, "--documents", tea.documents, "--fix")
    assert result.exit_code == 1
    assert "Nothing was recorded: mend the errors first." in result.stdout


def test_an_id_is_looked_up_in_the_courses_of_the_environment(tea, tmp_path: Path) -> None:
    other = tmp_path / "coffee"
    shutil.copytree(tea.path, other)
    course = other / "course.yaml"
    course.write_text(course.read_text(encoding="utf-8").replace("id: tea", "id: coffee"), encoding="utf-8")
    both = os.pathsep.join([str(tea.path), str(other)])
    assert check("coffee", FOOTNOTE_COURSES=both).stdout.startswith(f"coffee in {other}")
    assert check("tea", FOOTNOTE_COURSES=both).stdout.startswith(f"tea in {tea.path}")


def test_a_wrong_folder_in_the_environment_exits_with_2(tmp_path: Path) -> None:
    result = check("zhongguancun", FOOTNOTE_COURSES=str(tmp_path / "nowhere"))
    assert result.exit_code == 2
    assert "is not a folder" in result.stderr


def test_a_folder_is_named_by_a_path_as_typed(tea, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tea.path.parent)
    assert check("tea").stdout.startswith("tea in tea: ")
    assert check("./tea").stdout.startswith("tea in tea: ")


def test_a_folder_that_is_no_course_is_told(tmp_path: Path) -> None:
    result = check(tmp_path)
    assert result.exit_code == 1
    assert "course.yaml:1:1: the file is missing" in result.stdout
