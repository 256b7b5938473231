"""Collect every sentence into `bot/locales/footnote.pot`, from which a translation begins: `make messages`.

Sentences stand in the source as `_("…")`, `ngettext("…", "…", n)` and `lazy("…")`; the names and descriptions of
commands are read from the commands themselves.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import io
import pkgutil
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po
from discord import app_commands
from discord.ext import commands

import bot.cogs

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = ROOT / "bot" / "locales" / "footnote.pot"
# How many of the first arguments are sentences.
SENTENCES = {"_": 1, "gettext": 1, "lazy": 1, "ngettext": 2}


def collect() -> Catalog:
    """Every sentence, with the files in which it stands."""
    catalogue = Catalog(project="Footnote", fuzzy=False)
    for file in sorted((ROOT / "bot").rglob("*.py")):
        for message in sentences(file.read_text("utf-8")):
            # Without line numbers: the template changes when a sentence does, not when a file grows.
            catalogue.add(message, locations=[(file.relative_to(ROOT).as_posix(), None)])
    for text in command_texts():
        catalogue.add(text, locations=[("bot/cogs", None)])
    return catalogue


def sentences(source: str) -> Iterator[str | tuple[str, str]]:
    """The sentences of a module, singular and plural as a pair.

    Read from the syntax tree: those that read tokens see nothing inside an f-string before Python 3.12.
    """
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        count = SENTENCES.get(node.func.id, 0)
        texts = [
            part.value
            for part in node.args[:count]
            if isinstance(part, ast.Constant) and isinstance(part.value, str)
        ]
        if count and len(texts) == count:
            yield texts[0] if count == 1 else (texts[0], texts[1])


def command_texts() -> Iterator[str]:
    """What Discord shows of commands while they are typed."""
    for module in sorted(module.name for module in pkgutil.iter_modules(bot.cogs.__path__)):
        for _name, cog in inspect.getmembers(importlib.import_module(f"bot.cogs.{module}"), inspect.isclass):
            if issubclass(cog, commands.Cog) and cog.__module__ == f"bot.cogs.{module}":
                yield from _texts_of(cog)


def _texts_of(cog: type[commands.Cog]) -> Iterator[str]:
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
