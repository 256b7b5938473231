"""The six types beside the three of the tiny course: what each becomes, and each of its rules."""

from __future__ import annotations

import pytest

from bot.bank.load import load_course
from bot.domain.question_types import QUESTION_TYPES
from bot.domain.questions import NumericKey, Question, QuestionType, TextKey
from tests.bank.question_samples import SAMPLES

MORE = "questions/zmore.yaml"


def built(tea, name: str) -> Question:
    (tea.path / MORE).write_text(SAMPLES[name], encoding="utf-8")
    assert tea.told() == []
    return load_course(tea.path).course.questions[-1]


def only(tea, name: str, old: str, new: str) -> str:
    assert old in SAMPLES[name]
    (tea.path / MORE).write_text(SAMPLES[name].replace(old, new, 1), encoding="utf-8")
    told = tea.told()
    assert len(told) == 1, told
    return told[0].removeprefix(MORE + ":")


def test_every_type_of_the_domain_has_a_format_and_a_sample(tea) -> None:
    (tea.path / MORE).write_text("\n".join(SAMPLES.values()), encoding="utf-8")
    kinds = {question.type for question in load_course(tea.path).course.questions}
    assert kinds == set(QuestionType) == set(QUESTION_TYPES)


def test_a_number_has_its_unit_and_its_tolerance(tea) -> None:
    question = built(tea, "numeric")
    assert question.numeric_key == NumericKey(1610.0, "AD", 0.0, 0.05)
    assert question.options == ()


def test_a_number_without_a_tolerance_must_be_exact(tea) -> None:
    (tea.path / MORE).write_text(
        SAMPLES["numeric"].replace("  tolerance: {relative: 0.05}\n", ""), encoding="utf-8"
    )
    assert load_course(tea.path).course.questions[-1].numeric_key == NumericKey(1610.0, "AD")


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("0.5", 0.5),
        ("-3", -3.0),
        ("790000000000", 7.9e11),
        ("1234567890123456789012", 1.234567890123456789012e21),
    ],
)
def test_a_plain_number_is_read_as_it_is_written(tea, written: str, value: float) -> None:
    (tea.path / MORE).write_text(
        SAMPLES["numeric"].replace("answer: 1610", f"answer: {written}"), encoding="utf-8"
    )
    key = load_course(tea.path).course.questions[-1].numeric_key
    assert key is not None
    assert key.value == value


@pytest.mark.parametrize(
    "written", ['"1610"', "1_610", "1,610", "01610", ".inf", ".nan", "1.6e+3", "16:10", "true", "63 percent"]
)
def test_a_number_that_yaml_may_misread_is_told(tea, written: str) -> None:
    said = only(tea, "numeric", "answer: 1610", f"answer: {written}")
    assert said == (
        f"5:11: tea-number.answer: “{written.strip(chr(34))}” is not a plain number; write a plain number without "
        "separators, unit and quotation marks, such as 63, 0.05 or 790000000000"
    )


@pytest.mark.parametrize(
    ("tolerance", "message"),
    [
        ("{relative: 0.05, absolute: 1}", "tea-number.tolerance: has both an absolute and a relative part; write {absolute: …}"),
        ("{}", "tea-number.tolerance: is empty; write {absolute: …} in the unit, or {relative: 0.05} for 5 %"),
        ("{absolute: -1}", "tea-number.tolerance.absolute: is -1; write 0 or more"),
        ("{relative: 5}", "tea-number.tolerance.relative: is 5; write a share of the answer, under 1: 0.05 for 5 %"),
        ("{relative: -0.1}", "tea-number.tolerance.relative: is -0.1; write a share"),
        ("{relativ: 0.1}", "tea-number.tolerance.relativ: is not a field that is known here; did you mean “relative”?"),
        ("5", "tea-number.tolerance: 5 is not a group of fields"),
    ],
)  # fmt: skip
def test_a_tolerance_is_absolute_or_relative(tea, tolerance: str, message: str) -> None:
    told = only(tea, "numeric", "{relative: 0.05}", tolerance)
    assert told.partition(" ")[2].startswith(message)
    assert told.startswith("7:")


def test_typed_words_have_their_aliases_and_their_threshold(tea) -> None:
    assert built(tea, "short_text").text_key == TextKey(("Sarah Trimmer", "Trimmer", "特里默"), 90)


