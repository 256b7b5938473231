"""Questions found by the words in them, or by an id. Values in, values out."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.questions import Question

MOST_NEAR = 3


def search(questions: Iterable[Question], words: str) -> tuple[Question, ...]:
    """The questions that hold each of the words, in any case, in any order.

    Those that hold them in id or stem come first, then those that hold them in options, key, explanation or
    quotations; otherwise the order stays. No words at all find everything.
    """
    wanted = words.casefold().split()
    in_stem: list[Question] = []
    elsewhere: list[Question] = []
    for question in questions:
        stem = f"{question.id} {question.topic} {question.stem}".casefold()
        if all(word in stem for word in wanted):
            in_stem.append(question)
        elif all(word in text for text in [_everything(question)] for word in wanted):
            elsewhere.append(question)
    return (*in_stem, *elsewhere)


def nearest_ids(known: Iterable[str], asked: str) -> tuple[str, ...]:
    """At most three ids that are most like one that does not exist, the nearest first."""
    names = sorted(known)
    from difflib import get_close_matches

    alike = get_close_matches(asked, names, MOST_NEAR)
    holding = [name for name in names if asked and asked.casefold() in name.casefold()]
    return tuple(dict.fromkeys([*alike, *holding]))[:MOST_NEAR]


def _everything(question: Question) -> str:
    texts = [question.id, question.topic, question.stem, question.explanation, *question.matches]
    texts += [option.text for option in question.options]
    texts += [note.text for note in question.footnotes]
    if question.text_key is not None:
        texts += question.text_key.accepted
    return " ".join(texts).casefold()
