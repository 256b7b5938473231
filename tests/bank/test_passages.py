from __future__ import annotations

from pathlib import Path

from bot.bank.load import load_course
from bot.bank.passages import passage_of
from bot.domain.questions import Quotation, Source
from bot.paths import bundled_courses

COURSE = bundled_courses() / "zhongguancun"

SOURCES = """
- id: log
  title: A Ship's Log
  published: null
  file: log.txt
"""
TEXT = "The Log\n\nDay one was calm.\n\nOn day two the wind rose. The captain\nhad the sails taken in. Nobody slept.\n\nDay three.\n"


def course(folder: Path, text: str = TEXT) -> tuple[Path, Path]:
    (folder / "sources.yaml").write_text(SOURCES)
    (folder / "log.txt").write_text(text)
    return folder, folder


def quotation(words: str) -> Quotation:
    return Quotation(Source("log", "A Ship's Log"), words, 40)


def test_a_quotation_is_given_within_its_paragraph(tmp_path: Path) -> None:
    found = passage_of(*course(tmp_path), quotation("The captain had the sails taken in."))
    assert found is not None
    assert (found.before, found.quote, found.after) == (
        "On day two the wind rose.",
        "The captain had the sails taken in.",
        "Nobody slept.",
    )


def test_only_what_is_near_is_given_of_a_long_paragraph(tmp_path: Path) -> None:
    long = "Word " * 400 + "the words that are quoted here " + "more " * 400
    found = passage_of(*course(tmp_path, long), quotation("the words that are quoted here"))
    assert found is not None
    assert found.before.startswith("…")
    assert found.after.endswith("…")
    assert len(found.before) <= 222
    assert len(found.after) <= 222


def test_nothing_is_given_without_the_document_or_the_words(tmp_path: Path) -> None:
    folder, documents = course(tmp_path)
    assert passage_of(folder, documents, quotation("words that are not in it at all")) is None
    assert passage_of(folder, tmp_path / "elsewhere", quotation("The captain")) is None
    (documents / "log.txt").write_bytes(b"\xff\xfe\x00")
    assert passage_of(folder, documents, quotation("The captain")) is None


def test_every_quotation_of_the_bundled_course_is_found_in_its_paragraph(documents: Path) -> None:
    questions = load_course(COURSE).course.questions
    for question in questions[::12]:
        found = passage_of(COURSE, documents, question.footnotes[0])
        assert found is not None, question.id
        assert len(found.before) + len(found.after) <= 460
