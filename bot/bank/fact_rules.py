"""What the fields of one fact say about one another. Other entries are not looked at."""

from __future__ import annotations

from collections.abc import Iterator

from bot.bank.folding import is_in
from bot.bank.items import Item
from bot.bank.problems import Problem, Severity
from bot.bank.repetition import repeated_ids
from bot.bank.schema import FactEntry
from bot.domain.questions import FactKind

_WITHOUT_VALUE = frozenset({FactKind.CAUSE, FactKind.COMPARISON, FactKind.EVENT_ORDER})


def fact_problems(item: Item[FactEntry]) -> Iterator[Problem]:
    """A view has its holder, an unusable fact its reason, and a value stands in a quotation."""
    fact = item.entry
    if fact.status == "reported" and fact.said_by is None:
        yield item.problem(("said_by",), "is missing", "a reported fact names who holds the view")
    if not fact.usable and fact.why_not is None:
        yield item.problem(("why_not",), "is missing", "say why the fact must not be asked")
    if fact.kind not in _WITHOUT_VALUE:
        for name in ("subject", "relation", "value"):
            if getattr(fact, name) is None:
                yield item.problem((name,), "is missing", f"a fact of kind {fact.kind} needs it")
    quotes = [evidence.quote for evidence in fact.evidence]
    if fact.value is not None and not any(is_in(fact.value, quote) for quote in quotes):
        yield item.problem(
            ("value",),
            f"“{fact.value}” does not stand in a quotation of the fact",
            "write the words of the quotation that hold the answer",
        )
    for position, slip in enumerate(fact.source_slips):
        if not any(is_in(slip.written, quote) for quote in quotes):
            yield item.problem(
                ("source_slips", position, "written"),
                f"“{slip.written}” does not stand in a quotation of the fact",
                "remove the slip, or write it as the document does",
                Severity.WARNING,
            )
    yield from repeated_ids(item, "conflicts_with", fact.conflicts_with)
