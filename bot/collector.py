"""The garbage collector, kept from what is no garbage: nothing else lives here.

It walks over every object that there is, again and again while clicks make new ones. What lives as long as the program
need not be looked at: modules, courses, the servers that Discord tells of.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# A click makes some three hundred objects that refer to each other, so that they stay until somebody looks. By the
# language's own measure that is after every 700; one look in a hundred is at all that was not set aside, and while a
# class clicks at once that is the clicks of the whole class, a tenth of a second. So the looks are rarer here, and one
# at everything is due about every thousand clicks: rarer still saves little more time and costs memory.
OBJECTS_BETWEEN_LOOKS = 20_000
LOOKS_BETWEEN_LARGER = (5, 3)


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
    """Leave whatever is there now out of every later collection; it is freed all the same when nobody refers to it.

    From here on collections are as rare as is right for a program that works on clicks.
    """
    gc.collect()
    set_aside_unseen()
    gc.set_threshold(OBJECTS_BETWEEN_LOOKS, *LOOKS_BETWEEN_LARGER)


def set_aside_unseen() -> None:
    """The same without a look for garbage, which stays then: imports leave little of it."""
    gc.freeze()
