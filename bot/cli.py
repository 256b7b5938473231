"""The command line: each command calls one service. Heavy things are imported by the command that needs them."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Annotated

import typer
from dotenv import load_dotenv

from bot.cli_bank import bank
from bot.cli_db import db
from bot.cli_schedule import schedule
from bot.config import Settings
from bot.errors import FootnoteError
from bot.log import configure_logging

app = typer.Typer(
    help="Footnote: quizzes on Discord whose every answer comes with its footnote.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(bank, name="bank")
app.add_typer(db, name="db")
app.add_typer(schedule, name="schedule")


def main() -> None:
    """Run the command line; what Footnote refuses on purpose is one readable message, not a traceback."""
    # What options take from the environment may stand in .env too.
    load_dotenv(".env")
    try:
        app()
    except FootnoteError as error:
        typer.echo(f"footnote: {error}", err=True)
        sys.exit(1)


@app.command()
def run() -> None:
    """Start the bot on Discord."""
    settings = _settings()
    if settings.discord_token is None:
        from bot.first_steps import WITHOUT_A_TOKEN

        typer.echo(WITHOUT_A_TOKEN, err=True)
        raise typer.Exit(1)
    from bot.running import run as run_bot

    run_bot(settings, settings.discord_token.get_secret_value())


@app.command()
def play(
    course: Annotated[str | None, typer.Option(help="The course to play; the first one by default.")] = None,
    learners: Annotated[int, typer.Option(min=1, max=20, help="People you can act as.")] = 3,
    simulated: Annotated[
        int, typer.Option(min=0, max=50, help="Learners who answer by themselves; 0 for none.")
    ] = 2,
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 takes a free one.")] = 0,
    database: Annotated[
        Path | None, typer.Option(help="Keep scores in this file; by default they go when you stop.")
    ] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open a browser.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", help="Show the bot's log.")] = False,
) -> None:
    """Try Footnote in a Discord on this machine: no token, no account."""
    from bot import playground

    missing = playground.missing_packages()
    if missing:
        typer.echo(
            f"The playground needs packages that are not installed: {', '.join(missing)}.\n"
            'Install them with: pip install "footnote-quiz[play]"',
            err=True,
        )
        raise typer.Exit(1)
    from bot.playground.play import PlayOptions
    from bot.playground.play import play as start

    # After the import: simcord builds a client of its own then, whose warnings are nobody's concern.
    configure_logging("INFO" if verbose else "WARNING")
    start(
        PlayOptions(
            course=course,
            learners=learners,
            simulated=simulated,
            port=port,
            database=database,
            open_browser=not no_browser,
        )
    )


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Look at everything the bot needs to run here, and say what to do. Exits with 1 if there is a problem."""
    configure_logging("WARNING")
    # What it has to say on the way, the findings say better.
    logging.getLogger("discord").setLevel(logging.CRITICAL)
    from discord.utils import utcnow

    from bot.doctor.examination import examine
    from bot.doctor.findings import as_json as as_object
    from bot.doctor.findings import as_text, has_problem

    findings = examine(Settings.load, utcnow)
    typer.echo(as_object(findings) if as_json else as_text(findings))
    if has_problem(findings):
        raise typer.Exit(1)


def _settings() -> Settings:
    settings = Settings.load()
    configure_logging(settings.log_level, settings.log_format)
    return settings


if __name__ == "__main__":
    main()