def test_a_gap_is_filled_with_typed_words(tea) -> None:
    assert built(tea, "cloze").text_key == TextKey(("cure",), 88)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[Trimmer, 特里默]", "[Trimmer, sarah trimmer]", "6:22: tea-text.aliases[2]: the answer “sarah trimmer” stands twice (first at line 5)"),
        ("[Trimmer, 特里默]", '["?!"]', "6:13: tea-text.aliases[1]: nothing in “?!” counts; write letters or figures"),
        ("answer: Sarah Trimmer", 'answer: "…"', "5:11: tea-text.answer: nothing in “…” counts"),
        ("answer: Sarah Trimmer", "answer: 1984", "5:11: tea-text.answer: YAML reads 1984 as a number, not as text"),
        ("answer: Sarah Trimmer", "answer: " + "x" * 121, "5:11: tea-text.answer: has 121 characters; write at most 120"),
        ("[Trimmer, 特里默]", "[" + "y" * 121 + "]", "6:13: tea-text.aliases[1]: has 121 characters; write at most 120"),
        ("[Trimmer, 特里默]", str([f"a{n}" for n in range(21)]), "6:12: tea-text.aliases: has 21 entries; write at most 20"),
        ("threshold: 90", "threshold: 49", "7:14: tea-text.threshold: is 49; write at least 50"),
        ("threshold: 90", "threshold: 101", "7:14: tea-text.threshold: is 101; write at most 100"),
    ],
)  # fmt: skip
def test_a_wrong_short_text_is_told(tea, old: str, new: str, message: str) -> None:
    assert only(tea, "short_text", old, new).startswith(message)


@pytest.mark.parametrize(
    ("stem", "said"),
    [
        ("A market-driven cure.", "the sentence has 0 gaps"),
        ("A ____ driven ____.", "the sentence has 2 gaps"),
        ("A market-driven ___.", "the gap has not four underscores"),
        ("A market-driven _____.", "the gap has not four underscores"),
    ],
)
def test_a_cloze_has_exactly_one_gap(tea, stem: str, said: str) -> None:
    message = only(tea, "cloze", "Apothecaries praised tea as a market-driven ____.", stem)
    assert message == f"4:9: tea-gap.stem: {said}; write exactly one gap: ____"


def test_the_items_of_an_ordering_stand_in_their_right_order_with_all_footnotes(tea) -> None:
    question = built(tea, "ordering")
    assert [option.text for option in question.options] == [
        "Tea comes to the harbour",
        "Apothecaries praise it",
        "Trimmer calls it poison",
    ]
    assert question.key == {0, 1, 2}
    assert [note.text[:8] for note in question.footnotes] == ["Tea came", "who prai", "called i"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("    - Trimmer calls it poison\n", "", "6:5: tea-order.items: has 2 entries; write at least 3"),
        ("    - Trimmer calls", "    - one\n    - two\n    - three\n    - Trimmer calls", "6:5: tea-order.items: has 6 entries; write at most 5"),
        ("Trimmer calls it poison", "tea comes to the harbour", "8:7: tea-order.items[3]: the item “tea comes to the harbour” stands twice (first at line 6); write another"),
        ("Trimmer calls it poison", "x" * 101, "8:7: tea-order.items[3]: has 101 characters; write at most 100"),
    ],
)  # fmt: skip
def test_a_wrong_ordering_is_told(tea, old: str, new: str, message: str) -> None:
    assert only(tea, "ordering", old, new) == message


def test_a_matching_has_its_rights_in_the_order_of_its_lefts_and_then_the_extra_ones(tea) -> None:
    question = built(tea, "matching")
    assert [option.text for option in question.options] == ["Apothecaries", "Trimmer", "Harbour masters"]
    assert question.matches == ("A cure", "Poison", "Cargo", "Liquid bread")
    assert question.key == {0, 1, 2}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("    - {left: Harbour masters, right: Cargo}\n", "", "6:5: tea-match.pairs: has 2 entries; write at least 3"),
        ("left: Harbour masters", "left: trimmer", "8:14: tea-match.pairs[3].left: the left side “trimmer” stands twice (first at line 7); write another"),
        ("right: Cargo", "right: A cure", "8:38: tea-match.pairs[3].right: the right side “A cure” stands twice (first at line 6); write another"),
        ("[Liquid bread]", "[Poison]", "9:11: tea-match.extra[1]: the right side “Poison” stands twice (first at line 7); write another"),
        ("[Liquid bread]", "[a, b, c]", "9:10: tea-match.extra: has 3 entries; write at most 2"),
        ("right: Cargo", "right: " + "x" * 101, "8:38: tea-match.pairs[3].right: has 101 characters; write at most 100"),
        ("left: Harbour masters", "left: " + "x" * 101, "8:14: tea-match.pairs[3].left: has 101 characters; write at most 100"),
        ("right: Cargo", "rihgt: Cargo, right: Cargo", "8:31: tea-match.pairs[3].rihgt: is not a field that is known here; did you mean “right”?"),
    ],
)  # fmt: skip
def test_a_wrong_matching_is_told(tea, old: str, new: str, message: str) -> None:
    assert only(tea, "matching", old, new) == message


def test_sentences_are_the_facts_first_quotations_refuted_by_the_key(tea) -> None:
    question = built(tea, "sentences")
    assert [option.text for option in question.options] == [
        "who praised it as a market-driven cure",
        "called it “the poison of the poor” in her diary",
        "Tea came to the harbour in 1610.",
    ]
    assert question.key == {0}
    assert question.options[1].why_wrong == "It speaks of the poor."
    assert {option.refutation for option in question.options[1:]} == {question.footnotes[0]}
    assert question.passage is None
    assert len(question.footnotes) == 1


