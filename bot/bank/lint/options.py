"""Rules about how the options of one question are written.

That there are three to five is checked in ``question_rules``; what gives the key away is in ``cues``.
"Haladyna" is Haladyna, Downing and Rodriguez (2002), "SAQUET" the rubric of Moore et al. (2023).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.bank.lint.forms import Form, form_of
from bot.bank.lint.material import Material, choices
from bot.bank.lint.rule import Flaw
from bot.bank.lint.wording import phrase_in
from bot.domain.question_types.arrangement import numeric_value

_ALL_OR_NONE = re.compile(
    r"\b(?:all|none|neither|both|any) (?:of )?(?:the|these|those) (?:above|below|others|options|answers|choices)\b"
    r"|^(?:all|none|neither|both|any) (?:of (?:these|those|them)|above|below)\W*$|\b(?:both|neither) [A-E] (?:and|n?or) [A-E]\b",
    re.IGNORECASE,
)
_ABSOLUTE = re.compile(
    r"(?<!at )(?<!above )(?<!in )(?<!after )(?<!not )\b(?:always|never|all(?! over)|every|everyone|everything|everybody|only"
    r"|none|nobody|nothing|no one|absolutely|completely|entirely|solely|exclusively)\b",
    re.IGNORECASE,
)
_SELDOM_OR_OFTEN = re.compile(
    r"\b(?:often|usually|sometimes|frequently|occasionally|generally|typically|rarely|seldom|perhaps|maybe|probably"
    r"|in some cases|to some extent)\b",
    re.IGNORECASE,
)
_HOW_MANY = re.compile(
    r"\b(?:some|many|several|various|a few|a lot|lots of|numerous|certain)\b", re.IGNORECASE
)
_COUNTED = re.compile(
    r"\b(?:few|fewer|most|more|less|half|one|two|three|four|five|no|both|\d+)\b", re.IGNORECASE
)


def option_form(material: Material) -> Iterator[Flaw]:
    """Options are of one kind and form: years among years, sums among sums, words among words.

    What differs in kind is picked or struck out without knowledge. Haladyna 23 (homogeneous choices); SAQUET
    “implausible distractors”.
    """
    for item in material.english:
        options = choices(item.entry)
        forms = {form_of(choice.text) for choice in options}
        if len(forms) > 1:
            said = " and ".join(sorted(forms))
            yield Flaw(item, options[0].path, f"the options are {said}", "write options of one kind")


def option_unordered(material: Material) -> Iterator[Flaw]:
    """Options that are amounts can be read as numbers, so that the program shows them in ascending order.

    Haladyna 21 (choices in logical or numerical order): what stands in order need not be searched, and the order
    tells nothing.
    """
    for item in material.english:
        options = choices(item.entry)
        if not options or any(form_of(choice.text) is Form.WORDS for choice in options):
            continue
        for choice in options:
            if numeric_value(choice.text) is None:
                message = f"“{choice.text}” cannot be read as a number, so the options are shown in any order"
                mend = "write digits, a magnitude and a unit: 1988, $790 billion, about 63 percent"
                yield Flaw(item, choice.path, message, mend)


def option_all_or_none(material: Material) -> Iterator[Flaw]:
    """No “all of the above”, “none of these”, “both A and B”.

    One known distractor rules “all” out, two known keys prove it; and the program shuffles what is “above”.
    Haladyna 25 and 26; SAQUET “all of the above”, “none of the above”, “complex or K-type”.
    """
    for item in material.english:
        for choice in choices(item.entry):
            if found := phrase_in(_ALL_OR_NONE, choice.text):
                yield Flaw(
                    item, choice.path, f"“{found}” is no answer of its own", "write an option that is one"
                )


def option_absolute(material: Material) -> Iterator[Flaw]:
    """No option is absolute (always, never, all, every, only, none) where another one is not.

    Such options are seldom right, and guessers strike them out. Haladyna 28a (specific determiners); SAQUET
    “absolute terms”.
    """
    yield from _word_in_some(
        material, _ABSOLUTE, "is absolute, and other options are not", "say it without the word"
    )


def option_vague(material: Material) -> Iterator[Flaw]:
    """No option hedges (often, usually, sometimes) where another one does not; nor does the key alone say “some”.

    What is hedged is seldom wrong; and “often” is to one reader what “sometimes” is to another. SAQUET “vague terms”.
    Some, many and the like count only in a key, and only where no distractor says how many.
    """
    mend = "say how many or how often, or drop the word"
    yield from _word_in_some(material, _SELDOM_OR_OFTEN, "is vague, and other options are not", mend)
    for item in material.english:
        options = choices(item.entry)
        if any(
            _HOW_MANY.search(choice.text) or _COUNTED.search(choice.text)
            for choice in options
            if not choice.is_key
        ):
            continue
        for choice in options:
            if choice.is_key and (found := phrase_in(_HOW_MANY, choice.text)):
                yield Flaw(item, choice.path, f"“{found}” is vague, and no distractor says how many", mend)


def _word_in_some(material: Material, pattern: re.Pattern[str], said: str, mend: str) -> Iterator[Flaw]:
    for item in material.english:
        options = choices(item.entry)
        found = [phrase_in(pattern, _ALL_OR_NONE.sub("", choice.text)) for choice in options]
        if all(found):
            continue
        for choice, word in zip(options, found, strict=True):
            if word:
                yield Flaw(item, choice.path, f"“{word}” {said}", mend)
