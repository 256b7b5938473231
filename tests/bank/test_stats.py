"""A course in numbers, counted by hand on the clean course of the linter's tests."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.bank.reading import read_course
from bot.bank.stats import CourseStats, FactCount, Share, course_stats
from bot.cli_bank import bank
from bot.domain.questions import CognitiveLevel, FactKind, QuestionType

CLEAN = Path(__file__).parent / "lint" / "clean"
BUNDLED = Path(__file__).parents[2] / "questions" / "zhongguancun"
PNG = b"\x89PNG"


@pytest.fixture
def course(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CLEAN, tmp_path / "tea"))


def counted(folder: Path) -> CourseStats:
    return course_stats(read_course(folder).entries, "tea")


def replace(folder: Path, name: str, old: str, new: str) -> None:
    file = folder / name
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def run(*arguments: object) -> Result:
    return CliRunner(env={"NO_COLOR": "1", "COLUMNS": "200"}).invoke(bank, ["stats", *map(str, arguments)])


def test_questions_are_counted_by_kind_document_topic_level_and_difficulty(course: Path) -> None:
    stats = counted(course)
    assert stats.questions == 12
    assert stats.by_type[QuestionType.SINGLE_CHOICE] == 4
    assert {stats.by_type[kind] for kind in QuestionType if kind is not QuestionType.SINGLE_CHOICE} == {1}
    assert stats.by_document == {"history": 9, "almanac": 3}
    assert stats.by_topic == {"trade": 12}
    assert stats.by_cognitive[CognitiveLevel.REMEMBER] == 6
    assert stats.by_difficulty == {1: 1, 2: 3, 3: 6, 4: 2, 5: 0}
    assert stats.above_remember == Share(6, 12)


def test_drafts_and_retired_questions_are_not_counted(course: Path) -> None:
    replace(course, "questions/tea.yaml", "status: approved", "status: draft")
    replace(course, "questions/tea.yaml", "status: approved", "status: retired")
    stats = counted(course)
    assert (stats.questions, stats.drafts) == (10, 1)


def test_coverage_is_of_usable_facts_and_core_ones_want_two_questions(course: Path) -> None:
    for name in ("tea-1610", "tea-rate"):  # asked twice, and once
        replace(course, "facts/tea.yaml", f"- id: {name}\n", f"- id: {name}\n  importance: core\n")
    replace(course, "questions/tea.yaml", "facts: [oolong-meaning]", "facts: [bohea-origin]")
    replace(
        course, "questions/tea.yaml", "facts: [oolong-meaning, gunpowder-shape, ", "facts: [gunpowder-shape, "
    )
    coverage = counted(course).coverage
    assert coverage.core == Share(1, 2)
    assert coverage.core_one == Share(2, 2)
    assert coverage.core_missing == ("tea-rate",)
    assert coverage.usable == Share(9, 10)
    assert coverage.usable_missing == ("oolong-meaning",)
    assert coverage.by_document == {"history": Share(6, 6), "almanac": Share(3, 4)}
    assert coverage.by_kind[FactKind.DEFINITION] == Share(2, 3)


def test_a_fact_that_must_not_be_asked_is_not_missed(course: Path) -> None:
    replace(
        course,
        "facts/tea.yaml",
        "- id: oolong-meaning\n",
        "- id: oolong-meaning\n  usable: false\n  why_not: x\n",
    )
    stats = counted(course)
    assert stats.coverage.usable.total == 9
    assert stats.facts[FactKind.DEFINITION] == FactCount(core=0, detail=2, unusable=1)


def test_keys_are_expected_at_each_place_by_chance_but_amounts_stand_in_order(course: Path) -> None:
    keys = counted(course).keys
    assert keys.items == 3  # 1610 and 12 among amounts: first and second; smugglers: shuffled
    assert keys.positions == pytest.approx((5 / 12, 5 / 12, 1 / 12, 1 / 12))
    assert keys.longest == Share(0, 3)
    assert keys.true_statements == Share(0, 1)


def test_a_share_of_nothing_is_complete() -> None:
    assert Share(0, 0).value == 1.0


def test_json_has_the_numbers_that_a_course_is_judged_by(course: Path) -> None:
    result = run(course, "--json")
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert told["coverage"]["core"] == 1.0
    assert told["coverage"]["usable"] == 1.0
    assert told["above_remember"] == 0.5
    assert told["by_type"]["matching"] == 1
    assert told["keys"]["items"] == 3


def test_people_see_tables_with_bars(course: Path) -> None:
    result = run(course)
    assert result.exit_code == 0
    assert "  single_choice        4  ██████████████████████████████" in result.stdout
    assert "Above remembering: 6 of 12 (50.0%)." in result.stdout
    assert "Usable facts with a question: 10 of 10 (100.0%)." in result.stdout


def test_a_course_with_errors_is_counted_as_far_as_it_goes(course: Path) -> None:
    replace(course, "questions/tea.yaml", "difficulty: 2", "difficulty: 9")
    result = run(course, "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["questions"] == 11
    assert "Errors in the files: 1." in result.stderr


def test_a_plot_is_written(course: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.png"
    assert run(course, "--plot", out).exit_code == 0
    assert out.read_bytes().startswith(PNG)


def test_an_empty_bank_can_be_drawn(course: Path, tmp_path: Path) -> None:
    for name in ("facts", "questions"):
        (course / name / "tea.yaml").write_text("[]\n", encoding="utf-8")
    result = run(course, "--plot", tmp_path / "out.svg")
    assert result.exit_code == 0
    assert "0 approved questions" in result.stdout


def test_a_plot_to_a_kind_of_file_that_is_none_exits_with_2(course: Path, tmp_path: Path) -> None:
    result = run(course, "--plot", tmp_path / "out.xyz")
    assert result.exit_code == 2
    assert "cannot be written" in result.stderr
