"""What all tests share: databases made by the migrations, once, and copied for each test."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.storage.database import Database
from tests import databases, postgresql


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: a third of the time is spent waiting for processes that tests have started."""
    return (os.cpu_count() or 1) + 1


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        postgresql.begin_run()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        postgresql.end_run()


@pytest.fixture(scope="session", autouse=True)
def _cache_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Parsed courses are kept in a folder of this run, by the programs that tests start too."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database of the newest schema; copy it, do not open it."""
    file = tmp_path_factory.mktemp("template") / "footnote.db"
    asyncio.run(databases.migrate(f"sqlite+aiosqlite:///{file}"))
    return file


@pytest.fixture
def database_file(migrated_file: Path, tmp_path: Path) -> Path:
    """A SQLite database of this test's own."""
    return Path(shutil.copy(migrated_file, tmp_path / "footnote.db"))


@pytest.fixture(scope="session")
def postgresql_template() -> Iterator[str]:
    """An empty PostgreSQL database of the newest schema, by its address; copy it, do not open it."""
    try:
        server = postgresql.address()
    except postgresql.Unavailable as reason:
        pytest.skip(str(reason))
    address = asyncio.run(databases.create(server))
    asyncio.run(databases.migrate(address))
    yield address
    asyncio.run(databases.drop(address))


@pytest.fixture
def backend() -> str:
    """The kind of database of the fixtures below; the tests of storage and services have both."""
    return "sqlite"


@pytest.fixture
def template(backend: str, request: pytest.FixtureRequest) -> str | Path:
    """What `new_database` copies; asked for here because it is made outside the test's event loop."""
    name = "migrated_file" if backend == "sqlite" else "postgresql_template"
    found: str | Path = request.getfixturevalue(name)
    return found


@pytest.fixture
async def new_database(
    template: str | Path, tmp_path: Path
) -> AsyncIterator[Callable[[], Awaitable[Database]]]:
    """A maker of databases: each call gives another one, empty and of the newest schema."""
    async with AsyncExitStack() as stack:
        yield lambda: stack.enter_async_context(databases.clone(template, tmp_path))


@pytest.fixture
async def database(new_database: Callable[[], Awaitable[Database]]) -> Database:
    """A database of this test's own; a SQLite one is the test's ``footnote.db``."""
    return await new_database()


@pytest.fixture(scope="session")
def documents() -> Path:
    """The folder of the bundled course's documents; skips where it is not at hand."""
    folder = Path(os.environ.get("FOOTNOTE_DOCUMENTS") or Path(__file__).parents[2] / "shared" / "documents")
    if not folder.is_dir():
        pytest.skip("the course's documents are not at hand (set FOOTNOTE_DOCUMENTS to their folder)")
    return folder
