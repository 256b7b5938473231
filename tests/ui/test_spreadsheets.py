from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ui.spreadsheets import csv_file, defused


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_a_file_begins_with_the_mark_by_which_excel_knows_utf_8() -> None:
    content = csv_file(["Nöme"], [["中关村"]])
    assert content.startswith(b"\xef\xbb\xbf")
    assert read(content) == [["Nöme"], ["中关村"]]
    assert content.endswith(b"\r\n")


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1", '=HYPERLINK("http://x")', "\0=1"],
)
def test_what_a_spreadsheet_would_run_is_only_a_text(text: str) -> None:
    assert defused(text).startswith("'")


@pytest.mark.parametrize("cut_at", [",", ";", "\t"])
@pytest.mark.parametrize("name", ["Ada;=1+1", "Ada; +1", "Ada;\t@SUM(A1)", 'Ada;"=1+1"', "Ada\t-1"])
def test_no_name_begins_a_formula_wherever_a_program_cuts_the_line(name: str, cut_at: str) -> None:
    lines = io.StringIO(csv_file(["Name", "Mark"], [[name, 1.0]]).decode("utf-8-sig"), newline="")
    for row in csv.reader(lines, delimiter=cut_at):
        assert not [cell for cell in row if cell.lstrip().startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize("text", ["Ada", "a=b", "1-2", "", "'quoted", 'say "hi"', "a,b;c"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert defused(text) == text


@given(st.lists(st.lists(st.text(), min_size=3, max_size=3), max_size=5))
def test_no_cell_of_any_file_begins_a_formula_and_no_row_breaks(rows: list[list[str]]) -> None:
    found = read(csv_file(["a", "b", "c"], rows))
    assert len(found) == len(rows) + 1
    for row in found:
        assert len(row) == 3
        assert not [cell for cell in row if cell.lstrip().startswith(("=", "+", "-", "@"))]
        assert not [cell for cell in row if cell.startswith(("\t", "\r"))]


def test_numbers_are_written_with_a_point_and_without_ballast() -> None:
    assert read(csv_file(["a"], [[1.0], [0.5], [2 / 3], [7], [None], [0.0], [100.0], [-0.25], [-0.001]]))[
        1:
    ] == [
        ["1"],
        ["0.5"],
        ["0.67"],
        ["7"],
        [""],
        ["0"],
        ["100"],
        ["-0.25"],
        ["0"],
    ]
