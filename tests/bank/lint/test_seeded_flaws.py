"""For each rule of the linter, a course with that one flaw is caught, at its line, and nothing else is.

A row is the rule, a text of the clean course, what it is replaced by, and the line of the finding.
"""

from __future__ import annotations

import pytest

from bot.bank.lint import LINT_RULES

FACTS = "facts/tea.yaml"
QUESTIONS = "questions/tea.yaml"

NO_YEAR = "In how many warehouses of London was tea stored in 1850?"

OTHER_YEAR = """
- id: tea-1750
  statement: Tea came to Amsterdam in 1750.
  kind: year
  subject: Tea
  relation: came to Amsterdam in the year
  value: "1750"
  evidence:
    - {source: almanac, quote: "In 1750 the leaf was first seen at Amsterdam."}
"""

FACT_FLAWS = [
    pytest.param(
        "fact-speaker",
        'quote: "Mrs Trimmer called it',
        'quote: "The diary calls it',
        "The diary calls",
        id="no name",
    ),
    pytest.param(
        "fact-speaker", "  status: reported\n  said_by: Sarah Trimmer\n", "", "kind: attribution", id="nobody"
    ),
    pytest.param(
        "fact-relative-date",
        "statement: Smuggling made tea cheap by 1750.",
        "statement: Smuggling made tea cheap three years ago.",
        "three years ago",
        id="ago",
    ),
    pytest.param(
        "fact-relative-date",
        "before Pitt cut it.",
        "before it was recently cut.",
        "The duty on tea stood at 119 percent before",
        id="beside a figure",
    ),
    pytest.param(
        "fact-page-furniture",
        "a green leaf rolled into pellets.",
        "rolled into pellets. Leave a Reply",
        "Leave a Reply",
        id="form",
    ),
    pytest.param(
        "fact-unlinked-conflict",
        "subject: the Commutation Act\n  relation: cut the duty on tea in the year",
        "subject: Tea\n  relation: came to Amsterdam in the year",
        'value: "1784"',
        id="two years",
    ),
]

OPTION_FLAWS = [
    ("option-same", "text: The harvests of India", "text: Laws of the Parliament", "Laws of the Parliament"),
    ("option-same", 'text: "400", why', 'text: "4.0", why', '"4.0"'),
    ("option-form", 'text: "1773", why', "text: Before the revolt of Boston, why", 'answer: "1610"'),
    ("option-unordered", 'text: "400", why', 'text: "400-500", why', '"400-500"'),
    ("option-all-or-none", "text: The revolt of Boston", "text: None of the above", "None of the above"),
    ("option-absolute", "text: The harvests of India", "text: The harvests of all India", "all India"),
    ("option-vague", "text: The harvests of India", "text: The often rich harvests", "often rich"),
    ("option-vague", "answer: The work of smugglers", "answer: The work of many smugglers", "many smugglers"),
    ("key-stands-out", "answer: The work of smugglers", "answer: Smuggling by night", "Smuggling by night"),
    (
        "key-length",
        "answer: The work of smugglers",
        "answer: The work of smugglers who landed untaxed chests by night",
        "smugglers who landed",
    ),
    (
        "answer-in-stem",
        "price of tea down in England",
        "price of smugglers' tea down",
        "answer: The work of smugglers",
    ),
    ("answer-in-stem", "means a black ____", "means a black dragon, a ____", "answer: dragon"),
    (
        "grammar-cue",
        "How did Sarah Trimmer judge the habit of labourers who drank tea?",
        "Sarah Trimmer judged tea as a",
        "judged tea as a",
    ),
]

STEM_FLAWS = [
    (
        "stem-negative",
        "What brought the price of tea down",
        "What did not bring the price of tea down",
        "What did not",
    ),
    (
        "stem-antecedent",
        "In which year did tea reach Amsterdam?",
        "In which year did it reach Amsterdam?",
        "did it reach",
    ),
    (
        "stem-antecedent",
        "At how many percent did the duty",
        "By the article, at how many percent did the duty",
        "By the article",
    ),
    ("stem-as-of", NO_YEAR, "In how many warehouses of London was tea stored?", "was tea stored?"),
    ("stem-view", "How did Sarah Trimmer judge", "How does one rightly judge", "How does one rightly judge"),
]

TYPE_FLAWS = [
    ("several-unsaid", " (Choose all that apply.)", "", "What did Pitt bring about"),
    (
        "cloze-in-name",
        "The name of oolong means a black ____.",
        "Oolong was the Black ____ Leaf.",
        "the Black ____ Leaf",
    ),
    ("ordering-years", "[Tea reaches Amsterdam,", "[Tea reaches Amsterdam in 1610,", "Amsterdam in 1610,"),
    (
        "ordering-increases",
        "facts: [tea-1610, tea-party, tea-act]",
        "facts: [tea-1610, tea-act, tea-party]",
        "items: [",
    ),
    (
        "ordering-direction",
        "in which they happened, earliest first.",
        "in which they happened.",
        "order in which they happened.",
    ),
    ("matching-echo", "right: A black dragon", "right: The oolong dragon", "oolong dragon"),
    (
        "explanation-repeats",
        "explanation: Dutch merchants carried it home from Java long before English ones did.",
        "explanation: Tea did reach Amsterdam in 1610.",
        "explanation: Tea did reach",
    ),
    (
        "remark-empty",
        "why_wrong: Then the duty was cut.",
        "why_wrong: The text does not say so.",
        "does not say so",
    ),
    ("key-unproven", "facts: [tea-rate]", "facts: [bohea-origin]", "facts: [bohea-origin]"),
]


