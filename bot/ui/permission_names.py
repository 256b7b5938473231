"""Discord's permissions, as its own settings call them."""

from __future__ import annotations

from collections.abc import Iterable

from bot.ui.i18n import gettext as _
from bot.ui.i18n import lazy

_NAMES = {
    "view_channel": lazy("View Channel"),
    "read_message_history": lazy("Read Message History"),
    "send_messages": lazy("Send Messages"),
    "send_messages_in_threads": lazy("Send Messages in Threads"),
    "create_public_threads": lazy("Create Public Threads"),
    "manage_threads": lazy("Manage Threads"),
    "create_events": lazy("Create Events"),
    "manage_events": lazy("Manage Events"),
    "mention_everyone": lazy("Mention @everyone, @here, and All Roles"),
}


def named(permissions: Iterable[str]) -> str:
    """The permissions, by discord.py's names, as a person reads them."""
    return ", ".join(_(_NAMES[permission]) for permission in permissions)
