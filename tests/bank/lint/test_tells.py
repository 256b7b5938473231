"""What a guesser could learn from the whole bank is found, from twenty questions on."""

from __future__ import annotations

import pytest

ITEM = """
- id: item-{n}
  type: single_choice
  facts: [tea-1610]
  stem: What did ship number {n} bring to the harbour of Amsterdam?
  answer: {answer}
  distractors:
    - {{text: "{other} leaf", why_wrong: Another ship brought that., refuted_by: tea-act}}
    - {{text: "{other} bud", why_wrong: Another ship brought that., refuted_by: tea-act}}
    - {{text: "{other} rind", why_wrong: Another ship brought that., refuted_by: tea-act}}
  explanation: The log of its captain counts chests, bales and barrels from the Indies.
  difficulty: 1
  cognitive: understand
  tags: [trade]
  status: approved
"""
STATEMENT = """
- id: statement-{n}
  type: true_false
  facts: [tea-1610]
  stem: Ship number {n} sailed from Java to Amsterdam under captain {n}{n}.
  answer: {truth}
  {remark}: Its log tells of a voyage to Java.
  explanation: The log of its captain counts chests, bales and barrels from the Indies.
  difficulty: 1
  cognitive: remember
  tags: [trade]
  status: approved
"""


def _items(long_keys: int, short_keys: int, even: int) -> str:
    keys = ["Quite long leaf"] * long_keys + ["Peel"] * short_keys + ["Cane root"] * even
    return "".join(ITEM.format(n=n, answer=key, other="Cane") for n, key in enumerate(keys))


def _statements(true: int, false: int) -> str:
    truths = [True] * true + [False] * false
    return "".join(
        STATEMENT.format(n=n, truth=str(is_true).lower(), remark="why_wrong" if is_true else "correction")
        for n, is_true in enumerate(truths)
    )


@pytest.mark.parametrize(
    ("long_keys", "short_keys", "even", "expected"),
    [
        (9, 0, 11, "key-longest"),
        (0, 9, 11, "key-shortest"),
        (6, 6, 12, None),
        (8, 0, 6, None),  # too few to say
    ],
)
def test_keys_that_stand_out_by_their_length(
    bank, long_keys: int, short_keys: int, even: int, expected: str | None
) -> None:
    bank.append("questions/tea.yaml", _items(long_keys, short_keys, even))
    assert {rule for rule, _, _ in bank.found()} - {"stem-duplicate"} == ({expected} if expected else set())


def test_the_finding_names_the_keys_that_stand_out_most(bank) -> None:
    bank.append("questions/tea.yaml", _items(12, 0, 8))
    [found] = [found for found in bank.lint().findings if found.rule == "key-longest"]
    assert found.problem.file == "course.yaml"
    assert "12 of 23 questions of four options (52%)" in found.problem.message
    assert "item-0" in found.problem.expected


@pytest.mark.parametrize(
    ("true", "false", "is_found"), [(15, 5, True), (5, 15, True), (10, 10, False), (9, 1, False)]
)
def test_a_bank_of_mostly_true_or_mostly_false_statements(
    bank, true: int, false: int, is_found: bool
) -> None:
    bank.append("questions/tea.yaml", _statements(true, false))
    assert ("true-false-balance" in {rule for rule, _, _ in bank.found()}) is is_found
