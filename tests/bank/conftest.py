"""A tiny course without a fault, written to a temporary folder; tests then spoil one thing in it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.bank.problems import Problem
from bot.bank.reading import read_course

DOCUMENT = """A short history of tea

Tea came to the har-
bour in 1610. It was sold by apothecaries, who
praised it as a market-
driven cure.

The second cup

By 1750 tea was cheaper than beer. Sarah Trimmer
called it “the poison of the
poor” in her diary.

Tea was taxed until 1784.
"""

COURSE = """\
id: tea
title: "Tea: a short history"
description: From a cure to a habit.
language: en
topics:
  - id: trade
    title: Trade
    description: Who sold tea.
  - id: habits
    title: Habits
"""

SOURCES = """\
- id: history
  title: A short history of tea
  author: Ann Leaf
  publisher: The Kettle
  published: "1999"
  url: null
  file: history.txt
  sha256: {sha256}
  sections:
    - The second cup
"""

FACTS = """\
- id: tea-1610
  statement: Tea came in 1610.
  kind: year
  subject: tea
  relation: came in the year
  value: "1610"
  status: fact
  said_by: null
  as_of: null
  importance: core
  evidence:
    - source: history
      quote: "Tea came to the harbour in 1610."
  conflicts_with: []
  source_slips: []
  usable: true

- id: tea-cure
  statement: Apothecaries praised tea as a cure.
  kind: definition
  subject: tea
  relation: was praised as
  value: "a market-driven cure"
  importance: core
  evidence:
    - source: history
      quote: "who praised it as a market-driven cure"

- id: trimmer-poison
  statement: Sarah Trimmer called tea the poison of the poor.
  kind: attribution
  subject: Sarah Trimmer
  relation: called tea
  value: "the poison of the poor"
  status: reported
  said_by: Sarah Trimmer
  evidence:
    - source: history
      quote: "called it “the poison of the poor” in her diary"
  waive:
    fact-speaker: The quotation is cut where tests spoil it.
"""

QUESTIONS = """\
- id: tea-year
  type: single_choice
  facts: [tea-1610]
  stem: In which year did tea come to the harbour?
  answer: "1610"
  distractors:
    - text: "1750"
      why_wrong: By then it was cheaper than beer.
      refuted_by: tea-1610
    - text: "1784"
      why_wrong: That is the end of the tax.
      refuted_by: tea-1610
    - {text: "1690", why_wrong: Nothing is told of that year., refuted_by: tea-cure}
  explanation: It was a rare good, sold by apothecaries.
  difficulty: 2
  cognitive: remember
  tags: [trade, habits]
  origin: written
  status: approved
  language: en

- id: tea-sayings
  type: multiple_answer
  facts: [tea-cure, trimmer-poison]
  stem: What was tea called? (Choose all that apply.)
  answer:
    - A cure
    - The poison of the poor
  distractors:
    - text: The drink of kings
      why_wrong: Kings drank wine.
      refuted_by: tea-cure
    - text: Liquid bread
      why_wrong: That was beer.
      refuted_by: trimmer-poison
  explanation: Praise came first, blame with its price.
  difficulty: 3
  cognitive: understand
  tags: [habits]
  status: approved

- id: tea-first-cure
  type: true_false
  facts: [tea-cure]
  stem: Tea was first sold as food.
  answer: false
  correction: It was first sold as a cure.
  explanation: Apothecaries kept it beside spices and rhubarb.
  difficulty: 1
  cognitive: remember
  tags: [trade]
  status: approved

- id: tea-drafted
  type: true_false
  facts: [trimmer-poison]
  stem: Sarah Trimmer disliked tea for the poor.
  answer: true
  why_wrong: She called it poison.
  refuted_by: trimmer-poison
  explanation: It had become so cheap that labourers spent bread money on it.
  difficulty: 1
  cognitive: understand
  tags: [habits]
  status: draft
"""


@dataclass(frozen=True)
class CourseFolder:
    path: Path
    documents: Path

    def replace(self, name: str, old: str, new: str) -> None:
        file = self.path / name
        text = file.read_bytes().decode()
        assert old in text, f"{old!r} is not in {name}"
        file.write_bytes(text.replace(old, new, 1).encode())

    def append(self, name: str, text: str) -> None:
        file = self.path / name
        file.write_bytes(file.read_bytes() + text.encode())

    def problems(self) -> list[Problem]:
        return read_course(self.path).problems

    def told(self) -> list[str]:
        return [str(problem) for problem in self.problems()]

    def line(self, name: str, text: str) -> int:
        lines = (self.path / name).read_text(encoding="utf-8").splitlines()
        return next(number for number, line in enumerate(lines, start=1) if text in line)


@pytest.fixture
def tea(tmp_path: Path) -> CourseFolder:
    folder = tmp_path / "tea"
    documents = tmp_path / "documents"
    for made in (folder / "facts", folder / "questions", documents):
        made.mkdir(parents=True)
    raw = DOCUMENT.encode()
    (documents / "history.txt").write_bytes(raw)
    (folder / "course.yaml").write_bytes(COURSE.encode())
    sources = SOURCES.format(sha256=hashlib.sha256(raw).hexdigest())
    (folder / "sources.yaml").write_bytes(sources.encode())
    (folder / "facts" / "tea.yaml").write_bytes(FACTS.encode())
    (folder / "questions" / "tea.yaml").write_bytes(QUESTIONS.encode())
    return CourseFolder(folder, documents)
