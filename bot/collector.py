"""The garbage collector, kept from what is no garbage: nothing else lives here.

It walks over every object that there is, again and again while clicks make new ones. What lives as long as the program
need not be looked at: modules, courses, the servers that Discord tells of.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collecting() -> Iterator[None]:
    """For imports: they make many objects and no garbage, and a fifth of their time went into looking for it."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def set_aside() -> None:
    """Leave whatever is there now out of every later collection; it is freed all the same when nobody refers to it."""
    gc.collect()
    set_aside_unseen()


def set_aside_unseen() -> None:
    """The same without a look for garbage, which stays then: imports leave little of it."""
    gc.freeze()
