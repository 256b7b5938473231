"""Rules about facts: whose words they are, when they hold, and what contradicts them.

That a quotation is verbatim and holds its value is checked in ``verify`` and ``fact_rules``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations

from bot.bank.items import Item
from bot.bank.lint.material import Material
from bot.bank.lint.rule import Flaw
from bot.bank.lint.wording import folded, is_function_word, phrase_in, word_set, words, years
from bot.bank.schema import FactEntry, SourceEntry
from bot.domain.questions import FactKind

_SPEAKER_WORDS = re.compile(r"\b(?:he|she|they|we|I)\b", re.IGNORECASE)
_SAYING = re.compile(
    r"\b(?:sa(?:y|ys|id|d)|not(?:e|es|ed)|add(?:s|ed)?|explain(?:s|ed)?|argu(?:e|es|ed)|recall(?:s|ed)?|writ(?:e|es)|wrote"
    r"|ask(?:s|ed)?|believ(?:e|es|ed)|think|thinks|thought|claim(?:s|ed)?|call(?:s|ed)?|tell|tells|told"
    r"|describ(?:e|es|ed)|predict(?:s|ed)?|warn(?:s|ed)?|insist(?:s|ed)?|suggest(?:s|ed)?|conclud(?:e|es|ed)"
    r"|find|finds|found|stress(?:es|ed)?|hop(?:e|es|ed)|observ(?:e|es|ed)|remark(?:s|ed)?|joke[sd]?)\b",
    re.IGNORECASE,
)
_OWN_VOICE = word_set("author authors article paper box caption text blog study writer writers timeline")

_RELATIVE_DATE = re.compile(
    r"\b(?:(?:last|this|next) (?:year|month|week|decade|century)|(?:\w+ )?(?:years?|months?|weeks?|decades?) ago"
    r"|today|tomorrow|yesterday|now|nowadays|recently|currently|at present|so far|to date|these days"
    r"|in recent (?:years|months))\b",
    re.IGNORECASE,
)
_LASTING_KINDS = frozenset(
    {
        FactKind.DEFINITION,
        FactKind.ATTRIBUTION,
        FactKind.CAUSE,
        FactKind.COMPARISON,
        FactKind.EVENT,
        FactKind.EVENT_ORDER,
    }
)

_PAGE_FURNITURE = re.compile(
    r"https?://|\bwww\.|\bleave a (?:reply|comment)\b|\bread more\b|\bcredit:|\bphoto(?:graph)? by\b|\bsubscribe\b"
    r"|\bsign up for\b|\ball rights reserved\b|\byour email address\b|\brequired fields\b|\bshare (?:this|on)\b"
    r"|\bclick here\b|\bfollow us\b|\bposted (?:by|on|in)\b|\bprint(?:er)?-friendly\b|\bcopyright ©|©",
    re.IGNORECASE,
)


def fact_speaker(material: Material) -> Iterator[Flaw]:
    """A view's quotations hold its speaker: a name of his, or a pronoun with a verb of saying.

    The footnote is what convinces a learner that it is this person's view. Its citation names the speaker too where
    the document speaks for itself (its author, the paper, a box), or where a heading above it is named after him. The project's own ("an attribution holds
    speaker and words").
    """
    for item in material.entries.facts:
        fact = item.entry
        if not fact.usable or (fact.status != "reported" and fact.kind is not FactKind.ATTRIBUTION):
            continue
        holder = fact.said_by
        if holder is None:
            if fact.kind is FactKind.ATTRIBUTION:
                yield Flaw(
                    item,
                    ("kind",),
                    "an attribution names nobody",
                    "write in said_by whose view or words it is",
                )
            continue
        quotes = " ".join(evidence.quote for evidence in fact.evidence)
        cited = " ".join(evidence.place or "" for evidence in fact.evidence)
        if _is_own_voice(fact, material.sources) or set(_telling(holder)) & set(words(f"{quotes} {cited}")):
            continue
        if _SPEAKER_WORDS.search(quotes) and _SAYING.search(quotes):
            continue
        yield Flaw(
            item,
            ("evidence", 0, "quote"),
            f"nothing in the quotation shows that it is {holder} who speaks",
            "take in the words that name the speaker, or add a second quotation that does",
        )


def _is_own_voice(fact: FactEntry, sources: dict[str, SourceEntry]) -> bool:
    """Whether the holder of the view is the quoted document itself, or its author."""
    said = set(words(fact.said_by or ""))
    for evidence in fact.evidence:
        source = sources.get(evidence.source)
        cited = f"{source.author or ''} {source.publisher or ''} {source.title}" if source else ""
        if said and (said & _OWN_VOICE or said <= set(words(cited))):
            return True
    return False


def _telling(holder: str) -> list[str]:
    return [word for word in words(holder) if not is_function_word(word)]


def fact_relative_date(material: Material) -> Iterator[Flaw]:
    """A fact that its document dates by its own day ("today", "three years ago") says as of when it holds.

    Otherwise the question is wrong as soon as the document is old; and in an undated document such a fact cannot
    be asked at all. Looked at are the value and the statement, and for figures, roles and places also the
    quotation's sentence with the value. The project's own.
    """
    for item in material.entries.facts:
        fact = item.entry
        if not fact.usable or fact.as_of is not None:
            continue
        found = None if years(fact.statement) else phrase_in(_RELATIVE_DATE, fact.statement)
        if found is None and fact.value is not None:
            found = phrase_in(_RELATIVE_DATE, fact.value)
            if found is None and fact.kind not in _LASTING_KINDS:
                found = _beside_value(fact, fact.value)
        if found is not None:
            yield Flaw(
                item,
                ("statement",),
                f"“{found}” is told from the day of the document",
                'write that day in as_of, such as "2013"; or usable: false, where the document is undated',
            )


def _beside_value(fact: FactEntry, value: str) -> str | None:
    """A relative date in the sentence of a quotation that holds the value."""
    for evidence in fact.evidence:
        for sentence in re.split(r"(?<=[.!?][”\"’ ])\s*", evidence.quote):
            if value.casefold() in sentence.casefold() and not years(sentence):
                return phrase_in(_RELATIVE_DATE, sentence)
    return None


def fact_page_furniture(material: Material) -> Iterator[Flaw]:
    """A quotation holds the document's words, not its page's: no address, credit line or comment form.

    It is shown to learners as proof, and such words are trivia at best. The project's own.
    """
    for item in material.entries.facts:
        if not item.entry.usable:
            continue
        for position, evidence in enumerate(item.entry.evidence):
            if found := phrase_in(_PAGE_FURNITURE, evidence.quote):
                yield Flaw(
                    item,
                    ("evidence", position, "quote"),
                    f"“{found}” belongs to the page, not to the text",
                    "quote the text alone, or set usable: false",
                )


def fact_unlinked_conflict(material: Material) -> Iterator[Flaw]:
    """Facts that give one subject and relation different values name one another in conflicts_with.

    Documents disagree; a question on one side must be able to know of the other. Facts bound to different dates
    do not contradict one another. The project's own.
    """
    alike: dict[tuple[str, str], list[Item[FactEntry]]] = defaultdict(list)
    for item in material.entries.facts:
        fact = item.entry
        if fact.subject and fact.relation and fact.value and fact.usable:
            alike[folded(fact.subject), folded(fact.relation)].append(item)
    for items in alike.values():
        for first, second in combinations(items, 2):
            one, other = first.entry, second.entry
            is_linked = other.id in one.conflicts_with or one.id in other.conflicts_with
            if one.as_of != other.as_of or one.said_by != other.said_by or is_linked:
                continue
            if folded(one.value or "") != folded(other.value or ""):
                yield Flaw(
                    second,
                    ("value",),
                    f"“{one.id}” has another value for the same subject and relation",
                    "name each in the other's conflicts_with; or, if both hold, give them different relations",
                )
