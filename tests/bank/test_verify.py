"""Quotations looked up in their documents, and the computed lines written into the files."""

from __future__ import annotations

import hashlib

import pytest

from bot.bank.check import check_course
from bot.bank.load import load_course
from bot.bank.mend import mended_text
from bot.bank.problems import Severity
from bot.bank.verify import Finding, verify
from bot.errors import BankError

FACTS = "facts/tea.yaml"


def told(tea, **options: bool) -> list[str]:
    return [
        f"{problem.severity}: {problem}"
        for problem in check_course(tea.path, tea.documents, **options).problems
    ]


def test_each_quotation_is_found_with_offset_and_place(tea) -> None:
    found = verify(load_course(tea.path), tea.documents)
    document = (tea.documents / "history.txt").read_bytes().decode()
    assert [checked.finding for checked in found.quotations] == [Finding.VERIFIED] * 3
    assert [document[checked.at :][:8] for checked in found.quotations] == [
        "Tea came",
        "who\nprai",
        "called i",
    ]
    assert [checked.place for checked in found.quotations] == [
        "paragraph 2",
        "paragraph 2",
        "in “The second cup”, paragraph 1",
    ]
    [checked] = found.documents
    assert checked.is_found
    assert checked.is_same


def test_without_documents_nothing_is_verified_and_nothing_is_wrong(tea) -> None:
    result = check_course(tea.path)
    assert result.verification.count(Finding.UNVERIFIED) == 3
    assert result.problems == ()


def test_documents_in_the_courses_own_folder_are_used(tea) -> None:
    tea.documents.rename(tea.path / "documents")
    assert check_course(tea.path).verification.count(Finding.VERIFIED) == 3


def test_a_document_that_is_not_at_hand_is_a_warning(tea) -> None:
    (tea.documents / "history.txt").unlink()
    assert told(tea) == [
        (
            "warning: sources.yaml:8:11: history.sha256: history.txt is not in the documents' folder; "
            "put it there; its quotations were not verified"
        )
    ]


def test_a_quotation_that_is_not_there_is_an_error_at_its_place(tea) -> None:
    tea.replace(FACTS, "Tea came to the harbour in 1610.", "Tea came to the harbor in 1610.")
    [message] = [said for said in told(tea) if said.startswith("error")]
    assert message == (
        f"error: {FACTS}:13:14: tea-1610.evidence[1].quote: the quotation does not stand in history.txt; "
        "copy it from the document letter by letter, in one stretch"
    )


def test_a_quotation_with_other_quotation_marks_is_told_the_documents_own_words(tea) -> None:
    tea.replace(
        FACTS,
        'quote: "called it “the poison of the poor” in',
        'quote: \'called it "the poison of the poor" in',
    )
    tea.replace(FACTS, 'her diary"\n', "her diary'\n")
    [message] = [said for said in told(tea) if said.startswith("error")]
    assert message.endswith(
        "the document has other quotation marks or dashes: “called it “the poison of the poor” in her diary”"
    )


def test_an_offset_that_is_not_recorded_is_a_warning_that_names_the_remedy(tea) -> None:
    assert told(tea)[0] == (
        f"warning: {FACTS}:13:14: tea-1610.evidence[1].quote: its offset (at: 24) is not recorded; "
        "run the check with --fix"
    )


def test_a_wrong_offset_is_told_as_moved(tea) -> None:
    tea.replace(FACTS, 'in 1610."\n', 'in 1610."\n      at: 7\n      place: paragraph 2\n')
    result = check_course(tea.path, tea.documents)
    assert result.verification.count(Finding.MOVED) == 1
    assert (
        f"{FACTS}:13:14: tea-1610.evidence[1].quote: the quotation stands at offset 24, not at 7; run the check with --fix"
        in map(str, result.problems)
    )


def test_a_wrong_place_is_told(tea) -> None:
    tea.replace(FACTS, 'in 1610."\n', 'in 1610."\n      at: 24\n      place: paragraph 9\n')
    assert any("its place is paragraph 2, not paragraph 9" in said for said in told(tea))


def test_of_several_occurrences_the_recorded_offset_decides(tea) -> None:
    document = tea.documents / "history.txt"
    document.write_bytes(document.read_bytes() + b"\nTea came to the harbour in 1610.\n")
    second = document.read_bytes().decode().rindex("Tea came")
    assert verify(load_course(tea.path), tea.documents).quotations[0].at == 24
    tea.replace(FACTS, 'in 1610."\n', f'in 1610."\n      at: {second}\n')
    checked = verify(load_course(tea.path), tea.documents).quotations[0]
    assert (checked.finding, checked.at) == (Finding.VERIFIED, second)


def test_another_document_than_the_recorded_one_is_a_warning_and_looked_up_all_the_same(tea) -> None:
    document = tea.documents / "history.txt"
    document.write_bytes(b"A preface.\n\n" + document.read_bytes())
    digest = hashlib.sha256(document.read_bytes()).hexdigest()
    result = check_course(tea.path, tea.documents)
    assert str(result.problems[-1]).startswith(
        f"sources.yaml:8:11: history.sha256: history.txt is not the recorded file: its sha256 is {digest}"
    )
    assert result.problems[-1].severity is Severity.WARNING
    assert result.verification.count(Finding.VERIFIED) == 3


