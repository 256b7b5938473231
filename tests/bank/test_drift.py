"""Documents that change: what happens to quotations, to questions, and back again."""

from __future__ import annotations

import hashlib
import json

import pytest
from typer.testing import CliRunner

from bot.bank.check import check_course
from bot.bank.load import load_course
from bot.bank.problems import Severity
from bot.bank.shelf import load_courses
from bot.bank.verify import Finding
from bot.cli_bank import bank
from bot.errors import BankError
from tests.bank.question_samples import SAMPLES

QUARANTINE = "quarantine.yaml"
GONE = "Sarah Trimmer"


@pytest.fixture
def drifted(tea):
    """The tiny course, verified once; then its document lost a quotation and moved the others."""
    check_course(tea.path, tea.documents, fix=True)
    document = tea.documents / "history.txt"
    text = document.read_text(encoding="utf-8").replace("poison of the\npoor", "ruin of the\npoor")
    document.write_text("A new edition.\n\n" + text, encoding="utf-8")
    return tea


def drawn(tea) -> list[str]:
    return [question.id for question in load_course(tea.path).course.questions]


def told(tea, **options: bool) -> list[str]:
    result = check_course(tea.path, tea.documents, **options)
    return [f"{problem.severity}: {problem}" for problem in result.problems]


def test_a_changed_document_shows_what_is_the_same_moved_and_gone(drifted) -> None:
    result = check_course(drifted.path, drifted.documents)
    assert (result.verification.count(Finding.MOVED), result.verification.count(Finding.MISSING)) == (2, 1)
    assert result.gone == 1
    assert result.count(Severity.ERROR) == 1


def test_a_gone_quotation_is_an_error_until_it_is_in_quarantine(drifted) -> None:
    [error] = [said for said in told(drifted) if said.startswith("error")]
    line = drifted.line("facts/tea.yaml", "called it “")
    assert error == (
        f"error: facts/tea.yaml:{line}:14: trimmer-poison.evidence[1].quote: the quotation is gone from history.txt, "
        "which is not the recorded file; run the check with --fix, and the questions that rest on it are not drawn"
    )
    assert drawn(drifted) == ["tea-year", "tea-sayings", "tea-first-cure"]


def test_fix_mends_what_moved_and_puts_what_is_gone_into_quarantine(drifted) -> None:
    result = check_course(drifted.path, drifted.documents, fix=True)
    assert result.mended == 2
    assert result.quarantined == ("tea-sayings",)
    assert result.count(Severity.ERROR) == 0
    digest = hashlib.sha256((drifted.documents / "history.txt").read_bytes()).hexdigest()
    written = (drifted.path / QUARANTINE).read_text(encoding="utf-8")
    assert written.endswith(
        "\n- fact: trimmer-poison\n  source: history\n"
        f'  quote: "called it “the poison of the poor” in her diary"\n  missed_in: {digest}\n'
    )


def test_a_question_in_quarantine_is_not_drawn_and_named_with_its_reason(drifted) -> None:
    check_course(drifted.path, drifted.documents, fix=True)
    loaded = load_course(drifted.path)
    assert [question.id for question in loaded.course.questions] == ["tea-year", "tea-first-cure"]
    assert [question.id for question in loaded.quarantined] == ["tea-sayings"]
    line = drifted.line("questions/tea.yaml", "tea-sayings")
    assert [str(warning) for warning in loaded.warnings] == [
        (
            f"questions/tea.yaml:{line}:7: tea-sayings.id: is not drawn: a quotation of “trimmer-poison” is gone from "
            "history.txt; quote the document as it is now and check it with --fix, or retire the question"
        )
    ]
    assert load_courses([drifted.path]).courses["tea"].quarantined == loaded.quarantined


def test_a_question_rests_on_the_quotations_that_refute_its_distractors_too(drifted) -> None:
    drifted.replace("questions/tea.yaml", "why_wrong: That is the end of the tax.\n      refuted_by: tea-1610",
                    "why_wrong: That is the end of the tax.\n      refuted_by: trimmer-poison")  # fmt: skip
    assert "tea-year" in check_course(drifted.path, drifted.documents, fix=True).quarantined


def test_a_question_rests_on_the_quotations_among_its_options_too(drifted) -> None:
    (drifted.path / "questions" / "more.yaml").write_text(SAMPLES["sentences"], encoding="utf-8")
    assert "tea-sentences" in check_course(drifted.path, drifted.documents, fix=True).quarantined


def test_a_quotation_in_quarantine_stays_there_while_its_document_is_not_at_hand(drifted) -> None:
    check_course(drifted.path, drifted.documents, fix=True)
    before = (drifted.path / QUARANTINE).read_bytes()
    (drifted.documents / "history.txt").unlink()
    assert check_course(drifted.path, drifted.documents, fix=True).quarantined == ("tea-sayings",)
    assert (drifted.path / QUARANTINE).read_bytes() == before


