"""Rules about questions that are one question, asked twice.

"Haladyna" is Haladyna, Downing and Rodriguez (2002).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from rapidfuzz import fuzz, process

from bot.bank.lint.material import Material, QuestionItem, choices, key_texts
from bot.bank.lint.rule import Flaw
from bot.bank.lint.wording import folded
from bot.bank.question_schema import (
    MatchingEntry,
    NumericEntry,
    OrderingEntry,
    PassageEntry,
    SentencesEntry,
    TrueFalseEntry,
)

NEAR_DUPLICATE = 92
"""Of 100, by rapidfuzz's token_set_ratio: two stems that differ in a name or a year are below it."""
MOST_COMPARED = 500
"""Where more questions have one answer, only equal stems are looked for: each would be compared with each."""


def stem_duplicate(material: Material) -> Iterator[Flaw]:
    """No stem nearly repeats another one that has the same answer and is answered alike.

    Two drawn into one round are one question asked twice. A question that is typed and one whose options are shown
    may share a stem: recalling is another exercise than recognising. Haladyna 4 (independent items).
    """
    groups: dict[tuple[str, ...], list[QuestionItem]] = defaultdict(list)
    for item in material.questions:
        groups[_answered(item)].append(item)
    for items in groups.values():
        stems = [folded(item.entry.stem) for item in items]
        for position, found in _repeated(stems):
            earlier = items[found]
            line, _ = earlier.place(("stem",))
            message = f"nearly repeats the stem of “{earlier.entry.id}” ({earlier.file.name}:{line})"
            yield Flaw(items[position], ("stem",), message, "ask from another side, or retire one")


def _repeated(stems: list[str]) -> Iterator[tuple[int, int]]:
    """The positions of stems that repeat an earlier one, each with the earlier one's."""
    first: dict[str, int] = {}
    for position, stem in enumerate(stems):
        found = first.setdefault(stem, position)
        if found == position and len(stems) <= MOST_COMPARED:
            near = process.extractOne(
                stem, stems[:position], scorer=fuzz.token_set_ratio, score_cutoff=NEAR_DUPLICATE
            )
            found = near[2] if near is not None else position
        if found != position:
            yield position, found


def _answered(item: QuestionItem) -> tuple[str, ...]:
    """What two questions have in common whose stems are compared."""
    question = item.entry
    match question:
        case TrueFalseEntry() | PassageEntry():
            return ("judged", question.facts[0])
        case SentencesEntry():
            return ("evidence", question.answer)
        case OrderingEntry() | MatchingEntry():
            return (question.type, *sorted(question.facts))
        case NumericEntry():
            return ("typed", str(question.answer))
    keys = sorted(folded(choice.text) for choice in choices(question) if choice.is_key)
    return ("chosen", *keys) if keys else ("typed", folded(key_texts(question)[0]))
