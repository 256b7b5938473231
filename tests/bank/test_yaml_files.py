"""Each trap of YAML gets a message that says where it is and what to do."""

from __future__ import annotations

import pytest
import yaml

from bot.bank.yaml_files import read_yaml_bytes
from bot.bank.yaml_text import MAXIMUM_BYTES
from bot.errors import BankError


def told(text: str | bytes) -> list[str]:
    raw = text if isinstance(text, bytes) else text.encode()
    return [str(problem) for problem in read_yaml_bytes(raw, "f.yaml").problems]


def only(text: str | bytes) -> str:
    problems = told(text)
    assert len(problems) == 1, problems
    return problems[0]


def test_a_clean_file_has_values_and_no_problem() -> None:
    file = read_yaml_bytes(b"- id: a\n  n: 3\n  b: true\n  x: null\n  s: 'it''s'\n", "f.yaml")
    assert file.root == [{"id": "a", "n": 3, "b": True, "x": None, "s": "it's"}]
    assert file.problems == []


def test_a_byte_order_mark_is_no_problem() -> None:
    file = read_yaml_bytes(b"\xef\xbb\xbfid: a\n", "f.yaml")
    assert file.root == {"id": "a"}
    assert not file.problems


def test_windows_line_ends_are_no_problem() -> None:
    assert read_yaml_bytes(b"id: a\r\nx: b\r\n", "f.yaml").root == {"id": "a", "x": "b"}


def test_an_empty_file_is_told() -> None:
    assert only("") == (
        "f.yaml:1:1: the file is empty; write its content, or [] for an empty list, or remove the file"
    )


def test_a_file_of_comments_only_is_empty() -> None:
    assert "the file is empty" in only("# nothing yet\n")


def test_utf_16_is_told_with_what_to_do() -> None:
    assert only("id: a\n".encode("utf-16")) == (
        "f.yaml:1:1: the file is saved as UTF-16 or is not a text file; save it as UTF-8"
    )


def test_utf_16_without_its_mark_is_told_too() -> None:
    assert "UTF-16" in only("id: a\n".encode("utf-16-le"))


def test_latin_1_is_told_at_its_byte_and_the_rest_is_read_on() -> None:
    problems = told("- id: a\n  t: café\n  t: x\n".encode("latin-1"))
    assert problems[0].startswith("f.yaml:2:9: byte 0xE9 is not UTF-8")
    assert problems[0].endswith("save the file as UTF-8")
    assert "f.yaml:3:3" in problems[1]


def test_control_characters_are_told_one_by_one() -> None:
    problems = told("- a\x07b\n- c\x1bd\n")
    assert problems[0].startswith("f.yaml:1:4: the character U+0007, which cannot be seen,")
    assert problems[1].startswith("f.yaml:2:4: the character U+001B")
    assert problems[0].endswith("remove it")


def test_an_override_of_the_text_direction_is_told() -> None:
    assert only("- a\u202eb\n").startswith("f.yaml:1:4: the character U+202E, which changes the direction")


def test_a_flood_of_control_characters_is_counted_not_listed() -> None:
    problems = told("- x" + "\x01" * 500 + "\n")
    assert len(problems) == 21
    assert "480 more" in problems[-1]


def test_a_file_over_the_limit_is_not_read() -> None:
    assert only(b"#" * (MAXIMUM_BYTES + 1)) == (
        "f.yaml:1:1: the file is larger than 5 MB; split it into several files"
    )


def test_a_duplicate_key_names_both_places_and_the_first_value_stays() -> None:
    file = read_yaml_bytes(b"id: a\ntitle: one\ntitle: two\n", "f.yaml")
    assert file.root == {"id": "a", "title": "one"}
    assert [str(problem) for problem in file.problems] == [
        "f.yaml:3:1: the field “title” stands twice in one item (first at line 2, column 1); keep one of them"
    ]


def test_an_alias_and_its_anchor_are_refused() -> None:
    problems = told("a: &x text\nb: *x\n")
    assert problems[0].startswith("f.yaml:1:4: YAML takes “&x” for an anchor")
    assert problems[1].startswith("f.yaml:2:4: YAML takes “*x” for an alias")
    assert "quotation marks" in problems[1]


def test_a_billion_laughs_cost_nothing() -> None:
    lines = ["a0: &a0 [lol, lol]"] + [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 30)]
    problems = told("\n".join(lines) + "\n")
    assert any("alias" in problem for problem in problems)


