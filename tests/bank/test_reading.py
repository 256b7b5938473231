"""The rules of a course's format: each broken rule is told at its place, and hides no other."""

from __future__ import annotations

import pytest

from bot.bank import texts
from bot.bank.problems import Severity

QUESTIONS = "questions/tea.yaml"
FACTS = "facts/tea.yaml"


def only(tea) -> str:
    told = tea.told()
    assert len(told) == 1, told
    return told[0]


def test_a_clean_course_has_no_problem(tea) -> None:
    assert tea.told() == []


@pytest.mark.parametrize("name", ["course.yaml", "sources.yaml"])
def test_a_missing_file_is_told(tea, name: str) -> None:
    (tea.path / name).unlink()
    assert only(tea).startswith(f"{name}:1:1: the file is missing; every course has one")


def test_a_missing_folder_is_told(tea) -> None:
    (tea.path / QUESTIONS).unlink()
    (tea.path / "questions").rmdir()
    assert only(tea).startswith("questions:1:1: the folder is missing; make it")


def test_files_with_the_other_suffix_are_read_too(tea) -> None:
    (tea.path / QUESTIONS).rename(tea.path / "questions" / "tea.yml")
    tea.replace("questions/tea.yml", "tags: [trade, habits]", "tags: [nowhere]")
    assert only(tea).startswith("questions/tea.yml:17:10: tea-year.tags[1]: there is no topic “nowhere”")


def test_a_folder_that_looks_like_a_file_is_told(tea) -> None:
    (tea.path / "facts" / "more.yaml").mkdir()
    assert only(tea).startswith("facts/more.yaml:1:1: is a folder, not a file")


def test_an_unknown_field_is_told_with_the_nearest_known_one(tea) -> None:
    tea.replace(QUESTIONS, "  explanation: It was", "  explanaton: It was")
    told = tea.told()
    assert told[0].startswith(f"{QUESTIONS}:1:3: tea-year.explanation: is missing")
    assert told[1] == (
        f"{QUESTIONS}:14:3: tea-year.explanaton: is not a field that is known here; did you mean “explanation”?"
    )


def test_an_unknown_field_inside_a_distractor_is_told_with_its_own_fields(tea) -> None:
    tea.replace(QUESTIONS, "      why_wrong: By then", "      whywrong: By then")
    told = tea.told()
    assert told[0].startswith(f"{QUESTIONS}:7:7: tea-year.distractors[1].why_wrong: is missing")
    assert told[1].endswith(
        "tea-year.distractors[1].whywrong: is not a field that is known here; did you mean “why_wrong”?"
    )


def test_a_field_like_no_other_is_answered_with_the_list_of_fields(tea) -> None:
    tea.replace("course.yaml", "language: en", "language: en\nzzz: 1")
    assert only(tea) == (
        "course.yaml:5:1: zzz: is not a field that is known here; "
        "write one of: id, title, topics, waive, description, language"
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "type: single_choice",
            "type: single_choise",
            "2:9: tea-year.type: “single_choise” is not known here; did you mean “single_choice”? write one of: single_choice, multiple_answer, true_false",
        ),
        ("type: single_choice", "type: essay", "2:9: tea-year.type: “essay” is not known here; write one of"),
        (
            "cognitive: remember",
            "cognitive: analyze",
            "16:14: tea-year.cognitive: “analyze” is not known here; did you mean “analyse”?",
        ),
        (
            "status: approved",
            "status: aproved",
            "19:11: tea-year.status: “aproved” is not known here; did you mean “approved”? write one of: draft, approved, retired",
        ),
        ("difficulty: 2", "difficulty: 6", "15:15: tea-year.difficulty: is 6; write at most 5"),
        ("difficulty: 2", "difficulty: 0", "15:15: tea-year.difficulty: is 0; write at least 1"),
        ("tags: [trade, habits]", "tags: []", "17:9: tea-year.tags: has 0 entries; write at least 1"),
        (
            "tags: [trade, habits]",
            "tags: trade",
            "17:9: tea-year.tags: is not a list; write the values in brackets",
        ),
        (
            "tags: [trade, habits]",
            "tags: [trade, trade]",
            "17:17: tea-year.tags[2]: “trade” stands twice; keep one",
        ),
        (
            "facts: [tea-1610]",
            "facts: [tea-1610, tea-1610]",
            "3:21: tea-year.facts[2]: “tea-1610” stands twice",
        ),
        (
            "id: tea-year",
            "id: Tea_Year",
            "1:7: Tea_Year.id: “Tea_Year” has another form than this field's; write lower-case letters",
        ),
        ("language: en\n\n", "language: english\n\n", "20:13: tea-year.language: “english” has another form"),
        (
            'text: "1750"',
            'text: "1\\u202e750"',
            "7:13: tea-year.distractors[1].text: the character U+202E, which changes the direction of the text, stands in the text; remove it",
        ),
        ('text: "1750"', 'text: "1\\0750"', "7:13: tea-year.distractors[1].text: the character U+0000"),
        ('text: "1750"', 'text: " "', "7:13: tea-year.distractors[1].text: is empty; write the text"),
    ],
)
def test_a_wrong_value_is_told_at_its_place(tea, old: str, new: str, message: str) -> None:
    tea.replace(QUESTIONS, old, new)
    assert only(tea).startswith(f"{QUESTIONS}:{message}")


