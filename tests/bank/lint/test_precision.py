"""What looks like a flaw and is none: each row once was, or could be, a false alarm."""

from __future__ import annotations

import pytest

QUESTIONS = "questions/tea.yaml"
FACTS = "facts/tea.yaml"
CHEAP = "What brought the price of tea down in England before 1750?"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(
            CHEAP, "Who held that cheap tea “wasn’t a bad thing” for England?", id="a quoted negative"
        ),
        pytest.param(CHEAP, "Why did tea not stay dear in England?", id="a negative that is the matter"),
        pytest.param(
            CHEAP, "In its first century, what made tea cheap in England?", id="a name after its pronoun"
        ),
        pytest.param(CHEAP, "What was it that made tea cheap in England?", id="it that is a mere form"),
        pytest.param(CHEAP, "Which company said its prices fell in England?", id="its company is asked"),
        pytest.param(CHEAP, "What does the paper on smuggling call cheap tea?", id="a paper that is named"),
        pytest.param(
            CHEAP, "What does Ann Leaf's article of 1999 call cheap tea?", id="an article of a name"
        ),
        pytest.param(
            "Which sentence supports this claim:", "After the passage, which holds:", id="a passage shown"
        ),
        pytest.param("text: The harvests of India", "text: The 36Kr harvests", id="a name with figures"),
        pytest.param("text: The harvests of India", "text: Not only the harvests", id="not only"),
        pytest.param("text: The harvests of India", "text: The harvests at all ports of call", id="at all"),
        pytest.param(
            "facts: [tea-1610, tea-party, tea-act]", "facts: [tea-1610, tea-act]", id="facts without items"
        ),
    ],
)
def test_it_is_no_flaw_of_a_question(bank, old: str, new: str) -> None:
    bank.replace(QUESTIONS, old, new)
    assert bank.found() == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("made the leaf cheap by 1750.", "made the leaf cheap today.", id="today beside a cause"),
        pytest.param(
            "Mrs Trimmer called it the poison of the poor in her diary.",
            "“It is the poison of the poor,” she wrote.",
            id="a pronoun with a verb of saying",
        ),
        pytest.param(
            'quote: "Mrs Trimmer called it the poison of the poor in her diary."',
            'quote: "It is the poison of the poor.", at: 9, place: "in “Trimmer’s diary”, paragraph 2"',
            id="a heading with the speaker's name",
        ),
        pytest.param("said_by: Sarah Trimmer", "said_by: Ann Leaf", id="the author's own view"),
        pytest.param(
            "subject: the Commutation Act\n  relation: cut the duty on tea in the year",
            "subject: tea\n  relation: came to Amsterdam in the year\n  conflicts_with: [tea-1610]",
            id="a linked conflict",
        ),
    ],
)
def test_it_is_no_flaw_of_a_fact(bank, old: str, new: str) -> None:
    bank.replace(FACTS, old, new)
    if "conflicts_with" in new:
        bank.replace(FACTS, '  value: "1610"\n', '  value: "1610"\n  conflicts_with: [tea-act]\n')
    assert [rule for rule, file, _ in bank.found() if file == FACTS] == []
