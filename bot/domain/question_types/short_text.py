"""A few words to be typed; case, accents, articles, punctuation and small misspellings are forgiven."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

from bot.domain.question_types.rules import Control, QuestionTypeRules
from bot.domain.question_types.typed import no_options, read_text, tell_text
from bot.domain.questions import Grade, Question, Response
from bot.domain.similarity import similarity

_ARTICLES = re.compile(r"^(?:the|an?)\s+")
_SHORTEST_FUZZY = 4


def grade(question: Question, response: Response) -> Grade:
    """Right where it is one of the accepted answers, or near enough to one."""
    key = question.text_key
    if key is None:
        return Grade(0.0)
    return Grade(
        1.0 if any(matches(response.text, answer, key.threshold) for answer in key.accepted) else 0.0
    )


def rekey(question: Question, response: Response) -> Question | None:
    """The typed words are the key, and the only one; misspellings are forgiven as before."""
    if question.text_key is None or not fold(response.text):
        return None
    return replace(question, text_key=replace(question.text_key, accepted=(response.text,)))


def matches(typed: str, answer: str, threshold: int) -> bool:
    """Whether what was typed counts as this answer.

    Short answers and those with figures must be exact after folding: one letter more or less is another word,
    one figure another year.
    """
    given, wanted = fold(typed), fold(answer)
    if not given or not wanted:
        return False
    if given == wanted or given.replace(" ", "") == wanted.replace(" ", ""):
        return True
    is_exact = len(wanted) < _SHORTEST_FUZZY or any(character.isdigit() for character in given + wanted)
    return not is_exact and similarity(given, wanted) >= threshold


def fold(text: str) -> str:
    """The text without case, accents (and so pinyin's tones), punctuation and a leading article."""
    spread = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(character for character in spread if not unicodedata.combining(character))
    words = " ".join(re.findall(r"\w+", plain.replace("'", "").replace("’", "")))
    return _ARTICLES.sub("", words)


RULES = QuestionTypeRules(
    grade=grade,
    arrange=no_options,
    control=Control.FORM,
    read=read_text,
    tell=tell_text,
    rekey=rekey,
    time_factor=1.5,
)