@pytest.mark.parametrize(
    ("name", "old", "maximum", "field"),
    [
        (QUESTIONS, "In which year did tea come to the harbour?", texts.STEM_MAXIMUM, "tea-year.stem"),
        (QUESTIONS, "The drink of kings", texts.OPTION_MAXIMUM, "tea-sayings.distractors[1].text"),
        (
            QUESTIONS,
            "By then it was cheaper than beer.",
            texts.WHY_WRONG_MAXIMUM,
            "tea-year.distractors[1].why_wrong",
        ),
        (
            QUESTIONS,
            "It was a rare good, sold by apothecaries.",
            texts.EXPLANATION_MAXIMUM,
            "tea-year.explanation",
        ),
        (FACTS, "Tea came in 1610.", texts.STATEMENT_MAXIMUM, "tea-1610.statement"),
        ("course.yaml", '"Tea: a short history"', texts.COURSE_TITLE_MAXIMUM, "title"),
        ("course.yaml", "Habits", texts.TOPIC_TITLE_MAXIMUM, "topics[2].title"),
    ],
)
def test_a_text_may_be_as_long_as_discord_can_show_and_no_longer(
    tea, name: str, old: str, maximum: int, field: str
) -> None:
    tea.replace(name, old, "x" * maximum)
    assert tea.told() == []
    tea.replace(name, "x" * maximum, "x" * (maximum + 1))
    message = only(tea)
    line = tea.line(name, "xxxx")
    assert message.startswith(f"{name}:{line}:")
    assert message.endswith(f"{field}: has {maximum + 1} characters; write at most {maximum}")


def test_the_longest_possible_card_is_under_discords_limit() -> None:
    citation = texts.SOURCE_TITLE_MAXIMUM + 2 * texts.NAME_MAXIMUM + texts.PLACE_MAXIMUM + len("2022-05-22")
    card = texts.STEM_MAXIMUM + 2 * 5 * texts.OPTION_MAXIMUM + texts.EXPLANATION_MAXIMUM + texts.QUOTE_MAXIMUM
    assert card + citation < 3500
    sentences = 2 * 4 * texts.SENTENCE_MAXIMUM + texts.STEM_MAXIMUM + texts.EXPLANATION_MAXIMUM
    assert sentences + texts.QUOTE_MAXIMUM + citation < 3500
    assert texts.COURSE_TITLE_MAXIMUM <= 100
    assert texts.TOPIC_TITLE_MAXIMUM <= 100


@pytest.mark.parametrize("length", [14, 301])
def test_a_quotation_of_another_length_is_told(tea, length: int) -> None:
    tea.replace(FACTS, "Tea came to the harbour in 1610.", "1610" + "x" * (length - 4))
    assert only(tea) == (
        f"{FACTS}:13:14: tea-1610.evidence[1].quote: has {length} characters; write 15 to 300"
    )


