from __future__ import annotations

from dataclasses import replace

from bot.domain.answer_tallies import ItemTally
from bot.domain.reteaching import Grouping, gaps
from tests.sample_course import course


def test_each_fact_of_a_question_is_taught_from_its_own_quotation() -> None:
    first, second, *_ = course().questions
    asked = replace(first, fact_ids=("one", "two"), footnotes=(first.footnotes[0], second.footnotes[0]))
    found = {
        gap.name: gap.quotation for gap in gaps([ItemTally(1, marks={0.0: 5})], {1: asked}, Grouping.FACT)
    }
    assert found == {"one": first.footnotes[0], "two": second.footnotes[0]}