def test_a_merge_key_is_refused() -> None:
    assert only("<<: {a: b}\nid: x\n").startswith("f.yaml:1:1: “<<” merges fields from elsewhere")


def test_a_tag_is_refused_and_never_obeyed() -> None:
    message = only("a: !!python/object/apply:os.system [ls]\n")
    assert message.startswith(
        "f.yaml:1:4: YAML takes “tag:yaml.org,2002:python/object/apply:os.system” for a tag"
    )


@pytest.mark.parametrize(
    ("text", "place"),
    [("a:\n\tb: 1\n", "2:1"), ("- id: a\n\tstem: x\n", "2:1"), ("a:\n  b: 1\n  \tc: 2\n", "3:3")],
)
def test_a_tab_as_indentation_is_told_at_the_tab(text: str, place: str) -> None:
    assert only(text) == f"f.yaml:{place}: a tab is used to indent; indent with spaces only"


def test_two_documents_in_one_file_are_told() -> None:
    assert only("- a\n---\n- b\n") == (
        "f.yaml:2:1: a second document begins here (“---”); keep one document in a file"
    )


def test_deep_nesting_is_told_at_once() -> None:
    assert only("[" * 1_000_000).startswith("f.yaml:1:21: values are nested more than 20 deep")
    assert "nested" in only("- " * 100_000 + "\n")


def test_a_colon_in_a_text_is_told() -> None:
    message = only("stem: Zhongguancun: what is it?\n")
    assert message.startswith(
        "f.yaml:1:19: YAML takes a colon followed by a space for the end of a field's name"
    )
    assert message.endswith("write the whole text in quotation marks")


def test_text_after_a_closing_quotation_mark_is_told() -> None:
    assert only('- id: a\n  stem: "Incubator" is the word\n').startswith(
        "f.yaml:2:21: the text goes on after its closing quotation mark"
    )
    assert "apostrophe" in only("stem: 'it's here'\n")


def test_a_quotation_mark_that_is_never_closed_is_told_where_it_opens() -> None:
    assert only('id: a\nstem: "open\nx: y\n').startswith("f.yaml:2:7: this quotation mark is never closed")


def test_a_backslash_is_told() -> None:
    assert "write it twice" in only('stem: "a\\qb"\n')


@pytest.mark.parametrize(
    "text", ["@home", "`x`", "%d", ", x", "]", "? x", "*", "**bold** x", "*bold* x", "& co"]
)
def test_a_reserved_first_character_is_told(text: str) -> None:
    message = only(f"stem: {text}\n")
    assert message.startswith(f"f.yaml:1:7: an unquoted text cannot begin with “{text[0]}”")
    assert "quotation marks" in message


def test_text_after_a_closing_bracket_is_told() -> None:
    assert only("stem: [sic] he said\n") == (
        "f.yaml:1:13: the text goes on after “]”; write the whole text in quotation marks"
    )


def test_an_open_bracket_is_told_where_it_opens() -> None:
    assert only("id: a\ntags: [one, two\n").startswith("f.yaml:2:7: this bracket is not closed with “]”")
    assert only("id: {\n").startswith("f.yaml:1:5: this bracket is not closed with “}”")


def test_a_line_that_does_not_fit_is_told() -> None:
    assert "indent it like its neighbours" in only("a: 1\n b: 2\n")
    assert only("id: x\n- b\n").startswith("f.yaml:2:1: this line does not fit the lines above it")


def test_a_group_as_a_name_is_told() -> None:
    assert "stands as a name" in only("a: {? [x] : y}\n")


def test_a_broken_item_spares_the_others_and_their_problems() -> None:
    text = "- id: a\n  stem: b: c\n- id: b\n  x: 1\n  x: 2\n- id: c\n\tz: 1\n- id: d\n"
    file = read_yaml_bytes(text.encode(), "f.yaml")
    assert file.root == [{"id": "b", "x": 1}, {"id": "d"}]
    assert [(problem.line, problem.column) for problem in file.problems] == [(2, 10), (5, 3), (7, 1)]
    assert file.unread_ids == {"a", "c"}


def test_offsets_count_characters_also_behind_emoji() -> None:
    assert only("- 𝒳é😀\n- {a: b, a: c}\n").startswith("f.yaml:2:10: the field “a” stands twice")


def test_without_the_c_parser_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(yaml, "CSafeLoader")
    with pytest.raises(BankError, match="pip install --force-reinstall --only-binary :all: pyyaml"):
        read_yaml_bytes(b"a: b\n", "f.yaml")
