"""The commands: each calls one service. Heavy things are imported by the command that needs them."""

from __future__ import annotations

import logging
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_group

from bot.cli import start
from bot.log import configure_logging

# Each is the command group of that name in the module bot.cli_….
_GROUPS = ("bank", "db", "schedule")


class _Commands(TyperGroup):
    """The commands of this file, and groups that are imported when one of them is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401 - typer has no public name for its type
        self._import(*_GROUPS)
        return super().list_commands(ctx)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401 - the same
        if cmd_name not in self.commands:
            # All of them for a name that is none: it may be one of theirs, misspelt.
            self._import(*([cmd_name] if cmd_name in _GROUPS else _GROUPS))
        return super().get_command(ctx, cmd_name)

    def _import(self, *names: str) -> None:
        for name in names:
            group: typer.Typer = getattr(import_module(f"bot.cli_{name}"), name)
            self.commands.setdefault(name, get_group(group))


app = typer.Typer(
    cls=_Commands,
    help="Footnote: quizzes on Discord whose every answer comes with its footnote.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.command()
def run() -> None:
    """Start the bot on Discord."""
    start()


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
    from bot.playground.play import play as start_playing

    # After the import: simcord builds a client of its own then, whose warnings are nobody's concern.
    configure_logging("INFO" if verbose else "WARNING")
    start_playing(
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

    from bot.config import Settings
    from bot.doctor.examination import examine
    from bot.doctor.findings import as_json as as_object
    from bot.doctor.findings import as_text, has_problem

    findings = examine(Settings.load, utcnow)
    typer.echo(as_object(findings) if as_json else as_text(findings))
    if has_problem(findings):
        raise typer.Exit(1)
