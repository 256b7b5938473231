"""Dataclasses made in half the time are those of the standard library."""

from __future__ import annotations

import copy
import dataclasses
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.values import dataclass


@dataclass(frozen=True, slots=True)
class Ours:
    """Of every kind of field."""

    number: int
    texts: tuple[str, ...] = ()
    unseen: int = dataclasses.field(default=0, compare=False, repr=False)

    @property
    def double(self) -> int:
        """Twice the number."""
        return 2 * self.number


@dataclasses.dataclass(frozen=True, slots=True)
class Theirs:
    """The same."""

    number: int
    texts: tuple[str, ...] = ()
    unseen: int = dataclasses.field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class One:
    """One field."""

    number: float


@dataclass(frozen=True, slots=True)
class Nothing:
    """No field."""


FIELDS = st.tuples(
    st.integers(0, 2), st.lists(st.sampled_from("ab"), max_size=2).map(tuple), st.integers(0, 1)
)


@given(FIELDS, FIELDS)
def test_values_are_equal_hash_and_look_as_the_librarys_do(
    first: tuple[int, tuple[str, ...], int], second: tuple[int, tuple[str, ...], int]
) -> None:
    assert (Ours(*first) == Ours(*second)) is (Theirs(*first) == Theirs(*second))
    assert hash(Ours(*first)) == hash(Theirs(*first))
    assert repr(Ours(*first)) == repr(Theirs(*first)).replace("Theirs", "Ours")


def test_values_of_other_classes_are_never_equal() -> None:
    assert Ours(1) != Theirs(1)
    assert One(1) != (1,)
    assert Nothing() == Nothing()
    assert One(1) == One(1.0)
    assert len({Nothing(), Nothing(), One(1), One(1.0)}) == 2


def test_values_cannot_be_changed_but_replaced_copied_and_pickled() -> None:
    value = Ours(1, ("a",))
    with pytest.raises(dataclasses.FrozenInstanceError):
        value.number = 2  # type: ignore[misc]
    assert dataclasses.replace(value, number=2) == Ours(2, ("a",))
    assert dataclasses.asdict(value) == {"number": 1, "texts": ("a",), "unseen": 0}
    assert copy.copy(value) == value == pickle.loads(pickle.dumps(value))  # noqa: S301 - our own
    assert value.double == 2
    assert not hasattr(value, "__dict__")
