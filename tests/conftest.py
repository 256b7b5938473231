"""What all tests share: databases made by the migrations, once, and copied for each test."""

from __future__ import annotations

import asyncio
import os
import shutil
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from bot.storage import migrate
from bot.storage.database import Database
from tests import postgresql


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        postgresql.begin_run()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        postgresql.end_run()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database of the newest schema; copy it, do not open it."""
    file = tmp_path_factory.mktemp("template") / "footnote.db"
    asyncio.run(_migrate(f"sqlite+aiosqlite:///{file}"))
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
    name = f"footnote_{uuid.uuid4().hex}"
    asyncio.run(_administer(server, f'CREATE DATABASE "{name}"'))
    address = _on_server(server, name)
    asyncio.run(_migrate(address))
    yield address
    asyncio.run(_administer(server, f'DROP DATABASE "{name}"'))


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
    opened: list[Database] = []

    async def copy_file() -> Database:
        copy = tmp_path / ("footnote.db" if not opened else f"footnote-{len(opened)}.db")
        shutil.copy(template, copy)
        opened.append(Database(f"sqlite+aiosqlite:///{copy}"))
        return opened[-1]

    async def copy_on_server() -> Database:
        server, name = str(template), uuid.uuid4().hex
        await _administer(server, f'CREATE DATABASE "{name}" TEMPLATE "{make_url(server).database}"')
        opened.append(Database(_on_server(server, name)))
        return opened[-1]

    yield copy_file if isinstance(template, Path) else copy_on_server
    for database in opened:
        await database.close()
        if not database.is_sqlite:
            await _administer(str(template), f'DROP DATABASE "{database.url.database}" WITH (FORCE)')


@pytest.fixture
async def database(new_database: Callable[[], Awaitable[Database]]) -> Database:
    """A database of this test's own; a SQLite one is the test's ``footnote.db``."""
    return await new_database()


async def _migrate(address: str) -> None:
    database = Database(address)
    await migrate.upgrade(database)
    await database.close()


async def _administer(server: str, statement: str) -> None:
    """Make or drop a database: a statement that stands in no transaction."""
    import asyncpg

    connection = await asyncpg.connect(
        make_url(server)
        .set(drivername="postgresql", database="postgres")
        .render_as_string(hide_password=False)
    )
    await connection.execute(statement)
    await connection.close()


def _on_server(server: str, name: str) -> str:
    url = make_url(server).set(drivername="postgresql+asyncpg", database=name)
    return url.render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def documents() -> Path:
    """The folder of the bundled course's documents; skips where it is not at hand."""
    folder = Path(os.environ.get("FOOTNOTE_DOCUMENTS") or Path(__file__).parents[2] / "shared" / "documents")
    if not folder.is_dir():
        pytest.skip("the course's documents are not at hand (set FOOTNOTE_DOCUMENTS to their folder)")
    return folder
