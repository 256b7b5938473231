"""docs/bank.md keeps its word: its examples are a course without errors, and it names every field."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.bank import question_schema, schema
from bot.bank.reading import read_course
from bot.domain.questions import QuestionType

GUIDE = Path(__file__).parents[2] / "docs" / "bank.md"

# The facts that the guide's questions name, but that it does not print.
OTHER_FACTS = """
- id: {id}
  statement: A fact that the guide does not print.
  kind: cause
  evidence:
    - {{source: history, quote: words of the document on {id}}}
"""


def test_the_examples_are_a_course_without_a_problem(tmp_path: Path) -> None:
    course, sources, facts, questions, more = re.findall(
        r"```yaml\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL
    )
    for name, text in (
        ("course.yaml", course),
        ("sources.yaml", sources),
        (
            "facts/tea.yaml",
            facts
            + "".join(
                OTHER_FACTS.format(id=name)
                for name in ("tea-1610", "tea-cure", "tea-cheap-1750", "tea-tax-1784")
            ),
        ),
        ("questions/tea.yaml", questions),
        ("questions/more.yaml", more),
    ):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert [str(problem) for problem in read_course(tmp_path).problems] == []


def test_the_guide_shows_a_question_of_every_type() -> None:
    shown = re.findall(r"^  type: (\w+)$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(shown) == {str(kind) for kind in QuestionType}


@pytest.mark.parametrize(
    "entry",
    [
        schema.CourseEntry,
        schema.TopicEntry,
        schema.SourceEntry,
        schema.FactEntry,
        schema.EvidenceEntry,
        question_schema.DistractorEntry,
        question_schema.ToleranceEntry,
        question_schema.PairEntry,
        question_schema.SentenceEntry,
        question_schema.PassageEntry,
        question_schema.WrongJudgementsEntry,
        *question_schema.QUESTION_ENTRIES.values(),
    ],
)
def test_the_guide_names_every_field(entry: type[schema.Entry]) -> None:
    guide = GUIDE.read_text(encoding="utf-8")
    assert [name for name in entry.model_fields if f"`{name}`" not in guide] == []


@pytest.mark.parametrize(
    "trap", re.findall(r"^\| `([a-z]+: [^`]+)`", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
)
def test_every_trap_of_the_guide_is_told(tea, trap: str) -> None:
    if "#" in trap:
        pytest.skip("the one trap that no program can see, as the guide says")
    field, _, written = trap.partition(": ")
    file, old = (
        ("sources.yaml", 'published: "1999"')
        if field == "published"
        else ("questions/tea.yaml", 'answer: "1610"')
    )
    tea.replace(file, old, f"{old.partition(':')[0]}: {written}")
    assert len(tea.told()) == 1
