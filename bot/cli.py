"""`footnote`: a start of the bot, or whatever else the command line asks for.

`footnote run` is what services start and people wait for, so it is known without a parser of command lines: that and what
it brings would be a thirtieth of all that is imported.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfoNotFoundError

from bot.collector import set_aside_unseen, without_collecting
from bot.errors import FootnoteError
from bot.log import configure_logging

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.config import Settings


def main() -> None:
    """Do what the command line says; what Footnote refuses on purpose is one readable message, not a traceback."""
    # What options take from the environment may stand in .env too.
    if Path(".env").exists():
        from dotenv import load_dotenv

        load_dotenv(".env")
    try:
        if sys.argv[1:] == ["run"]:
            start()
        else:
            from bot.cli_app import app

            app()
    except FootnoteError as error:
        sys.exit(f"footnote: {error}")
    except ZoneInfoNotFoundError as error:
        # Where there is none at all, nothing of the bot can be imported, the doctor included.
        sys.exit(f"footnote: {error.args[0]}. Install the package tzdata: pip install --upgrade tzdata")
    except KeyboardInterrupt:
        # A person's, before the bot listens for it; as shells say that a program was interrupted.
        sys.exit(130)


def start() -> None:
    """Run the bot on Discord until it is told to stop."""
    settings = _settings()
    if settings.discord_token is None:
        from bot.first_steps import WITHOUT_A_TOKEN

        sys.exit(WITHOUT_A_TOKEN)
    load_bot()(settings, settings.discord_token.reveal())


def load_bot() -> Callable[[Settings, str], None]:
    """Import what a running bot needs: most of what there is."""
    with without_collecting():
        from bot.running import run

        # The first collection would come at once, and walk over all of it.
        set_aside_unseen()
    return run


def _settings() -> Settings:
    with without_collecting():
        from bot.config import Settings

    settings = Settings.load()
    configure_logging(settings.log_level, settings.log_format)
    return settings
