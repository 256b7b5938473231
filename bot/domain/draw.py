"""Which questions a round gets, and in which order.

A draw is a function of its questions, what the channel had lately, and a seed: the same again
gives the same round. No question's footnote may give away the key of a later one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from random import Random

from bot.domain.question_types.numeric import numbers_in
from bot.domain.questions import Question, QuestionType

# A key of one or two letters ("5") stands in any text by chance.
_SHORTEST_TELLING_KEY = 3
# Their keys are judgements, orders or pairs: no few words give them away.
_NOT_TOLD_BY_WORDS = frozenset(
    {QuestionType.TRUE_FALSE, QuestionType.ORDERING, QuestionType.MATCHING, QuestionType.EVIDENCE}
)


def draw(
    questions: Sequence[Question],
    count: int,
    *,
    seed: int,
    last_asked: Mapping[str, int],
    held: Sequence[Question] = (),
) -> tuple[Question, ...]:
    """Up to ``count`` questions for one round; fewer only where no more may be asked together.

    Args:
        questions: what may be asked.
        count: how many are wanted, 1 or more.
        seed: decides everything that is left open; store it.
        last_asked: for each question that the channel had lately, how many questions ago (1: the last one).
        held: questions asked elsewhere whose keys nobody may be told yet: nothing that tells one of them is drawn.
    """
    random = Random(seed)
    candidates = sorted(questions, key=lambda question: question.id)
    random.shuffle(candidates)
    # Never asked first, then the longest ago; the sort is stable, so ties stay shuffled.
    candidates.sort(key=lambda question: -last_asked.get(question.id, 1 << 30))
    chosen: list[Question] = []
    asked_of_topic: Counter[str] = Counter()
    while len(chosen) < count:
        if not candidates:
            break
        fresh = [question for question in candidates if question.id not in last_asked]
        pick = min(fresh or candidates[:1], key=lambda question: asked_of_topic[question.topic])
        if any(gives_away(pick, each) for each in held):
            candidates.remove(pick)
            continue
        chosen.append(pick)
        asked_of_topic[pick.topic] += 1
        candidates = [
            question for question in candidates if question is not pick and not gives_away(pick, question)
        ]
    return tuple(chosen)


def gives_away(shown: Question, later: Question) -> bool:
    """Whether what is revealed with ``shown`` tells the key of ``later``.

    It does where both rest on the same fact, or where the key's words, or its number however it is written, stand
    in the quotations and explanations that ``shown`` is revealed with, or are its own key.
    """
    if set(shown.fact_ids) & set(later.fact_ids):
        return True
    if later.type in _NOT_TOLD_BY_WORDS:
        return False
    told = revealed_texts(shown)
    if later.numeric_key is not None:
        return any(later.numeric_key.value in numbers_in(text) for text in told)
    keys = [_words(key) for key in key_texts(later)]
    return any(
        len(key) >= _SHORTEST_TELLING_KEY and f" {key} " in f" {_words(text)} "
        for key in keys
        for text in told
    )


def revealed_texts(question: Question) -> list[str]:
    """What is told of the subject once a question is closed.

    To everyone: key, explanation and footnotes; to whoever asks why his answer was wrong: what refutes it.
    """
    refutations = [option.refutation.text for option in question.options if option.refutation is not None]
    return [
        question.explanation,
        *key_texts(question),
        *(note.text for note in question.footnotes),
        *refutations,
    ]


def key_texts(question: Question) -> tuple[str, ...]:
    """The words that are the key of a question, in any of the forms that count."""
    if question.text_key is not None:
        return question.text_key.accepted
    if question.numeric_key is not None:
        return (f"{question.numeric_key.value:.15g}",)
    return tuple(option.text for option in question.options if option.is_key)


@lru_cache(maxsize=65_536)
def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
