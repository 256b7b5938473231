"""Clicks and commands that are being worked on: whoever stops the bot waits for them."""

from __future__ import annotations

import asyncio


class InFlight:
    """The tasks that still owe a person a reply."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[object]] = set()

    def add_current(self) -> None:
        """The task that calls this has taken a click or a command."""
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def give_up(self) -> None:
        """Let them end without their reply."""
        for task in self._tasks:
            task.cancel()

    async def ended(self) -> None:
        """Wait until each has had its reply, those that come meanwhile too."""
        while self._tasks:
            await asyncio.wait(self._tasks)