def test_a_document_without_a_recorded_sha256_is_told_its_own(tea) -> None:
    text = (tea.path / "sources.yaml").read_text(encoding="utf-8")
    kept = [line for line in text.splitlines() if "sha256" not in line]
    (tea.path / "sources.yaml").write_text("\n".join(kept) + "\n", encoding="utf-8")
    digest = hashlib.sha256((tea.documents / "history.txt").read_bytes()).hexdigest()
    assert digest in told(tea)[-1]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("history.pdf", b"%PDF", "cannot be read (but .txt, .md)"),
        ("history.txt", b"caf\xe9", "it is not UTF-8 at byte 3"),
    ],
)
def test_a_document_that_cannot_be_read_is_told(tea, name: str, content: bytes, said: str) -> None:
    tea.replace("sources.yaml", "file: history.txt", f"file: {name}")
    (tea.documents / name).write_bytes(content)
    result = check_course(tea.path, tea.documents)
    assert result.verification.count(Finding.UNVERIFIED) == 3
    assert said in str(result.problems[0])


def test_sound_facts_are_verified_although_others_have_errors(tea) -> None:
    tea.replace(FACTS, "kind: year", "kind: yeer")
    tea.replace(FACTS, 'market-driven cure"\n\n', 'market-driven sure"\n\n')
    result = check_course(tea.path, tea.documents)
    assert result.course is None
    assert result.verification.count(Finding.MISSING) == 1
    assert result.verification.count(Finding.VERIFIED) == 1


def test_fix_inserts_two_lines_after_each_quotation_and_changes_nothing_else(tea) -> None:
    tea.replace(FACTS, 'in 1610."\n', 'in 1610."   # a remark\n')
    before = (tea.path / FACTS).read_text(encoding="utf-8").splitlines()
    result = check_course(tea.path, tea.documents, fix=True)
    after = (tea.path / FACTS).read_text(encoding="utf-8").splitlines()
    assert result.mended == 3
    assert result.problems == ()
    assert after[13:15] == ["      at: 24", '      place: "paragraph 2"']
    assert [line for line in after if not line.startswith(("      at: ", "      place: "))] == before


def test_fix_twice_changes_nothing_the_second_time(tea) -> None:
    check_course(tea.path, tea.documents, fix=True)
    once = (tea.path / FACTS).read_bytes()
    assert check_course(tea.path, tea.documents, fix=True).mended == 0
    assert (tea.path / FACTS).read_bytes() == once


def test_a_loaded_footnote_carries_what_was_recorded(tea) -> None:
    check_course(tea.path, tea.documents, fix=True)
    footnote = load_course(tea.path).course.questions[0].footnotes[0]
    assert (footnote.at, footnote.place) == (24, "paragraph 2")


@pytest.mark.parametrize(
    "recorded",
    [
        "      at: 7\n      place: nowhere\n",
        "      at: 7\n",
        "      place: nowhere\n",
        "      place: nowhere\n      at: 7  # wrong\n",
        "      at:\n      place:\n",
        "      at:\n",
        "      at: null\n      place: >-\n        no\n        where\n",
        "",
    ],
)
def test_fix_replaces_what_is_recorded_wrongly(tea, recorded: str) -> None:
    tea.replace(FACTS, 'in 1610."\n', 'in 1610."\n' + recorded)
    result = check_course(tea.path, tea.documents, fix=True)
    assert result.problems == ()
    evidence = load_course(tea.path).facts[0].evidence[0]
    assert (evidence.at, evidence.place) == (24, "paragraph 2")
    assert ("# wrong" in recorded) == ("# wrong" in (tea.path / FACTS).read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "evidence",
    [
        "    - source: history\n      quote: Tea came to the\n        harbour in 1610.\n",
        "    - source: history\n      quote: >-\n        Tea came to the\n        harbour in 1610.\n\n\n",
        "    - source: history\n      quote: |\n        Tea came to the harbour in 1610.\n    # a remark\n",
        '    - {source: history, quote: "Tea came to the harbour in 1610."}\n',
        "    - quote: 'Tea came to the harbour in 1610.'\n      source: history\n",
        '    -   quote: "Tea came to the harbour in 1610."\n        source: history\n',
    ],
)
def test_fix_knows_every_way_to_write_a_quotation(tea, evidence: str) -> None:
    old = '    - source: history\n      quote: "Tea came to the harbour in 1610."\n'
    tea.replace(FACTS, old, evidence)
    assert check_course(tea.path, tea.documents, fix=True).problems == ()
    shown = load_course(tea.path).facts[0].evidence[0]
    assert (shown.at, shown.place) == (24, "paragraph 2")


def test_fix_keeps_windows_line_ends_and_a_byte_order_mark(tea) -> None:
    file = tea.path / FACTS
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    assert check_course(tea.path, tea.documents, fix=True).problems == ()
    raw = file.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf- id")
    assert raw.count(b"\n") == raw.count(b"\r\n")


def test_fix_writes_a_file_without_a_line_end_at_its_end(tea) -> None:
    file = tea.path / FACTS
    file.write_bytes(file.read_bytes().rstrip(b"\n"))
    assert check_course(tea.path, tea.documents, fix=True).problems == ()


def test_fix_leaves_files_with_errors_alone(tea) -> None:
    tea.replace("course.yaml", "language: en", "language: EN")
    before = (tea.path / FACTS).read_bytes()
    assert check_course(tea.path, tea.documents, fix=True).mended == 0
    assert (tea.path / FACTS).read_bytes() == before


def test_fix_refuses_to_change_anything_but_the_computed_lines(tea) -> None:
    quotations = verify(load_course(tea.path), tea.documents).quotations
    # A quotation in a form that is read, but that the new lines would break: nothing is written.
    raw = (tea.path / FACTS).read_bytes().replace(b'      quote: "Tea', b'      "quote": "Tea')
    mended = mended_text(raw, FACTS, quotations)
    assert mended.count(b"      at: ") == 3
    with pytest.raises(BankError, match="left as it is"):
        mended_text(
            raw.replace(b'- source: history\n      "quote"', b"- source: history\n      ? quote\n      "),
            FACTS,
            quotations,
        )
