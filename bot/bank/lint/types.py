"""Rules that hold for one type of question.

What a type's fields must say at all is in ``question_rules``.
"Haladyna" is Haladyna, Downing and Rodriguez (2002), "SAQUET" the rubric of Moore et al. (2023).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from bot.bank.lint.material import Material
from bot.bank.lint.rule import Flaw
from bot.bank.lint.wording import is_function_word, sounding_words, years
from bot.bank.question_schema import (
    ClozeEntry,
    MatchingEntry,
    MultipleAnswerEntry,
    OrderingEntry,
)

GAP = "____"

_SEVERAL = re.compile(r"\(choose all that apply\.?\)", re.IGNORECASE)
_DIRECTION = re.compile(
    r"\b(?:first|earliest|oldest|newest|latest|last|smallest|largest|biggest|lowest|highest|fewest|most|least|from|begin\w*"
    r"|start\w*|ascending|descending|top|bottom|cause to effect)\b",
    re.IGNORECASE,
)


def several_unsaid(material: Material) -> Iterator[Flaw]:
    """A question with several keys says so: “(Choose all that apply.)”.

    Without it a learner takes the first right one and stops. Haladyna 14 (clear directions).
    """
    for item in material.english:
        if isinstance(item.entry, MultipleAnswerEntry) and not _SEVERAL.search(item.entry.stem):
            yield Flaw(
                item,
                ("stem",),
                "the stem does not say that several may be right",
                "end it with (Choose all that apply.)",
            )


def cloze_in_name(material: Material) -> Iterator[Flaw]:
    """The gap of a cloze is no part of a name.

    “Zhongguancun ____ Park” asks for letters, not for knowledge. The project's own; Haladyna 5 (neither over
    specific nor over general).
    """
    for item in material.english:
        question = item.entry
        if not isinstance(question, ClozeEntry) or GAP not in question.stem:
            continue
        before, _, after = question.stem.partition(GAP)
        left = re.search(r"(\w[\w’'-]*) $", before)
        right = re.match(r" (\w[\w’'-]*)", after)
        if left and right and _is_of_name(left[1]) and _is_of_name(right[1]):
            message = f"the gap stands inside a name: “{left[1]} {GAP} {right[1]}”"
            yield Flaw(item, ("stem",), message, "leave out a word that is worth knowing")


def _is_of_name(word: str) -> bool:
    return word[0].isupper() and not is_function_word(word.casefold())


def ordering_years(material: Material) -> Iterator[Flaw]:
    """The items of an ordering show no years.

    Else they are sorted, not known. Haladyna 28 (clues to the right answer).
    """
    for item in material.questions:
        if isinstance(item.entry, OrderingEntry):
            for position, text in enumerate(item.entry.items):
                if found := years(text):
                    message = f"the item shows the year {found[0]}"
                    yield Flaw(item, ("items", position), message, "say it without the year")


def ordering_increases(material: Material) -> Iterator[Flaw]:
    """The years of an ordering's facts, where they carry years, strictly increase in the order of its items.

    Two of one year have no order that a source decides. Haladyna 19 (one right answer). Looked at where there is one
    fact for each item.
    """
    for item in material.questions:
        question = item.entry
        if not isinstance(question, OrderingEntry) or len(question.facts) != len(question.items):
            continue
        dated = []
        for position, name in enumerate(question.facts):
            fact = material.facts.get(name)
            found = years(fact.value or "") if fact else []
            if len(found) == 1:
                dated.append((position, found[0]))
        if "latest first" in question.stem.casefold() or "most recent first" in question.stem.casefold():
            dated = [(position, -year) for position, year in dated]
        for (_, earlier), (position, later) in pairwise(dated):
            if later <= earlier:
                message = f"the item is of {abs(later)}, one before it of {abs(earlier)}"
                yield Flaw(
                    item,
                    ("items", position),
                    message,
                    "put them in order, and leave out one of two of a year",
                )


def ordering_direction(material: Material) -> Iterator[Flaw]:
    """An ordering says which end comes first.

    Haladyna 14 (clear directions).
    """
    for item in material.english:
        if isinstance(item.entry, OrderingEntry) and not _DIRECTION.search(item.entry.stem):
            yield Flaw(
                item, ("stem",), "the stem does not say what comes first", "say “earliest first”, or the like"
            )


def matching_echo(material: Material) -> Iterator[Flaw]:
    """No pair of a matching shares a word that no other right side has.

    It is matched by sight. Haladyna 28b (clang associations); SAQUET “word repeats”.
    """
    for item in material.english:
        question = item.entry
        if not isinstance(question, MatchingEntry):
            continue
        rights = [*(pair.right for pair in question.pairs), *question.extra]
        for position, pair in enumerate(question.pairs):
            others = frozenset[str]().union(
                *(sounding_words(right) for place, right in enumerate(rights) if place != position)
            )
            shared = sounding_words(pair.left) & sounding_words(pair.right)
            if echoed := sorted(shared - others - material.subject_words):
                said = ", ".join(f"“{word}”" for word in echoed)
                message = f"{said} stands on both sides of the pair, and on no other right side"
                yield Flaw(item, ("pairs", position, "right"), message, "say one side in other words")
