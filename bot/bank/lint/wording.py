"""Words as the rules compare them: folded, without what carries no meaning. English only.

What a rule makes of them is the rule's business.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+(?:[.&][^\W_]+)*(?:[’'][^\W_]+)?")
_YEAR = re.compile(r"(?<![\d,.$€£¥])(?:1[5-9]|20)\d\d(?!\d|%|[.,]\d)")
_COMPOUND = re.compile(r"[^\W_]+(?:[-’'.&][^\W_]+)*")
_POSSESSIVE = re.compile(r"[’']s?$|[’']s$")


def word_set(text: str) -> frozenset[str]:
    """A set of words, written as words are read."""
    return frozenset(text.split())


ARTICLES = word_set("a an the")

PRONOUNS = word_set("he she it they him her them his hers its their theirs himself herself itself themselves")

_FUNCTION_WORDS = (
    ARTICLES
    | PRONOUNS
    | word_set("""
        i me my we us our you your this that these those there here who whom whose which what where when why how
        and or but nor so yet if than then as at by for from in into of off on onto out over to up with without
        within about above after against along among around before behind below beneath beside between beyond down
        during except inside near since through throughout toward towards under until upon via per
        am is are was were be been being do does did done doing has have had having can could may might must shall
        should will would ought not no also too very just more most less least much many few some any each every
        either neither both other others another such same own own one ones only even still again ever
        s t d ll m re ve
        """)
)


@lru_cache(maxsize=65_536)
def words(text: str) -> tuple[str, ...]:
    """The words of a text in order: case and accents folded, possessive endings dropped."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    return tuple(_POSSESSIVE.sub("", match) for match in _WORD.findall(plain))


def folded(text: str) -> str:
    """The text as it is compared for equality: without case, accents, punctuation and articles."""
    return " ".join(word for word in words(text) if word not in ARTICLES)


@lru_cache(maxsize=65_536)
def content_words(text: str) -> frozenset[str]:
    """The words that carry meaning, each without the ending of its plural."""
    return frozenset(singular(word) for word in words(text) if word not in _FUNCTION_WORDS)


@lru_cache(maxsize=65_536)
def sounding_words(text: str) -> frozenset[str]:
    """`content_words` as a reader hears them: a compound is one word, so “high-tech” does not echo “tech”."""
    found = (_POSSESSIVE.sub("", word.casefold()) for word in _COMPOUND.findall(text))
    return frozenset(singular(word) for word in found if word not in _FUNCTION_WORDS)


def singular(word: str) -> str:
    """The word without the ending of an English plural, as far as spelling tells."""
    if len(word) > 4 and word.endswith("ies"):  # noqa: PLR2004 - "ties" is no plural of "ty"
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ches", "shes", "sses", "xes")):  # noqa: PLR2004
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):  # noqa: PLR2004
        return word[:-1]
    return word


def phrase_in(pattern: re.Pattern[str], text: str) -> str | None:
    """The first words of the text that the pattern fits."""
    match = pattern.search(text)
    return match[0] if match else None


def years(text: str) -> list[int]:
    """The years in a text, in order: four digits from 1500 to 2099 that are not part of an amount."""
    return [int(found) for found in _YEAR.findall(text)]


def is_function_word(word: str) -> bool:
    """Whether a folded word carries no meaning of its own."""
    return word in _FUNCTION_WORDS


def capitalised(text: str) -> list[str]:
    """The words of a text that begin with a capital letter, as they are written."""
    return [word for word in _WORD.findall(text) if word[:1].isupper()]