def test_white_space_runs_to_one_space(tea) -> None:
    tea.replace(QUESTIONS, "stem: In which year", "stem: |\n    In  which\n    year")
    assert tea.told() == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('published: "1999"', "published: 1999", "5:14: history.published: YAML reads 1999 as a number"),
        (
            'published: "1999"',
            'published: "1999-13"',
            "5:14: history.published: “1999-13” is not in the calendar",
        ),
        (
            'published: "1999"',
            'published: "May 1999"',
            "5:14: history.published: “May 1999” is not a date; write a year or a date in quotation marks",
        ),
        (
            "url: null",
            "url: javascript:alert(1)",
            "6:8: history.url: “javascript:alert(1)” has another form than this field's; write an address: https://",
        ),
        (
            "file: history.txt",
            "file: ../../etc/passwd",
            "7:9: history.file: “../../etc/passwd” has another form than this field's; write the name of a file, without a folder",
        ),
        ("sha256: ", "sha256: X", "8:11: history.sha256: "),
        (
            "  sections:\n",
            "  same_work_as: nothing\n  sections:\n",
            "9:17: history.same_work_as: there is no source “nothing” in sources.yaml",
        ),
        (
            "  sections:\n",
            "  same_work_as: history\n  sections:\n",
            "9:17: history.same_work_as: names its own source",
        ),
    ],
)
def test_a_wrong_source_is_told(tea, old: str, new: str, message: str) -> None:
    tea.replace("sources.yaml", old, new)
    assert only(tea).startswith(f"sources.yaml:{message}")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("kind: year", "kind: yaer", "3:9: tea-1610.kind: “yaer” is not known here; did you mean “year”?"),
        (
            "  said_by: Sarah Trimmer\n",
            "",
            "29:3: trimmer-poison.said_by: is missing; a reported fact names who holds the view",
        ),
        (
            "usable: true",
            "usable: false",
            "1:3: tea-1610.why_not: is missing; say why the fact must not be asked",
        ),
        ('  value: "1610"\n', "", "1:3: tea-1610.value: is missing; a fact of kind year needs it"),
        (
            '  value: "1610"\n',
            '  value: "1611"\n',
            "6:10: tea-1610.value: “1611” does not stand in a quotation of the fact",
        ),
        (
            "source: history",
            "source: histroy",
            "12:15: tea-1610.evidence[1].source: there is no source “histroy” in sources.yaml; did you mean “history”?",
        ),
        (
            "conflicts_with: []",
            "conflicts_with: [tea-cure]",
            "14:20: tea-1610.conflicts_with[1]: “tea-cure” does not name this fact in its conflicts_with; add tea-1610 there",
        ),
        (
            "conflicts_with: []",
            "conflicts_with: [tea-1610]",
            "14:20: tea-1610.conflicts_with[1]: a fact cannot contradict itself",
        ),
        (
            "conflicts_with: []",
            "conflicts_with: [nowhere]",
            "14:20: tea-1610.conflicts_with[1]: there is no fact “nowhere” in facts/",
        ),
        ("as_of: null", "as_of: 2013-10-25", "9:10: tea-1610.as_of: YAML reads 2013-10-25 as a date"),
        (
            "usable: true",
            "usable: yes",
            "16:11: tea-1610.usable: yes is not a truth value; write true or false",
        ),
    ],
)
def test_a_wrong_fact_is_told(tea, old: str, new: str, message: str) -> None:
    tea.replace(FACTS, old, new)
    told = [said for said in tea.told() if said.startswith("facts/")]
    assert len(told) == 1, told
    assert told[0].startswith(f"{FACTS}:{message}")


def test_a_slip_that_is_not_in_the_quotation_is_a_warning(tea) -> None:
    tea.replace(FACTS, "source_slips: []", "source_slips: [{written: Teh, right: Tea}]")
    [problem] = tea.problems()
    assert problem.severity is Severity.WARNING
    assert str(problem).startswith(f"{FACTS}:15:28: tea-1610.source_slips[1].written: “Teh” does not stand")


def test_an_unusable_fact_must_not_be_asked(tea) -> None:
    tea.replace(FACTS, "usable: true", "usable: false\n  why_not: The year is disputed.")
    assert only(tea) == (
        f"{QUESTIONS}:3:11: tea-year.facts[1]: “tea-1610” must not be asked: The year is disputed.; ask another fact"
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "facts: [tea-1610]",
            "facts: [tea-1611]",
            "3:11: tea-year.facts[1]: there is no fact “tea-1611” in facts/; did you mean “tea-1610”?",
        ),
        (
            "refuted_by: tea-1610",
            "refuted_by: zzz",
            "9:19: tea-year.distractors[1].refuted_by: there is no fact “zzz”",
        ),
        (
            "refuted_by: trimmer-poison\n  explanation: It had",
            "refuted_by: zzz\n  explanation: It had",
            "60:15: tea-drafted.refuted_by: there is no fact “zzz”",
        ),
        (
            "tags: [trade, habits]",
            "tags: [trades]",
            "17:10: tea-year.tags[1]: there is no topic “trades” in course.yaml; did you mean “trade”?",
        ),
        (
            "The drink of kings",
            "a  CURE",
            "30:13: tea-sayings.distractors[1].text: the option “a CURE” stands twice (first at line 27); write another",
        ),
        (
            "correction: It was",
            "why_wrong: It was",
            "42:3: tea-first-cure.correction: is missing; a statement whose answer is false needs it: the true statement",
        ),
        (
            "  why_wrong: She called it poison.\n",
            "",
            "54:3: tea-drafted.why_wrong: is missing; a statement whose answer is true needs it",
        ),
        (
            "  correction: It",
            "  distractors: []\n  correction: It",
            "47:3: tea-first-cure.distractors: is not a field that is known here",
        ),
    ],
)
def test_a_wrong_question_is_told(tea, old: str, new: str, message: str) -> None:
    tea.replace(QUESTIONS, old, new)
    assert f"{QUESTIONS}:{message}" in "\n".join(tea.told())


