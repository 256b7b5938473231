"""Rules that hold a question to its key: nothing else in it is right, by this document or by another.

"Haladyna" is Haladyna, Downing and Rodriguez (2002), "SAQUET" the rubric of Moore et al. (2023).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations

from bot.bank.lint.forms import same_number
from bot.bank.lint.material import Material, choices, key_texts
from bot.bank.lint.rule import Flaw
from bot.bank.lint.wording import folded
from bot.bank.question_schema import ShortTextEntry
from bot.bank.schema import FactEntry


def option_same(material: Material) -> Iterator[Flaw]:
    """No option is another one written otherwise: “The Garage Café” and “Garage Cafe”, “1.5 million” and “1,500,000”.

    Then two are right, or both are seen to be wrong. Haladyna 19 (one right answer) and 22 (no overlap); SAQUET
    “more than one correct”.
    """
    for item in material.questions:
        for first, second in combinations(choices(item.entry), 2):
            if folded(first.text) == folded(second.text) or same_number(first.text, second.text):
                message = f"“{second.text}” is “{first.text}” written otherwise"
                yield Flaw(item, second.path, message, "write another option")


def option_alias(material: Material) -> Iterator[Flaw]:
    """No distractor is another name of the key: its initials, a form that a typed answer of the bank lets pass, a slip.

    Haladyna 19 (only one right answer); SAQUET “more than one correct”.
    """
    aliases = _aliases(material)
    for item in material.questions:
        options = choices(item.entry)
        keys = [choice for choice in options if choice.is_key]
        for key in keys:
            for choice in (choice for choice in options if not choice.is_key):
                one, other = folded(key.text), folded(choice.text)
                if (
                    _initials(key.text) == choice.text
                    or _initials(choice.text) == key.text
                    or (one != other and other in aliases.get(one, ()))
                ):
                    message = f"“{choice.text}” is another name of “{key.text}”"
                    yield Flaw(item, choice.path, message, "write another distractor")


def _aliases(material: Material) -> dict[str, set[str]]:
    """All folded forms of each thing that the bank knows by several."""
    known: dict[str, set[str]] = defaultdict(set)
    groups = [key_texts(item.entry) for item in material.questions if isinstance(item.entry, ShortTextEntry)]
    groups += [(slip.written, slip.right) for fact in material.facts.values() for slip in fact.source_slips]
    for group in groups:
        forms = {folded(text) for text in group}
        for form in forms:
            known[form] |= forms
    return known


def _initials(text: str) -> str:
    found = [word for word in text.split() if word[:1].isupper()]
    return "".join(word[0] for word in found) if len(found) > 1 else ""


def option_true_elsewhere(material: Material) -> Iterator[Flaw]:
    """No distractor is the value that another fact gives for the same subject and relation.

    Sources disagree: what is wrong by one may be right by another, and then the question has two keys.
    Haladyna 19 (only one right answer); SAQUET “more than one correct”. Facts of two dates, or of two persons' views,
    do not count.
    """
    alike: dict[tuple[str, str], list[FactEntry]] = defaultdict(list)
    for fact in material.facts.values():
        if fact.usable and fact.subject and fact.relation and fact.value:
            alike[_about(fact)].append(fact)
    for item in material.questions:
        asked = [material.facts[name] for name in item.entry.facts if name in material.facts]
        others = [
            other
            for fact in asked
            for other in alike.get(_about(fact), ())
            if other.id not in item.entry.facts and _is_of_one_matter(fact, other)
        ]
        for choice in (choice for choice in choices(item.entry) if not choice.is_key):
            for other in others:
                value = other.value or ""
                if folded(value) == folded(choice.text) or same_number(value, choice.text):
                    message = f"“{choice.text}” is right by the fact “{other.id}”"
                    mend = "write another distractor, or name the source in the stem"
                    yield Flaw(item, choice.path, message, mend)


def _about(fact: FactEntry) -> tuple[str, str]:
    return folded(fact.subject or ""), folded(fact.relation or "")


def _is_of_one_matter(fact: FactEntry, other: FactEntry) -> bool:
    """Whether two facts could be meant by one question: of no two dates, and not two persons' views."""
    dates = {fact.as_of, other.as_of} - {None}
    return len(dates) < 2 and fact.said_by == other.said_by  # noqa: PLR2004 - two dates
