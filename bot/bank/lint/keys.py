"""Rules about the whole bank: what its keys have in common that a guesser could learn.

No single question is to blame; the finding stands at course.yaml. ``bot.bank.stats`` shows the same as numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.bank.lint.material import Material, QuestionItem
from bot.bank.lint.rule import Flaw
from bot.bank.question_schema import SingleChoiceEntry, TrueFalseEntry

OPTIONS = 4
MOST_EXTREME = 0.35
"""The largest share of keys that are the longest (or shortest) of four options; by chance it is 0.25."""
LEAST_TRUE, MOST_TRUE = 0.4, 0.6
FEWEST_ITEMS = 20
"""A smaller bank has no habits, only chance."""
NAMED_ITEMS = 8


@dataclass(frozen=True, slots=True)
class KeyLength:
    """How much a key of four options is longer than the longest distractor, and shorter than the shortest."""

    item: QuestionItem
    longer_by: int
    shorter_by: int


def key_lengths(items: list[QuestionItem]) -> list[KeyLength]:
    """The keys of the questions of four options of which one is right; equal lengths stand out in no way."""
    lengths = []
    for item in items:
        question = item.entry
        if isinstance(question, SingleChoiceEntry) and len(question.distractors) == OPTIONS - 1:
            key, rest = len(question.answer), [len(distractor.text) for distractor in question.distractors]
            lengths.append(KeyLength(item, key - max(rest), min(rest) - key))
    return lengths


def key_longest(material: Material) -> Iterator[Flaw]:
    """The key is the longest option in at most 35 % of the items of four options.

    Whoever always takes the longest would beat chance (25 %). Haladyna 24 and 28d; SAQUET “longest option correct”.
    """
    yield from _extreme(
        material,
        {length.item.entry.id: length.longer_by for length in key_lengths(material.approved)},
        "longest",
    )


def key_shortest(material: Material) -> Iterator[Flaw]:
    """The key is the shortest option in at most 35 % of the items of four options.

    The same tell from the other side: it comes when distractors are padded. Haladyna 24 and 28d.
    """
    yield from _extreme(
        material,
        {length.item.entry.id: length.shorter_by for length in key_lengths(material.approved)},
        "shortest",
    )


def _extreme(material: Material, margins: dict[str, int], what: str) -> Iterator[Flaw]:
    course = material.entries.course
    telling = sorted(
        (name for name, margin in margins.items() if margin > 0), key=lambda name: -margins[name]
    )
    if course is None or len(margins) < FEWEST_ITEMS or len(telling) <= MOST_EXTREME * len(margins):
        return
    share = len(telling) / len(margins)
    message = f"the key is the {what} option in {len(telling)} of {len(margins)} questions of four options ({share:.0%})"
    first = ", ".join(telling[:NAMED_ITEMS])
    yield Flaw(
        course, ("id",), message, f"at most {MOST_EXTREME:.0%}; begin with those that stand out most: {first}"
    )


def true_false_balance(material: Material) -> Iterator[Flaw]:
    """Of the true-or-false questions, 40 to 60 % are true.

    Writers prefer true statements, guessers know it. The project's own, after Frisbie and Becker (1991).
    """
    course = material.entries.course
    asked = [item.entry.answer for item in material.approved if isinstance(item.entry, TrueFalseEntry)]
    if course is None or len(asked) < FEWEST_ITEMS:
        return
    share = sum(asked) / len(asked)
    if not LEAST_TRUE <= share <= MOST_TRUE:
        message = f"{sum(asked)} of {len(asked)} true-or-false questions are true ({share:.0%})"
        yield Flaw(
            course, ("id",), message, f"from {LEAST_TRUE:.0%} to {MOST_TRUE:.0%}; turn some statements round"
        )
