"""Rules about what is shown after the answer: it proves the key, and it teaches something.

"Haladyna" is Haladyna, Downing and Rodriguez (2002).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.bank.lint.forms import Form, form_of
from bot.bank.lint.material import Material, key_texts, remarks
from bot.bank.lint.rule import Flaw
from bot.bank.lint.wording import content_words, folded, word_set
from bot.bank.question_schema import (
    AnyQuestionEntry,
    MatchingEntry,
    NumericEntry,
    OrderingEntry,
    TrueFalseEntry,
)
from bot.bank.schema import FactEntry
from bot.domain.question_types.arrangement import numeric_value
from bot.domain.question_types.numeric import parse_number
from bot.domain.questions import CognitiveLevel

LEAST_NEW_WORDS = 3
"""A sentence with fewer words of its own than these repeats."""

_EMPTY = word_set("""
    answer article author be choice choose chosen claim correct document fact false incorrect mention mentioned nobody
    nothing nowhere option paper passage question quotation quote quoted say said source state stated statement support
    supported text true wrong here
    """)
_AMOUNT = re.compile(r"\d[\d,.]*(?:\s*(?:thousand|million|billion|trillion)\b)?", re.IGNORECASE)
_ONE = re.compile(r"\ban? (?=(?:hundred|thousand|million|billion|trillion)\b)", re.IGNORECASE)
_SPOKEN = re.compile(r"[a-z]+(?:[ -](?:hundred|thousand|million|billion|trillion))?", re.IGNORECASE)


def explanation_repeats(material: Material) -> Iterator[Flaw]:
    """An explanation adds something to the key: at least three words that neither stem nor key has.

    Feedback that explains teaches more than feedback that tells the answer again (Butler, Godbole and Marsh, 2013).
    """
    for item in material.english:
        question = item.entry
        known = content_words(" ".join([question.stem, *_told_already(question)]))
        new = content_words(question.explanation) - known
        if len(new) < LEAST_NEW_WORDS:
            message = "the explanation says hardly more than the stem and the key"
            yield Flaw(
                item, ("explanation",), message, "add a cause, a consequence, a contrast or the context"
            )


def _told_already(question: AnyQuestionEntry) -> list[str]:
    told = list(key_texts(question))
    match question:
        case TrueFalseEntry():
            told.append(question.correction or "")
        case OrderingEntry():
            told += question.items
        case MatchingEntry():
            told += [f"{pair.left} {pair.right}" for pair in question.pairs]
    return told


def remark_empty(material: Material) -> Iterator[Flaw]:
    """What is said of a wrong option says something: never only that the text does not say so.

    A learner who chose it has a reason; the remark answers it. The project's own; Haladyna 29 and 30 (plausible
    distractors, typical errors).
    """
    for item in material.english:
        for path, text in remarks(item.entry):
            if not content_words(text) - _EMPTY:
                yield Flaw(
                    item,
                    path,
                    "says only that the option is wrong",
                    "say what is so, or what the option mistakes",
                )


def key_unproven(material: Material) -> Iterator[Flaw]:
    """The first fact holds the key: a word of it, or its number, stands in the quotations or the statement.

    The first quotation is the footnote under the answer. Only questions of remembering are looked at: an example
    that is applied, or a cause that is understood, has words of its own. The project's own.
    """
    for item in material.english:
        question = item.entry
        fact = material.first_fact(question)
        if fact is None or question.cognitive is not CognitiveLevel.REMEMBER:
            continue
        shown = " ".join(
            [fact.statement, fact.subject or "", *(evidence.quote for evidence in fact.evidence)]
        )
        if _is_proven(question, fact, shown):
            continue
        yield Flaw(
            item,
            ("facts", 0),
            f"nothing of the key stands in “{fact.id}”, whose quotation is the footnote",
            "name first the fact that proves the key, or choose its quotation so that it does",
        )


def _is_proven(question: AnyQuestionEntry, fact: FactEntry, shown: str) -> bool:
    if isinstance(question, NumericEntry):
        allowed = max(
            question.tolerance.absolute or 0.0, (question.tolerance.relative or 0.0) * abs(question.answer)
        )
        return any(abs(number - question.answer) <= allowed for number in _numbers(shown))
    keys = key_texts(question)
    if not keys or any(folded(key) in folded(shown) for key in keys):
        return True
    if any(form_of(key) is not Form.WORDS and numeric_value(key) in _numbers(shown) for key in keys):
        return True
    known = {_stem(word) for word in content_words(f"{shown} {fact.said_by or ''}")}
    return any({_stem(word) for word in content_words(key)} & known for key in keys)


def _stem(word: str) -> str:
    """What is left of a word when it is declined or derived: "invested" and "investment" share it."""
    return word[:5]


def _numbers(text: str) -> list[float]:
    spelt = _ONE.sub("one ", text)
    found = [*_AMOUNT.findall(spelt), *_SPOKEN.findall(spelt)]
    return [number for number in map(parse_number, found) if number is not None]