@pytest.mark.parametrize(("rule", "old", "new", "where"), FACT_FLAWS)
def test_a_flaw_of_a_fact_is_found_at_its_line(bank, rule: str, old: str, new: str, where: str) -> None:
    bank.replace(FACTS, old, new)
    assert (rule, FACTS, bank.line(FACTS, where)) in bank.found()


@pytest.mark.parametrize(("rule", "old", "new", "where"), [*OPTION_FLAWS, *STEM_FLAWS, *TYPE_FLAWS])
def test_a_flaw_of_a_question_is_the_only_one_found(bank, rule: str, old: str, new: str, where: str) -> None:
    bank.replace(QUESTIONS, old, new)
    assert bank.found() == [(rule, QUESTIONS, bank.line(QUESTIONS, where))]


def test_a_document_that_no_fact_quotes_is_found(bank) -> None:
    bank.append("sources.yaml", "- {id: diary, title: A diary, file: diary.txt}\n")
    assert bank.found() == [("source-unused", "sources.yaml", bank.line("sources.yaml", "id: diary"))]


def test_a_distractor_that_another_source_gives_as_the_value_is_found(bank) -> None:
    bank.append(FACTS, OTHER_YEAR)
    rules = {(rule, line) for rule, file, line in bank.found() if file == QUESTIONS}
    assert rules == {("option-true-elsewhere", bank.line(QUESTIONS, 'text: "1750"'))}


def test_a_value_of_another_date_is_no_other_truth(bank) -> None:
    bank.append(FACTS, OTHER_YEAR.replace("  evidence:", '  as_of: "1850"\n  evidence:'))
    bank.replace(FACTS, '  value: "1610"\n', '  value: "1610"\n  as_of: "1610"\n')
    assert "option-true-elsewhere" not in {rule for rule, _, _ in bank.found()}


@pytest.mark.parametrize(
    ("answer", "distractor"),
    [("East India Company", "EIC"), ("Mrs Trimmer", "Sarah Trimmer"), ("The Garage Café", "Garage Cafe")],
)
def test_another_name_of_the_key_is_found(bank, answer: str, distractor: str) -> None:
    bank.replace(QUESTIONS, "answer: The work of smugglers", f"answer: {answer}")
    bank.replace(QUESTIONS, "text: The harvests of India", f"text: {distractor}")
    line = bank.line(QUESTIONS, f"text: {distractor},")
    assert {rule for rule, _, found in bank.found() if found == line} <= {"option-alias", "option-same"}
    assert line in {found for _, _, found in bank.found()}


def test_a_stem_asked_twice_is_found(bank) -> None:
    clean = bank.text(QUESTIONS)
    first = clean[: clean.index("- id: cheap-cause")]
    again = first.replace("id: arrival", "id: arrival-again").replace("did tea reach", "then did tea reach")
    bank.append(QUESTIONS, "\n" + again)
    assert bank.found() == [("stem-duplicate", QUESTIONS, bank.line(QUESTIONS, "then did tea reach"))]


def test_a_stem_that_is_chosen_once_and_typed_once_is_no_duplicate(bank) -> None:
    bank.append(
        QUESTIONS,
        """
- id: arrival-typed
  type: numeric
  facts: [tea-1610]
  stem: In which year did tea reach Amsterdam?
  answer: 1610
  explanation: Dutch merchants carried it home from Java long before English ones did.
  difficulty: 2
  cognitive: remember
  tags: [trade]
  status: approved
""",
    )
    assert bank.found() == []


def test_retired_questions_are_not_looked_at(bank) -> None:
    bank.replace(QUESTIONS, "text: The revolt of Boston", "text: None of the above")
    text = bank.text(QUESTIONS)
    first, rest = text.split("- id: cheap-cause")
    bank.write(
        QUESTIONS, first + "- id: cheap-cause" + rest.replace("status: approved", "status: retired", 1)
    )
    assert bank.found() == []


def test_rules_of_english_look_at_no_other_language(bank) -> None:
    bank.replace(QUESTIONS, "text: The harvests of India", "text: The often rich harvests")
    bank.replace("course.yaml", "language: en", "language: de")
    assert bank.found() == []


SEEDED_ELSEWHERE = {
    "source-unused", "option-alias", "option-true-elsewhere", "stem-duplicate",  # above
    "key-longest", "key-shortest", "true-false-balance",  # test_tells.py
}  # fmt: skip


def test_every_rule_has_a_seeded_flaw() -> None:
    rows = [*OPTION_FLAWS, *STEM_FLAWS, *TYPE_FLAWS, *(row.values for row in FACT_FLAWS)]
    assert {row[0] for row in rows} | SEEDED_ELSEWHERE == set(LINT_RULES)
