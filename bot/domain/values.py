"""`dataclass` for values, as the standard library's, but made in half the time.

The library writes six methods of each frozen class as source and compiles them. There are some hundred and fifty such
classes at a start, and two fifths of what it needed beyond its libraries went into that. Here the three that need no source (equality,
hash, representation) are closures; what they do is the same, and tests compare the two.
"""

from __future__ import annotations

import dataclasses
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING

__all__ = ["dataclass"]

if TYPE_CHECKING:
    from collections.abc import Callable
    from dataclasses import dataclass
    from typing import Any

    Fields = Callable[[Any], tuple[Any, ...]]
else:

    def dataclass(*, frozen: bool, slots: bool) -> Callable[[type], type]:
        """A frozen slotted dataclass; any other is made by the library."""
        assert frozen
        assert slots

        def make(given: type) -> type:
            made = dataclasses.dataclass(frozen=True, slots=True, eq=False, repr=False)(given)
            compared = _getter([each.name for each in dataclasses.fields(made) if each.compare])
            methods = {
                "__eq__": _equality(compared),
                "__hash__": _hash(compared),
                "__repr__": _representation([each.name for each in dataclasses.fields(made) if each.repr]),
            }
            for name, method in methods.items():
                if name not in given.__dict__:
                    method.__qualname__ = f"{made.__qualname__}.{name}"
                    setattr(made, name, method)
            return made

        return make


def _getter(names: list[str]) -> Fields:
    if len(names) > 1:
        return attrgetter(*names)
    return lambda value: tuple(getattr(value, name) for name in names)


def _equality(compared: Fields) -> Callable[[Any, object], bool]:
    def __eq__(self: Any, other: object) -> bool:  # noqa: ANN401, N807 - a method of any class
        if other.__class__ is self.__class__:
            return compared(self) == compared(other)
        return NotImplemented

    return __eq__


def _hash(compared: Fields) -> Callable[[Any], int]:
    def __hash__(self: Any) -> int:  # noqa: ANN401, N807 - the same
        return hash(compared(self))

    return __hash__


def _representation(names: list[str]) -> Callable[[Any], str]:
    @recursive_repr()
    def __repr__(self: Any) -> str:  # noqa: ANN401, N807 - the same
        shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
        return f"{self.__class__.__qualname__}({shown})"

    return __repr__