def test_a_quotation_stays_in_quarantine_once_the_new_document_is_the_recorded_one(drifted) -> None:
    check_course(drifted.path, drifted.documents, fix=True)
    digest = hashlib.sha256((drifted.documents / "history.txt").read_bytes()).hexdigest()
    old = (drifted.path / "sources.yaml").read_text(encoding="utf-8").split("sha256: ")[1][:64]
    drifted.replace("sources.yaml", old, digest)
    result = check_course(drifted.path, drifted.documents, fix=True)
    assert (result.gone, result.quarantined, result.count(Severity.ERROR)) == (1, ("tea-sayings",), 0)


def test_a_quotation_that_is_found_again_leaves_quarantine_with_fix(drifted) -> None:
    check_course(drifted.path, drifted.documents, fix=True)
    document = drifted.documents / "history.txt"
    text = document.read_text(encoding="utf-8").replace("ruin of", "poison of")
    document.write_text(text, encoding="utf-8")
    assert any(
        "the quotation, which was gone, is found again; run the check with --fix" in said
        for said in told(drifted)
    )
    assert drawn(drifted) == ["tea-year", "tea-first-cure"]
    check_course(drifted.path, drifted.documents, fix=True)
    assert not (drifted.path / QUARANTINE).exists()
    assert drawn(drifted) == ["tea-year", "tea-sayings", "tea-first-cure"]


def test_a_fact_that_quotes_the_new_document_is_asked_again(drifted) -> None:
    check_course(drifted.path, drifted.documents, fix=True)
    drifted.replace("facts/tea.yaml", "called it “the poison of", "called it “the ruin of")
    drifted.replace("facts/tea.yaml", 'value: "the poison of', 'value: "the ruin of')
    assert drawn(drifted) == ["tea-year", "tea-sayings", "tea-first-cure"]
    [stale] = load_course(drifted.path).warnings
    assert str(stale) == (
        f"{QUARANTINE}:4:9: quotation 1.fact: “trimmer-poison” has no such quotation any more; "
        "run the check with --fix, which removes this entry"
    )
    check_course(drifted.path, drifted.documents, fix=True)
    assert not (drifted.path / QUARANTINE).exists()


def test_a_quotation_that_was_miscopied_is_an_error_and_never_in_quarantine(drifted) -> None:
    drifted.append(
        "facts/tea.yaml",
        "\n- id: tea-new\n  statement: New.\n  kind: cause\n  evidence:\n"
        "    - {source: history, quote: words that nobody wrote}\n",
    )
    result = check_course(drifted.path, drifted.documents, fix=True)
    [error] = [problem for problem in result.problems if problem.severity is Severity.ERROR]
    assert error.message == "the quotation does not stand in history.txt"
    assert "tea-new" not in (drifted.path / QUARANTINE).read_text(encoding="utf-8")


def test_a_quotation_spoilt_in_an_unchanged_document_is_an_error(tea) -> None:
    check_course(tea.path, tea.documents, fix=True)
    tea.replace("facts/tea.yaml", "in her diary", "in his diary")
    result = check_course(tea.path, tea.documents, fix=True)
    assert (result.gone, result.count(Severity.ERROR)) == (0, 1)
    assert not (tea.path / QUARANTINE).exists()


def test_a_draft_is_not_named_because_it_is_not_drawn_anyway(drifted) -> None:
    check_course(drifted.path, drifted.documents, fix=True)
    assert "tea-drafted" not in "".join(map(str, load_course(drifted.path).warnings))
    assert [question.id for question in load_course(drifted.path).drafts] == ["tea-drafted"]


def test_a_broken_quarantine_file_is_told_and_not_overlooked(drifted) -> None:
    check_course(drifted.path, drifted.documents, fix=True)
    drifted.replace(QUARANTINE, "fact:", "fakt:")
    with pytest.raises(BankError, match=r"quarantine.yaml:4:3: .*did you mean “fact”"):
        load_course(drifted.path)


def test_the_command_names_the_questions_that_are_not_drawn(drifted) -> None:
    arguments = ["check", str(drifted.path), "--documents", str(drifted.documents)]
    said = CliRunner().invoke(bank, [*arguments, "--fix"])
    assert said.exit_code == 0
    assert "1 question not drawn, because a quotation is gone: tea-sayings." in said.stdout
    assert "1 not found (1 of them gone with a change of the document)." in said.stdout
    shown = json.loads(CliRunner().invoke(bank, [*arguments, "--json"]).stdout)
    assert (shown["quotes_gone"], shown["quarantined"], shown["errors"]) == (1, ["tea-sayings"], 0)