def test_three_to_five_options(tea) -> None:
    more = "".join(
        f'    - {{text: "18{n}0", why_wrong: Too late., refuted_by: tea-cure}}\n' for n in range(2)
    )
    tea.replace(QUESTIONS, "  explanation: It was a rare", more + "  explanation: It was a rare")
    assert only(tea).startswith(f"{QUESTIONS}:7:5: tea-year.distractors: has 5 entries; write at most 4")


def test_a_multiple_answer_counts_keys_and_distractors_together(tea) -> None:
    tea.replace(QUESTIONS, "    - A cure\n", "    - A cure\n    - A balm\n    - A charm\n")
    assert only(tea).endswith(
        "tea-sayings.distractors: the question has 6 options; write 3 to 5, keys and distractors together"
    )


def test_an_id_that_is_taken_names_both_places_across_files(tea) -> None:
    again = (tea.path / FACTS).read_text(encoding="utf-8")
    (tea.path / "facts" / "zebra.yaml").write_text(again.split("\n\n")[1] + "\n", encoding="utf-8")
    assert only(tea) == (
        f"facts/zebra.yaml:1:7: tea-cure.id: the id “tea-cure” is taken already, at {FACTS}:18:7; write another"
    )


def test_a_topic_that_stands_twice_is_told(tea) -> None:
    tea.replace("course.yaml", "- id: habits", "- id: trade")
    assert "course.yaml:9:9: topics[2].id: the topic “trade” stands twice; keep one" in tea.told()


def test_a_file_that_is_no_list_is_told(tea) -> None:
    (tea.path / "facts" / "more.yaml").write_text("facts:\n  - id: x\n", encoding="utf-8")
    assert only(tea).startswith(
        "facts/more.yaml:1:1: a list of facts is expected here; begin each with “- id: …”"
    )


def test_a_course_file_that_is_a_list_is_told(tea) -> None:
    (tea.path / "course.yaml").write_text("- id: x\n", encoding="utf-8")
    assert only(tea).startswith("course.yaml:1:1: fields are expected here")


def test_an_item_that_is_no_entry_is_told(tea) -> None:
    tea.append(QUESTIONS, "\n- just a line\n")
    assert only(tea).startswith(
        f"{QUESTIONS}:67:3: question 5: is not a question with fields; write “- id: …”"
    )


def test_one_report_holds_the_problems_of_all_files(tea) -> None:
    tea.replace("course.yaml", "language: en", "language: EN")
    tea.replace("sources.yaml", "publisher: The Kettle", "publsher: The Kettle")
    tea.replace(FACTS, "kind: year", "kind: 1984")
    tea.replace(FACTS, "kind: attribution", "kind: yes")
    tea.replace(QUESTIONS, "stem: What was tea called?", "stem: What: was tea called?")
    tea.replace(QUESTIONS, "difficulty: 2", "difficulty: 9")
    told = tea.told()
    assert [said.split(":")[0] for said in told] == [
        "course.yaml",
        FACTS,
        FACTS,
        QUESTIONS,
        QUESTIONS,
        "sources.yaml",
    ]


def test_what_is_broken_is_not_told_again_where_it_is_named(tea) -> None:
    tea.replace(FACTS, "statement: Apothecaries", "statement: So: Apothecaries")  # broken YAML
    tea.replace(FACTS, "kind: year", "kind: century")  # broken entry
    tea.replace("sources.yaml", 'published: "1999"', "published: 1999")
    told = tea.told()
    assert len(told) == 3, told


def test_facts_in_a_file_that_cannot_be_read_at_all_are_not_told_as_unknown(tea) -> None:
    file = tea.path / FACTS
    file.write_bytes(file.read_text(encoding="utf-8").encode("utf-16"))
    assert only(tea).startswith(f"{FACTS}:1:1: the file is saved as UTF-16")


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("course.yaml", "id: tea\n"),
        ("sources.yaml", "- id: history\n"),
        (FACTS, "- id: tea-1610\n"),
        (QUESTIONS, "- id: tea-year\n"),
    ],
)
def test_every_entry_may_waive_rules_with_a_reason(tea, name: str, first: str) -> None:
    indent = "" if name == "course.yaml" else "  "
    tea.replace(name, first, f"{first}{indent}waive:\n{indent}  some-rule: It is a name.\n")
    assert tea.told() == []


def test_a_waiver_without_a_reason_is_told(tea) -> None:
    tea.append(QUESTIONS, "  waive: {some-rule: }\n")
    assert only(tea) == (
        f"{QUESTIONS}:66:22: tea-drafted.waive.some-rule: has no value; "
        "write the text, or remove the field where it is optional"
    )


def test_a_waiver_that_is_no_group_of_fields_is_told(tea) -> None:
    tea.append(QUESTIONS, "  waive: [some-rule]\n")
    assert only(tea).startswith(f"{QUESTIONS}:66:10: tea-drafted.waive: [some-rule] is not a group of fields")
