"""Rules about what gives a key away to a reader who knows nothing: its beginning, its length, an echo, grammar.

"Haladyna" is Haladyna, Downing and Rodriguez (2002), "SAQUET" the rubric of Moore et al. (2023).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.bank.lint.forms import Form, Opening, form_of, is_name, is_plural, opening_of
from bot.bank.lint.material import Choice, Material, QuestionItem, choices
from bot.bank.lint.rule import Flaw
from bot.bank.lint.wording import folded, sounding_words, words
from bot.bank.question_schema import ShortTextEntry

LONGER_BY = 1.5
SHORTER_BY = 0.5
LEAST_DIFFERENCE = 12
"""In characters: no eye sees a smaller one."""

_NUMBER_ASKED = re.compile(r"\bWh(?:at|o) (is|was|are|were)\b", re.IGNORECASE)


def key_stands_out(material: Material) -> Iterator[Flaw]:
    """The key is not the one option that is a name, or that begins otherwise (“to …”, “the …”) than all the rest.

    What differs is picked without knowledge. Haladyna 23 (homogeneous choices) and 28d (conspicuous correct choice);
    SAQUET “grammatical cues”.
    """
    for item in material.english:
        options = choices(item.entry)
        if options and all(form_of(choice.text) is Form.WORDS for choice in options):
            yield from _odd_key(item, options)


def _odd_key(item: QuestionItem, options: list[Choice]) -> Iterator[Flaw]:
    """The key where it alone begins otherwise than all the rest."""
    keys = [choice for choice in options if choice.is_key]
    rest = [choice for choice in options if not choice.is_key]
    mend = "let a distractor begin so too, or the key begin as they do"
    named, names = {is_name(choice.text) for choice in keys}, {is_name(choice.text) for choice in rest}
    if named | names == {True, False} and len(named) == len(names) == 1:
        which = "a name" if named == {True} else "no name"
        yield Flaw(item, keys[0].path, f"of all options the key alone is {which}", mend)
        return
    opened = {opening_of(choice.text) for choice in keys}
    openings = {opening_of(choice.text) for choice in rest}
    if len(opened) != 1 or len(openings) != 1 or opened == openings:
        return
    # A plural has no article by grammar, not by choice.
    bare = rest if opened == {Opening.DETERMINER} else keys
    if opened | openings == {Opening.DETERMINER, Opening.OTHER} and any(
        is_plural(choice.text) for choice in bare
    ):
        return
    message = f"the key begins with {opened.pop()}, every distractor with {openings.pop()}"
    yield Flaw(item, keys[0].path, message, mend)


def key_length(material: Material) -> Iterator[Flaw]:
    """The key is not half as long again as the longest distractor, nor half as long as the shortest.

    Writers make the right answer precise, and so long; guessers know. Haladyna 24 (length of choices about equal);
    SAQUET “longest option correct”. Differences below 12 characters count for nothing.
    """
    for item in material.questions:
        options = choices(item.entry)
        rest = [len(choice.text) for choice in options if not choice.is_key]
        keys = [choice for choice in options if choice.is_key]
        if not keys or not rest:
            continue
        shortest, longest = min(len(key.text) for key in keys), max(len(key.text) for key in keys)
        if shortest >= LONGER_BY * max(rest) and shortest - max(rest) >= LEAST_DIFFERENCE:
            message = f"the key has {shortest} characters, the longest distractor {max(rest)}"
            yield Flaw(item, keys[0].path, message, "shorten the key, or make a distractor as precise")
        elif longest <= SHORTER_BY * min(rest) and min(rest) - longest >= LEAST_DIFFERENCE:
            message = f"the key has {longest} characters, the shortest distractor {min(rest)}"
            yield Flaw(item, keys[0].path, message, "shorten a distractor, or make the key as precise")


def answer_in_stem(material: Material) -> Iterator[Flaw]:
    """The key's words do not stand in the stem, unless a distractor has them too; nor does a typed answer.

    A reader who knows nothing picks the option that sounds like the question. Words of very many stems are the
    course's subject and point nowhere. Haladyna 28b (clang associations); SAQUET “word repeats”.
    """
    for item in material.english:
        question = item.entry
        if isinstance(question, ShortTextEntry):
            if f" {folded(question.answer)} " in f" {folded(question.stem)} ":
                yield Flaw(
                    item, ("answer",), f"“{question.answer}” stands in the stem", "ask without saying it"
                )
            continue
        stem = sounding_words(question.stem) - material.subject_words
        options = choices(question)
        rest = frozenset[str]().union(
            *(sounding_words(choice.text) for choice in options if not choice.is_key)
        )
        for key in (choice for choice in options if choice.is_key):
            if echoed := sorted((sounding_words(key.text) & stem) - rest):
                said = ", ".join(f"“{word}”" for word in echoed)
                message = f"of the options, the key alone repeats the stem’s {said}"
                yield Flaw(
                    item, key.path, message, "use another word in the stem, or let a distractor have it too"
                )


def grammar_cue(material: Material) -> Iterator[Flaw]:
    """A stem does not end in “a” or “an”, nor ask by “is” or “are” for the one option of that number.

    Grammar then tells the key from what does not fit. Haladyna 28c (grammatical inconsistencies); SAQUET
    “grammatical cues”.
    """
    for item in material.english:
        options = choices(item.entry)
        if not options:
            continue
        ending = words(item.entry.stem)[-1]
        if ending in {"a", "an"}:
            yield Flaw(item, ("stem",), f"the stem ends in “{ending}”", "move the article into the options")
        asked = _NUMBER_ASKED.search(item.entry.stem)
        if asked is None or any(form_of(choice.text) is not Form.WORDS for choice in options):
            continue
        wants_many = asked[1].casefold() in {"are", "were"}
        fitting = [choice for choice in options if is_plural(choice.text) is wants_many]
        if fitting == [choice for choice in options if choice.is_key]:
            message = f"only the key agrees in number with “{asked[1]}”"
            yield Flaw(
                item, fitting[0].path, message, "write a distractor of the same number, or ask otherwise"
            )
