"""The garbage collector's settings of a bot that runs."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from bot import collector


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)


class Click:
    """Objects that refer to each other, as an interaction and its response do."""

    def __init__(self) -> None:
        self.response = [self]


def looks(clicks: int) -> list[int]:
    """Which generations were looked at while so many clicks came and went."""
    seen: list[int] = []

    def note(phase: str, info: dict[str, int]) -> None:
        if phase == "start":
            seen.append(info["generation"])

    gc.callbacks.append(note)
    try:
        for _ in range(clicks):
            Click()
    finally:
        gc.callbacks.remove(note)
    return seen


def test_what_is_there_is_looked_at_no_more() -> None:
    kept = Click()
    collector.set_aside()
    assert not any(each is kept for each in gc.get_objects())


def test_clicks_are_freed_by_rare_looks() -> None:
    collector.set_aside()
    many = looks(10 * collector.OBJECTS_BETWEEN_LOOKS)
    assert 5 <= len(many) <= 40
    assert sum(isinstance(each, Click) for each in gc.get_objects()) < collector.OBJECTS_BETWEEN_LOOKS
