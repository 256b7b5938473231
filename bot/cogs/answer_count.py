"""How many have answered, shown on an open card: at most one edit every five seconds, and none without news."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

log = logging.getLogger(__name__)

SECONDS_BETWEEN_EDITS = 5.0


class AnswerCounts:
    """For each open question at most one task, which waits and then shows the count once."""

    def __init__(self, show: Callable[[int], Awaitable[None]]) -> None:
        self._show = show
        self._waiting: dict[int, asyncio.Task[None]] = {}
        self._showing: dict[int, asyncio.Task[None]] = {}

    def answered(self, round_question_id: int) -> None:
        """Somebody has answered: show it within five seconds."""
        if round_question_id not in self._waiting:
            self._waiting[round_question_id] = asyncio.create_task(
                self._show_later(round_question_id), name=f"count-{round_question_id}"
            )

    async def forget(self, round_question_id: int) -> None:
        """Show no more counts for a question; an edit that is under way comes to its end first."""
        waiting = self._waiting.pop(round_question_id, None)
        if waiting is not None:
            waiting.cancel()
        showing = self._showing.get(round_question_id)
        if showing is not None:
            await asyncio.wait([showing])

    def drop(self, round_question_id: int) -> None:
        """Show no more counts for a question, and break off an edit that is under way."""
        for tasks in (self._waiting, self._showing):
            if task := tasks.get(round_question_id):
                task.cancel()
        self._waiting.pop(round_question_id, None)

    def give_up(self) -> None:
        """Show nothing more."""
        for task in [*self._waiting.values(), *self._showing.values()]:
            task.cancel()

    async def _show_later(self, round_question_id: int) -> None:
        await asyncio.sleep(SECONDS_BETWEEN_EDITS)
        earlier = self._showing.get(round_question_id)
        if earlier is not None:
            # One edit at a time: two could arrive in the wrong order, the second even after the reveal.
            await asyncio.wait([earlier])
        # Whoever answers from here on needs a further edit, so this one waits no longer but shows.
        self._showing[round_question_id] = self._waiting.pop(round_question_id)
        try:
            await self._show(round_question_id)
        except Exception:
            # Nobody waits for this task; whoever answers next has the count shown, and so has the reveal.
            log.warning("Question %s: its count could not be shown", round_question_id, exc_info=True)
        finally:
            del self._showing[round_question_id]
