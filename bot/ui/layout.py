"""The pieces that every card is built from (Components V2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import discord
from discord import ui

from bot.ui.text import shorten

ACCENT_OPEN = discord.Colour(0x3B6EA5)
ACCENT_CLOSED = discord.Colour(0x4F7A4F)
ACCENT_QUIET = discord.Colour(0x6B6F76)
# What Discord takes in all text displays of one message together.
MOST_TEXT = 4000
# What Discord takes as the description of a file.
MOST_ALT = 1024

Item = ui.Item[Any]
Button = ui.Button[Any]
Listed = TypeVar("Listed")


def card(items: Iterable[Item | None], *, accent: discord.Colour) -> ui.LayoutView:
    """One card.

    Clicks on it are handled by their custom_id, so the view itself is finished at once: discord.py then keeps
    no copy of it for every message that was ever sent.
    """
    shown = [item for item in items if item is not None]
    _fit(shown)
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.Container(*shown, accent_colour=accent))
    view.stop()
    return view


def _fit(items: list[Item]) -> None:
    """Shorten the longest texts until Discord takes them all: better cut than not sent.

    The bank's own limits keep its texts far below; only signs that are all escaped, each twice as long, come here.
    """
    texts = [item for item in items if isinstance(item, ui.TextDisplay)]
    while (excess := sum(len(item.content) for item in texts) - MOST_TEXT) > 0:
        longest = max(texts, key=lambda item: len(item.content))
        most = max(len(longest.content) - excess, len(longest.content) // 2)
        longest.content = shorten(longest.content, most).removesuffix("\\…") or "…"


def text(content: str) -> ui.TextDisplay[Any]:
    """A paragraph."""
    return ui.TextDisplay(content)


def rule() -> ui.Separator[Any]:
    """A line across the card."""
    return ui.Separator()


def attached(filename: str) -> ui.File[Any]:
    """A file that is sent with the card, to be opened or kept."""
    return ui.File(f"attachment://{filename}")


def picture(filename: str, alt: str) -> ui.MediaGallery[Any]:
    """A picture that is sent with the card; ``alt`` says in words what it shows, in at most 1024 characters."""
    shown = discord.MediaGalleryItem(f"attachment://{filename}", description=shorten(alt, MOST_ALT))
    return ui.MediaGallery(shown)


def buttons(*items: ui.Button[Any]) -> ui.ActionRow[Any]:
    """A row of at most five buttons."""
    return ui.ActionRow(*items)


def button(
    label: str,
    custom_id: str,
    style: discord.ButtonStyle = discord.ButtonStyle.secondary,
    *,
    disabled: bool = False,
) -> ui.Button[Any]:
    """One button."""
    return ui.Button(label=label, custom_id=custom_id, style=style, disabled=disabled)


def select(
    placeholder: str, custom_id: str, options: Sequence[discord.SelectOption], *, most: int
) -> ui.ActionRow[Any]:
    """A menu from which one or more options are chosen."""
    menu: ui.Select[Any] = ui.Select(
        placeholder=placeholder, custom_id=custom_id, options=list(options), min_values=1, max_values=most
    )
    return ui.ActionRow(menu)


def as_many_as_fit(
    items: Sequence[Listed], line_of: Callable[[Listed], str], *, room: int, more: Callable[[int], str]
) -> list[str]:
    """A line for each of the items while there is room, in characters; then one that says how many ``more`` there are."""
    lines: list[str] = []
    for shown, item in enumerate(items):
        line = line_of(item)
        room -= len(line) + 1
        if room < 0:
            return [*lines, more(len(items) - shown)]
        lines.append(line)
    return lines
