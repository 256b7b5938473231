"""Every sentence goes through here: gettext, in the language of whoever reads it.

A second language is a catalogue `bot/locales/<language>/LC_MESSAGES/footnote.mo`, not a rewrite. English
is the language of the source and needs none.
"""

from __future__ import annotations

import gettext as gettext_module
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path

DOMAIN = "footnote"
FOLDER = Path(__file__).resolve().parent.parent / "locales"

_translations: ContextVar[gettext_module.NullTranslations | None] = ContextVar("translations", default=None)


@lru_cache(maxsize=64)
def translations_for(locale: str) -> gettext_module.NullTranslations:
    """The catalogue for a Discord locale ("en-US", "zh-CN"), or none where the language has none."""
    names = [locale.replace("-", "_"), locale.partition("-")[0]]
    return gettext_module.translation(DOMAIN, FOLDER, languages=names, fallback=True)


@contextmanager
def speaking(locale: str) -> Iterator[None]:
    """Within the block, and the tasks begun in it, sentences are in the language of ``locale``."""
    token = _translations.set(translations_for(locale))
    try:
        yield
    finally:
        _translations.reset(token)


def speak(locale: str) -> None:
    """From here on in this task, sentences are in the language of ``locale``."""
    _translations.set(translations_for(locale))


def gettext(message: str) -> str:
    """The sentence in the reader's language."""
    current = _translations.get()
    return message if current is None else current.gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    """The sentence for this count, in the reader's language."""
    current = _translations.get()
    if current is None:
        return singular if count == 1 else plural
    return current.ngettext(singular, plural, count)


def lazy(message: str) -> str:
    """Mark a sentence for the catalogue that is translated later, where it is shown."""
    return message
