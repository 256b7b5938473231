"""A course's files made into the course that is taught, and which courses there are."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from bot.bank.check import check_course
from bot.bank.load import load_course
from bot.bank.reading import read_course
from bot.bank.shelf import find_courses, load_courses
from bot.bank.verify import Finding
from bot.domain.courses import Topic
from bot.domain.questions import CognitiveLevel, FactKind, QuestionType
from bot.errors import BankError
from bot.paths import bundled_courses, migrations

DOCUMENTS = Path(__file__).parents[3] / "shared" / "documents"


def test_a_course_is_loaded_with_its_approved_questions_in_order(tea) -> None:
    loaded = load_course(tea.path)
    course = loaded.course
    assert (course.id, course.title, course.language) == ("tea", "Tea: a short history", "en")
    assert course.topics == (Topic("trade", "Trade", "Who sold tea."), Topic("habits", "Habits"))
    assert [source.author for source in course.sources] == ["Ann Leaf"]
    assert [question.id for question in course.questions] == ["tea-year", "tea-sayings", "tea-first-cure"]
    assert [question.id for question in loaded.drafts] == ["tea-drafted"]
    assert loaded.folder == tea.path


def test_a_single_choice_has_its_key_first_and_a_refutation_for_each_distractor(tea) -> None:
    question = load_course(tea.path).course.questions[0]
    assert question.type is QuestionType.SINGLE_CHOICE
    assert question.topic == "trade"
    assert question.cognitive is CognitiveLevel.REMEMBER
    assert [option.text for option in question.options] == ["1610", "1750", "1784", "1690"]
    assert question.key == {0}
    assert question.options[0].why_wrong is None
    last = question.options[3]
    assert last.why_wrong == "Nothing is told of that year."
    assert last.refutation is not None
    assert last.refutation.text == "who praised it as a market-driven cure"
    assert question.footnotes[0].source.title == "A short history of tea"
    assert question.fact_ids == ("tea-1610",)


def test_a_multiple_answer_has_a_footnote_for_each_fact_without_duplicates(tea) -> None:
    tea.replace(
        "questions/tea.yaml",
        "facts: [tea-cure, trimmer-poison]",
        "facts: [tea-cure, trimmer-poison, tea-again]",
    )
    again = (tea.path / "facts/tea.yaml").read_text(encoding="utf-8").split("\n\n")[1]
    tea.append("facts/tea.yaml", "\n" + again.replace("tea-cure", "tea-again") + "\n")
    question = load_course(tea.path).course.questions[1]
    assert question.key == {0, 1}
    assert [footnote.text[:10] for footnote in question.footnotes] == ["who praise", "called it "]


def test_true_and_false_stand_in_that_order_whichever_is_the_key(tea) -> None:
    loaded = load_course(tea.path)
    false, true = loaded.course.questions[2], loaded.drafts[0]
    assert [[option.text for option in question.options] for question in (false, true)] == [
        ["True", "False"]
    ] * 2
    assert false.key == {1}
    assert true.key == {0}
    assert false.options[0].why_wrong == "It was first sold as a cure."
    assert true.options[1].why_wrong == "She called it poison."
    for wrong in (false.options[0], true.options[1]):
        assert wrong.refutation is not None


def test_a_question_without_a_language_has_its_courses(tea) -> None:
    assert load_course(tea.path).course.questions[1].language == "en"


def test_facts_are_at_hand_with_what_the_files_say(tea) -> None:
    fact = load_course(tea.path).facts[2]
    assert fact.kind is FactKind.ATTRIBUTION
    assert fact.said_by == "Sarah Trimmer"
    assert not fact.is_core
    assert fact.is_usable
    assert (fact.evidence[0].written.file, fact.evidence[0].written.field) == (
        "facts/tea.yaml",
        "trimmer-poison.evidence[1].quote",
    )


def test_a_retired_question_is_neither_asked_nor_a_draft(tea) -> None:
    tea.replace("questions/tea.yaml", "status: draft", "status: retired")
    loaded = load_course(tea.path)
    assert loaded.drafts == ()
    assert len(loaded.course.questions) == 3


def test_a_course_with_errors_is_refused_with_all_of_them(tea) -> None:
    tea.replace("course.yaml", "language: en", "language: EN")
    tea.replace("questions/tea.yaml", "difficulty: 2", "difficulty: 9")
    with pytest.raises(BankError) as refused:
        load_course(tea.path)
    assert len(refused.value.problems) == 2
    assert "cannot be loaded: 2 errors" in str(refused.value)
    assert "questions/tea.yaml:15:15" in str(refused.value)


def test_a_warning_keeps_no_course_from_being_loaded(tea) -> None:
    tea.replace("facts/tea.yaml", "source_slips: []", "source_slips: [{written: Teh, right: Tea}]")
    assert len(load_course(tea.path).warnings) == 1


def test_bundled_courses_and_migrations_are_found() -> None:
    assert (bundled_courses() / "zhongguancun" / "course.yaml").is_file()
    assert (migrations() / "env.py").is_file()


def test_an_extra_folder_may_be_a_course_or_a_folder_of_courses(tea) -> None:
    assert find_courses([tea.path])["tea"] == tea.path
    assert find_courses([tea.path.parent])["tea"] == tea.path
    assert "zhongguancun" in find_courses([tea.path])


def test_the_same_folder_named_twice_is_no_duplicate(tea) -> None:
    assert find_courses([tea.path, tea.path.parent])["tea"] == tea.path


def test_two_courses_of_one_id_are_an_error_that_names_both(tea, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(tea.path, other)
    with pytest.raises(BankError, match="the course id “tea” is used twice") as refused:
        find_courses([tea.path, other])
    assert str(tea.path) in str(refused.value)
    assert str(other) in str(refused.value)


def test_folders_without_a_course_are_all_told(tmp_path: Path) -> None:
    with pytest.raises(BankError) as refused:
        find_courses([tmp_path, tmp_path / "nowhere"])
    assert f"{tmp_path}: holds no course" in str(refused.value)
    assert f"{tmp_path / 'nowhere'}: is not a folder" in str(refused.value)


def test_a_broken_course_hides_none_of_the_others(tea, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(tea.path, broken)
    (broken / "course.yaml").write_text("id: [\n", encoding="utf-8")
    shelf = load_courses([tea.path, broken])
    assert "tea" in shelf.courses
    assert list(shelf.broken) == ["broken"]
    assert "course.yaml:1:5" in str(shelf.broken["broken"])


def test_a_syntax_error_in_the_last_file_loads_nothing_of_its_course_and_tells_the_place(tea) -> None:
    tea.append("questions/tea.yaml", "\n- id: [\n")
    shelf = load_courses([tea.path])
    assert "tea" not in shelf.courses
    assert "zhongguancun" in shelf.courses
    told = str(shelf.broken["tea"]).splitlines()
    assert told[0] == f"The course in {tea.path} cannot be loaded: 1 error."
    assert told[1].startswith(
        "  questions/tea.yaml:67:7: this bracket is not closed with “]” where it should be"
    )


def test_a_course_whose_own_file_is_broken_is_still_known_by_its_id(tea, tmp_path: Path) -> None:
    folder = tmp_path / "another-name"
    tea.path.rename(folder)
    course = folder / "course.yaml"
    course.write_text(course.read_text(encoding="utf-8") + "topics: [\n", encoding="utf-8")
    assert list(load_courses([folder]).broken) == ["tea"]


@pytest.mark.parametrize(
    "file", ["course.yaml", "sources.yaml", "facts/tea.yaml", "questions/tea.yaml", "quarantine.yaml"]
)
@pytest.mark.parametrize("content", [b"\x00\x01", b"\xff\xfe", b"- - [", b"a: &a [*a, *a]", b"\xe2\x80\xae"])
def test_no_content_of_any_file_ends_in_more_than_problems(tea, file: str, content: bytes) -> None:
    (tea.path / file).write_bytes(content)
    with pytest.raises(BankError, match=f"{file}:1:"):
        load_course(tea.path)


def test_ten_thousand_questions_load_in_seconds(tea) -> None:
    question = (tea.path / "questions/tea.yaml").read_text(encoding="utf-8").split("\n\n")[0]
    for part in range(5):
        many = "\n\n".join(question.replace("tea-year", f"q-{part}-{n}") for n in range(2000))
        (tea.path / "questions" / f"more-{part}.yaml").write_text(many + "\n", encoding="utf-8")
    begun = time.perf_counter()
    assert len(load_course(tea.path).course.questions) == 10_003
    assert time.perf_counter() - begun < 15  # 3 s on two slow cores; the rest is room for a busy machine


def test_the_bundled_course_is_without_errors() -> None:
    folder = bundled_courses() / "zhongguancun"
    if not any((folder / "facts").glob("*.yaml")):
        pytest.skip("the bundled course has no facts yet")
    assert [str(problem) for problem in read_course(folder).problems] == []


def test_every_quotation_of_the_bundled_course_stands_in_its_document() -> None:
    folder = bundled_courses() / "zhongguancun"
    if not DOCUMENTS.is_dir() or not any((folder / "facts").glob("*.yaml")):
        pytest.skip("the documents of the bundled course are not on this machine")
    found = check_course(folder, DOCUMENTS).verification
    assert found.quotations
    assert [checked.fact.id for checked in found.quotations if checked.finding is not Finding.VERIFIED] == []
    assert all(document.is_same for document in found.documents)
