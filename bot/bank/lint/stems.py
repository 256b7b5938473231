"""Rules about stems: what they may not leave out, and what they may not say.

"Haladyna" is Haladyna, Downing and Rodriguez (2002), "SAQUET" the rubric of Moore et al. (2023).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.bank.lint.material import (
    Material,
    choices,
    key_texts,
    names_and_items,
    shows_its_quotation,
)
from bot.bank.lint.rule import Flaw
from bot.bank.lint.wording import PRONOUNS, capitalised, is_function_word, word_set, words, years
from bot.bank.question_schema import (
    AnyQuestionEntry,
    MatchingEntry,
    NumericEntry,
    OrderingEntry,
)

_NEGATIVE = re.compile(
    r"\b(?:which|what|who|where|when)\b(?:(?!\bthat\b|\bwhy\b)[^?.!;:“”\"])*?"
    r"\b(?:is|are|was|were|does|do|did|has|have|had|would|could|can|should|will)(?: (?:\w+ ){0,2}?(not|never)\b|(n[’']t)\b)"
    r"|\b(except|least likely|incorrect|untrue|false)\b(?=[^?.!“”\"]*\?)",
    re.IGNORECASE,
)
_NAMED_BY_KIND = re.compile(
    r"\b(the (?:company|firm|article|author|authors|paper|text|document|report|passage|study|interviewee|interview|blog"
    r"|magazine|newspaper|journalist|writer|scholar|founder|entrepreneur|park|zone|researchers?))\b(?! (?:on|of|in|that"
    r"|which|who|whose|for|behind|from|by|with|called|named|about|to)\b)(?![’'\w])(?! [A-Z“‘])",
    re.IGNORECASE,
)
_OPENERS = word_set(
    "after although as at before by despite during even from in on once since though through to until when while with"
)
_SUBJECTS = word_set("he she it they")
_ASKED = re.compile(
    r"(?:\w+ )?(?:which|what|whom?|when|where|why|how)(?: \w+){0,3}?"
    r" (?:is|are|was|were|does|do|did|has|have|had|can|could|will|would)\b",
    re.IGNORECASE,
)
_VIEW_ASKED = re.compile(
    r"\baccording to\b|(?:^|[.,:;?!] |\b(?:by|of|to|with|from|for|in) )who(?:se|m)?\b|\b(?:which|what) (?:\w+ ){0,3}?(?:scholars?|people|persons?|authors?|founders?"
    r"|entrepreneurs?|observers?|speakers?|writers?|professors?|persons?|experts?|critics?|officials?|investors?|sources?)\b",
    re.IGNORECASE,
)


def stem_negative(material: Material) -> Iterator[Flaw]:
    """A stem does not ask for what is not so, unless its NOT or EXCEPT stands in capitals.

    A reader who skips one small word knows the matter and answers wrongly. Haladyna 17; SAQUET “negative worded”.
    """
    for item in material.english:
        if not (choices(item.entry) or shows_its_quotation(item.entry)):
            continue
        match = _NEGATIVE.search(item.entry.stem)
        word = next((found for found in match.groups() if found), "") if match else ""
        if word and not word.isupper():
            yield Flaw(
                item,
                ("stem",),
                f"the stem asks for what is “{word}” so",
                "ask for what is so, or write NOT or EXCEPT",
            )


def stem_antecedent(material: Material) -> Iterator[Flaw]:
    """A stem stands alone: no pronoun before any name or thing, no “the company” that nobody named.

    Questions are drawn one by one; what the document said just before is not on the card. Haladyna 14 (clear
    directions) and 15 (central idea in the stem); SAQUET “ambiguous or unclear information”.
    """
    for item in material.english:
        stem = item.entry.stem
        # “The passage” stands on the card of a question that shows it.
        kind = None if shows_its_quotation(item.entry) else _dangling_kind(stem)
        if found := _dangling_pronoun(stem) or kind:
            yield Flaw(item, ("stem",), f"“{found}” stands for nothing in the stem", "name it")


def _dangling_pronoun(stem: str) -> str | None:
    """A pronoun with neither a name nor a noun before it."""
    found = words(stem)
    asked = _ASKED.match(stem)
    for position, word in enumerate(found):
        if word not in PRONOUNS:
            continue
        # "In which year did it …": what is asked is not what the pronoun means.
        is_asked = asked is not None and position == len(words(asked[0]))
        before = () if is_asked and word in _SUBJECTS else found[:position]
        # "It was in 1988 that …": the pronoun is a mere form where "that" or "to" follows.
        is_form = word == "it" and {"that", "to", "who", "which"} & set(found[position:])
        if is_form or any(not is_function_word(earlier) for earlier in before) or _is_named_later(stem):
            return None
        return word
    return None


def _is_named_later(stem: str) -> bool:
    """“In its early days, the Development Group …”: what comes after the comma is what the pronoun means."""
    first, comma, rest = stem.partition(",")
    opens = words(first)[:1]
    return bool(comma and opens and opens[0] in _OPENERS and re.search(r"\b(?:a|an|the) \w|\b[A-Z]", rest))


def _dangling_kind(stem: str) -> str | None:
    match = _NAMED_BY_KIND.search(stem)
    if match is None:
        return None
    before = stem[: match.start()]
    kind = words(match[1])[-1]
    named_before = [word for word in capitalised(before) if not is_function_word(word.casefold())]
    # "Chang Che's article …", "a company that …, what did the company …"
    if kind in words(before) or len(named_before) > (1 if _starts_sentence(before, named_before) else 0):
        return None
    return match[1]


def _starts_sentence(text: str, named: list[str]) -> bool:
    return bool(named) and text.startswith(named[0])


def stem_as_of(material: Material) -> Iterator[Flaw]:
    """A stem names the year to which its first fact is bound.

    “How many firms are in Zhongguancun?” was right in 2013. The project's own; Haladyna 19 (one right answer).
    """
    for item in material.questions:
        question = item.entry
        fact = material.first_fact(question)
        if fact is None or fact.as_of is None or _is_no_claim(question):
            continue
        year = int(fact.as_of[:4])
        if isinstance(question, NumericEntry) and question.answer == year:
            continue  # the year is what is asked
        if year not in years(f"{question.stem} {names_and_items(question)} {' '.join(key_texts(question))}"):
            message = f"the fact “{fact.id}” holds as of {fact.as_of}, the stem does not say so"
            yield Flaw(item, ("stem",), message, f"say in {year}, or whose report of {year} it is")


def stem_view(material: Material) -> Iterator[Flaw]:
    """A view is asked as somebody's view: its holder stands in the stem, or is what is asked.

    Haladyna 6 (no opinion-based items): that Zhou holds it is a fact, that it is so is not.
    """
    for item in material.english:
        question = item.entry
        fact = material.first_fact(question)
        if fact is None or fact.said_by is None or fact.status != "reported" or _is_no_claim(question):
            continue
        shown = f"{question.stem} {names_and_items(question)}"
        holder = {word for word in words(fact.said_by) if not is_function_word(word)}
        if isinstance(question, MatchingEntry):  # several views at once: whose report they are from is enough
            source = material.sources.get(fact.evidence[0].source)
            holder |= set(words((source.author or source.publisher or "") if source else ""))
        asked = " ".join(key_texts(question))
        if not holder & set(words(f"{shown} {asked}")) and not _VIEW_ASKED.search(shown):
            message = f"the stem does not say that this is the view of {fact.said_by}"
            yield Flaw(item, ("stem",), message, "name the holder: “According to …”, or ask who holds it")


def _is_no_claim(question: AnyQuestionEntry) -> bool:
    """Whether a question says nothing as its own: it shows the quotation itself, or asks for an order."""
    return shows_its_quotation(question) or isinstance(question, OrderingEntry)