def test_a_question_of_evidence_rests_on_the_facts_of_its_options_too(tea) -> None:
    assert built(tea, "sentences").fact_ids == ("tea-cure", "trimmer-poison", "tea-1610")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("facts: [tea-cure]", "facts: [tea-1610]", "3:11: tea-sentences.facts[1]: the first fact is not the answer's; write tea-cure first"),
        ("fact: tea-1610", "fact: trimmer-poison", "8:14: tea-sentences.distractors[2].fact: the fact “trimmer-poison” stands twice (first at line 7); write another"),
        ("fact: tea-1610", "fact: tea-cure", "8:14: tea-sentences.distractors[2].fact: the fact “tea-cure” stands twice (first at line 5); write another"),
        ("fact: tea-1610", "fact: tea-1611", "8:14: tea-sentences.distractors[2].fact: there is no fact “tea-1611” in facts/; did you mean “tea-1610”?"),
        ("    - {fact: tea-1610, why_wrong: It tells a year.}\n", "", "7:5: tea-sentences.distractors: has 1 entries; write at least 2"),
        ("why_wrong: It tells a year.", "text: It tells a year., why_wrong: x", "8:24: tea-sentences.distractors[2].text: is not a field that is known here; write one of: fact, why_wrong"),
    ],
)  # fmt: skip
def test_a_wrong_choice_of_sentences_is_told(tea, old: str, new: str, message: str) -> None:
    assert only(tea, "sentences", old, new) == message


def test_a_quotation_that_is_too_long_to_choose_from_is_told(tea) -> None:
    tea.replace("facts/tea.yaml", "Tea came to the harbour in 1610.", "1610" + "x" * 196)
    built(tea, "sentences")
    tea.replace("facts/tea.yaml", "1610x", "1610xx")
    assert tea.told() == [
        (
            f"{MORE}:8:14: tea-sentences.distractors[2].fact: the first quotation of “tea-1610” has 201 characters; "
            "name a fact whose first quotation has at most 200"
        )
    ]


def test_two_facts_with_the_same_quotation_are_no_two_options(tea) -> None:
    tea.replace(
        "facts/tea.yaml", "Tea came to the harbour in 1610.", "who praised it as a market-driven cure"
    )
    tea.replace("facts/tea.yaml", 'value: "1610"', "value: cure")
    (tea.path / MORE).write_text(SAMPLES["sentences"], encoding="utf-8")
    assert tea.told() == [
        (
            f"{MORE}:8:14: tea-sentences.distractors[2].fact: “tea-1610” and “tea-cure” have the same first quotation; "
            "name another fact"
        )
    ]


def test_a_passage_is_shown_with_the_three_judgements_in_their_order(tea) -> None:
    question = built(tea, "passage")
    assert [option.text for option in question.options] == ["Supported", "Contradicted", "Not stated"]
    assert question.key == {1}
    assert [option.why_wrong for option in question.options] == [
        "She called it poison.",
        None,
        "Her word for it is quoted.",
    ]
    assert question.passage == question.footnotes[0]
    assert question.options[0].refutation == question.passage


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("facts: [trimmer-poison]", "facts: [tea-cure, trimmer-poison]", "3:11: tea-passage.facts[1]: the first fact is not the passage's; write trimmer-poison first"),
        ("answer: contradicted", "answer: refuted", "6:11: tea-passage.answer: “refuted” is not known here; write one of: supported, contradicted, not_stated"),
        ("answer: contradicted", "answer: false", "6:11: tea-passage.answer: “false” is not known here; write one of: supported, contradicted, not_stated"),
        ("    not_stated: Her word for it is quoted.\n", "", "8:5: tea-passage.why_wrong.not_stated: is missing; say why “not_stated” is wrong"),
        ("    not_stated", "    contradicted: No.\n    not_stated", "9:19: tea-passage.why_wrong.contradicted: does not go with answer: contradicted; remove it, or mend the answer"),
        ("    not_stated", "    unstated: No.\n    not_stated", "9:5: tea-passage.why_wrong.unstated: is not a field that is known here; did you mean “not_stated”?"),
    ],
)  # fmt: skip
def test_a_wrong_judgement_is_told(tea, old: str, new: str, message: str) -> None:
    assert only(tea, "passage", old, new) == message


def test_a_pile_of_accents_is_told_and_three_of_them_are_not(tea) -> None:
    zalgo = "Sarah Trimmer" + "\u0301\u0302\u0303\u0304"
    assert only(tea, "short_text", "Sarah Trimmer", zalgo).startswith(
        "5:11: tea-text.answer: “r\u0301\u0302\u0303” has more than 3 accents on one letter; remove those"
    )
    (tea.path / MORE).write_text(SAMPLES["short_text"].replace("Sarah Trimmer", zalgo[:-1]), encoding="utf-8")
    assert tea.told() == []


@pytest.mark.parametrize(
    "written", ["<b>Trimmer</b>", "@everyone", "**Trimmer** ||_S_||", "[x](https://x.example)"]
)
def test_markup_stays_text(tea, written: str) -> None:
    (tea.path / MORE).write_text(
        SAMPLES["ordering"].replace("Trimmer calls it poison", f'"{written}"'), encoding="utf-8"
    )
    assert tea.told() == []
    assert load_course(tea.path).course.questions[-1].options[2].text == written
