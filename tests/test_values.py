"""Dataclasses made in a tenth of the time are those of the standard library."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.values import dataclass


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """By name alone, with what the library does at the end."""

    least: int
    most: int = 9
    both: list[int] = dataclasses.field(default_factory=list)
    wide: int = dataclasses.field(init=False, default=0)

    def __post_init__(self) -> None:
        object.__setattr__(self, "wide", self.most - self.least)


@dataclass(slots=True)
class Changing:
    """Not frozen."""

    number: int
    texts: list[str] = dataclasses.field(default_factory=list)


@dataclass(eq=False)
class Refused(Exception):
    """An error with values."""

    known: tuple[str, ...]


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


def test_a_value_is_begun_as_the_librarys_is() -> None:
    for _ in range(2):
        assert Named(least=2) == Named(least=2, most=9, both=[])
        assert Named(least=2, most=5).wide == 3
        assert Named(least=2).both is not Named(least=2).both
        with pytest.raises(
            TypeError, match=r"Ours\.__init__\(\) missing 1 required positional argument: 'number'"
        ):
            Ours()  # type: ignore[call-arg]
        with pytest.raises(TypeError, match="unexpected keyword argument 'nmber'"):
            Ours(nmber=2)  # type: ignore[call-arg]
        with pytest.raises(TypeError, match="takes 1 positional argument"):
            Named(2)  # type: ignore[misc]
    assert str(inspect.signature(Ours)) == str(inspect.signature(Theirs))


def test_a_value_that_may_change_changes_and_has_no_hash() -> None:
    value = Changing(1)
    value.number = 2
    value.texts.append("a")
    assert value == Changing(2, ["a"]) == pickle.loads(pickle.dumps(value))  # noqa: S301 - our own
    assert Changing(3).texts == []
    with pytest.raises(TypeError, match="unhashable"):
        hash(value)


def test_an_error_with_values_can_be_raised_and_compared_by_identity() -> None:
    with pytest.raises(Refused) as refused:
        raise Refused(("a",))
    assert refused.value.known == ("a",)
    assert repr(refused.value) == "Refused(known=('a',))"
    assert refused.value != Refused(("a",))
    assert len({refused.value, refused.value}) == 1
