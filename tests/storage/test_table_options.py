"""What only one kind of database is told of a table reaches it, though no dialect is imported for it."""

from __future__ import annotations

from sqlalchemy import create_mock_engine

from bot.storage.tables import Base


def statements(address: str) -> str:
    """All that would be executed to create the tables there."""
    said: list[str] = []
    engine = create_mock_engine(
        address, lambda statement, *_, **__: said.append(str(statement.compile(dialect=engine.dialect)))
    )
    Base.metadata.create_all(engine, checkfirst=False)
    return " ".join(" ".join(said).split())


def test_the_tables_are_created_with_their_options() -> None:
    sqlite, postgresql = statements("sqlite://"), statements("postgresql+asyncpg://")
    running = "ON rounds (channel_id) WHERE state = 'running' AND NOT in_thread"
    assert running in sqlite
    assert running in postgresql
    assert sqlite.count("WITHOUT ROWID") >= 2
    assert "WITHOUT ROWID" not in postgresql
