from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.discord.classroom import Classroom, classroom


@pytest.fixture
async def room(database_file: Path, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Classroom]:
    """A classroom in which nothing unexpected may be logged."""
    async with classroom(database_file) as opened:
        yield opened
    faults = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert not faults, [record.getMessage() for record in faults]
