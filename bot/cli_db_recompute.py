"""`footnote db recompute`: every mark and every board computed again from the log of answers."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from bot.config import Settings
from bot.errors import DatabaseBehind
from bot.log import configure_logging

if TYPE_CHECKING:
    from bot.services.recomputing import Books

DIFFERENCES = 1


def recompute(
    check: Annotated[bool, typer.Option("--check", help="Only compare, and change nothing.")] = False,
) -> None:
    """Compute every mark from the log of answers and the rulings in force, and mend what differs.

    With --check nothing is changed, and the command ends with 1 where something differs. Make a copy first:
    footnote db backup
    """
    from bot.services.recomputing import check_books, mend_books
    from bot.storage import migrate
    from bot.storage.database import Database

    settings = Settings.load()
    configure_logging(settings.log_level, settings.log_format)

    async def work() -> Books:
        database = Database(settings.database_url)
        try:
            if await migrate.schema_state(database) is not migrate.SchemaState.CURRENT:
                raise DatabaseBehind(
                    "The database is not of this program's version. Run: footnote db upgrade"
                )
            compute = check_books if check else mend_books
            return await compute(database, default_timezone=str(settings.default_timezone))
        finally:
            await database.close()

    books = asyncio.run(work())
    for line in _report(books):
        typer.echo(line)
    if books.agree:
        typer.echo("Every mark and every board is what the answers and the rulings give.")
    elif check:
        typer.echo("To mend them: footnote db backup, and then footnote db recompute")
        raise typer.Exit(DIFFERENCES)
    else:
        typer.echo("All of them are mended.")


def _report(books: Books) -> list[str]:
    """What was looked at and what differs, in lines."""
    lines = [
        f"{books.answers:,} answers and {books.boards:,} places on boards of {books.guilds:,} servers were computed."
    ]
    lines += [
        f"  mark: server {mark.guild_id}, question {mark.round_question_id} of a round, learner {mark.learner_id}, "
        f"revision {mark.revision}: kept {mark.kept.fraction:g} ({mark.kept.points} points), "
        f"computed {mark.computed.fraction:g} ({mark.computed.points} points)"
        for mark in books.marks_named
    ]
    lines += _more(books.wrong_marks, len(books.marks_named), "marks")
    lines += [
        f"  board: server {board.guild_id}, course {board.course_id}, {board.period}, learner {board.learner_id}: "
        f"kept {_place(board.kept)}, computed {_place(board.computed)}"
        for board in books.boards_named
    ]
    lines += _more(books.wrong_boards, len(books.boards_named), "places on boards")
    if books.wrong_counts:
        lines.append(f"  ranks: on {books.wrong_counts:,} boards learners are counted wrongly")
    return lines


def _more(count: int, named: int, what: str) -> list[str]:
    return [f"  and {count - named:,} more {what}"] if count > named else []


def _place(place: tuple[int, ...] | None) -> str:
    if place is None:
        return "nothing"
    points, right, answered = place
    return f"{points} points, {right} of {answered} right"
