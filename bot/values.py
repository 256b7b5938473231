"""`dataclass` for values, as the standard library's, but made in a tenth of the time.

The library writes up to seven methods of each class as source and compiles them at once: 0.4 to 0.6 ms, for some hundred
and sixty classes at a start, most of which are needed much later or never. Here `__init__` is the library's too, but
made when the first value is; what needs no source (equality, hash, representation, refusing changes) are functions.
What they do is the same, and tests compare the two.
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

    def dataclass(
        *, frozen: bool = False, slots: bool = False, eq: bool = True, kw_only: bool = False
    ) -> Callable[[type], type]:
        """The same as the library's, of which any other option is to be had."""

        def make(given: type) -> type:
            made = dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots, kw_only=kw_only)(
                given
            )
            fields = dataclasses.fields(made)
            methods = {
                "__init__": _first_init(made, fields),
                "__repr__": _representation([each.name for each in fields if each.repr]),
            }
            if eq:
                compared = _getter([each.name for each in fields if each.compare])
                methods |= {"__eq__": _equality(compared), "__hash__": _hash(compared) if frozen else None}
            if frozen:
                methods |= {"__setattr__": _refuse_to_set, "__delattr__": _refuse_to_delete}
                methods |= {"__getstate__": _state, "__setstate__": _set_state}
            for name, method in methods.items():
                if name not in given.__dict__:
                    setattr(made, name, method)
            return made

        return make


def _first_init(made: Any, fields: tuple[dataclasses.Field[Any], ...]) -> Callable[..., None]:  # noqa: ANN401
    """An `__init__` that makes the library's when it is called, and leaves its place to it."""

    def __init__(self: object, *args: object, **named: object) -> None:  # noqa: N807 - a method of any class
        made.__init__ = _librarys_init(made, fields)
        made.__init__(self, *args, **named)

    return __init__


def _librarys_init(made: Any, fields: tuple[dataclasses.Field[Any], ...]) -> Callable[..., None]:  # noqa: ANN401
    alike = [
        (
            each.name,
            each.type,
            dataclasses.field(
                default=each.default,
                default_factory=each.default_factory,
                init=each.init,
                kw_only=each.kw_only,
            ),
        )
        for each in fields
    ]
    known = {name: getattr(made, name) for name in ("__doc__", "__post_init__") if hasattr(made, name)}
    # Frozen, since that one fills any value, and no other fills a frozen one.
    twin: Any = dataclasses.make_dataclass(
        made.__name__, alike, namespace=known, repr=False, eq=False, frozen=True
    )
    twin.__init__.__qualname__ = f"{made.__qualname__}.__init__"
    init: Callable[..., None] = twin.__init__
    return init


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


def _refuse_to_set(self: object, name: str, value: object) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(self: object, name: str) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: Any) -> list[object]:  # noqa: ANN401 - the same
    return [getattr(self, each.name) for each in dataclasses.fields(self)]


def _set_state(self: Any, state: list[object]) -> None:  # noqa: ANN401 - the same
    for each, value in zip(dataclasses.fields(self), state, strict=True):
        object.__setattr__(self, each.name, value)
