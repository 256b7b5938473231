"""Words that YAML takes for something else than text are told, with the quotation marks they need."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("1984", "a number"),
        ("1_000", "the number 1000"),
        ("0o7x", None),
        ("014", "the number 12 (a leading 0 means octal)"),
        ("0x1F", "a number"),
        ("0b11", "a number"),
        ("20:30", "a time of day in seconds"),
        ("20:30.5", "a time of day"),
        ("3.14", "a number"),
        (".inf", "a number"),
        ("2013-10-25", "a date"),
        ("2013-10-25 10:00:00", "a date"),
        ("yes", "yes or no"),
        ("No", "yes or no"),
        ("on", "yes or no"),
        ("OFF", "yes or no"),
        ("true", "true (yes or no)"),
        ("False", "false (yes or no)"),
        ("null", "“nothing”"),
        ("~", "“nothing”"),
        ("=", "a sign of its own"),
        ("99999999999999999999999999", "a number"),
    ],
)
def test_an_unquoted_option_that_is_no_text_is_told(tea, written: str, read_as: str | None) -> None:
    tea.replace("questions/tea.yaml", 'text: "1750"', f"text: {written}")
    if read_as is None:
        assert tea.told() == []
    else:
        assert tea.told() == [
            (
                f"questions/tea.yaml:7:13: tea-year.distractors[1].text: YAML reads {written} as {read_as}, "
                f'not as text; write it in quotation marks: "{written}"'
            )
        ]


def test_an_empty_value_is_told(tea) -> None:
    tea.replace("questions/tea.yaml", "stem: In which year did tea come to the harbour?", "stem:")
    assert tea.told() == [
        (
            "questions/tea.yaml:4:8: tea-year.stem: has no value; "
            "write the text, or remove the field where it is optional"
        )
    ]


def test_a_colon_inside_a_list_item_is_told_as_text_that_became_a_field(tea) -> None:
    tea.replace("questions/tea.yaml", "    - A cure\n", "    - Tea: a cure\n")
    assert tea.told() == [
        (
            "questions/tea.yaml:27:7: tea-sayings.answer[1]: YAML reads “Tea: a cure” as a field with a value, "
            "because of its colon or braces, not as text; write the whole text in quotation marks"
        )
    ]


def test_a_text_that_begins_with_a_bracket_is_told(tea) -> None:
    tea.replace("questions/tea.yaml", "stem: In which", "stem: [In which")
    tea.replace("questions/tea.yaml", "harbour?", "harbour?]")
    [message] = tea.told()
    assert message.startswith("questions/tea.yaml:4:9: tea-year.stem: YAML reads this as a list, not as text")


@pytest.mark.parametrize("written", ["yes", '"false"', "no"])
def test_true_and_false_are_the_only_answers_of_a_statement(tea, written: str) -> None:
    tea.replace("questions/tea.yaml", "answer: false", f"answer: {written}")
    assert tea.told() == [
        (
            f"questions/tea.yaml:46:11: tea-first-cure.answer: {written} is not a truth value; "
            "write true or false, without quotation marks"
        )
    ]


def test_a_number_in_quotation_marks_is_told_where_a_number_is_meant(tea) -> None:
    tea.replace("questions/tea.yaml", "difficulty: 2", 'difficulty: "2"')
    assert tea.told() == [
        (
            'questions/tea.yaml:15:15: tea-year.difficulty: "2" is text, a whole number is expected; '
            "write the number without quotation marks"
        )
    ]


def test_a_truth_value_is_no_number(tea) -> None:
    tea.replace("questions/tea.yaml", "difficulty: 2", "difficulty: true")
    [message] = tea.told()
    assert message.endswith("true is not a whole number; write a whole number")
