"""One sound question of each of the six types that the tiny course has none of, as YAML."""

from __future__ import annotations

_REST = """\
  explanation: It adds something to the key.
  difficulty: 2
  cognitive: understand
  tags: [trade]
  status: approved
"""

SAMPLES = {
    "numeric": """\
- id: tea-number
  type: numeric
  facts: [tea-1610]
  stem: In which year did tea come to the harbour?
  answer: 1610
  unit: AD
  tolerance: {relative: 0.05}
""",
    "short_text": """\
- id: tea-text
  type: short_text
  facts: [trimmer-poison]
  stem: Who called tea the poison of the poor?
  answer: Sarah Trimmer
  aliases: [Trimmer, 特里默]
  threshold: 90
""",
    "cloze": """\
- id: tea-gap
  type: cloze
  facts: [tea-cure]
  stem: Apothecaries praised tea as a market-driven ____.
  answer: cure
""",
    "ordering": """\
- id: tea-order
  type: ordering
  facts: [tea-1610, tea-cure, trimmer-poison]
  stem: Put these in order, earliest first.
  items:
    - Tea comes to the harbour
    - Apothecaries praise it
    - Trimmer calls it poison
""",
    "matching": """\
- id: tea-match
  type: matching
  facts: [tea-cure, trimmer-poison, tea-1610]
  stem: Match each with its word for tea.
  pairs:
    - {left: Apothecaries, right: A cure}
    - {left: Trimmer, right: Poison}
    - {left: Harbour masters, right: Cargo}
  extra: [Liquid bread]
""",
    "sentences": """\
- id: tea-sentences
  type: evidence
  facts: [tea-cure]
  stem: "Which sentence supports this claim: tea was sold as medicine?"
  answer: tea-cure
  distractors:
    - {fact: trimmer-poison, why_wrong: It speaks of the poor.}
    - {fact: tea-1610, why_wrong: It tells a year.}
""",
    "passage": """\
- id: tea-passage
  type: evidence
  facts: [trimmer-poison]
  stem: "Claim: Sarah Trimmer praised tea."
  passage: trimmer-poison
  answer: contradicted
  why_wrong:
    supported: She called it poison.
    not_stated: Her word for it is quoted.
""",
}

SAMPLES = {name: sample + _REST for name, sample in SAMPLES.items()}
