"""`footnote db …`: the database, for the people who run the bot. Each command calls one function of `bot.storage`."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.cli_db_copy import copy
from bot.cli_db_recompute import recompute
from bot.config import Settings
from bot.log import configure_logging

NOT_FOR_SERVERS = 2

db = typer.Typer(name="db", help="The database: scores, rounds and answers.", no_args_is_help=True)
db.command()(copy)
db.command()(recompute)


@db.callback()
def _db() -> None:
    """The database: scores, rounds and answers."""


@db.command()
def upgrade() -> None:
    """Bring the database to this version of Footnote."""
    from bot.storage import migrate
    from bot.storage.database import Database

    settings = _settings()

    async def work() -> None:
        database = Database(settings.database_url)
        try:
            await migrate.upgrade(database)
        finally:
            await database.close()

    asyncio.run(work())
    typer.echo("The database is up to date.")


@db.command()
def backup(
    file: Annotated[
        Path | None,
        typer.Argument(
            help="The copy to make, or the folder for it; FOOTNOTE_BACKUP_FOLDER, or the database's own folder, "
            "unless given."
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file of that name.")] = False,
) -> None:
    """Copy the SQLite database, also while the bot runs, and check the copy."""
    from discord.utils import utcnow

    from bot.storage.backup import back_up
    from bot.storage.backup_schedule import backup_file

    settings = _settings()
    database = _file(settings, "pg_dump")
    target = file or settings.backup_folder or database.parent
    if file is None or file.is_dir():
        target = backup_file(database, target, utcnow())
    back_up(database, target, force=force)
    typer.echo(
        f"The database was copied to {target} ({target.stat().st_size:,} bytes), and the copy is sound."
    )


@db.command()
def restore(file: Annotated[Path, typer.Argument(help="A copy that `footnote db backup` made.")]) -> None:
    """Put a copy in the place of the SQLite database, which is itself copied aside first. The bot must not run."""
    from discord.utils import utcnow

    from bot.storage.backup import restore as put_back

    database = _file(_settings(), "pg_restore")
    aside = put_back(file, database, now=utcnow())
    typer.echo(f"{database} is as it was in {file}.")
    if aside is not None:
        typer.echo(f"What was there before is in {aside}; remove it when you do not need it.")


def _settings() -> Settings:
    settings = Settings.load()
    configure_logging(settings.log_level, settings.log_format)
    return settings


def _file(settings: Settings, tool: str) -> Path:
    """The SQLite file; a database on a server has tools of its own, and the command ends."""
    from bot.storage.sqlite_files import file_of

    file = file_of(settings.database_url)
    if file is None:
        typer.echo(f"footnote: this is for SQLite. The database is on a server: use {tool}.", err=True)
        raise typer.Exit(NOT_FOR_SERVERS)
    return file
