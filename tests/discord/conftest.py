from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from discord import app_commands

from bot.errors import Refusal
from tests.discord import wire
from tests.discord.classroom import OPENED, Classroom, classroom


@pytest.fixture(autouse=True)
def _every_request_is_one_that_discord_takes() -> Iterator[None]:
    """After each scenario: every request that the bot made is well-formed, private where it must be, and no leak."""
    OPENED.clear()
    yield
    rooms = list(OPENED)
    OPENED.clear()
    for room in rooms:
        entries = room.env.http_requests
        assert [fault for entry in entries for fault in wire.faults(entry)] == []
        assert wire.leaks(entries, room.courses.values()) == []


@pytest.fixture
async def room(database_file: Path, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Classroom]:
    """A classroom in which nothing unexpected may be logged."""
    async with classroom(database_file) as opened:
        yield opened
        raised = [error for error in opened.env.errors if not isinstance(cause(error), Refusal)]
    assert raised == []
    assert unexpected(caplog) == []


@pytest.fixture
async def stormy_room(database_file: Path) -> AsyncIterator[Classroom]:
    """A classroom in which something is made to fail, so that errors may be logged."""
    async with classroom(database_file) as opened:
        yield opened


def cause(error: BaseException) -> BaseException:
    """What a command raised, without discord.py's wrapping."""
    return error.original if isinstance(error, app_commands.CommandInvokeError) else error


def unexpected(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What was logged as an error, while the scenario was arranged, or while it ran."""
    return [
        record.getMessage()
        for when in ("setup", "call", "teardown")
        for record in caplog.get_records(when)
        if record.levelno >= logging.ERROR
    ]
