"""Posting without posting twice: what a process died after sending, and before recording, is found again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

import discord
from discord import ui
from discord.utils import time_snowflake

_LOOK_BACK = timedelta(seconds=10)
_MOST_MESSAGES = 2000


async def find_own(
    channel: discord.abc.Messageable,
    own_id: int,
    is_it: Callable[[discord.Message], bool],
    *,
    since: datetime,
) -> discord.Message | None:
    """A message of ours in the channel, sent since then, that is the one looked for."""
    earliest = time_snowflake(since - _LOOK_BACK)
    # From the newest back: what was posted last is looked for most, and a chatty channel hides nothing.
    async for message in channel.history(limit=_MOST_MESSAGES):
        if message.id < earliest:
            break
        if message.author.id == own_id and is_it(message):
            return message
    return None


def carries(*custom_ids: str) -> Callable[[discord.Message], bool]:
    """Whether a message has a component of one of these names, or one that begins so and goes on with a colon."""
    beginnings = tuple(f"{custom_id}:" for custom_id in custom_ids)

    def is_it(message: discord.Message) -> bool:
        return any(f"{name}:".startswith(beginnings) for name in _custom_ids(message.components))

    return is_it


def says(view: ui.LayoutView) -> Callable[[discord.Message], bool]:
    """Whether a message has the same texts as a card."""
    wanted = [item.content for item in view.walk_children() if isinstance(item, ui.TextDisplay)]

    def is_it(message: discord.Message) -> bool:
        return list(_texts(message.components)) == wanted

    return is_it


def texts(message: discord.Message) -> Iterator[str]:
    """Every text of a message's card, in order."""
    return _texts(message.components)


def _custom_ids(components: Iterable[object]) -> Iterator[str]:
    for component in _walk(components):
        name = getattr(component, "custom_id", None)
        if name:
            yield name


def _texts(components: Iterable[object]) -> Iterator[str]:
    for component in _walk(components):
        if isinstance(component, discord.TextDisplay):
            yield component.content


def _walk(components: Iterable[object]) -> Iterator[object]:
    for component in components:
        yield component
        yield from _walk(getattr(component, "children", ()))
