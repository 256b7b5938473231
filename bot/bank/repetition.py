"""What stands twice in one entry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bot.bank.items import Item
from bot.bank.problems import Problem
from bot.bank.question_schema import AnyQuestionEntry
from bot.bank.schema import FactEntry
from bot.bank.yaml_values import Path


def repeated_ids(
    item: Item[FactEntry] | Item[AnyQuestionEntry], field: str, ids: Sequence[str]
) -> Iterator[Problem]:
    """The ids of a list that it has already."""
    for position, name in enumerate(ids):
        if name in ids[:position]:
            yield item.problem((field, position), f"“{name}” stands twice", "keep one")


def repeated_texts(
    item: Item[AnyQuestionEntry], what: str, texts: Iterable[tuple[Path, str]]
) -> Iterator[Problem]:
    """The texts, each with its place, that a learner could not tell from an earlier one."""
    seen: dict[str, Path] = {}
    for path, text in texts:
        first = seen.setdefault(text.casefold(), path)
        if first != path:
            line, _ = item.place(first)
            yield item.problem(
                path, f"the {what} “{text}” stands twice (first at line {line})", "write another"
            )
