"""What all tests share: a database made by the migrations, once, and copied for each test."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.storage import migrate
from bot.storage.database import Database


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database of the newest schema; copy it, do not open it."""
    file = tmp_path_factory.mktemp("template") / "footnote.db"

    async def make() -> None:
        database = Database(f"sqlite+aiosqlite:///{file}")
        await migrate.upgrade(database)
        await database.close()

    asyncio.run(make())
    return file


@pytest.fixture
def database_file(migrated_file: Path, tmp_path: Path) -> Path:
    """A database of this test's own."""
    return Path(shutil.copy(migrated_file, tmp_path / "footnote.db"))


@pytest.fixture
async def database(database_file: Path) -> AsyncIterator[Database]:
    opened = Database(f"sqlite+aiosqlite:///{database_file}")
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def documents() -> Path:
    """The folder of the bundled course's documents; skips where it is not at hand."""
    import os

    folder = Path(os.environ.get("FOOTNOTE_DOCUMENTS") or Path(__file__).parents[2] / "shared" / "documents")
    if not folder.is_dir():
        pytest.skip("the course's documents are not at hand (set FOOTNOTE_DOCUMENTS to their folder)")
    return folder
