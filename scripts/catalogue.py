"""Collect every sentence into `bot/locales/footnote.pot`, from which a translation begins: `make messages`.

Sentences stand in the source as `_("…")`, `ngettext("…", "…", n)` and `lazy("…")`; the names and descriptions of
commands are read from the commands themselves.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po
from discord import app_commands

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = ROOT / "bot" / "locales" / "footnote.pot"
KEYWORDS = {"_": None, "gettext": None, "lazy": None, "ngettext": (1, 2)}


def collect() -> Catalog:
    """Every sentence, with the files in which it stands."""
    catalogue = Catalog(project="Footnote", fuzzy=False)
    found = extract_from_dir(
        str(ROOT / "bot"), [("**.py", "python")], keywords=KEYWORDS, strip_comment_tags=True
    )
    for file, _line, message, _comments, _context in found:
        # Without line numbers: the template changes when a sentence does, not when a file grows.
        catalogue.add(message, locations=[(f"bot/{file}", None)])
    for text in command_texts():
        catalogue.add(text, locations=[("bot/cogs", None)])
    return catalogue


def command_texts() -> Iterator[str]:
    """What Discord shows of commands while they are typed."""
    from bot.cogs import analysis, assignments, boards, information, learners, quiz, results, settings

    for cog in (
        analysis.Analysis,
        assignments.Assignments,
        learners.Learners,
        boards.Leaderboard,
        information.Information,
        quiz.Quiz,
        results.Results,
        settings.Settings,
    ):
        group = getattr(cog, "__cog_group_description__", None)
        if group:
            yield str(getattr(group, "message", group))
        for member in vars(cog).values():
            if isinstance(member, app_commands.Command):
                yield member.description
                yield from (str(parameter.description) for parameter in member.parameters)


def template() -> str:
    """The text of the template."""
    buffer = io.BytesIO()
    write_po(buffer, collect(), sort_output=True, omit_header=True, width=110)
    return buffer.getvalue().decode()


if __name__ == "__main__":
    TEMPLATE.write_text(template(), "utf-8")
    sys.stdout.write(f"{TEMPLATE.relative_to(ROOT)}: {len(collect())} sentences\n")
