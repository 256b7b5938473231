"""`footnote bank show`: a question of any type as a card in the terminal."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli_bank import bank
from bot.errors import BankError
from tests.bank.question_samples import SAMPLES


def show(*arguments: object, **environment: str) -> Result:
    return CliRunner(env={"NO_COLOR": "1", "COLUMNS": "80", **environment}).invoke(
        bank, ["show", *map(str, arguments)]
    )


def card(tea, name: str) -> str:
    (tea.path / "questions" / "zmore.yaml").write_text(SAMPLES[name], encoding="utf-8")
    question_id = SAMPLES[name].splitlines()[0].removeprefix("- id: ")
    result = show(question_id, "--course", tea.path)
    assert result.exit_code == 0, result.output
    assert "\x1b" not in result.stdout
    return result.stdout


def test_a_card_has_stem_options_key_reasons_explanation_and_footnote(tea) -> None:
    shown = show("tea-year", "--course", tea.path).stdout
    order = ["[wrong]  1690", "[right]  1610", "[wrong]  1750"]
    assert all(line in shown for line in order)
    assert shown.splitlines()[:4] == [
        "tea-year · Tea: a short history · Trade · single choice · difficulty 2 of 5 ·",
        "remember · approved",
        "─" * 80,
        "In which year did tea come to the harbour?",
    ]
    assert "  A  [right]  1610\n" in shown  # numbers stand in their order
    assert (
        "  B  [wrong]  1690\n"
        "              Nothing is told of that year.\n"
        "              “who praised it as a market-driven cure”\n"
        "              — Ann Leaf, “A short history of tea”, The Kettle, 1999\n"
    ) in shown
    assert shown.endswith(
        "Answer: A\n\n"
        "It was a rare good, sold by apothecaries.\n\n"
        "Footnote\n"
        "  “Tea came to the harbour in 1610.”\n"
        "  — Ann Leaf, “A short history of tea”, The Kettle, 1999\n"
    )


def test_what_the_footnote_says_is_not_said_again_under_each_option(tea) -> None:
    assert show("tea-year", "--course", tea.path).stdout.count("Tea came to the harbour in 1610.") == 1


def test_a_number_is_shown_with_its_unit_and_what_counts(tea) -> None:
    shown = card(tea, "numeric")
    assert "Write a number, in AD.\n" in shown
    assert "Answer: 1610 AD\nCounts from 1,529.5 to 1,690.5.\n" in shown


def test_typed_words_are_shown_with_what_else_counts(tea) -> None:
    assert "Answer: Sarah Trimmer\nAlso counts: Trimmer, 特里默\n" in card(tea, "short_text")


def test_a_gap_is_shown_as_it_is(tea) -> None:
    shown = card(tea, "cloze")
    assert "as a market-driven ____.\n\nFill the gap.\n" in shown
    assert "Answer: cure\n" in shown


def test_an_ordering_is_shuffled_and_its_key_tells_the_right_order(tea) -> None:
    shown = card(tea, "ordering")
    assert "  A  Tea comes to the harbour\n  B  Apothecaries praise it\n" not in shown
    assert (
        "  -  Tea comes to the harbour\n  -  Apothecaries praise it\n  -  Trimmer calls it poison\n" in shown
    )
    letters = shown.split("Answer: ")[1].splitlines()[0].split(", ")
    assert sorted(letters) == ["A", "B", "C"]
    assert f"  {letters[0]}  Tea comes to the harbour\n" in shown


def test_a_matching_has_numbers_letters_and_pairs(tea) -> None:
    shown = card(tea, "matching")
    assert "Write a letter for each number. Not every letter is needed.\n  1.  Apothecaries\n" in shown
    pairs = dict(pair.split() for pair in shown.split("Answer: ")[1].splitlines()[0].split(", "))
    assert f"  {pairs['2']}  Poison\n" in shown
    assert "  -  Harbour masters → Cargo\n" in shown


def test_evidence_is_shown_as_sentences_or_with_its_passage(tea) -> None:
    assert "[right]  who praised it as a market-driven cure\n" in card(tea, "sentences")
    shown = card(tea, "passage")
    assert "“called it “the poison of the poor” in her diary”\n  — Ann Leaf" in shown.split("Choose one.")[0]
    assert "  B  [right]  Contradicted\n" in shown
    assert "  A  [wrong]  Supported\n              She called it poison.\n" in shown


def test_lines_are_no_wider_than_the_terminal(tea) -> None:
    shown = show("tea-year", "--course", tea.path, COLUMNS="44").stdout
    assert max(map(len, shown.splitlines())) <= 44


@pytest.mark.parametrize("status", ["draft", "retired"])
def test_what_is_not_asked_is_shown_with_its_status(tea, status: str) -> None:
    tea.replace("questions/tea.yaml", "status: draft", f"status: {status}")
    assert f" · {status}\n" in show("tea-drafted", "--course", tea.path).stdout


def test_all_courses_are_searched_and_each_question_of_the_id_is_shown(tea, tmp_path: Path) -> None:
    other = tmp_path / "coffee"
    shutil.copytree(tea.path, other)
    course = other / "course.yaml"
    course.write_text(
        course.read_text(encoding="utf-8").replace("id: tea", "id: coffee").replace("Tea: a", "Coffee: a"),
        encoding="utf-8",
    )
    shown = show("tea-year", FOOTNOTE_COURSES=str(tmp_path)).stdout
    assert "tea-year · Tea: a short history" in shown
    assert "tea-year · Coffee: a short history" in shown


def test_an_unknown_question_exits_with_2_and_names_the_nearest(tea) -> None:
    result = show("tea-yaer", "--course", tea.path)
    assert result.exit_code == 2
    assert "There is no question “tea-yaer”; did you mean “tea-year”" in " ".join(
        result.stderr.replace("│", " ").split()
    )


def test_part_of_an_id_is_answered_with_the_ids_that_hold_it(tea) -> None:
    assert "“tea-sayings”" in show("sayings", "--course", tea.path).stderr


def test_a_course_that_could_not_be_searched_is_named(tea) -> None:
    tea.replace("course.yaml", "language: en", "language: EN")
    said = show("tea-yaer", FOOTNOTE_COURSES=str(tea.path)).stderr
    assert "Not searched, because of errors: tea." in " ".join(said.replace("│", " ").split())


def test_a_broken_course_is_told_with_the_place_of_its_errors(tea) -> None:
    tea.replace("course.yaml", "language: en", "language: EN")
    result = show("tea-year", "--course", tea.path)
    assert isinstance(result.exception, BankError)
    assert "course.yaml:4:11" in str(result.exception)
