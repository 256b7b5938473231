"""Long lists a part at a time: no statement grows without end, and other work of the process has its turn in between."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

AT_ONCE = 500

_T = TypeVar("_T")


def in_parts(items: Iterable[_T], most: int = AT_ONCE) -> Iterator[list[_T]]:
    """The items in lists of at most ``most``."""
    rest = iter(items)
    while part := list(islice(rest, most)):
        yield part
