"""What only one kind of database is told of a table: said here, because SQLAlchemy imports a dialect to hear of it.

`tables` gives these as ``info``; they reach the dialect when tables are created, and no start waits for PostgreSQL's.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, MetaData, event, text

WITHOUT_ROWID = {"info": {"sqlite": {"with_rowid": False}}}
"""For tables that are looked up by their primary key alone: SQLite stores their rows in its order."""

_WHERE = "where"


def only_where(condition: str) -> dict[str, str]:
    """The ``info`` of an index that holds only the rows for which an SQL condition is true."""
    return {_WHERE: condition}


def apply_options(metadata: MetaData) -> None:
    """Let the tables of ``metadata`` be created with the options that their ``info`` names."""
    event.listen(metadata, "before_create", _apply)


def _apply(metadata: MetaData, connection: Connection, **_: Any) -> None:  # noqa: ANN401 - the event's signature
    name = connection.dialect.name
    for table in metadata.tables.values():
        table.dialect_options[name].update(table.info.get(name, {}))
        for index in table.indexes:
            if _WHERE in index.info:
                index.dialect_options[name][_WHERE] = text(index.info[_WHERE])
