"""What an option looks like before anyone understands it: a year, a sum, a name, how it begins.

A test-wise guesser sees no more than this; neither do the rules that look for what gives a key away.
"""

from __future__ import annotations

import re
from enum import StrEnum

from bot.bank.lint.wording import ARTICLES, PRONOUNS, is_function_word, singular, word_set, words
from bot.domain.question_types.arrangement import numeric_value

_AMOUNT = re.compile(
    r"(?:(?:about|around|over|more than|nearly|almost|less than|under|up to|at least) )?"
    r"(?:US|RMB|HK)?[$€£¥]?\s?\d[\d,.]*(?![\d,.]|-?[^\W\d])",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:in |about |around )?(?:1[5-9]|20)\d\d", re.IGNORECASE)
_MONEY = re.compile(r"[$€£¥]|\b(?:yuan|renminbi|rmb|dollars?|euros?|pounds?)\b", re.IGNORECASE)
_PERCENTAGE = re.compile(r"%|\bper ?cent\b", re.IGNORECASE)
_NAME_WORD = re.compile(r"[^\W_]+(?:[’'-][^\W_]+)*")
_INSTITUTION = re.compile(
    r"(?:The )?(?:\w+ )?(?:University|Institute|Ministry|Academy|Bank|School|College|Department|Bureau) of [A-Z]"
)
_DETERMINERS = ARTICLES | word_set(
    "another one two three four five some many several each no his her its their our my your this that these those"
)
_PREPOSITIONS = word_set(
    "in on at by for from with without through to of about under over between among into as against during"
)


class Form(StrEnum):
    """What kind of thing an option is, as far as its signs tell."""

    YEAR = "a year"
    MONEY = "a sum of money"
    PERCENTAGE = "a percentage"
    NUMBER = "a number"
    WORDS = "words"


class Opening(StrEnum):
    """How an option begins."""

    DETERMINER = "an article or the like"
    PRONOUN = "a pronoun"
    INFINITIVE = "“to” and a verb"
    PREPOSITION = "a preposition"
    OTHER = "another word"


def form_of(text: str) -> Form:
    """The form of an option."""
    if _YEAR.fullmatch(text.strip()):
        return Form.YEAR
    if _AMOUNT.match(text.strip()) is None:
        return Form.WORDS
    if _MONEY.search(text):
        return Form.MONEY
    return Form.PERCENTAGE if _PERCENTAGE.search(text) else Form.NUMBER


def same_number(first: str, second: str) -> bool:
    """Whether two options are one number of one unit, however it is written ("1.5 million", "1,500,000")."""
    one, other = numeric_value(first), numeric_value(second)
    return one is not None and one == other and _unit(first) == _unit(second)


def _unit(text: str) -> tuple[str, ...]:
    magnitudes = {"thousand", "million", "billion", "trillion", "about", "around", "over", "nearly", "almost"}
    return tuple(word for word in words(text) if word not in magnitudes and not word[0].isdigit())


def opening_of(text: str) -> Opening:
    """How an option begins, as far as its first word tells."""
    found = words(text)
    if not found:
        return Opening.OTHER
    if found[0] in _DETERMINERS or text.split(maxsplit=1)[0].endswith(("’s", "'s")):
        return Opening.DETERMINER
    if found[0] in PRONOUNS:
        return Opening.PRONOUN
    if found[0] == "to" and len(found) > 1 and found[1] not in ARTICLES and text.split()[1][:1].islower():
        return Opening.INFINITIVE
    return Opening.PREPOSITION if found[0] in _PREPOSITIONS else Opening.OTHER


def is_name(text: str) -> bool | None:
    """Whether an option is, or begins with, a name of several words; None where spelling cannot tell.

    An option's first word is a capital in any case, so the second one decides.
    """
    written = _NAME_WORD.findall(text)
    after_the = bool(written) and written[0] == "The"
    written = [word for word in written if word.casefold() not in ARTICLES]
    if after_the and written and written[0][:1].isupper():
        return True
    is_gerund = bool(written) and written[0].endswith("ing") and not written[0].endswith(("jing", "qing"))
    if len(written) < 2 or is_gerund or is_function_word(words(written[0])[0]):  # noqa: PLR2004 - two words
        return None
    return written[1][:1].isupper() or bool(_INSTITUTION.match(text))


def is_plural(text: str) -> bool:
    """Whether an option speaks of several: its first noun, as far as spelling tells, or an “and” between two."""
    head: list[str] = []
    for word in words(text.partition(",")[0]):
        if head and (word in _PREPOSITIONS or word in {"that", "which", "who", "whose", "where"}):
            break
        head.append(word)
    return "and" in head or (bool(head) and singular(head[-1]) != head[-1])
