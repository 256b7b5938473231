"""`footnote db copy`: how a copy is asked for, and how it is shown while it goes on."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from bot.setting_values import Unreadable, database_url

if TYPE_CHECKING:
    from bot.storage.copying import Report


def copy(
    source: Annotated[
        str, typer.Argument(metavar="FROM", help="The address of the database, as in DATABASE_URL.")
    ],
    target: Annotated[str, typer.Argument(metavar="TO", help="The address of an empty one.")],
) -> None:
    """Copy a database to another address, such as SQLite to PostgreSQL, and check the copy.

    Stop the bot first. A copy that was stopped half-way goes on when it is asked for again.
    """
    addresses = _address(source, "FROM"), _address(target, "TO")
    if addresses[0] == addresses[1]:
        raise typer.BadParameter("FROM and TO are the same database.")
    try:
        with _shown() as report:
            rows = asyncio.run(_copy(*addresses, report))
    except KeyboardInterrupt:
        typer.echo("Stopped. The same command goes on from here.", err=True)
        raise typer.Exit(130) from None
    typer.echo(f"All {rows:,} rows are copied, and counts and sums agree. Now set DATABASE_URL to the copy.")


def _address(text: str, name: str) -> str:
    try:
        return database_url(text)
    except Unreadable as error:
        raise typer.BadParameter(f"{name}: write {error}. {error.remedy or ''}".rstrip()) from error


async def _copy(source_url: str, target_url: str, report: Report) -> int:
    from bot.lives import is_dead
    from bot.storage import copying
    from bot.storage.database import Database

    source, target = Database(source_url), Database(target_url)
    try:
        return await copying.copy(source, target, report, is_dead=is_dead)
    finally:
        await source.close()
        await target.close()


@contextmanager
def _shown() -> Iterator[Report]:
    """A bar for each table where a person watches; elsewhere a line for each."""
    if not sys.stderr.isatty():
        yield _line
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        bars = {}

        def report(table: str, done: int, total: int) -> None:
            if not total:
                return
            if table not in bars:
                bars[table] = progress.add_task(table.replace("_", " "))
            progress.update(bars[table], completed=done, total=total)

        yield report


def _line(table: str, done: int, total: int) -> None:
    if done == total:
        typer.echo(f"{table.replace('_', ' ')}: {total:,} rows", err=True)
