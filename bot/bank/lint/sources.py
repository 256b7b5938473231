"""Rules about the documents. That a file is the recorded one is checked where it is at hand, in ``bot.bank.check``."""

from __future__ import annotations

from collections.abc import Iterator

from bot.bank.lint.material import Material
from bot.bank.lint.rule import Flaw


def source_unused(material: Material) -> Iterator[Flaw]:
    """Every document of sources.yaml is quoted by a fact.

    A learner who is told that a course rests on five documents may ask what the fifth is for; and a document that
    nobody mined is a gap in the bank. The project's own.
    """
    entries = material.entries
    if not entries.has_all_facts or entries.unread_facts:
        return  # a fact that could not be read may quote it
    quoted = {evidence.source for item in entries.facts for evidence in item.entry.evidence}
    for item in entries.sources:
        if item.entry.id not in quoted:
            yield Flaw(
                item, ("id",), f"no fact quotes “{item.entry.id}”", "record what it states, or remove it"
            )
