"""Questions that stay where they are kept until one is asked for. Where that is, is not known here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import overload

from bot.domain.questions import Question


class StoredQuestions(Sequence[Question]):
    """A course's questions in order, each read anew whenever it is asked for.

    Ten thousand questions take more memory than the rest of the bot, and a round needs ten of them. What is asked of
    all questions at once is at hand without reading one.

    Attributes:
        ids: the id of each.
        topics: the topic of each.
        digests: for each what tells this version of it from all others, as the database has it.
    """

    __slots__ = ("_read", "digests", "ids", "topics")

    def __init__(
        self,
        ids: Sequence[str],
        topics: Sequence[str],
        digests: Sequence[str],
        read: Callable[[int], Question],
    ) -> None:
        if not len(ids) == len(topics) == len(digests):
            msg = f"{len(ids)} ids, {len(topics)} topics and {len(digests)} digests"
            raise ValueError(msg)
        self.ids = ids
        self.topics = topics
        self.digests = digests
        self._read = read

    def __len__(self) -> int:
        return len(self.ids)

    @overload
    def __getitem__(self, index: int) -> Question: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Question]: ...

    def __getitem__(self, index: int | slice) -> Question | Sequence[Question]:
        positions = range(len(self.ids))[index]
        if isinstance(positions, int):
            return self._read(positions)
        return tuple(map(self._read, positions))

    def __iter__(self) -> Iterator[Question]:
        return map(self._read, range(len(self.ids)))

    def __eq__(self, other: object) -> bool:
        """As a tuple of the same questions."""
        if isinstance(other, StoredQuestions):
            return tuple(self.digests) == tuple(other.digests)
        return tuple(self) == other if isinstance(other, tuple) else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(self))
