"""What all types have in common in which options are chosen: reading a choice, saying it, making it the key."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.question_types.rules import Reader, Submission
from bot.domain.questions import Question, Response


def read_choice(*, most: int | None) -> Reader:
    """A reader of at least one and at most ``most`` options (None: any number)."""

    def read(question: Question, order: tuple[int, ...], given: Submission) -> Response | None:
        shown = set(given.shown)
        if not shown or (most is not None and len(shown) > most) or not shown <= set(range(len(order))):
            return None
        return Response(tuple(sorted(order[position] for position in shown)))

    return read


def tell_choice(question: Question, order: tuple[int, ...], response: Response) -> tuple[str, ...]:
    """The texts of the chosen options, in the order shown."""
    chosen = response.choices
    return tuple(question.options[position].text for position in order if position in chosen)


def rekey_choice(question: Question, response: Response) -> Question | None:
    """The chosen options are the key, as long as at least one is left that is wrong."""
    keys = response.choices
    if not keys or not keys < set(range(len(question.options))):
        return None
    options = tuple(
        option
        if option.is_key == (position in keys)
        else replace(option, is_key=position in keys, why_wrong=None)
        for position, option in enumerate(question.options)
    )
    return replace(question, options=options)
