"""Databases of both kinds, made, copied and removed for the tests."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import make_url

from bot.storage import migrate as schema
from bot.storage.database import Database


async def migrate(address: str) -> None:
    """Bring the database to the newest schema."""
    database = Database(address)
    await schema.upgrade(database)
    await database.close()


async def create(server: str, template: str = "template1") -> str:
    """Make a database on a PostgreSQL server, as a copy of another there; returns its address."""
    name = f"footnote_{uuid.uuid4().hex}"
    await _administer(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    url = make_url(server).set(drivername="postgresql+asyncpg", database=name)
    return url.render_as_string(hide_password=False)


async def drop(address: str) -> None:
    """Remove a database from its PostgreSQL server, whoever still uses it."""
    await _administer(address, f'DROP DATABASE "{make_url(address).database}" WITH (FORCE)')


@asynccontextmanager
async def clone(template: str | Path, folder: Path) -> AsyncIterator[Database]:
    """A copy of a database, opened: of a file into the folder, the first as ``footnote.db``; of a server's beside it."""
    if isinstance(template, Path):
        file = folder / "footnote.db"
        if file.exists():
            file = folder / f"{uuid.uuid4().hex}.db"
        address = f"sqlite+aiosqlite:///{shutil.copy(template, file)}"
    else:
        address = await create(template, make_url(template).database or "")
    database = Database(address)
    yield database
    await database.close()
    if not database.is_sqlite:
        await drop(address)


async def _administer(server: str, statement: str) -> None:
    """Run a statement that stands in no transaction."""
    import asyncpg

    url = make_url(server).set(drivername="postgresql", database="postgres")
    connection = await asyncpg.connect(url.render_as_string(hide_password=False))
    await connection.execute(statement)
    await connection.close()
